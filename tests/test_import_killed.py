"""Imports in processes of their own: one that is killed goes on later, and presses get in while one runs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import select

from actions.tickets import take_ticket
from ingest.map_file import mapping_text
from models.store import Store
from models.tables import AuditEvent, ImportRun, ImportState, Interaction
from tests.desks import GUIDE, HALL, Desk, a_store_with, the_working_hall
from tests.factories import a_hall
from tests.test_ingest import HEADER, a_line, mapped

ROOT = Path(__file__).resolve().parent.parent
MANY = 12_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of several parts, of a day that is over whatever the clock says."""
    made = tmp_path / "visits.csv"
    made.write_text(
        HEADER + "".join(a_line(no=f"B{number}").replace("2026-", "2020-") for number in range(MANY)), "utf-8"
    )
    return made


def command(url: str, file: Path, mapping: Path, branch: str) -> subprocess.Popen[str]:
    """An import in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "ingest", str(file), "--map", str(mapping), "--branch", branch, "--db", url, "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def rows_in(store: Store) -> int:
    with store.reading() as session:
        return session.exec(select(func.count()).select_from(Interaction)).one()


def wait_for_rows(store: Store, process: subprocess.Popen[str], rows: int) -> None:
    """Until so many of an import's rows are there."""
    while rows_in(store) < rows:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


@pytest.fixture
def mapping_file(tmp_path: Path) -> Path:
    file = tmp_path / "map.toml"
    file.write_text(mapping_text(mapped()), "utf-8")
    return file


def test_a_killed_import_goes_on_without_loss_or_doubles(store: Store, file: Path, mapping_file: Path) -> None:
    with store.writing() as session:
        a_hall(session)
    first = command(store.url, file, mapping_file, "H1")
    wait_for_rows(store, first, 4000)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    with store.reading() as session:
        run = session.exec(select(ImportRun)).one()
        session.expunge_all()
    assert run.state is ImportState.RUNNING
    assert 4000 <= rows_in(store) == run.accepted == run.rows < MANY == run.of_rows
    again = command(store.url, file, mapping_file, "H1")
    said, _ = again.communicate()
    answer = json.loads(said)
    assert (answer["rows"], answer["accepted"], answer["duplicates"], answer["import_id"]) == (
        MANY,
        MANY,
        0,
        str(run.id),
    )
    with store.reading() as session:
        references = session.exec(select(Interaction.external_ref)).all()
    assert len(references) == len(set(references)) == MANY
    with store.reading() as session:
        actions = session.exec(select(AuditEvent.action).where(AuditEvent.branch_id == "H1"))
        assert list(actions) == ["import"]


def test_presses_get_in_while_a_file_comes_in(tmp_path: Path, file: Path, mapping_file: Path) -> None:
    kept = a_store_with(tmp_path, the_working_hall())
    process = command(kept.url, file, mapping_file, HALL)
    wait_for_rows(kept, process, 1)
    desk, pressed = Desk(kept), 0
    while process.poll() is None:
        desk.now += timedelta(seconds=1)
        desk.press(take_ticket, GUIDE, "payment")
        pressed += 1
    said, error = process.communicate()
    assert process.returncode == 0, error
    assert pressed > 0
    assert rows_in(kept) == json.loads(said)["accepted"] + pressed == MANY + pressed
    kept.close()
