"""Two visits at one counter at one time: paper says it now and then, and somebody should look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.tables import Interaction
from standards.vocabulary import NEVER_JUDGED

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Overlap:
    """A saved line and the visit that it overlaps at its counter."""

    line: int
    ticket: str | None
    counter_id: int
    began_at: datetime
    ended_at: datetime


def overlap_of(session: Session, row: Interaction, line: int) -> Overlap | None:
    """The first other visit of the day that was at the same counter for some of the same time, or None."""
    mine = _span(row)
    if mine is None or row.counter_id is None:
        return None
    others = session.exec(
        select(Interaction)
        .where(
            Interaction.branch_id == row.branch_id,
            col(Interaction.day_on) == row.day_on,
            Interaction.counter_id == row.counter_id,
            Interaction.id != row.id,
            col(Interaction.outcome).not_in(NEVER_JUDGED),
        )
        .order_by(col(Interaction.started_at), col(Interaction.id))
    )
    for other in others:
        theirs = _span(other)
        # Touching is no overlap: one ends in the minute in which the next begins.
        if theirs is not None and mine[0] < theirs[1] and theirs[0] < mine[1]:
            return Overlap(line, other.ticket, row.counter_id, *theirs)
    return None


def _span(row: Interaction) -> Span | None:
    """From the service's start to its end."""
    over_at = row.ended_at or row.left_at
    return None if row.started_at is None or over_at is None else (row.started_at, over_at)
