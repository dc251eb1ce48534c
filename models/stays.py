"""When a visit was in the hall: from its ticket to its leaving, over all its interactions; what an exclusion takes.

A period takes the visits whose stay overlaps it. A stay begins with the earliest arrival and ends with the last stamp
of its interactions (where nobody knows when the customer went: with the latest that they can have been there); while
one of them is open it has no end. A period ends before its last instant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, exists, func, or_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.requests import Exclusion
from models.visits import Interaction
from standards.vocabulary import OPEN, Decision, Stage

LONGEST_STAY = timedelta(days=31)
"""How long a visit that is over may have lasted: nobody looks further for its parts."""
_TIME_ZONES = timedelta(days=1)
_ENDS = (*(stage.value for stage in Stage), "gone_by_at")
_STAMPS = tuple(col(getattr(Interaction, name)) for name in _ENDS)
_OPEN = case((col(Interaction.outcome).in_(OPEN), 1), else_=0)


@dataclass(frozen=True, slots=True)
class Stay:
    """One visit's time in the hall; without an end it is there still."""

    visit_id: UUID
    begins_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What an exclusion takes: a period, or one visit; hashable, to be asked about before it is approved."""

    from_at: datetime | None = None
    until_at: datetime | None = None
    visit_id: UUID | None = None

    def takes(self, stay: Stay) -> bool:
        """Whether it takes a visit."""
        if self.from_at is None or self.until_at is None:
            return stay.visit_id == self.visit_id
        return stay.begins_at < self.until_at and (stay.ends_at is None or stay.ends_at >= self.from_at)

    def visit_ids(self, branch_ids: Iterable[str]) -> Any:
        """The same as a question to the database: ids of visits of some halls, one of several parts more than once."""
        visits = select(Interaction.visit_id).where(col(Interaction.branch_id).in_(sorted(branch_ids)))
        if self.from_at is None or self.until_at is None:
            return visits.where(Interaction.visit_id == self.visit_id)
        later = aliased(Interaction)
        of_visit = and_(col(later.branch_id) == Interaction.branch_id, col(later.visit_id) == Interaction.visit_id)
        there = or_(_there_at(Interaction, self.from_at), exists().where(of_visit, _there_at(later, self.from_at)))
        came = visits.where(Interaction.arrived_at < self.until_at, there)
        first_on, last_on = (self.from_at - LONGEST_STAY).date(), (self.until_at + _TIME_ZONES).date()
        lately = came.where(col(Interaction.day_on).between(first_on, last_on))
        # Two questions, each by an index of its own: as one condition they are answered by reading the whole hall.
        return union_all(lately, came.where(col(Interaction.outcome).in_(OPEN), Interaction.day_on < first_on))


def _there_at(row: type[Interaction], at: datetime) -> Any:
    """Whether an interaction was not over before a moment."""
    stamps = (col(getattr(row, name)) for name in _ENDS)
    return or_(col(row.outcome).in_(OPEN), *(stamp >= at for stamp in stamps))


def taken_by(exclusion: Exclusion) -> Taken:
    """What a request asks to take out."""
    return Taken(exclusion.from_at, exclusion.until_at, exclusion.visit_id)


def counting() -> Any:
    """The condition on `Exclusion` that it counts: approved and not reversed."""
    return and_(col(Exclusion.decision) == Decision.APPROVED, col(Exclusion.reversed_at).is_(None))


def stays(session: Session, branch_id: str, visit_ids: Iterable[UUID]) -> list[Stay]:
    """The stays of some visits of a hall."""
    stamps = [func.max(stamp) for stamp in _STAMPS]
    asked: Any = select(Interaction.visit_id, func.min(Interaction.arrived_at), func.max(_OPEN), *stamps)
    of_visits = col(Interaction.visit_id).in_(list(visit_ids))
    found = session.execute(
        asked.where(Interaction.branch_id == branch_id, of_visits).group_by(Interaction.visit_id)
    ).all()
    return [
        Stay(visit_id, begins_at, None if still_open else max(at for at in stamped if at is not None))
        for visit_id, begins_at, still_open, *stamped in found
    ]
