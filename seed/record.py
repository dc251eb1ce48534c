"""Write a hall's simulated past, and the state its counters are in at its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, select

from actions.bulk import add_details, add_interactions, put_counters
from models.actor import Actor
from models.tables import CalendarDay, Hold, Interaction, Observation
from seed.calendar import CHINA
from seed.inspection import observations
from seed.parts import Part, Row, holds_at, row_at
from seed.past import Period, hall_day
from seed.present import counters_now
from seed.region import PEOPLES_COUNTER, ZONE, HallPlan
from seed.roster import roster
from seed.story import Story
from standards.vocabulary import OPEN

FRIDAY = 4


def put_past(
    session: Session, actor: Actor, plan: HallPlan, story: Story, period: Period, happened: Iterable[Part]
) -> int:
    """Write what happened in a hall during a period, known at its end; the number of interactions."""
    now = period.now.timestamp()
    parts = sorted(happened, key=lambda part: (part.queued, part.id))
    rows = [row for row in (row_at(part, now) for part in parts) if row is not None]
    for row in rows:
        row["mentor_id"] = plan.mentor_of(row.get("staff_id"))
    added = add_interactions(session, actor, plan.code, rows, now=period.now)
    holds = [hold for part in parts for hold in holds_at(part, plan.code, now)]
    known = {row["id"] for row in rows}
    add_details(session, actor, plan.code, Hold, _of(known, holds))
    add_details(session, actor, plan.code, Observation, _of(known, observations(plan, story, parts, now)))
    if not story.offline(plan, period.now):
        day = hall_day(plan, story, period.now.astimezone(ZONE).date(), period.holidays)
        states = counters_now(plan, day, roster(day, True), parts, rows, now)
        taken = _taken(session, plan, known) | {PEOPLES_COUNTER}
        free = [state for state in states if state.counter_id not in taken]
        put_counters(session, actor, plan.code, free, now=period.now)
    return added


def _taken(session: Session, plan: HallPlan, known: set[object]) -> set[int | None]:
    """The counters where somebody is whom the simulation does not know."""
    at_counters = session.exec(
        select(Interaction).where(
            Interaction.branch_id == plan.code,
            col(Interaction.outcome).in_(sorted(OPEN)),
            col(Interaction.counter_id).is_not(None),
        )
    ).all()
    return {row.counter_id for row in at_counters if row.id not in known}


def _of(known: set[object], rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["interaction_id"] in known]


def holidays(session: Session) -> frozenset[date]:
    """The weekdays of the Chinese calendar that are days of rest."""
    days = session.exec(
        select(col(CalendarDay.day_on)).where(CalendarDay.calendar == CHINA, col(CalendarDay.working).is_(False))
    ).all()
    return frozenset(day for day in days if day.weekday() <= FRIDAY)
