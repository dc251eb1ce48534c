"""Whether the cells of clean days are what their rows say: counted anew and compared, each difference named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, zip_longest
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session

from models.dirty import DIRTY_DAY
from models.rollup_tables import ROLLUP_BUSINESS, ROLLUP_CHECK, ROLLUP_DAY, ROLLUP_TIMES, ROLLUPS, TIMES
from models.rollup_times import times_of_rows, unpacked
from models.rollups import DAYS_AT_ONCE, cells_of_cells, cells_of_rows, checks_of_rows, days_of

Key = tuple[Any, ...]
Cells = dict[Key, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter of a cell that is not what the rows say; None: there is no such cell, or there should be none.

    Of the times that a cell lists in rising order: the first place where they are not those of the rows.
    """

    table: str
    branch_id: str
    day_on: str
    cell: str
    counter: str
    stored: int | None
    counted: int | None


def rollup_differences(session: Session, branch_id: str, days: int | None = None) -> Iterator[list[Difference]]:
    """For each clean day of a hall (the newest `days` of them, or all) what its cells depart in; often nothing."""
    marked = select(DIRTY_DAY.c.day_on).where(DIRTY_DAY.c.branch_id == branch_id)
    dirty = set(session.connection().scalars(marked))
    clean = [day for day in reversed(days_of(session, branch_id)) if day not in dirty][:days]
    remaining = iter(clean)
    while some := list(islice(remaining, DAYS_AT_ONCE)):
        found = list(_of_days(session, branch_id, some))
        yield from ([one for one in found if one.day_on == day.isoformat()] for day in some)


def _of_days(session: Session, branch_id: str, days: Sequence[date]) -> Iterator[Difference]:
    asked = {"hall": branch_id, "days": list(days)}
    counted = [(rollup.table, cells_of_rows(rollup)) for rollup in ROLLUPS if rollup is not ROLLUP_DAY]
    counted.append((ROLLUP_DAY.table, cells_of_cells(ROLLUP_DAY, ROLLUP_BUSINESS.table)))
    counted.append((ROLLUP_CHECK, checks_of_rows()))
    for table, cells in counted:
        kept = select(table).where(table.c.branch_id == branch_id, table.c.day_on.in_(days))
        yield from _compared(table, _read(session, table, kept, {}), _read(session, table, cells, asked))
    yield from _times_compared(session, branch_id, asked)


def _read(session: Session, table: Table, cells: Any, asked: dict[str, Any]) -> Cells:
    """Cells by their key; the counters are the columns that are no part of it."""
    key = [column.name for column in table.primary_key.columns]
    return {
        tuple(row[name] for name in key): {name: int(value) for name, value in row.items() if name not in key}
        for row in session.connection().execute(cells, asked).mappings()
    }


def _compared(table: Table, kept: Cells, counted: Cells) -> Iterator[Difference]:
    for key in sorted(kept.keys() | counted.keys(), key=str):
        stored, right = kept.get(key, {}), counted.get(key, {})
        for name in stored.keys() | right.keys():
            if stored.get(name) != right.get(name):
                cell = " ".join(str(value) for value in key[2:])
                yield Difference(table.name, key[0], key[1].isoformat(), cell, name, stored.get(name), right.get(name))


def _times_compared(session: Session, branch_id: str, asked: dict[str, Any]) -> Iterator[Difference]:
    connection, cells = session.connection(), ROLLUP_TIMES.c
    own = select(ROLLUP_TIMES).where(cells.branch_id == branch_id, cells.day_on.in_(asked["days"]))
    kept, counted = (
        {(cell["day_on"], cell["channel"], cell["excluded"]): cell for cell in found}
        for found in (connection.execute(own).mappings(), times_of_rows(connection, asked))
    )
    for key in sorted(kept.keys() | counted.keys(), key=str):
        for family in TIMES:
            stored, right = (unpacked(each[key], (family,)).tolist() if key in each else [] for each in (kept, counted))
            for place, (one, other) in enumerate(zip_longest(stored, right), start=1):
                if one != other:
                    cell = " ".join(str(value) for value in key[1:])
                    name = f"{family.fact.name} {place}"
                    yield Difference(ROLLUP_TIMES.name, branch_id, key[0].isoformat(), cell, name, one, other)
                    break
