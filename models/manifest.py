"""What a backup says of itself: version and revision, when it was taken, rows by table, where the trails ended."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from models.database_file import opened, tables_of
from models.version import VERSION

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Head:
    """Where a hall's chain of an installation ended."""

    branch_id: str
    chain: str
    line: int
    hash: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`size` is the database's in bytes; `tables` are pairs of name and rows, by name."""

    version: str
    revision: str
    taken_at: datetime
    size: int
    tables: tuple[tuple[str, int], ...]
    heads: tuple[Head, ...]

    @property
    def rows(self) -> int:
        return sum(rows for _, rows in self.tables)

    def answer(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "format": FORMAT,
            "version": self.version,
            "revision": self.revision,
            "taken_at": self.taken_at.isoformat(timespec="seconds"),
            "size": self.size,
            "tables": dict(self.tables),
            "audit_heads": [asdict(head) for head in self.heads],
        }

    def content(self) -> bytes:
        """As a file."""
        return json.dumps(self.answer(), ensure_ascii=False, indent=1).encode()


def read_manifest(content: bytes) -> Manifest:
    """The manifest of a file; ValueError, KeyError or TypeError where it is none."""
    said = json.loads(content)
    return Manifest(
        said["version"],
        said["revision"],
        datetime.fromisoformat(said["taken_at"]),
        said["size"],
        tuple((str(name), int(rows)) for name, rows in said["tables"].items()),
        tuple(Head(**head) for head in said["audit_heads"]),
    )


def manifest_of(database: Path, revision: str, *, now: datetime) -> Manifest:
    """What a verified database file holds; goes through every table once."""
    with closing(opened(database)) as connection:
        names = sorted(name for name in tables_of(connection) if not name.startswith("sqlite_"))
        tables = tuple((name, _rows(connection, name)) for name in names)
        heads = _heads(connection) if "audit_head" in names else ()
    return Manifest(VERSION, revision, now, database.stat().st_size, tables, heads)


def departures(said: Manifest, found: Manifest) -> list[str]:
    """In what a database is not what its manifest says; empty where it is."""
    tables, counted = dict(said.tables), dict(found.tables)
    names = sorted(name for name in tables.keys() | counted.keys() if tables.get(name) != counted.get(name))
    heads = [] if said.heads == found.heads else ["audit_heads"]
    revision = [] if said.revision == found.revision else ["revision"]
    return [*revision, *names, *heads]


def _rows(connection: sqlite3.Connection, table: str) -> int:
    quoted = '"' + table.replace('"', '""') + '"'
    return int(connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0])  # noqa: S608 - a table of the file


def _heads(connection: sqlite3.Connection) -> tuple[Head, ...]:
    asked = "SELECT branch_id, chain, line, hash FROM audit_head ORDER BY branch_id, chain"
    return tuple(Head(*row) for row in connection.execute(asked))
