"""Every command answers ordinary faults with a sentence, and scripts with one JSON object."""

from __future__ import annotations

import json
import sqlite3
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from actions.__main__ import main as actions
from analytics.__main__ import main as analytics
from ingest.__main__ import main as ingest
from models.__main__ import main as models
from models.command_line import Answer, run
from models.store import Store
from models.store import store as store_of
from seed.__main__ import main as seed
from tests.factories import a_hall

ROOT = Path(__file__).resolve().parent.parent
SUMMARY = ["summary", "--branch", "H1", "--from", "2026-03-02", "--to", "2026-03-02"]
INGEST = [str(ROOT / "README.md"), "--map", str(ROOT / "ingest" / "maps" / "bank_calls.toml"), "--branch", "H1"]
Main = Callable[[list[str] | None], int]
COMMANDS: list[tuple[Main, list[str]]] = [
    (models, ["upgrade"]),
    (models, ["check"]),
    (analytics, SUMMARY),
    (ingest, INGEST),
    (seed, ["reference"]),
    (actions, ["branch", "add", "H1", "--zone", "Asia/Shanghai"]),
]


def refusal(main: Main, command: list[str], url: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What a refused command says to scripts; people read the same sentence."""
    assert main([*command, "--db", url, "--json"]) == 1
    said = capsys.readouterr()
    answer: dict[str, str] = json.loads(said.out)
    assert answer["message"] in said.err
    assert "Traceback" not in said.err
    return answer


@pytest.mark.parametrize(("main", "command"), COMMANDS)
def test_a_file_that_is_no_database_is_refused(
    main: Main, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.db"
    file.write_bytes(b"no database at all " * 100)
    url = f"sqlite:///{file}"
    assert refusal(main, command, url, capsys)["refused"] == "no_store"
    store_of(url).close()
    assert file.read_bytes() == b"no database at all " * 100


@pytest.mark.parametrize(("main", "command"), COMMANDS)
@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://host/name", "postgresql+psycopg://u:secret@host:port/name", "x://"]
)
def test_an_address_of_no_database_is_refused_without_its_password(
    main: Main, command: list[str], url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = refusal(main, command, url, capsys)
    assert answer["refused"] == "wrong_address"
    assert "secret" not in answer["message"]


@pytest.mark.parametrize(("main", "command"), COMMANDS)
def test_a_server_that_can_t_be_reached_is_refused(
    main: Main, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    url = "postgresql+psycopg://somebody:secret@127.0.0.1:1/none"
    answer = refusal(main, command, url, capsys)
    assert answer["refused"] == "no_store"
    assert "secret" not in answer["message"]


@pytest.mark.parametrize(("main", "command"), COMMANDS)
def test_a_folder_that_can_t_be_made_is_refused(
    main: Main, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    answer = refusal(main, command, f"sqlite:///{tmp_path / 'file' / 'below' / 'monitor.db'}", capsys)
    assert answer["refused"] in {"not_usable", "no_database"}


def test_a_missing_driver_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(models, ["upgrade"], "postgresql+pg8000://host/name", capsys)["refused"] == "no_driver"


def test_a_locked_database_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "monitor.db"

    def work(_asked: Namespace) -> tuple[Answer, str]:
        with closing(sqlite3.connect(file)) as first, closing(sqlite3.connect(file, timeout=0)) as second:
            first.execute("BEGIN EXCLUSIVE")
            second.execute("BEGIN IMMEDIATE")
        return {}, ""

    assert run(Namespace(db=None, json=True), work) == 1
    assert json.loads(capsys.readouterr().out)["refused"] == "locked"


def test_a_fault_of_the_program_itself_is_not_hidden(embedded_store: Store) -> None:
    def work(_asked: Namespace) -> tuple[Answer, str]:
        with embedded_store.writing() as session:
            session.connection().exec_driver_sql("INSERT INTO setting (name) VALUES (NULL)")
        return {}, ""

    with pytest.raises(Exception, match="NOT NULL"):
        run(Namespace(db=None, json=True), work)


LOOKING = [
    (models, ["check"]),
    (analytics, SUMMARY),
    (ingest, [*INGEST, "--dry-run"]),
    (ingest, ["rejects", "01234567-89ab-7cde-8f01-23456789abcd", "nowhere.csv"]),
]


@pytest.mark.parametrize(("main", "command"), LOOKING)
def test_looking_at_a_database_that_is_not_there_makes_none(
    main: Main, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(main, command, f"sqlite:///{tmp_path / 'new' / 'none.db'}", capsys)["refused"] == "no_database"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("main", "command"), LOOKING[1:])
def test_looking_at_an_empty_database_leaves_it_empty(
    main: Main, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "empty.db"
    file.touch()
    assert refusal(main, command, f"sqlite:///{file}", capsys)["refused"] == "not_ours"
    store_of(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


@pytest.mark.parametrize(("main", "command"), [(models, ["upgrade"]), *LOOKING[1:], (seed, ["reference"])])
def test_a_newer_schema_is_not_to_be_upgraded(
    embedded_store: Store, main: Main, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with embedded_store.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'from_the_future'")
    answer = refusal(main, command, embedded_store.url, capsys)
    assert answer["refused"] == "newer_schema"
    assert "upgrade" not in answer["message"]


@pytest.mark.parametrize(("first", "last"), [("0001-01-01", "9999-12-31"), ("1989-12-31", "2026-03-02")])
def test_days_that_nobody_can_mean_are_refused(
    embedded_store: Store, capsys: pytest.CaptureFixture[str], first: str, last: str
) -> None:
    with embedded_store.writing() as session:
        a_hall(session)
    command = ["summary", "--branch", "H1", "--from", first, "--to", last]
    assert refusal(analytics, command, embedded_store.url, capsys)["refused"] == "days_out_of_range"


def test_the_first_day_that_can_be_asked_for(embedded_store: Store) -> None:
    with embedded_store.writing() as session:
        a_hall(session)
    assert analytics(["summary", "--branch", "H1", "--from", "1990-01-01", "--to", "1990-01-02"]) == 0


@pytest.mark.parametrize(
    ("main", "command"),
    [
        (models, ["check", "--sample"]),
        (seed, ["demo", "--halls"]),
        (actions, ["branch", "add", "H1", "--zone", "Asia/Shanghai", "--counters"]),
    ],
)
@pytest.mark.parametrize("number", ["1_0", "1.5", "²", "9" * 5000])
def test_a_number_that_is_none_is_wrong_usage(main: Main, command: list[str], number: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, number])
    assert ended.value.code == 2


@pytest.mark.parametrize("limit", ["1e15", "999999999999", "1_0", "nan", "-1", "."])
def test_a_limit_is_a_plain_number_of_a_day_at_most(limit: str) -> None:
    with pytest.raises(SystemExit) as ended:
        analytics([*SUMMARY, "--measure", "wait", f"--limit-seconds={limit}"])
    assert ended.value.code == 2
