"""Backups by themselves: when they are due, which are kept, and what is told when the share, disk or key is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlmodel import col, select

from actions import backups
from actions.backup_settings import MARK, set_schedule, take_key
from actions.backups import LOCK, back_up, due
from actions.refusal import Refused
from models.access import BackupRun
from models.actor import Actor, Grant, NotAllowed
from models.alone import alone
from models.backup import sealed_backup
from models.backup_key import key_file
from models.backup_schedule import BackupTrouble, Schedule, is_due, kept, last_time
from models.store import Store
from models.tables import AuditEvent
from standards.vocabulary import Role
from tests.desks import HEAD
from web.backups import back_up_if_due

NOW = datetime(2026, 11, 22, 3, 0, 30, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
KEEPER = Actor("9", "keeper", (Grant(Role.ADMINISTRATOR, None),))


class Clock:
    """The server's time, moved by the test."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def share(embedded_store: Store, tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    set_up(embedded_store, folder)
    return folder


@pytest.fixture
def clock() -> Clock:
    return Clock()


def set_up(store: Store, folder: Path | str, **named: Any) -> None:
    keep = {"hour": 3, "days": 2, "weeks": 0, "months": 0} | named
    with store.writing() as session:
        set_schedule(session, KEEPER, folder=str(folder), now=NOW, **keep)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != MARK)


def runs(store: Store) -> list[BackupRun]:
    with store.reading() as session:
        found = list(session.exec(select(BackupRun).order_by(col(BackupRun.began_at))))
        session.expunge_all()
    return found


def test_the_button_makes_a_verified_backup_and_says_so_in_the_trail(
    embedded_store: Store, share: Path, clock: Clock
) -> None:
    made = back_up(embedded_store, KEEPER, clock=clock)
    assert (made.verified_at, made.trouble) == (NOW, None)
    assert files(share) == [Path(made.path).name, f"{Path(made.path).name}.sha256"]
    (run,) = runs(embedded_store)
    assert (run.path, run.size, run.rehearsed_at, run.by, run.encrypted) == (made.path, made.size, NOW, "keeper", True)
    with embedded_store.reading() as session:
        actions = session.exec(select(AuditEvent.action)).all()
    assert actions.count("back_up") == 1


def test_only_who_keeps_the_installation_may(embedded_store: Store, share: Path, clock: Clock) -> None:
    with pytest.raises(NotAllowed):
        back_up(embedded_store, HEAD, clock=clock)
    with pytest.raises(NotAllowed), embedded_store.writing() as session:
        set_schedule(session, HEAD, folder="", hour=1, days=1, weeks=1, months=1, now=NOW)
    with pytest.raises(NotAllowed), embedded_store.writing() as session:
        take_key(session, HEAD, reason="for the safe", now=NOW)
    assert files(share) == []


def test_the_job_makes_one_a_day_and_lets_older_ones_go(embedded_store: Store, share: Path, clock: Clock) -> None:
    foreign = share / "monitor-20200101T0000Z.backup.age"
    foreign.write_text("somebody else's")
    tried = []
    for _ in range(4):
        tried.append(back_up_if_due(embedded_store, clock))
        tried.append(back_up_if_due(embedded_store, clock))
        clock.at += timedelta(days=1)
    assert tried == [True, False] * 4
    kept_files = [name for name in files(share) if name.endswith(".age")]
    assert kept_files[0] == foreign.name
    assert [name[: len("monitor-20261124T0300")] for name in kept_files[1:]] == [
        "monitor-20261124T0300",
        "monitor-20261125T0300",
    ]
    assert [run.removed_at is None for run in runs(embedded_store)] == [False, False, True, True]


def test_nothing_is_made_until_a_folder_is_named(embedded_store: Store, clock: Clock) -> None:
    assert not back_up_if_due(embedded_store, clock)
    with pytest.raises(Refused) as caught:
        back_up(embedded_store, KEEPER, clock=clock)
    assert caught.value.reason == "no_folder_set"


def test_a_share_that_is_away_is_told_and_tried_again(embedded_store: Store, share: Path, clock: Clock) -> None:
    first = back_up(embedded_store, KEEPER, clock=clock)
    share.rename(share.with_name("away"))
    share.mkdir()  # what stands there when it is not mounted
    clock.at += timedelta(days=1)
    for _ in range(3):
        assert back_up_if_due(embedded_store, clock)
        assert not back_up_if_due(embedded_store, clock), "not again within minutes"
        clock.at += timedelta(minutes=11)
    good, failed = runs(embedded_store)
    assert (failed.error, failed.path, good.removed_at) == (BackupTrouble.NO_FOLDER, "", None)
    assert files(share) == []
    share.rmdir()
    share.with_name("away").rename(share)
    assert back_up_if_due(embedded_store, clock)
    assert [run.error for run in runs(embedded_store)] == ["", ""]
    assert Path(first.path).exists()


def test_what_cannot_be_read_back_is_no_backup_and_the_last_good_one_stays(
    embedded_store: Store, share: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(embedded_store, share, days=0)
    good = back_up(embedded_store, KEEPER, clock=clock)

    written = sealed_backup

    def on_a_bad_disk(url: str, path: Path, **named: Any) -> Any:
        copy = written(url, path, **named)
        content = bytearray(copy.path.read_bytes())
        content[len(content) // 2] ^= 1
        copy.path.write_bytes(content)
        return copy

    monkeypatch.setattr(backups, "sealed_backup", on_a_bad_disk)
    clock.at += timedelta(days=1)
    bad = back_up(embedded_store, KEEPER, clock=clock)
    assert (bad.trouble, bad.verified_at, bad.path) == (BackupTrouble.NOT_WHOLE, None, "")
    assert [name for name in files(share) if name.endswith(".age")] == [Path(good.path).name]


def test_one_by_hand_in_the_minute_of_another_is_its_own_file_and_both_are_let_go_in_turn(
    embedded_store: Store, share: Path, clock: Clock
) -> None:
    older = share / "monitor-20261122T0300Z.backup.age"  # named to the minute, as they were
    Path(back_up(embedded_store, KEEPER, clock=clock).path).rename(older)
    with embedded_store.writing() as session:
        session.exec(select(BackupRun)).one().path = str(older)
    clock.at += timedelta(seconds=20)
    assert back_up(embedded_store, KEEPER, clock=clock).trouble is None
    clock.at += timedelta(seconds=20)
    newest = back_up(embedded_store, KEEPER, clock=clock)
    assert [name for name in files(share) if name.endswith(".age")] == [Path(newest.path).name]


def test_two_at_once_make_one(embedded_store: Store, share: Path, tmp_path: Path, clock: Clock) -> None:
    with alone(tmp_path / LOCK) as mine:
        assert mine
        with pytest.raises(Refused) as caught:
            back_up(embedded_store, KEEPER, clock=clock)
        assert not back_up_if_due(embedded_store, clock)
    assert caught.value.reason == "running"
    assert back_up_if_due(embedded_store, clock)


def test_what_a_killed_one_left_is_cleared_and_told(
    embedded_store: Store, share: Path, tmp_path: Path, clock: Clock
) -> None:
    left = [tmp_path / "backup-scratch.db.77.part", share / "monitor-20261121T030000Z.backup.age.77.part"]
    for path in left:
        path.write_bytes(b"half")
    with embedded_store.writing() as session:
        session.add(BackupRun(id=uuid4(), began_at=NOW - timedelta(days=1), by="schedule"))
    back_up(embedded_store, KEEPER, clock=clock)
    assert [path.exists() for path in left] == [False, False]
    assert [run.error for run in runs(embedded_store)] == [BackupTrouble.STOPPED, ""]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"folder": "backups"}, "bad_folder"),
        ({"folder": "/nowhere/at/all"}, "no_folder"),
        ({"folder": "", "hour": 24}, "bad_number"),
        ({"folder": "", "days": -1}, "bad_number"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(embedded_store: Store, change: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused) as caught:
        set_up(embedded_store, **change)
    assert caught.value.reason == reason


def test_the_key_is_taken_with_a_reason_that_stands_in_the_trail(embedded_store: Store) -> None:
    with pytest.raises(Refused), embedded_store.writing() as session:
        take_key(session, KEEPER, reason=" ", now=NOW)
    with embedded_store.writing() as session:
        text = take_key(session, KEEPER, reason="for the safe", now=NOW)
    assert text == key_file(embedded_store.url).read_text()
    with embedded_store.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "take_backup_key")).one()
        assert event.reason == "for the safe"
        assert "AGE-SECRET-KEY" not in str(event.model_dump())


def test_a_server_s_backups_are_its_own(served_store: Store, clock: Clock) -> None:
    with served_store.reading() as session:
        assert not due(session, now=NOW)
    with pytest.raises(Refused) as caught:
        back_up(served_store, KEEPER, clock=clock)
    assert caught.value.reason == "served"


def a_run(at: datetime, verified: bool = True) -> BackupRun:
    return BackupRun(id=uuid4(), began_at=at, rehearsed_at=at if verified else None, by="schedule", path="x")


Runs = some.lists(some.integers(0, 24 * 400), max_size=40, unique=True)


@given(Runs, Runs, some.integers(0, 9), some.integers(0, 9), some.integers(0, 9))
def test_the_newest_verified_backup_is_always_kept_and_never_more_than_was_asked_for(
    good: list[int], bad: list[int], days: int, weeks: int, months: int
) -> None:
    made = [a_run(NOW - timedelta(hours=hours)) for hours in good]
    failed = [a_run(NOW - timedelta(hours=hours), verified=False) for hours in bad]
    schedule = Schedule(Path("/x"), 3, days, weeks, months)
    stay = kept([*made, *failed], schedule, SHANGHAI)
    assert not made or max(made, key=lambda run: run.began_at).id in stay
    assert stay <= {run.id for run in made}
    assert len(stay) <= max(1, days + weeks + months)
    assert stay == kept([run for run in made if run.id in stay], schedule, SHANGHAI), "twice is once"


def test_the_hour_is_the_hall_s_own() -> None:
    schedule = Schedule(Path("/x"), hour=3)
    assert last_time(schedule, SHANGHAI, now=NOW) == datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
    early = datetime(2026, 11, 21, 18, 59, tzinfo=UTC)
    assert last_time(schedule, SHANGHAI, now=early) == datetime(2026, 11, 20, 19, 0, tzinfo=UTC)


def test_one_that_was_not_verified_does_not_count() -> None:
    schedule = Schedule(Path("/x"), hour=3)
    tried = a_run(NOW - timedelta(hours=1), verified=False)
    assert is_due([tried], schedule, SHANGHAI, now=NOW)
    assert not is_due([tried, a_run(NOW - timedelta(hours=2))], schedule, SHANGHAI, now=NOW)
