"""A backup is whole before it has its name; a restore loses nothing and takes nothing that is not ours."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from models.__main__ import main
from models.backup import backup, restore
from models.check import check
from models.command_line import Refusal
from models.database_file import SIDE_FILES, verified
from models.migrate import newest_revision
from models.settings import put_setting, setting
from models.store import Store, store
from models.tables import Interaction
from tests.engines import EmbeddedDatabases, Holding
from tests.factories import a_hall, an_interaction, minutes

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


@pytest.fixture
def file(embedded_databases: EmbeddedDatabases, tmp_path: Path) -> Iterator[Path]:
    """A database with one visit, closed."""
    path = tmp_path / "data" / "monitor.db"
    path.parent.mkdir()
    shutil.copy(embedded_databases.template(Holding.NOTHING), path)
    with store(address(path)).writing() as session:
        put_setting(session, "word", "kept")
        a_hall(session)
        an_interaction(session)
    store(address(path)).close()
    yield path
    store(address(path)).close()


def address(path: Path) -> str:
    return f"sqlite:///{path}"


def word(path: Path) -> str | None:
    made = Store(address(path))
    with made.reading() as session:
        found = setting(session, "word")
    made.close()
    return found


def say(path: Path, said: str) -> None:
    made = Store(address(path))
    with made.writing() as session:
        put_setting(session, "word", said)
    made.close()


def refused(reason: str, work: object, *arguments: object, **named: object) -> None:
    assert callable(work)
    with pytest.raises(Refusal) as caught:
        work(*arguments, **named)
    assert caught.value.reason == reason


def test_a_backup_is_one_whole_file(file: Path, tmp_path: Path) -> None:
    copy = backup(address(file), tmp_path / "copy.db")
    assert (copy.size, copy.revision) == (copy.path.stat().st_size, newest_revision())
    assert word(copy.path) == "kept"
    assert [left.name for left in tmp_path.iterdir() if "part" in left.name] == []


def test_a_backup_while_others_write_is_one_moment(file: Path, tmp_path: Path) -> None:
    stop = Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with store(address(file)).writing() as session:
                put_setting(session, "first", str(number))
                session.flush()
                put_setting(session, "second", str(number))

    writer = Thread(target=write)
    writer.start()
    try:
        copies = [backup(address(file), tmp_path / f"copy{number}.db") for number in range(5)]
    finally:
        stop.set()
        writer.join()
    for copy in copies:
        made = Store(address(copy.path))
        with made.reading() as session:
            assert setting(session, "first") == setting(session, "second")
        made.close()


def test_a_backup_never_overwrites_unless_told_to(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    path.write_text("something dear")
    refused("exists", backup, address(file), path)
    assert path.read_text() == "something dear"
    backup(address(file), path, force=True)
    assert word(path) == "kept"


def test_a_backup_never_takes_the_place_of_the_database(file: Path) -> None:
    refused("same_file", backup, address(file), file, force=True)
    refused("same_file", restore, address(file), file, now=NOW)
    assert word(file) == "kept"


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_a_backup_never_takes_the_place_of_what_stands_beside_the_database(file: Path, end: str) -> None:
    with store(address(file)).reading():
        refused("same_file", backup, address(file), file.with_name(file.name + end), force=True)
    say(file, "still whole")
    assert word(file) == "still whole"


def test_a_backup_says_what_is_missing(file: Path, tmp_path: Path) -> None:
    refused("no_folder", backup, address(file), tmp_path / "nowhere" / "copy.db")
    refused("folder", backup, address(file), tmp_path)
    refused("no_database", backup, address(tmp_path / "none.db"), tmp_path / "copy.db")
    refused("not_embedded", backup, "postgresql+psycopg://somewhere/monitor", tmp_path / "copy.db")
    assert not (tmp_path / "none.db").exists()


def test_a_restore_brings_the_copy_back_and_keeps_what_was_there(file: Path, tmp_path: Path) -> None:
    copy = backup(address(file), tmp_path / "copy.db").path
    say(file, "later")
    done = restore(address(file), copy, now=NOW)
    assert word(file) == "kept"
    assert done.set_aside == file.with_name("monitor-20260303T010000Z.db")
    assert word(done.set_aside) == "later"


def test_two_restores_in_one_second_keep_both(file: Path, tmp_path: Path) -> None:
    copy = backup(address(file), tmp_path / "copy.db").path
    aside = {restore(address(file), copy, now=NOW).set_aside for _ in range(2)}
    assert len(aside) == 2
    assert all(path is not None and path.is_file() for path in aside)


def test_a_restore_where_there_is_no_database_makes_one(file: Path, tmp_path: Path) -> None:
    copy = backup(address(file), tmp_path / "copy.db").path
    fresh = tmp_path / "new" / "monitor.db"
    assert restore(address(fresh), copy, now=NOW).set_aside is None
    assert word(fresh) == "kept"


def test_what_only_the_log_held_is_set_aside_too(file: Path, tmp_path: Path) -> None:
    copy = backup(address(file), tmp_path / "copy.db").path
    _cut_off_after_writing(file, "only in the log")
    assert file.with_name("monitor.db-wal").stat().st_size > 0
    done = restore(address(file), copy, now=NOW)
    assert word(file) == "kept"
    assert done.set_aside is not None
    assert word(done.set_aside) == "only in the log"


def _cut_off_after_writing(file: Path, said: str) -> None:
    """Leave the file and its log as a power cut would."""
    made = Store(address(file))
    with made.writing() as session:
        put_setting(session, "word", said)
    beside = [file, *(file.with_name(file.name + end) for end in SIDE_FILES)]
    kept = {path: path.read_bytes() for path in beside}
    made.close()
    for path, content in kept.items():
        path.write_bytes(content)


def test_a_restore_over_a_damaged_database_sets_its_log_aside_as_well(file: Path, tmp_path: Path) -> None:
    copy = backup(address(file), tmp_path / "copy.db").path
    file.write_bytes(b"not a database any more" * 100)
    file.with_name("monitor.db-wal").write_bytes(b"nor its log")
    done = restore(address(file), copy, now=NOW)
    assert word(file) == "kept"
    assert done.set_aside is not None
    assert done.set_aside.read_bytes().startswith(b"not a database")
    assert done.set_aside.with_name(done.set_aside.name + "-wal").read_bytes() == b"nor its log"


def test_a_database_in_use_is_not_replaced(file: Path, tmp_path: Path) -> None:
    copy = backup(address(file), tmp_path / "copy.db").path
    elsewhere = Store(address(file))
    with elsewhere.writing() as session:
        put_setting(session, "word", "at work")
    refused("in_use", restore, address(file), copy, now=NOW)
    elsewhere.close()
    assert word(file) == "at work"
    assert [path.name for path in file.parent.iterdir() if path.suffix != ".db"] == []


def test_what_is_no_database_of_ours_is_refused(file: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("hello " * 1000)
    refused("no_database", restore, address(file), text, now=NOW)
    empty = tmp_path / "empty.db"
    empty.touch()
    refused("not_ours", restore, address(file), empty, now=NOW)
    refused("no_file", restore, address(file), tmp_path / "none.db", now=NOW)
    assert word(file) == "kept"


def test_a_damaged_copy_is_refused(file: Path, tmp_path: Path) -> None:
    copy = backup(address(file), tmp_path / "copy.db").path
    content = bytearray(copy.read_bytes())
    content[8192:40960] = b"\xff" * (40960 - 8192)
    copy.write_bytes(content)
    refused("no_database", verified, copy)


def test_a_newer_schema_is_refused(file: Path, tmp_path: Path) -> None:
    copy = backup(address(file), tmp_path / "copy.db").path
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    refused("newer_schema", restore, address(file), copy, now=NOW)
    assert word(file) == "kept"


def test_a_check_finds_nothing_wrong_with_a_good_database(file: Path) -> None:
    found = check(store(address(file)))
    assert (found.whole, found.interactions) == (True, 1)


def test_a_check_names_a_column_that_is_not_what_it_was_derived_from(file: Path) -> None:
    target = store(address(file))
    with target.writing() as session:
        row = session.exec(select(Interaction)).one()
        identifier, wait = str(row.id), row.wait_ms
        session.connection().execute(update(Interaction).values(wait_ms=col(Interaction.wait_ms) + 1))
    found = check(target)
    assert not found.whole
    assert [(each.interaction_id, each.column, each.derived) for each in found.derived] == [
        (identifier, "wait_ms", str(wait))
    ]


def test_a_sample_takes_the_newest_of_each_hall(file: Path) -> None:
    target = store(address(file))
    with target.writing() as session:
        a_hall(session, "H2")
        an_interaction(session, "H2")
        for days in (1, 2, 3):
            first = session.exec(select(Interaction)).first()
            assert first is not None
            an_interaction(session, arrived_at=first.arrived_at + timedelta(days=days), waited=minutes(days))
    assert check(target, sample=2).interactions == 3
    assert check(target).interactions == 5


def test_a_check_names_a_broken_key_and_a_foreign_table(file: Path) -> None:
    store(address(file)).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE interaction SET branch_id = 'gone'")
        connection.execute("DROP TABLE correction")
        connection.commit()
    found = check(store(address(file)))
    assert not found.whole
    assert any("interaction" in line for line in found.foreign_keys)
    assert any("correction" in line for line in found.schema)


def test_the_commands_answer_scripts_and_set_their_exit_code(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db, copy = ["--db", address(file), "--json"], str(tmp_path / "copy.db")
    assert main(["backup", copy, *db]) == 0
    assert json.loads(capsys.readouterr().out)["verified"] is True
    assert main(["backup", copy, *db]) == 1
    refusal = capsys.readouterr()
    assert json.loads(refusal.out)["refused"] == "exists"
    assert "--force" in refusal.err
    assert main(["restore", copy, *db]) == 0
    assert json.loads(capsys.readouterr().out)["set_aside"].endswith("Z.db")
    assert main(["upgrade", *db]) == 0
    assert json.loads(capsys.readouterr().out) == {"from": newest_revision(), "revision": newest_revision()}
    assert main(["check", *db]) == 0
    assert json.loads(capsys.readouterr().out)["interactions"] == 1


def test_a_check_that_finds_something_is_refused_with_its_findings(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with store(address(file)).writing() as session:
        session.connection().execute(update(Interaction).values(handling_ms=1))
    assert main(["check", "--db", address(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["departures"] == 1
    assert main(["check", "--db", address(file)]) == 1
    said = capsys.readouterr()
    assert "handling_ms is 1, should be" in said.out
    assert "not whole" in said.err


def test_looking_at_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    assert main(["check", "--db", address(tmp_path / "none.db")]) == 1
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("arguments", [[], ["backup"], ["mend"], ["check", "--sample", "0"]])
def test_wrong_usage_is_told_apart(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
