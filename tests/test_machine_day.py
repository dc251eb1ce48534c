"""A whole day of a class-A hall through its machines: every visit is here once with the right stamps, come what may."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from actions.closing import close_hall, open_visits, settle
from actions.devices import set_folder
from actions.press import Stamp
from analytics.day_figures import day_figures
from analytics.reconciliation import reconciliation
from bench.machine_day import SITUATIONS, VISITS, machine_day
from bench.machine_hall import COUNTERS, HALL, QUEUE_MACHINE, ROOT, ZONE, a_machine_hall, kinds, pad
from bench.machine_sending import NONE, SENT, Troubles, as_csv, sent
from bench.machine_truth import Day, Told
from ingest.events import take_in_all
from ingest.watched_folder import folder_of
from ingest.watching import Watch
from models.backup import backup
from models.store import Store
from models.tables import Counter as HallCounter
from models.tables import DeviceEvent, Interaction
from standards.day_report import Column
from standards.hall_day import Settle
from standards.vocabulary import NEVER_JUDGED, OPEN, Begun, CounterState, DeviceKind, EventState, Outcome
from tests.conftest import RunningApp

DAY = date(2026, 3, 3)
MORNING = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TROUBLES = Troubles(
    duplicates=0.2,
    shuffled=True,
    off={QUEUE_MACHINE: timedelta(seconds=90), pad(3): timedelta(seconds=-90)},
    offline={pad(5): (datetime(2026, 3, 3, 2, 0, tzinfo=UTC), datetime(2026, 3, 3, 3, 0, tzinfo=UTC))},
)


@pytest.fixture(scope="module")
def day() -> Day:
    return machine_day(DAY)


@pytest.fixture(scope="module")
def small() -> Day:
    """Every situation at least once, in sixty visits."""
    return machine_day(DAY, visits=60, seed=2)


@pytest.fixture
def hall(store: Store) -> dict[str, str]:
    """The hall; the tokens of its devices."""
    with store.writing() as session:
        return a_machine_hall(session, now=MORNING)


@pytest.fixture(scope="module")
def two_days(day: Day, reference_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """The day as it should come, and the same with everything that goes wrong."""
    made = []
    for name, troubles, every in (("plain", NONE, HOUR), ("troubled", TROUBLES, HOUR / 4)):
        file = tmp_path_factory.mktemp(name) / "monitor.db"
        shutil.copy(reference_file, file)
        one = Store(f"sqlite:///{file}")
        with one.writing() as session:
            a_machine_hall(session, now=MORNING)
        take_in(one, sent(day, every, troubles))
        made.append(one)
    yield made[0], made[1]
    for one in made:
        one.close()


def take_in(store: Store, batches: list[SENT], at_once: int = 40) -> None:
    """So many batches in each transaction, as under load."""
    for begin in range(0, len(batches), at_once):
        with store.writing() as session:
            take_in_all(session, HALL, batches[begin : begin + at_once])


def stored(store: Store) -> list[dict[str, Any]]:
    """What is here of the visits, as the truth names it, in the order of the tickets and their parts."""
    with store.reading() as session:
        found = session.exec(select(Interaction).where(Interaction.branch_id == HALL))
        rows = sorted(found, key=lambda row: (row.ticket or "", row.queued_at))
        return [{name: getattr(row, name) for name in Told.compared()} for row in rows]


def true(day: Day) -> list[dict[str, Any]]:
    told = sorted(day.truth, key=lambda told: told.ticket)  # its parts stay in their order
    return [{name: getattr(one, name) for name in Told.compared()} for one in told]


def differing(found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[str]:
    """Each column that is not as it was, by ticket."""
    return [
        f"{is_there['ticket']} {name}: {is_there[name]} for {should[name]}"
        for is_there, should in zip(found, wanted, strict=True)
        for name in should
        if is_there[name] != should[name]
    ]


def states(store: Store) -> Counter[tuple[EventState, str]]:
    with store.reading() as session:
        found = session.exec(select(DeviceEvent.state, DeviceEvent.reason)).all()
        return Counter((EventState(state), reason) for state, reason in found)


def test_the_simulated_day_holds_every_situation_and_is_the_same_for_its_seed(day: Day, small: Day) -> None:
    for one, visits in ((day, VISITS), (small, 60)):
        assert set(one.situations) >= set(SITUATIONS)
        assert len({told.ticket for told in one.truth}) == visits == one.tickets
    assert {told.outcome for told in day.truth} >= set(Outcome) - OPEN
    assert sum(told.arrived_at.astimezone(ZONE).hour == 8 and told.arrived_at.minute < 30 for told in day.truth) >= 12
    assert {told.priority for told in day.truth} >= {"elderly", "disabled", "pregnant", "soldier", "appointment"}
    assert machine_day(DAY).events == day.events


def test_every_visit_is_here_once_with_its_stamps(day: Day, two_days: tuple[Store, Store]) -> None:
    plain, _ = two_days
    assert differing(stored(plain), true(day)) == []
    assert set(states(plain)) == {(EventState.APPLIED, "")}


def test_shuffles_repeats_wrong_clocks_and_a_line_that_fails_change_nothing(
    day: Day, two_days: tuple[Store, Store]
) -> None:
    plain, troubled = two_days
    assert differing(stored(troubled), stored(plain)) == []
    assert states(troubled) == states(plain)


def test_what_the_machines_say_has_ended_is_not_open_here(day: Day, two_days: tuple[Store, Store]) -> None:
    ended = {event.ticket for events in day.events.values() for event in events if event.kind == "ended"}
    for store in two_days:
        with store.reading() as session:
            left = set(session.exec(select(Interaction.ticket).where(col(Interaction.outcome).in_(OPEN))))
            counters = set(session.exec(select(HallCounter.state)))
        assert not left & ended
        assert left == set(day.situations["away_for_good"])
        assert counters == {CounterState.CLOSED}


def test_the_day_reconciles_to_the_last_ticket(two_days: tuple[Store, Store]) -> None:
    for store in two_days:
        with store.reading() as session:
            found = reconciliation(session, ROOT, HALL, DAY)
        machine = next(one for one in found.machines if one.machine.id == QUEUE_MACHINE)
        assert (machine.day_total, machine.given, machine.visits_here) == (VISITS, VISITS, VISITS)
        assert found.equal
        assert found.reasons == ()


def test_at_closing_every_visit_is_settled_and_the_report_recounts_to_the_last_ticket(
    day: Day, two_days: tuple[Store, Store], tmp_path: Path
) -> None:
    file = tmp_path / "evening.db"
    backup(two_days[0].url, file)
    evening = Store(f"sqlite:///{file}")
    with evening.writing() as session:
        left = [(row.id, row.version) for row in open_visits(session, HALL)]
        settle(session, ROOT, Stamp(HALL, "settle", NIGHT), DAY, left, Settle.LEFT)
        close_hall(session, ROOT, Stamp(HALL, "close", NIGHT), DAY)
    with evening.reading() as session:
        assert open_visits(session, HALL) == []
        figures = day_figures(session, ROOT, HALL, DAY, now=NIGHT)
    evening.close()
    assert figures is not None
    told = Counter(one.outcome for one in day.truth)
    first = Counter(one.outcome for one in day.truth if one.begun is Begun.TICKET)
    assert figures[Column.TICKETS].value == VISITS - first[Outcome.VOID] - first[Outcome.TEST]
    assert figures[Column.COMPLETED].value == told[Outcome.COMPLETED]
    assert figures[Column.DIVERTED].value == told[Outcome.DIVERTED]
    assert figures[Column.NO_SHOWS].value == told[Outcome.NO_SHOW]
    assert figures[Column.RATED].value == sum(one.rating is not None for one in day.truth)
    assert figures[Column.SETTLED].value == len(left) == len(day.situations["away_for_good"])
    waits = waits_of(two_days[0])
    assert figures[Column.MEAN_WAIT].value == sum(waits) / len(waits)
    assert figures[Column.COUNTERS_OPEN].value == len(COUNTERS)


def waits_of(store: Store) -> list[Any]:
    """The interactions of the day whose wait ended, among those that are judged."""
    judged = col(Interaction.outcome).not_in(NEVER_JUDGED)
    with store.reading() as session:
        return list(session.exec(select(Interaction.wait_ms).where(judged, col(Interaction.wait_ms).is_not(None))))


def test_the_day_sent_twice_is_there_once(store: Store, hall: dict[str, str], small: Day) -> None:
    take_in(store, sent(small, HOUR))
    before = stored(store)
    take_in(store, sent(small, 3 * HOUR))
    assert differing(before, true(small)) == []
    assert stored(store) == before


def test_the_day_comes_in_through_files(embedded_store: Store, small: Day) -> None:
    folders = {}
    with embedded_store.writing() as session:
        a_machine_hall(session, now=MORNING)
    for device in kinds():
        with embedded_store.writing() as session:
            set_folder(session, ROOT, HALL, device, f"{HALL}/{device}", None, now=MORNING)
        folders[device] = folder_of(embedded_store.url, f"{HALL}/{device}")
    watch = Watch(embedded_store)
    for device, events in small.events.items():
        folder = folders[device]
        assert folder is not None
        folder.mkdir(parents=True)
        (folder / "morning.csv").write_text(as_csv(events[: len(events) // 2]), "utf-8-sig")
        (folder / "whole.csv").write_text(as_csv(events), "gb18030")  # the second holds the first once more
    watch.look(NIGHT)
    put = watch.look(NIGHT)
    assert sum(one.unreadable for one in put) == 0
    assert len(put) == 2 * len(small.events)
    assert differing(stored(embedded_store), true(small)) == []
    assert watch.look(NIGHT) == []


def test_a_morning_comes_in_through_the_address(embedded_store: Store, app: RunningApp, small: Day) -> None:
    with embedded_store.writing() as session:
        hall = a_machine_hall(session, now=MORNING)
    for device, events in small.events.items():
        whole = [event.model_dump(mode="json", exclude_none=True) for event in events]
        for said in (whole[: len(whole) // 2], whole, whole):  # retries are harmless
            assert post(app.url, hall[device], said) == len(said)
    assert differing(stored(embedded_store), true(small)) == []


def post(url: str, token: str, events: list[dict[str, Any]]) -> int:
    """Send a batch; how many events were answered."""
    body = json.dumps({"sent_at": datetime.now(UTC).isoformat(), "events": events}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/api/events", body, headers), timeout=60) as answer:
        taken = json.load(answer)["taken"]
    assert {one["state"] for one in taken} <= {"applied", "waiting", "duplicate"}
    return len(taken)


def test_every_counter_has_a_pad_and_a_rating_device() -> None:
    found = Counter(kinds().values())
    assert found == {DeviceKind.QUEUE_MACHINE: 1, DeviceKind.CALL_PAD: len(COUNTERS), DeviceKind.RATING: len(COUNTERS)}
