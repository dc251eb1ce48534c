"""Whom a restored backup brings back although they were erased after it was made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class _Asked:
    """The questions about a table, in a schema that knows erasing and in one before it."""

    columns: str
    with_erasing: str
    everybody: str


_STAFF = _Asked(
    "PRAGMA table_info(staff)", "SELECT branch_id, id, erased_at FROM staff", "SELECT branch_id, id FROM staff"
)
_ACCOUNTS = _Asked(
    "PRAGMA table_info(account)",
    "SELECT id, branch_id, staff_id, name, erased_at FROM account",
    "SELECT id, branch_id, staff_id, name FROM account",
)


@dataclass(frozen=True, slots=True)
class BackAgain:
    """A person to erase again: hall and staff number, or the name of an account that belongs to no number."""

    branch_id: str
    number: str
    account: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.branch_id, self.number or self.account) if part)


def back_again(before: Path, restored: Path) -> tuple[BackAgain, ...] | None:
    """Who is erased in the database `before` and not in the restored one; None where `before` can't be read in full."""
    log = before.with_name(f"{before.name}-wal")
    if log.exists() and log.stat().st_size:
        return None  # only a damaged database is set aside with its log: what that holds is not known
    try:
        with closing(_untouched(before)) as then, closing(_untouched(restored)) as now:
            staff = _staff(then, erased=True) & _staff(now, erased=False)
            accounts = {row[0] for row in _accounts(then, erased=True)}
            open_again = [row for row in _accounts(now, erased=False) if row[0] in accounts]
    except sqlite3.DatabaseError:
        return None
    found = {BackAgain(hall, number) for hall, number in staff}
    found |= {
        BackAgain(hall or "", number) if hall and number else BackAgain(hall or "", "", name)
        for _, hall, number, name in open_again
    }
    return tuple(sorted(found, key=str))


def _untouched(path: Path) -> sqlite3.Connection:
    """Read as it lies there: nothing of what is set aside may change."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _staff(of: sqlite3.Connection, *, erased: bool) -> set[tuple[str, str]]:
    return set(_rows(of, _STAFF, erased))


def _accounts(of: sqlite3.Connection, *, erased: bool) -> list[Any]:
    return _rows(of, _ACCOUNTS, erased)


def _rows(of: sqlite3.Connection, asked: _Asked, erased: bool) -> list[Any]:
    """The rows that are erased, or not; in a schema that knew no erasing nobody was."""
    knows = any(row[1] == "erased_at" for row in of.execute(asked.columns))
    if not knows:
        return [] if erased else of.execute(asked.everybody).fetchall()
    return [row[:-1] for row in of.execute(asked.with_erasing) if (row[-1] is not None) == erased]
