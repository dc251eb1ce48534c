"""The embedded store keeps what it acknowledged, whoever else writes; what reads sees one moment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, select

from models.migrate import upgrade
from models.settings import put_setting, setting
from models.store import Store, database_url, sqlite_file
from models.tables import AuditEvent, Counter, Setting

THREADS, WRITES = 8, 100


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    upgrade(url)
    made = Store(url)
    yield made
    made.close()


def pragma(session: Session, name: str) -> object:
    return session.connection().execute(text(f"PRAGMA {name}")).scalar()


@pytest.mark.parametrize(
    ("name", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)]
)
def test_every_connection_is_set_right(empty: Store, name: str, value: object) -> None:
    with empty.writing() as session:
        assert pragma(session, name) == value
    with empty.reading() as session:
        assert pragma(session, name) == value


def test_threads_that_read_and_then_write_lose_nothing(empty: Store) -> None:
    with empty.writing() as session:
        put_setting(session, "presses", "0")

    def press(_thread: int) -> None:
        for _ in range(WRITES):
            with empty.writing() as session:
                put_setting(session, "presses", str(int(setting(session, "presses") or 0) + 1))

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(press, range(THREADS)))
    with empty.reading() as session:
        assert setting(session, "presses") == str(THREADS * WRITES)


def test_a_reader_sees_one_moment(empty: Store) -> None:
    with empty.reading() as before:
        assert setting(before, "word") is None
        with empty.writing() as session:
            put_setting(session, "word", "written")
        before.expire_all()
        assert "word" not in {row.name for row in before.exec(select(Setting))}
    with empty.reading() as after:
        assert setting(after, "word") == "written"


def test_a_reader_keeps_no_writer_waiting_and_no_writer_a_reader(empty: Store) -> None:
    with empty.writing() as session:
        put_setting(session, "word", "first")
    with empty.writing() as session:
        put_setting(session, "word", "second")
        session.flush()
        with empty.reading() as reader:
            assert setting(reader, "word") == "first"


def test_a_session_that_reads_cannot_write(empty: Store) -> None:
    with empty.reading() as session:
        put_setting(session, "word", "smuggled")
        with pytest.raises(OperationalError, match="readonly"):
            session.commit()
    with empty.reading() as session:
        assert setting(session, "word") is None


def test_a_connection_that_has_read_can_write_again(empty: Store) -> None:
    for word in ("first", "second"):
        with empty.reading() as session:
            setting(session, "word")
        with empty.writing() as session:
            put_setting(session, "word", word)
    with empty.reading() as session:
        assert setting(session, "word") == "second"


def test_a_write_that_fails_leaves_nothing(empty: Store) -> None:
    def fail_half_way() -> None:
        with empty.writing() as session:
            put_setting(session, "word", "half")
            session.flush()
            session.add(Counter(branch_id="nowhere", id=1))

    with pytest.raises(IntegrityError):
        fail_half_way()
    with empty.reading() as session:
        assert setting(session, "word") is None


def test_an_error_does_not_say_what_people_typed(empty: Store) -> None:
    with pytest.raises(IntegrityError) as caught, empty.writing() as session:
        session.add(Counter(branch_id="nowhere", id=1, business_types="secret-word"))
    assert "secret-word" not in str(caught.value)


def test_times_come_back_aware(empty: Store) -> None:
    now = datetime(2026, 3, 3, 1, 2, 3, 456_000, tzinfo=UTC)
    with empty.writing() as session:
        session.add(AuditEvent(branch_id="*", key="k", at=now, actor="a", action="b"))
    with empty.reading() as session:
        assert session.exec(select(AuditEvent)).one().at == now


def test_the_address_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://somewhere/monitor")
    assert database_url() == "postgresql+psycopg://somewhere/monitor"
    assert sqlite_file(database_url()) is None
    monkeypatch.delenv("DATABASE_URL")
    file = sqlite_file(database_url())
    assert file is not None
    assert (file.parent.name, file.name) == ("data", "monitor.db")


@pytest.mark.skipif(os.name != "posix", reason="file rights are POSIX's")
def test_the_database_and_what_stands_beside_it_are_its_owner_s_alone(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        made = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
        upgrade(made.url)
        with made.writing() as session:
            put_setting(session, "word", "written")
            rights = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    finally:
        os.umask(old)
    assert rights["monitor.db"] == 0o600
    assert set(rights.values()) == {0o600}
