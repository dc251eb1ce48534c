"""What is stored of people and for how long, as everybody who is signed in may read it; and what a change would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.backup_schedule import schedule_of
from models.overdue import count_overdue, halls_and_none
from models.retention import LEAST_DAYS, USUAL_DAYS, Kept, before_of, days_kept
from models.tables import Staff


@dataclass(frozen=True, slots=True)
class Period:
    """For how many days something is kept, what is usual and what is the least."""

    kept: Kept
    days: int
    usual: int
    least: int


@dataclass(frozen=True, slots=True)
class StoredFor:
    """The periods, and of how many days, weeks and months a backup is kept."""

    periods: tuple[Period, ...]
    backups: tuple[int, int, int]

    def days(self, kept: Kept) -> int:
        """The days of one kind."""
        return next(period.days for period in self.periods if period.kept is kept)


@dataclass(frozen=True, slots=True)
class Erasable:
    """A person of a hall whose name is still there."""

    staff_id: str
    name: str
    name_en: str
    active: bool


def stored_for(session: Session, actor: Actor) -> StoredFor:
    """What is set, for everybody who sees a hall."""
    actor.require_somewhere(Right.READ_HALL)
    plan = schedule_of(session)
    periods = tuple(Period(kept, days_kept(session, kept), USUAL_DAYS[kept], LEAST_DAYS[kept]) for kept in Kept)
    return StoredFor(periods, (plan.days, plan.weeks, plan.months))


def would_go(session: Session, actor: Actor, kept: Kept, days: int, *, now: datetime) -> int:
    """How many rows of all halls are older than so many days, and would go in the next night."""
    actor.require(Right.OPERATE)
    before = before_of(session, kept, now=now, days=days)
    return sum(count_overdue(session, kept, hall, before) for hall in halls_and_none(session))


def erasable_people(session: Session, actor: Actor, branch_id: str) -> tuple[Erasable, ...]:
    """The people of a hall whose names stand there, by number, for who may erase them."""
    actor.require(Right.ERASE, branch_id)
    rows = session.exec(
        select(Staff).where(Staff.branch_id == branch_id, col(Staff.erased_at).is_(None)).order_by(col(Staff.id))
    )
    return tuple(Erasable(row.id, row.name, row.name_en, row.active) for row in rows)
