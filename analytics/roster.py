"""The duty roster of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from analytics.hall_people import Names, names
from models.actor import Actor, Right
from models.tables import Counter, Duty
from standards.vocabulary import DutyPost

_POSTS = list(DutyPost)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One person's duty; from–to in minutes after local midnight, None for the whole day."""

    staff_id: str
    post: DutyPost
    counter_id: int | None
    begins: int | None
    ends: int | None


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is on duty on a day, the one in charge first; whether there is a roster of the same weekday a week before."""

    day_on: date
    lines: tuple[OnDuty, ...]
    counters: tuple[int, ...]
    before: bool
    people: Names


def roster(session: Session, actor: Actor, branch_id: str, day_on: date) -> Roster:
    """The roster of a day: it hangs in the hall, whoever sees the hall sees it; names are for those who work there."""
    actor.require(Right.READ_HALL, branch_id)
    rows = session.exec(select(Duty).where(Duty.branch_id == branch_id, Duty.day_on == day_on)).all()
    lines = (OnDuty(row.staff_id, row.post, row.counter_id, row.begins, row.ends) for row in rows)
    week_before = (
        select(func.count())
        .select_from(Duty)
        .where(Duty.branch_id == branch_id, Duty.day_on == day_on - timedelta(days=7))
    )
    counters = select(Counter.id).where(Counter.branch_id == branch_id).order_by(col(Counter.id))
    return Roster(
        day_on=day_on,
        lines=tuple(sorted(lines, key=_in_order)),
        counters=tuple(session.exec(counters)),
        before=session.exec(week_before).one() > 0,
        people=names(session, actor, branch_id),
    )


def _in_order(line: OnDuty) -> tuple[int, int, int, str]:
    return _POSTS.index(line.post), line.counter_id or 0, line.begins or 0, line.staff_id
