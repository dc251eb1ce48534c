"""A customer found by number: whoever comes back with papers or too late, and whoever asks when it is their turn."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from analytics.queues import Lines, lines
from models.actor import Actor, Right
from models.tables import Branch, Interaction
from standards.derive import day_on
from standards.queueing import forgotten
from standards.vocabulary import OPEN, HoldKind, Outcome

_LETTERS_AND_NUMBER = re.compile(r"(\D*?)0*(\d+)")
_MOST = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket of today as it stands: since when, at which counter, and how many are called before it.

    `ahead` counts those whom the same counters call before, as its slip does; None where it does not wait or was
    forgotten.
    """

    id: UUID
    ticket: str
    business_type: str
    outcome: Outcome
    hold_kind: HoldKind | None
    counter_id: int | None
    since_at: datetime
    ahead: int | None


def found_tickets(session: Session, actor: Actor, branch_id: str, number: str, *, now: datetime) -> tuple[Found, ...]:
    """Today's tickets of a number: `A12`, `a0012`, or `12` for that number of every letter; open ones first."""
    actor.require(Right.STAMP, branch_id)
    hall, asked = session.get(Branch, branch_id), _parts(number)
    if hall is None or asked is None:
        return ()
    rows = session.exec(
        select(Interaction)
        .where(
            Interaction.branch_id == branch_id,
            col(Interaction.day_on) == day_on(now, hall.zone_info),
            col(Interaction.ticket).contains(asked[1], autoescape=True),
        )
        .order_by(col(Interaction.recorded_at), col(Interaction.id))
    )
    last = {row.visit_id: row for row in rows if _named(row, asked)}
    found = sorted(last.values(), key=lambda row: (row.outcome not in OPEN, row.ticket or ""))[:_MOST]
    here = lines(session, branch_id, now) if any(row.outcome is Outcome.WAITING for row in found) else None
    return tuple(_found(row, here, now) for row in found)


def _parts(number: str) -> tuple[str, str] | None:
    """Letters and the number without its noughts, or None where it is no ticket's."""
    plain = unicodedata.normalize("NFKC", number).strip().upper()
    read = _LETTERS_AND_NUMBER.fullmatch(plain)
    return None if read is None else (read[1], read[2])


def _named(row: Interaction, asked: tuple[str, str]) -> bool:
    has = _parts(row.ticket or "")
    return has is not None and has[1] == asked[1] and asked[0] in ("", has[0])


def _found(row: Interaction, here: Lines | None, now: datetime) -> Found:
    waits = row.outcome is Outcome.WAITING and not forgotten(row, now)
    return Found(
        id=row.id,
        ticket=row.ticket or "",
        business_type=row.business_type,
        outcome=row.outcome,
        hold_kind=row.hold_kind,
        counter_id=row.counter_id,
        since_at=row.held_since_at or row.left_at or row.ended_at or row.last_called_at or row.arrived_at,
        ahead=len(here.before(row)) if waits and here is not None else None,
    )
