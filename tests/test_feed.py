"""The demo halls while the application runs: driven step by step with a clock of the test's own."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlmodel import col, select

from actions import calling, counters, serving, tickets
from actions.closing import close_hall, settle, stop_tickets
from actions.press import Stamp
from models.actor import Actor, actor_of, machine_actor
from models.store import Store
from models.store import store as store_of
from models.tables import Account, AuditEvent, BranchPulse, Counter, Interaction
from seed import demo
from seed.commands import commands
from seed.demo import Size
from seed.floor import Floor
from seed.region import PEOPLES_COUNTER, ZONE, plans
from seed.story import Story, kept_story
from standards.hall_day import Settle
from standards.vocabulary import OPEN, Channel, CounterState, Outcome

NOW = datetime(2026, 3, 19, 8, 50, tzinfo=UTC)
"""A Thursday, 16:50 in the halls: forty minutes to closing."""
NIGHT = datetime(2026, 3, 18, 19, 0, tzinfo=UTC)
"""Three in the morning."""
ROUND_THE_CLOCK, BY_DAY = plans(2)
STEP = timedelta(seconds=4)


@pytest.fixture(scope="module")
def afternoon_file(reference_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_at(NOW, reference_file, tmp_path_factory.mktemp("afternoon"))


@pytest.fixture(scope="module")
def night_file(reference_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_at(NIGHT, reference_file, tmp_path_factory.mktemp("night"))


def made_at(now: datetime, reference_file: Path, folder: Path) -> Path:
    """Two demo halls on one day up to an instant."""
    file = folder / "demo.db"
    shutil.copy(reference_file, file)
    made = store_of(f"sqlite:///{file}")
    demo.build(made, Size(halls=2, days=1, seed=5), now=now)
    made.close()
    return file


def copied(file: Path, tmp_path: Path) -> Store:
    shutil.copy(file, tmp_path / "demo.db")
    return store_of(f"sqlite:///{tmp_path / 'demo.db'}")


@pytest.fixture
def afternoon(afternoon_file: Path, tmp_path: Path) -> Iterator[Store]:
    made = copied(afternoon_file, tmp_path)
    yield made
    made.close()


@pytest.fixture
def night(night_file: Path, tmp_path: Path) -> Iterator[Store]:
    made = copied(night_file, tmp_path)
    yield made
    made.close()


def story_of(store: Store) -> Story:
    with store.reading() as session:
        story = kept_story(session)
    assert story is not None
    return story


def day_floor(store: Store) -> Floor:
    """The hall that closes at 17:30, with the same chance every time."""
    return Floor(store, story_of(store), Random(1), halls=(BY_DAY,))


def moved(floor: Floor, since: datetime, lasting: timedelta, stride: timedelta = STEP) -> datetime:
    """Step through a time; its end."""
    at = since
    while at < since + lasting:
        at += stride
        floor.step(at)
    return at


def rows_of(store: Store, code: str) -> list[Interaction]:
    with store.reading() as session:
        rows = list(session.exec(select(Interaction).where(Interaction.branch_id == code)))
        session.expunge_all()
    return rows


def counters_of(store: Store, code: str) -> dict[int, Counter]:
    with store.reading() as session:
        found = {row.id: row for row in session.exec(select(Counter).where(Counter.branch_id == code))}
        session.expunge_all()
    return found


def clerk_of(store: Store, code: str) -> Actor:
    with store.reading() as session:
        return actor_of(session, session.exec(select(Account).where(Account.name == f"demo-clerk-{code}")).one())


def test_closing_leaves_nothing_open(afternoon: Store, caplog: pytest.LogCaptureFixture) -> None:
    before = {row.id for row in rows_of(afternoon, BY_DAY.code)}
    floor = day_floor(afternoon)
    with caplog.at_level(logging.INFO, "seed"):
        end = moved(floor, NOW, timedelta(hours=2, minutes=30), timedelta(seconds=8))
    rows = rows_of(afternoon, BY_DAY.code)
    closing = NOW + timedelta(minutes=40)
    came = [row for row in rows if row.id not in before]
    assert [row for row in rows if row.outcome in OPEN] == []
    assert {row.state for row in counters_of(afternoon, BY_DAY.code).values()} == {CounterState.CLOSED}
    assert len([row for row in came if row.channel is Channel.COUNTER]) >= 5
    assert max(row.arrived_at for row in came if row.id == row.visit_id) <= closing
    assert any((row.ended_at or closing) > closing for row in rows)
    assert all(row.ended_at or row.left_at or row.outcome is not Outcome.COMPLETED for row in rows)
    assert floor.errors == 0
    assert caplog.records == []
    moved(floor, end, timedelta(minutes=1))
    assert len(rows_of(afternoon, BY_DAY.code)) == len(rows)


def test_the_stamps_of_live_visits_are_in_order(afternoon: Store) -> None:
    before = {row.id for row in rows_of(afternoon, BY_DAY.code)}
    moved(day_floor(afternoon), NOW, timedelta(minutes=80), timedelta(seconds=8))
    came = [row for row in rows_of(afternoon, BY_DAY.code) if row.id not in before and row.outcome not in OPEN]
    for row in came:
        stages = (row.arrived_at, row.called_at, row.last_called_at, row.greeted_at, row.started_at, row.ended_at)
        stamps = [at for at in stages if at is not None]
        assert stamps == sorted(stamps)
    assert any(row.handling_ms for row in came)


def press(store: Store, actor: Actor, key: str, at: datetime, counter: int, what: str) -> None:
    """A person's press at a counter of the day hall."""
    do = {"sign_on": counters.sign_on, "call_next": calling.call_next, "greet": serving.greet}[what]
    with store.writing() as session:
        do(session, actor, Stamp(BY_DAY.code, key, at), counter)


@pytest.mark.parametrize("number", [PEOPLES_COUNTER, 5])
def test_a_persons_counter_is_left_to_the_person(number: int, afternoon: Store) -> None:
    clerk = clerk_of(afternoon, BY_DAY.code)
    for what in ("sign_on", "call_next", "greet"):
        press(afternoon, clerk, f"person/{what}", NOW, number, what)
    counter = counters_of(afternoon, BY_DAY.code)[number]
    mine = [row for row in rows_of(afternoon, BY_DAY.code) if row.staff_id == clerk.staff_id and row.outcome in OPEN]
    moved(day_floor(afternoon), NOW, timedelta(hours=3), timedelta(seconds=20))
    assert len(mine) == 1
    assert counters_of(afternoon, BY_DAY.code)[number] == counter
    assert [row for row in rows_of(afternoon, BY_DAY.code) if row.outcome in OPEN] == mine


def test_a_ticket_that_a_person_gave_is_served_by_the_others(afternoon: Store) -> None:
    with afternoon.writing() as session:
        guide = actor_of(session, session.exec(select(Account).where(Account.name == "demo-guide-H02")).one())
        given = tickets.take_ticket(session, guide, Stamp(BY_DAY.code, "person/ticket", NOW), "enquiry")
    moved(day_floor(afternoon), NOW, timedelta(hours=1), timedelta(seconds=15))
    row = next(row for row in rows_of(afternoon, BY_DAY.code) if row.id == given.interaction_id)
    assert row.outcome in {Outcome.COMPLETED, Outcome.TRANSFERRED, Outcome.LEFT}
    assert row.called_at is not None


def test_a_press_that_came_first_is_no_error(afternoon: Store, caplog: pytest.LogCaptureFixture) -> None:
    floor = day_floor(afternoon)
    at = NOW + timedelta(minutes=10)
    hall = floor.halls(at)[BY_DAY.code]
    decided = list(commands(hall))
    floor.step(at)
    with caplog.at_level(logging.INFO, "seed"):
        for command in decided:
            floor.give(BY_DAY, command, at)
    assert decided
    assert caplog.records == []
    with afternoon.reading() as session:
        keys = session.exec(select(AuditEvent.key).where(col(AuditEvent.key).in_([c.key for c in decided]))).all()
    assert len(keys) == len(decided)


def test_a_restart_simply_goes_on(afternoon: Store) -> None:
    first = day_floor(afternoon)
    at = moved(first, NOW, timedelta(minutes=5)) + timedelta(minutes=10)
    second = Floor(afternoon, story_of(afternoon), Random(99), halls=(BY_DAY,))
    decided = [[command.key for command in commands(floor.halls(at)[BY_DAY.code])] for floor in (first, second)]
    assert decided[0] == decided[1] != []


def test_one_halls_error_does_not_stop_the_others(afternoon: Store, caplog: pytest.LogCaptureFixture) -> None:
    impossible = replace(ROUND_THE_CLOCK, prompt_seconds=-1.0)
    floor = Floor(afternoon, story_of(afternoon), Random(1), halls=(impossible, BY_DAY))
    with caplog.at_level(logging.ERROR, "seed"):
        moved(floor, NOW, timedelta(minutes=5))
    assert 1 <= floor.errors <= 6  # it rests for a minute after each
    assert ROUND_THE_CLOCK.code in caplog.text
    assert BY_DAY.code not in caplog.text
    with afternoon.reading() as session:
        assert session.get_one(BranchPulse, BY_DAY.code).changed_at > NOW


def test_a_hall_that_somebody_closes_has_no_more_customers_and_stays_closed(afternoon: Store) -> None:
    head, today, floor = machine_actor("head"), NOW.astimezone(ZONE).date(), day_floor(afternoon)
    with afternoon.writing() as session:
        stop_tickets(session, head, Stamp(BY_DAY.code, "stop", NOW), today)
    visits = {row.visit_id for row in rows_of(afternoon, BY_DAY.code)}
    later = moved(floor, NOW, timedelta(minutes=4))
    inside = [(row.id, row.version) for row in rows_of(afternoon, BY_DAY.code) if row.outcome in OPEN]
    assert {row.visit_id for row in rows_of(afternoon, BY_DAY.code)} == visits
    with afternoon.writing() as session:
        settle(session, head, Stamp(BY_DAY.code, "settle", later), today, inside, Settle.LEFT)
        close_hall(session, head, Stamp(BY_DAY.code, "close", later), today)
    moved(floor, later, timedelta(minutes=2))
    assert [row for row in rows_of(afternoon, BY_DAY.code) if row.outcome in OPEN] == []
    assert {counter.staff_id for counter in counters_of(afternoon, BY_DAY.code).values()} == {None}
    assert floor.errors == 0


def test_the_hall_round_the_clock_is_lively_at_night(night: Store) -> None:
    floor = Floor(night, story_of(night), Random(2), halls=(ROUND_THE_CLOCK,))
    waiting: list[int] = []
    at = NIGHT
    for _ in range(8):
        at = moved(floor, at, timedelta(minutes=3))
        waiting.append(sum(row.outcome is Outcome.WAITING for row in rows_of(night, ROUND_THE_CLOCK.code)))
    states = [row.state for row in counters_of(night, ROUND_THE_CLOCK.code).values()]
    assert 2 <= sum(waiting) / len(waiting) <= 14
    assert 6 <= sum(state is not CounterState.CLOSED for state in states) <= 9
    assert states.count(CounterState.SERVING) >= 4
    assert floor.errors == 0


def test_a_hall_that_is_closed_stays_quiet(night: Store) -> None:
    before = rows_of(night, BY_DAY.code)
    moved(day_floor(night), NIGHT, timedelta(minutes=10))
    assert rows_of(night, BY_DAY.code) == before
