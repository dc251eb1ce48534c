"""A file into a hall: read, checked, derived, written and counted, against the bare writing of the same rows."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench.asked import Asked
from bench.figures import Row, against
from bench.many_rows import LAST_ON, NOW, SEED, RegionSize, put_halls
from bench.visit_chances import chances
from bench.visit_legs import HallDay
from bench.visit_rows import COLUMNS, DayRows
from ingest.importing import import_file
from ingest.map_file import mapping_of
from models import rollups
from models.actor import machine_actor
from models.migrate import upgrade
from models.store import Store, sqlite_file
from models.store import store as store_of
from seed import reference

TARGET = 0.25
USUAL, SMALL, MOST = 200_000, 3_000, 1_000_000
ROUNDS = 3
A_DAY = 457
HALL = "L01"
MACHINE = machine_actor("bench")
_TIMES = ("arrived_at", "called_at", "greeted_at", "started_at", "ended_at", "left_at")
_FIELDS = ("ticket", "channel", "begun", "business_type", "outcome", "counter_id", "staff_id", "items", *_TIMES)
_WITHOUT_PAST = ("ticket", "walk_in")
"""What a file can hold: parts that go on from others are the product's own to know."""
_CHANCES = chances(Random(SEED))
MAPPING = mapping_of(
    {
        "reference": "{id}",
        "times": {"formats": ["%Y-%m-%d %H:%M:%S.%f"], "zone": "UTC"},
        "columns": {name: name for name in _FIELDS},
        "constants": {"source": "import"},
    },
    "bench",
)


def measure(run: Asked) -> list[Row]:
    """Rows a second of the product, against raw executemany of the very rows it stored, turn about."""
    rows = run.of(USUAL, small=SMALL, most=MOST)
    with TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "visits.csv"
        _write_file(file, rows)
        ours: list[float] = []
        bare: list[float] = []
        for _ in range(1 if run.small or rows == MOST else ROUNDS):
            with _hall(Path(folder) / "import.db") as store:
                ours.append(rows / _import(store, file, rows))
                kept = _kept(store)
            with _hall(Path(folder) / "bare.db") as store:
                bare.append(rows / _write_bare(store, *kept))
    return [Row(name="import", unit="rows a second", rows=rows, target=TARGET, at_least=True, **against(ours, bare))]


@contextmanager
def _hall(file: Path) -> Iterator[Store]:
    """A new database with one empty hall."""
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    store = store_of(f"sqlite:///{file}")
    upgrade(store.url)
    reference.ensure(store, now=NOW)
    put_halls(store, RegionSize(0, halls=1))
    try:
        yield store
    finally:
        store.close()


def _write_file(file: Path, rows: int) -> None:
    """A file of so many visits up to the last day."""
    written, ahead = 0, 0
    with file.open("w", encoding="utf-8", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(("id", *_FIELDS))
        while written < rows:
            for line in _lines(LAST_ON - timedelta(days=ahead), rows - written):
                lines.writerow(line)
                written += 1
            ahead += 1


def _lines(day: date, most: int) -> Iterator[list[Any]]:
    chance = Random(f"{SEED}/{day}")
    rows = (dict(zip(COLUMNS, row, strict=True)) for row in DayRows(HallDay(HALL, day, A_DAY), chance).rows(_CHANCES))
    whole = (row for row in rows if row["begun"] in _WITHOUT_PAST and row["outcome"] != "transferred")
    for row in islice(whole, most):
        yield [row[name] for name in ("id", *_FIELDS)]


def _import(store: Store, file: Path, rows: int) -> float:
    """The seconds of a whole import, rollups and all; every row must have been taken."""
    began = perf_counter()
    report = import_file(store, MACHINE, HALL, file, MAPPING, now=NOW)
    rollups.refresh(store)
    seconds = perf_counter() - began
    if report.accepted != rows:
        raise RuntimeError(f"{report.accepted} of {rows} rows were taken: {dict(report.reasons)}")
    return seconds


def _kept(store: Store) -> tuple[str, list[Any]]:
    """The statement and the rows that write what the import stored."""
    connection = _raw(store)
    try:
        found = connection.execute("SELECT * FROM interaction ORDER BY rowid")
        names = [column[0] for column in found.description]
        places = ", ".join("?" * len(names))
        return f"INSERT INTO interaction ({', '.join(names)}) VALUES ({places})", found.fetchall()
    finally:
        connection.close()


def _write_bare(store: Store, statement: str, rows: list[Any]) -> float:
    """The seconds of writing the rows alone, in one transaction, with the product's own care for the disk."""
    connection = _raw(store)
    try:
        began = perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(statement, rows)
        connection.execute("COMMIT")
        return perf_counter() - began
    finally:
        connection.close()


def _raw(store: Store) -> sqlite3.Connection:
    file = sqlite_file(store.url)
    connection = sqlite3.connect(str(file), isolation_level=None)
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
