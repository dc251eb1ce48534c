"""Bring a demo region up to now after the application was off: settle who was left inside, then simulate the gap."""

from __future__ import annotations

import getpass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from actions import calling, serving
from actions.press import Stamp
from models.actor import machine_actor
from models.store import Store
from models.tables import BranchPulse, Counter, Interaction
from seed.course import business
from seed.floor import Floor
from seed.hall_days import put_days
from seed.past import Period, hall_day, past
from seed.record import holidays, put_past
from seed.region import PEOPLES_COUNTER, ZONE, HallPlan, plans
from seed.story import Story
from standards.derive import day_on
from standards.queueing import FREES_COUNTER
from standards.vocabulary import OPEN, Outcome

GAP = timedelta(minutes=5)
SHORT_GAP = timedelta(hours=1)
STRIDE = timedelta(seconds=10)
LONGEST_SETTLING = timedelta(hours=4)


def bring_up_to(store: Store, story: Story, *, now: datetime) -> int:
    """Fill the time since the region's last change, where that is long enough; the number of interactions written.

    What is there is not touched, but for visits still open then: the simulated counters serve them to their end.
    """
    with store.reading() as session:
        since = last_change(session, story)
    if since is None or now - since < GAP:
        return 0
    if now - since < SHORT_GAP:
        return _live_through(store, story, since, now)
    settled = _settle(store, story, since, now)
    if settled is None:
        return 0
    actor = machine_actor(getpass.getuser())
    added = 0
    for plan in plans(story.halls):  # a transaction a hall: people may be at work already
        with store.writing() as session:
            period = Period(settled, now, holidays(session), _tickets(session, plan, settled))
            parts = past(plan, story, period)
            put_days(session, actor, plan, story, period, parts)
            added += put_past(session, actor, plan, story, period, parts)
    return added


def last_change(session: Session, story: Story) -> datetime | None:
    """When anything last changed in the demo halls."""
    codes = [plan.code for plan in plans(story.halls)]
    return session.exec(select(func.max(BranchPulse.changed_at)).where(col(BranchPulse.branch_id).in_(codes))).one()


def _live_through(store: Store, story: Story, since: datetime, now: datetime) -> int:
    """Make up for a short gap step by step, as the feed would have done."""
    floor, at = Floor(store, story), since
    with store.reading() as session:
        before = _interactions(session, story)
    while at + STRIDE < now:
        at += STRIDE
        floor.step(at)
    with store.reading() as session:
        return _interactions(session, story) - before


def _interactions(session: Session, story: Story) -> int:
    codes = [plan.code for plan in plans(story.halls)]
    counted = select(func.count()).select_from(Interaction).where(col(Interaction.branch_id).in_(codes))
    return session.exec(counted).one()


def _settle(store: Store, story: Story, since: datetime, now: datetime) -> datetime | None:
    """Let the counters go on, with the doors shut, until everybody inside has gone.

    When the last one had, or after some hours (somebody waits for a person's counter); None where that is not yet.
    """
    for plan in plans(story.halls):
        _end_the_peoples_visits(store, plan, story, now)
    floor, at = Floor(store, story), since
    while at < since + LONGEST_SETTLING:
        at += STRIDE
        if at >= now:
            return None
        if floor.step(at, customers=False) == 0:
            break
    return at


def _end_the_peoples_visits(store: Store, plan: HallPlan, story: Story, now: datetime) -> None:
    """A visit of an earlier day that a person left open at their counter ends when it would have."""
    actor, today = machine_actor(getpass.getuser()), day_on(now, ZONE)
    with store.writing() as session:
        counter = session.get(Counter, (plan.code, PEOPLES_COUNTER))
        rows = session.exec(
            select(Interaction).where(
                Interaction.branch_id == plan.code,
                Interaction.counter_id == PEOPLES_COUNTER,
                col(Interaction.outcome).in_(sorted(OPEN)),
                col(Interaction.day_on) < today,
            )
        ).all()
        for row in rows:
            if counter is None or counter.staff_id is None or row.hold_kind in FREES_COUNTER:
                continue
            if row.outcome is Outcome.CALLED:
                at = (row.last_called_at or row.arrived_at) + timedelta(minutes=1)
                calling.no_show(session, actor, Stamp(plan.code, f"settle/{row.id}", at), counter.id)
            else:
                day = hall_day(plan, story, day_on(row.arrived_at, ZONE), frozenset())
                begun_at = row.held_since_at or row.started_at or row.arrived_at
                at = begun_at + timedelta(seconds=business(row, day).seconds)
                serving.finish(session, actor, Stamp(plan.code, f"settle/{row.id}", at), counter.id)


def _tickets(session: Session, plan: HallPlan, since: datetime) -> int:
    """The highest ticket number of the day on which the gap begins."""
    found = session.exec(
        select(func.max(func.substr(Interaction.ticket, 2))).where(
            Interaction.branch_id == plan.code, Interaction.day_on == day_on(since, ZONE)
        )
    ).one()
    return int(found) if found and str(found).isdigit() else 0
