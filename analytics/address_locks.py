"""The addresses from which nobody signs in for now: too many tried in vain there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.tables import Throttle
from models.tries import ADDRESS


@dataclass(frozen=True, slots=True)
class AddressLock:
    """An address (of IPv6 its network), how often it was tried there in vain within the hour, and until when."""

    address: str
    failures: int
    until: datetime


def address_locks(session: Session, actor: Actor, *, now: datetime) -> tuple[AddressLock, ...]:
    """The addresses that are locked, the last locked first, a hundred at the most."""
    actor.require(Right.OPERATE)
    until = col(Throttle.locked_until)
    asked = select(Throttle).where(col(Throttle.name).startswith(ADDRESS), until > now)
    rows = session.exec(asked.order_by(until.desc(), col(Throttle.name)).limit(100)).all()
    return tuple(
        AddressLock(row.name.removeprefix(ADDRESS), row.failures, row.locked_until)
        for row in rows
        if row.locked_until is not None
    )
