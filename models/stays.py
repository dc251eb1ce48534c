"""When a visit was in the hall: from its ticket to its leaving, over all its interactions; what an exclusion takes.

A period takes the visits whose stay overlaps it. A stay begins with the earliest arrival and ends with the last stamp
of its interactions; while one of them is open it has no end. A period ends before its last instant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_
from sqlmodel import Session, col, select

from models.requests import Exclusion
from models.visits import Interaction
from standards.vocabulary import OPEN, Decision, Stage

LONGEST_STAY = timedelta(days=366)
"""How far back a visit that is still in the hall may have begun: nobody looks further."""
_TIME_ZONES = timedelta(days=1)
_STAMPS = tuple(col(getattr(Interaction, stage.value)) for stage in Stage)
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

    def visit_ids(self, branch_ids: Iterable[str]) -> Select[Any]:
        """The same, asked of the database: the visits of some halls that it takes."""
        of_halls = col(Interaction.branch_id).in_(sorted(branch_ids))
        visits: Any = select(Interaction.visit_id)
        if self.from_at is None or self.until_at is None:
            return visits.where(of_halls, Interaction.visit_id == self.visit_id).distinct()  # type: ignore[no-any-return]
        first_on = (self.from_at - LONGEST_STAY).date()
        near = col(Interaction.day_on).between(first_on, (self.until_at + _TIME_ZONES).date())
        there_still = or_(func.max(_OPEN) == 1, *(func.max(stamp) >= self.from_at for stamp in _STAMPS))
        overlaps = and_(func.min(Interaction.arrived_at) < self.until_at, there_still)
        return visits.where(of_halls, near).group_by(Interaction.visit_id).having(overlaps)  # type: ignore[no-any-return]


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
