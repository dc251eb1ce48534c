"""What must be remembered of every line of a file while it is read, in a file of its own: memory stays as it is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from actions.imports import ReadLine

_TABLES = (
    "CREATE TABLE met (text TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE first (reference TEXT PRIMARY KEY, line INTEGER NOT NULL, said TEXT NOT NULL) WITHOUT ROWID",
)
_MET = "INSERT INTO met VALUES (?, 1) ON CONFLICT (text) DO UPDATE SET times = times + 1 RETURNING times"


class Scratch:
    """Texts and references that were met, in a database that has no name and goes when it is closed."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def met(self, text: str) -> int:
        """Count a text once more, and say how often that is."""
        ((times,),) = self.database.execute(_MET, (text,)).fetchall()
        return int(times)

    def first(self, line: ReadLine) -> tuple[int, Mapping[str, Any]]:
        """The number and the columns of the first line of this line's reference: its own, where none came before."""
        told = (line.reference, line.line, json.dumps(dict(line.row), default=str))
        if self.database.execute("INSERT OR IGNORE INTO first VALUES (?, ?, ?)", told).rowcount:
            return line.line, line.row
        found = self.database.execute("SELECT line, said FROM first WHERE reference = ?", (line.reference,))
        number, said = found.fetchone()
        # Written down the same way, the columns compare the same way: one that did not change is this line's own.
        own = json.loads(told[2])
        return number, {name: line.row[name] if own.get(name) == was else was for name, was in json.loads(said).items()}


@contextmanager
def scratch() -> Iterator[Scratch]:
    """A scratch database for as long as the block lasts; SQLite keeps what is much of it on the disk."""
    database = sqlite3.connect("", isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = off")
        database.execute("PRAGMA synchronous = off")
        for table in _TABLES:
            database.execute(table)
        database.execute("BEGIN")
        yield Scratch(database)
    finally:
        database.close()
