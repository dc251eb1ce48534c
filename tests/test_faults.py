"""Real faults: what was acknowledged is there, the sentence says what to do, work goes on without a restart."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from actions.calling import call_next
from actions.counters import sign_on
from actions.serving import finish, greet
from actions.tickets import take_ticket
from analytics.board import board
from analytics.system_state import clock_ahead
from models import backup as backups
from models import store as stores
from models.backup import sealed_backup
from models.check import check
from models.command_line import Refusal
from models.damage import damage, kept_aside, look_for_damage
from models.store import Store, StoreAway
from models.store import store as store_of
from models.store_trouble import said_of
from models.tables import AuditEvent, CounterSpell
from tests.desks import GUIDE, HALL, HEAD, WANG, Desk, a_store_with, the_working_hall
from tests.engines import Holding, ServedDatabases, fill
from tests.postgres_cluster import a_cluster

NOW = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
MOUNT = "/bin/mount"


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[Path]:
    """A file system of its own; skipped where the tests may not mount one."""
    place.mkdir(exist_ok=True)
    done = subprocess.run([MOUNT, *options, str(place)], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("no right to mount a file system here")
    try:
        yield place
    finally:
        subprocess.run(["/bin/umount", "-l", str(place)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=4m", "tmpfs") as place:
        yield place


def fill_up(disk: Path) -> Path:
    """Take all the room there is."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as written, contextlib.suppress(OSError):
        while True:
            written.write(bytes(4096))
    assert shutil.disk_usage(disk).free == 0
    return ballast


def refused(work: Callable[[], object]) -> str:
    """The sentence that whoever pressed is shown."""
    with pytest.raises(StoreAway) as caught:
        work()
    return str(said_of(caught.value))


def events(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.exec(select(AuditEvent.key).order_by(AuditEvent.line)))  # type: ignore[arg-type]


def press_until(desk: Desk, stop: int) -> list[str]:
    """Tickets, one after the other; the keys that were acknowledged."""
    return [press_one(desk, number) for number in range(stop)]


def press_one(desk: Desk, number: int) -> str:
    desk.press(take_ticket, GUIDE, "payment", key=f"ticket-{number}")
    return f"ticket-{number}"


def test_a_full_disk_takes_nothing_and_loses_nothing_and_room_is_enough_to_go_on(small_disk: Path) -> None:
    store = a_store_with(small_disk, the_working_hall())
    desk = Desk(store)
    taken = press_until(desk, 3)
    ballast = fill_up(small_disk)
    said = refused(lambda: taken.extend(press_one(desk, number) for number in range(3, 500)))
    assert "disk is full" in said
    assert events(store) == taken
    ballast.unlink()
    taken.append(press_one(desk, len(taken)))
    assert events(store) == taken
    assert check(store).whole
    store.close()


def test_a_database_at_its_limit_says_so_wherever_there_is_no_disk_to_fill(working_hall_file: Store) -> None:
    with working_hall_file.writing() as session:
        session.connection().exec_driver_sql("PRAGMA max_page_count=1")  # SQLite takes what it has as the limit
    desk = Desk(working_hall_file)
    with pytest.raises(StoreAway) as caught:
        press_until(desk, 500)
    assert "disk is full" in str(said_of(caught.value))
    before = events(working_hall_file)
    working_hall_file.close()  # the limit was the connection's
    desk.press(take_ticket, GUIDE, "payment", key="again")
    assert events(working_hall_file) == [*before, "again"]


@pytest.fixture
def working_hall_file(tmp_path: Path) -> Iterator[Store]:
    store = a_store_with(tmp_path, the_working_hall())
    yield store
    store.close()


def test_a_disk_that_becomes_read_only_is_told_and_written_to_again(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    with mounted(tmp_path / "seen", "--bind", str(tmp_path / "real")) as place:
        store = a_store_with(place, the_working_hall())
        desk = Desk(store)
        desk.press(take_ticket, GUIDE, "payment", key="before")
        store.close()
        subprocess.run([MOUNT, "-o", "remount,bind,ro", str(place)], check=True)
        said = refused(lambda: desk.press(take_ticket, GUIDE, "payment", key="meanwhile"))
        assert "can't use its disk" in said
        subprocess.run([MOUNT, "-o", "remount,bind,rw", str(place)], check=True)
        desk.press(take_ticket, GUIDE, "payment", key="after")
        assert events(store) == ["before", "after"]
        store.close()


def test_who_writes_for_too_long_is_told_of_and_the_next_press_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "LOCK_PATIENCE", timedelta(milliseconds=100))
    store = a_store_with(tmp_path, the_working_hall())
    desk = Desk(store)
    with closing(sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "Somebody else" in refused(lambda: desk.press(take_ticket, GUIDE, "payment", key="meanwhile"))
        with store.reading() as session:
            assert board(session, HEAD, branch_id=HALL, now=desk.now).waiting == ()
    desk.press(take_ticket, GUIDE, "payment", key="meanwhile")
    assert events(store) == ["meanwhile"]
    store.close()


def test_a_server_stopped_and_started_again_keeps_every_acknowledged_press() -> None:
    with a_cluster() as cluster:
        served = ServedDatabases.on(cluster.url)
        with served.new(None) as url:
            fill(url, Holding.WORKING_HALL)
            store = Store(url)
            desk = Desk(store)
            taken = press_until(desk, 3)
            cluster.stop()  # at once, as a power cut
            assert "can't be reached" in refused(lambda: desk.press(take_ticket, GUIDE, "payment", key="meanwhile"))
            cluster.start()
            desk.press(take_ticket, GUIDE, "payment", key="meanwhile")
            assert events(store) == [*taken, "meanwhile"]
            store.close()
            store_of(url).close()
            served.engine.dispose()


def test_a_clock_set_back_loses_no_press_and_makes_no_time_negative(working_hall: Store) -> None:
    desk = Desk(working_hall)
    desk.press(sign_on, WANG, 1)
    desk.press(take_ticket, GUIDE, "payment")
    desk.wait(minutes=4)
    desk.now -= timedelta(hours=1)
    for command in (call_next, greet, finish):
        desk.press(command, WANG, 1)
        desk.now -= timedelta(minutes=20)
    (row,) = desk.rows()
    assert (row.wait_ms, row.greeting_ms, row.handling_ms) == (0, 0, 0)
    with working_hall.reading() as session:
        lines = session.exec(select(AuditEvent.line, AuditEvent.action)).all()
        assert [action for _, action in sorted(lines)] == ["sign_on", "take_ticket", "call_next", "greet", "finish"]
        last = session.exec(select(CounterSpell).where(CounterSpell.ended_at == None)).all()  # noqa: E711 - a column
        assert len(last) == 1
        assert clock_ahead(session, now=desk.now) == timedelta(minutes=20)
        assert clock_ahead(session, now=desk.now + timedelta(minutes=20)) is None
    assert check(working_hall).whole


@pytest.fixture
def full_file(tmp_path: Path) -> Path:
    """A closed database with some presses in it."""
    store = a_store_with(tmp_path, the_working_hall())
    press_until(Desk(store), 5)
    store.close()
    return tmp_path / "monitor.db"


def first_page(content: bytearray) -> None:
    content[:4096] = bytes(4096)


def a_page_within(content: bytearray) -> None:
    content[4096 * 8 : 4096 * 12] = b"\xff" * (4096 * 4)


def cut_off(content: bytearray) -> None:
    del content[len(content) // 2 :]


@pytest.mark.parametrize("harm", [first_page, a_page_within, cut_off])
def test_a_damaged_file_is_set_aside_as_it_is(full_file: Path, harm: Callable[[bytearray], None]) -> None:
    content = bytearray(full_file.read_bytes())
    harm(content)
    full_file.write_bytes(content)
    url = f"sqlite:///{full_file}"
    found = look_for_damage(url, now=NOW)
    assert found is not None
    assert found.name == "monitor-20261122T031500Z-damaged.db"
    assert kept_aside(url) == (full_file.with_name(found.name),)
    # Only the header knows that its log was folded in.
    assert full_file.with_name(found.name).read_bytes()[100:] == content[100:]
    assert not full_file.exists()
    assert damage(url) == found == look_for_damage(url, now=NOW + timedelta(hours=1)), "until somebody decides"


def test_a_whole_file_and_one_that_is_not_there_are_left(full_file: Path, tmp_path: Path) -> None:
    content = full_file.read_bytes()
    assert look_for_damage(f"sqlite:///{full_file}", now=NOW) is None
    assert look_for_damage(f"sqlite:///{tmp_path / 'none.db'}", now=NOW) is None
    assert look_for_damage("postgresql+psycopg://somewhere/x", now=NOW) is None
    assert full_file.read_bytes() == content
    assert not (tmp_path / "none.db").exists()


def test_what_crashed_in_the_middle_is_no_damage(full_file: Path) -> None:
    store = Store(f"sqlite:///{full_file}")
    press_until(Desk(store), 7)
    beside = [full_file.with_name(full_file.name + end) for end in ("", "-wal", "-shm")]
    kept = {path: path.read_bytes() for path in beside}
    store.close()
    for path, content in kept.items():
        path.write_bytes(content)
    assert look_for_damage(f"sqlite:///{full_file}", now=NOW) is None
    again = Store(f"sqlite:///{full_file}")
    assert len(events(again)) == 7
    again.close()


def test_somebody_else_s_file_is_never_renamed(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("dear" * 1000)
    with pytest.raises(Refusal) as caught:
        look_for_damage(f"sqlite:///{letter}", now=NOW)
    assert caught.value.reason == "no_database"
    assert letter.read_text() == "dear" * 1000


def test_a_damaged_file_that_another_process_works_on_is_left_to_it(full_file: Path) -> None:
    with closing(sqlite3.connect(full_file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=wal")
        other.execute("BEGIN IMMEDIATE")
        content = bytearray(full_file.read_bytes())
        a_page_within(content)
        full_file.write_bytes(content)
        with pytest.raises(Refusal) as caught:
            look_for_damage(f"sqlite:///{full_file}", now=NOW)
        other.execute("ROLLBACK")
    assert caught.value.reason == "in_use"
    assert full_file.exists()


def test_a_full_disk_leaves_no_half_of_a_backup(
    small_disk: Path, full_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{full_file}"
    ballast = fill_up(small_disk)
    with pytest.raises(Refusal) as caught:
        sealed_backup(url, small_disk, now=NOW)
    assert caught.value.reason == "no_room"
    monkeypatch.setattr(backups, "_room", lambda path, source: None)  # the room was taken after it was looked for
    os.truncate(ballast, ballast.stat().st_size - 100_000)
    with pytest.raises(Refusal) as caught:
        sealed_backup(url, small_disk, now=NOW)
    assert caught.value.reason == "not_written"
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]
    assert [path.name for path in full_file.parent.iterdir() if "scratch" in path.name] == []
