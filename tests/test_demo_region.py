"""The demo region: believable, and in step with itself at the instant it ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlmodel import col, select

from models.store import Store
from models.tables import Account, Branch, Counter, Hold, Interaction, Staff
from seed import demo
from seed.demo import Size
from seed.region import ZONE, plans
from seed.roster import express
from seed.simulation import QUICK
from seed.story import Story, kept_story
from standards.queueing import FREES_COUNTER
from standards.vocabulary import NEVER_JUDGED, Begun, Channel, CounterState, HallClass, Outcome
from tests.demo_halls import AT_A_COUNTER, NOW, assert_in_step
from tests.engines import EmbeddedDatabases, Holding, new_store

ROUND_THE_CLOCK, DECLINING, OFFLINE, TINY = "H01", "H02", "H03", "H04"
FOUR_HALLS = Size(halls=4, days=16, seed=7)
# The press follows the decision by some seconds, so that calls of two counters may cross.
A_PRESS = timedelta(seconds=12)


@pytest.fixture(scope="module")
def region(embedded_databases: EmbeddedDatabases) -> Iterator[Store]:
    """Four halls, the ones with a story, over 16 days."""
    with new_store(embedded_databases, Holding.REFERENCE) as made:
        demo.build(made, FOUR_HALLS, now=NOW)
        yield made


@pytest.fixture(scope="module")
def visits(region: Store) -> dict[str, list[Interaction]]:
    """Every interaction by hall, in the order of arrival."""
    found: dict[str, list[Interaction]] = defaultdict(list)
    with region.reading() as session:
        for row in session.exec(select(Interaction).order_by(col(Interaction.arrived_at))):
            found[row.branch_id].append(row)
        session.expunge_all()
    return found


@pytest.fixture(scope="module")
def story(region: Store) -> Story:
    with region.reading() as session:
        told = kept_story(session)
    assert told is not None
    return told


def test_the_stages_of_every_visit_are_in_order(visits: dict[str, list[Interaction]]) -> None:
    for row in (row for rows in visits.values() for row in rows):
        called = (row.arrived_at, row.called_at, row.last_called_at, row.at_counter_at, row.greeted_at)
        stamps = [at for at in (*called, row.started_at, row.ended_at or row.left_at) if at is not None]
        assert stamps == sorted(stamps), row
        assert stamps[-1] <= NOW
        assert row.queued_at >= row.arrived_at


def busy(row: Interaction, holds: dict[object, list[Hold]]) -> list[tuple[datetime, datetime]]:
    """The times in which an interaction occupied a counter; who went for papers left it free."""
    begun = row.called_at or row.started_at
    if begun is None or row.counter_id is None:
        return []
    ended = row.ended_at or row.left_at or (row.last_called_at if row.outcome is Outcome.NO_SHOW else NOW)
    assert ended is not None
    for hold in (hold for hold in holds[row.id] if hold.kind in FREES_COUNTER):
        if hold.ended_at is None:
            return []
        begun = hold.ended_at  # only the last part is surely at the counter that the row names
    return [(begun, ended)]


def test_no_counter_serves_two_at_once(region: Store, visits: dict[str, list[Interaction]]) -> None:
    holds: dict[object, list[Hold]] = defaultdict(list)
    with region.reading() as session:
        for hold in session.exec(select(Hold)):
            holds[hold.interaction_id].append(hold)
        session.expunge_all()
    for rows in visits.values():
        at: dict[int | None, list[tuple[datetime, datetime]]] = defaultdict(list)
        for row in rows:
            at[row.counter_id] += busy(row, holds)
        for counter, times in at.items():
            for (_, ended), (begun, _) in pairwise(sorted(times)):
                assert ended <= begun, (counter, ended, begun)


def rank(row: Interaction) -> tuple[bool, datetime]:
    return row.priority is None, row.arrived_at


def waits_for(row: Interaction, counter: int, express_counters: frozenset[int]) -> bool:
    return counter not in express_counters or row.business_type in QUICK


def test_nobody_is_called_before_those_ahead_in_the_queue(visits: dict[str, list[Interaction]]) -> None:
    looked_at = 0
    for plan in plans(FOUR_HALLS.halls):
        queue = [
            row
            for row in visits[plan.code]
            if row.begun is Begun.TICKET and row.channel is Channel.COUNTER and row.outcome not in NEVER_JUDGED
        ]
        for place, row in enumerate(queue):
            if row.called_at is None or row.counter_id is None:
                continue
            for ahead in queue[max(0, place - 40) : place]:
                over = ahead.called_at or ahead.left_at or NOW
                passed_over = over > row.called_at + A_PRESS and rank(ahead) < rank(row)
                assert not (passed_over and waits_for(ahead, row.counter_id, express(plan))), (ahead, row)
            looked_at += 1
    assert looked_at > 10_000


def test_open_visits_and_counters_tell_the_same(region: Store) -> None:
    inside = assert_in_step(region)
    assert {row.day_on for row in inside} == {NOW.astimezone(ZONE).date()}
    assert {ROUND_THE_CLOCK, DECLINING} <= {row.branch_id for row in inside}


def share(values: list[bool]) -> float:
    assert len(values) >= 20
    return sum(values) / len(values)


def minutes_waited(rows: list[Interaction]) -> list[float]:
    return [row.wait_ms / 60_000 for row in rows if row.wait_ms is not None and row.channel is Channel.COUNTER]


def prompt(rows: list[Interaction]) -> float:
    return share([row.greeting_ms <= 15_000 for row in rows if row.greeting_ms is not None])


@pytest.mark.parametrize("code", [ROUND_THE_CLOCK, OFFLINE])
def test_the_shares_look_like_life(code: str, visits: dict[str, list[Interaction]]) -> None:
    rows = visits[code]
    waits = minutes_waited(rows)
    paid = [row for row in rows if row.business_type == "payment" and row.outcome is Outcome.COMPLETED]
    tickets = [row for row in rows if row.begun is Begun.TICKET and row.outcome not in NEVER_JUDGED]
    assert 0.8 <= prompt(rows) <= 0.97
    assert 3 <= sum(waits) / len(waits) <= 14
    assert 0.02 <= share([wait > 15 for wait in waits]) <= 0.2
    assert 0.85 <= share([row.handling_ms <= 300_000 * row.items for row in paid if row.handling_ms]) <= 0.97
    gave_up = [row.outcome is Outcome.NO_SHOW or (row.outcome is Outcome.LEFT and not row.called_at) for row in tickets]
    assert 0.02 <= share(gave_up) <= 0.15
    served = [row for row in rows if row.outcome is Outcome.COMPLETED and row.channel is Channel.COUNTER]
    assert 0.3 <= share([row.rating is not None for row in served]) <= 0.5
    assert 0.001 <= share([row.attention for row in rows]) <= 0.02


def test_every_way_a_visit_can_go_is_there(visits: dict[str, list[Interaction]]) -> None:
    rows = [row for hall in visits.values() for row in hall]
    assert {row.outcome for row in rows} >= set(Outcome) - AT_A_COUNTER
    assert {row.begun for row in rows} == set(Begun)
    assert any(row.channel is Channel.TELEPHONE and row.wait_ms is not None for row in rows)
    assert any(row.door_greeting_ms is not None for row in rows)
    assert any(row.at_counter_at is not None for row in rows)
    assert any(row.promise_kept_at is not None for row in rows)
    parts = {row.id: row for row in rows}
    for row in (row for row in rows if row.begun in {Begun.TRANSFER, Begun.ADDED}):
        assert row.previous_id is not None
        before = parts[row.previous_id]
        assert (before.visit_id, before.arrived_at, before.ended_at) == (row.visit_id, row.arrived_at, row.queued_at)


def test_one_hall_declines_half_way(visits: dict[str, list[Interaction]], story: Story) -> None:
    before = [row for row in visits[DECLINING] if row.day_on < story.turned_on]
    after = [row for row in visits[DECLINING] if row.day_on >= story.turned_on]
    mean_before, mean_after = (sum(waits) / len(waits) for waits in map(minutes_waited, (before, after)))
    assert mean_after > 1.5 * mean_before
    assert prompt(after) < prompt(before) - 0.05


def test_each_hall_has_about_the_visits_of_its_plan(visits: dict[str, list[Interaction]], story: Story) -> None:
    for plan in plans(FOUR_HALLS.halls):
        days: dict[date, int] = defaultdict(int)
        for row in visits[plan.code]:
            if row.begun in {Begun.TICKET, Begun.WALK_IN} and row.channel is Channel.COUNTER:
                days[row.day_on] += 1
        ordinary = [
            number
            for day, number in days.items()
            if day.weekday() <= 4 and day < story.night_from_on and day != NOW.astimezone(ZONE).date()
        ]
        assert 0.6 * plan.per_day <= sum(ordinary) / len(ordinary) <= 1.5 * plan.per_day
        assert {day.weekday() for day in days} <= set(plan.weekdays)
    assert len(visits[TINY]) < 600


def test_the_hall_round_the_clock_is_busy_at_every_hour(visits: dict[str, list[Interaction]], story: Story) -> None:
    rows = [row for row in visits[ROUND_THE_CLOCK] if row.day_on >= story.night_from_on]
    by_hour: dict[datetime, int] = defaultdict(int)
    for row in rows:
        by_hour[row.hour_at] += row.channel is Channel.COUNTER
    nights = NOW - datetime.combine(story.night_from_on, datetime.min.time(), ZONE)
    assert len(by_hour) >= nights // timedelta(hours=1)
    assert min(number for hour, number in by_hour.items() if hour + timedelta(hours=1) <= NOW) >= 25


def test_what_arrived_while_the_line_was_down_is_missing(
    visits: dict[str, list[Interaction]], story: Story, region: Store
) -> None:
    yesterday = NOW.astimezone(ZONE).date() - timedelta(days=1)
    rows = [row for row in visits[OFFLINE] if row.day_on >= yesterday]
    assert rows
    assert max(row.arrived_at for row in rows) < story.line_lost_at <= NOW < story.line_back_at
    with region.reading() as session:
        states = session.exec(select(Counter.state).where(Counter.branch_id == OFFLINE)).all()
    assert set(states) == {CounterState.CLOSED}


def test_every_hall_has_its_people_and_every_account_is_marked(region: Store) -> None:
    with region.reading() as session:
        accounts = {account.name: account for account in session.exec(select(Account))}
        halls = session.exec(select(Branch)).all()
        names = session.exec(select(Staff.name)).all()
        session.expunge_all()
    assert {"demo-manager", "demo-administrator", "demo-auditor"} <= set(accounts)
    assert all(account.demo for account in accounts.values())
    for hall in halls:
        assert hall.demo
        assert {f"demo-{role}-{hall.id}" for role in ("supervisor", "guide", "clerk")} <= set(accounts)
        assert accounts[f"demo-clerk-{hall.id}"].staff_id == f"{hall.id}-01"
    assert len(set(names)) == len(names)
    assert halls[0].hall_class is HallClass.A
