"""Lifting the lock of an address, where many people behind one address are kept out by the wrong tries of a few."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from actions import throttling
from actions.audit import record
from models.actor import Actor, Right
from models.tries import ADDRESS, address_name


def unlock_address(session: Session, actor: Actor, address: str, *, now: datetime) -> bool:
    """Let everybody at an address try again, of IPv6 at its whole /64; whether anything had been tried there in vain.

    `address` as it was typed, or as `analytics.address_locks` or the trail tells it.
    """
    actor.require(Right.OPERATE)
    name = address_name(address.strip().removeprefix(ADDRESS))
    if not throttling.forgive(session, name):
        return False
    record(session, actor, "unlock_address", [], subject=name, now=now)
    return True
