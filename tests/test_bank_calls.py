"""A real day of a bank's telephone counters through the commands: the numbers that an independent program found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analytics.__main__ import main as analytics
from ingest.__main__ import main as ingest
from models.store import Store
from tests.factories import a_hall

ROOT = Path(__file__).resolve().parent.parent
MAP = ROOT / "ingest" / "maps" / "bank_calls.toml"
DAY = ["--from", "1999-08-01", "--to", "1999-08-01"]
COMMANDS = {"ingest": ingest, "analytics": analytics}

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command and answers with its JSON, without the seconds that a process of its own needs to begin."""

    def said(name: str, *arguments: str) -> dict[str, Any]:
        assert COMMANDS[name]([*arguments, "--branch", "BANK", "--json"]) == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return said


def run_apart(*command: str) -> dict[str, Any]:
    """The same in a process of its own; the store's address is in the environment."""
    done = subprocess.run(
        [sys.executable, "-m", *command, "--branch", "BANK", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def bank(embedded_store: Store, shared_data: Path) -> Path:
    """A hall in Jerusalem, and the file."""
    with embedded_store.writing() as session:
        a_hall(session, "BANK", zone="Asia/Jerusalem")
    return shared_data / "bank_calls_day.csv"


def test_the_real_day_gives_the_checked_numbers(bank: Path, run: Run) -> None:
    taken = run_apart("ingest", str(bank), "--map", str(MAP))
    assert {name: taken[name] for name in ("rows", "accepted", "skipped", "rejected", "adjusted", "duplicates")} == {
        "rows": 2375,
        "accepted": 2356,
        "skipped": 18,
        "rejected": 1,
        "adjusted": 218,
        "duplicates": 0,
    }
    assert sum(taken["reasons"].values()) == 1
    assert taken["import_id"]
    assert taken["seconds"] > 0

    found = run_apart("analytics", "summary", *DAY, "--measure", "wait", "--limit-seconds", "20")
    assert (found["counts"]["completed"], found["counts"]["left"], sum(found["counts"].values())) == (1510, 846, 2356)
    assert found["durations"]["wait"] == {
        "count": 1510,
        "mean_seconds": pytest.approx(133.72, abs=0.005),
        "p50_seconds": 94,
        "p90_seconds": 323,
    }
    assert found["durations"]["handling"] == {
        "count": 1510,
        "mean_seconds": pytest.approx(193.75, abs=0.005),
        "p50_seconds": 117,
        "p90_seconds": 397,
    }
    assert found["durations"]["greeting"]["count"] == 0
    assert found["percentiles"] == "exact"
    limit = found["limit"]
    assert (limit["met"], limit["missed"], limit["not_judged"], limit["pending"]) == (411, 1648, 297, 0)
    assert limit["share"] == pytest.approx(0.199611, abs=5e-7)
    assert limit["low"] < limit["share"] < limit["high"]
    assert (found["abandoned"]["abandoned"], found["abandoned"]["tickets"]) == (846, 2356)

    stricter = run("analytics", "summary", *DAY, "--measure", "wait", "--limit-seconds", "15")["limit"]
    assert (stricter["met"], stricter["missed"], stricter["not_judged"]) == (388, 1714, 254)
    assert stricter["share"] == pytest.approx(0.184586, abs=5e-7)


def test_the_same_file_again_adds_nothing(bank: Path, run: Run) -> None:
    first = run("ingest", str(bank), "--map", str(MAP))
    again = run("ingest", str(bank), "--map", str(MAP))
    assert (again["accepted"], again["duplicates"], again["import_id"]) == (0, 2356, first["import_id"])
    assert sum(run("analytics", "summary", *DAY)["counts"].values()) == 2356


def test_a_dry_run_tells_the_same_and_writes_nothing(bank: Path, run: Run) -> None:
    tried = run("ingest", str(bank), "--map", str(MAP), "--dry-run")
    assert (tried["accepted"], tried["rejected"], tried["adjusted"], tried["import_id"]) == (2356, 1, 218, None)
    assert sum(run("analytics", "summary", *DAY)["counts"].values()) == 0
