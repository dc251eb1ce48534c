"""The reference for analytical questions: the interactions in DuckDB, in columns of their types, on its own file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

TABLE = "interaction"
_AT_ONCE = 200_000
_TEXT = (
    "branch_id",
    "id",
    "visit_id",
    "begun",
    "channel",
    "business_type",
    "staff_id",
    "mentor_id",
    "outcome",
    "source",
)
_STAMPS = ("arrived_at", "called_at", "started_at", "ended_at", "left_at", "hour_at")
_NUMBERS = (
    "counter_id",
    "items",
    "rating",
    "wait_ms",
    "transfer_wait_ms",
    "greeting_ms",
    "handling_ms",
    "door_greeting_ms",
)
_FLAGS = ("excluded", "attention")
_TYPES = {
    **dict.fromkeys(_TEXT, "VARCHAR"),
    **dict.fromkeys(_STAMPS, "TIMESTAMP"),
    **dict.fromkeys(_NUMBERS, "INTEGER"),
    **dict.fromkeys(_FLAGS, "BOOLEAN"),
    "day_on": "DATE",
}


def load(file: Path, twin: Path) -> duckdb.DuckDBPyConnection:
    """Open the twin of an embedded store, made from its rows where it is not there yet."""
    if not twin.exists():
        unfinished = twin.with_suffix(".duckdb.part")
        unfinished.unlink(missing_ok=True)
        with duckdb.connect(unfinished) as made:
            _fill(made, file)
        unfinished.rename(twin)
    return duckdb.connect(twin, read_only=True)


def _fill(made: duckdb.DuckDBPyConnection, file: Path) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in _TYPES.items())
    made.execute(f"CREATE TABLE {TABLE} ({columns})")
    cast = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in _TYPES.items())
    for batch in _batches(file):
        made.register("batch", batch)
        made.execute(f"INSERT INTO {TABLE} SELECT {cast} FROM batch")
        made.unregister("batch")
    made.execute("CHECKPOINT")


def _batches(file: Path) -> Iterator[pa.Table]:
    """The rows in the order they were written, hall by hall and day by day, as SQLite holds them."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        rows = connection.execute(f"SELECT {', '.join(_TYPES)} FROM {TABLE} ORDER BY rowid")
        while batch := rows.fetchmany(_AT_ONCE):
            yield pa.table(dict(zip(_TYPES, map(pa.array, zip(*batch, strict=True)), strict=True)))
    finally:
        connection.close()
