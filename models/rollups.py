"""Making cells from rows: what is marked dirty is counted anew, and only then no longer marked.

A day is made in one transaction. Marks are read first, so a row that is written meanwhile leaves a mark that stays: its
day is read from the rows until the next time. On PostgreSQL one process at a time refreshes a hall.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby, islice
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from models.base import table_of
from models.checked import checked_interactions
from models.counters import CLOSED
from models.dirty import DIRTY_DAY, mark_days
from models.rollup_tables import (
    CHECK_DIMENSIONS,
    DIMENSIONS,
    ROLLUP_BUSINESS,
    ROLLUP_CHECK,
    ROLLUP_DAY,
    ROLLUP_TIMES,
    ROLLUPS,
    Rollup,
)
from models.rollup_times import times_of_rows
from models.store import LONG, Store
from models.tables import Branch, Interaction
from standards.derive import day_on

DAYS_AT_ONCE = 7
"""Days of a hall made in one transaction: nobody waits long behind them."""
_ROWS = table_of(Interaction)
TABLES: tuple[Table, ...] = (*(rollup.table for rollup in ROLLUPS), ROLLUP_CHECK, ROLLUP_TIMES)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many days of how many halls were counted anew."""

    halls: int
    days: int


def refresh(store: Store, *, over_by: datetime | None = None, go_on: Callable[[], bool] = lambda: True) -> Refreshed:
    """Make the cells of every dirty day; with `over_by` only of days that are over in their hall by then.

    A day that goes on is written to all the time and read from its few rows meanwhile. `go_on` is asked before each
    transaction. Raises the first store's error of several, after every other hall.
    """
    with store.reading() as session:
        listed = _dirty_days(session, over_by)
    days = 0
    failed: list[DBAPIError] = []
    for branch_id, dirty in listed.items():
        try:
            days += _refresh_hall(store, branch_id, dirty, go_on)
        except DBAPIError as error:  # one hall that can't be counted keeps no other from it
            failed.append(error)
    if failed:
        raise failed[0]
    return Refreshed(len(listed), days)


def _refresh_hall(store: Store, branch_id: str, dirty: list[date], go_on: Callable[[], bool]) -> int:
    days = 0
    for some in _some(dirty):
        if not go_on():
            break
        with store.writing(patience=LONG) as session:
            days += _refresh(session, branch_id, some)
    return days


def rebuild(store: Store, *, go_on: Callable[[], bool] = lambda: True) -> Refreshed:
    """Count every day of every hall anew, whatever the cells say now."""
    with store.reading() as session:
        branch_ids = list(session.scalars(select(col(Branch.id)).order_by(col(Branch.id))))
    for branch_id in branch_ids:
        with store.writing(patience=LONG) as session:
            mark_days(session, branch_id, days_of(session, branch_id))
    return refresh(store, go_on=go_on)


def days_of(session: Session, branch_id: str) -> list[date]:
    """Every day of a hall that has rows or cells."""
    found: set[date] = set()
    for table in (_ROWS, *TABLES):
        days = select(table.c.day_on).distinct().where(table.c.branch_id == branch_id)
        found.update(session.connection().scalars(days))
    return sorted(found)


def _dirty_days(session: Session, over_by: datetime | None) -> dict[str, list[date]]:
    days = select(DIRTY_DAY.c.branch_id, DIRTY_DAY.c.day_on).distinct().order_by("branch_id", "day_on")
    zones = {hall.id: hall.zone_info for hall in session.execute(select(Branch)).scalars()}
    found: dict[str, list[date]] = {}
    for branch_id, rows in groupby(session.connection().execute(days), key=lambda row: row.branch_id):
        today = None if over_by is None else day_on(over_by, zones[branch_id])
        dirty = [row.day_on for row in rows if today is None or row.day_on < today]
        if dirty:
            found[branch_id] = dirty
    return found


def _some(days: Iterable[date]) -> Iterator[list[date]]:
    remaining = iter(days)
    while some := list(islice(remaining, DAYS_AT_ONCE)):
        yield some


def _refresh(session: Session, branch_id: str, days: list[date]) -> int:
    """Make the cells of days that are marked; how many. None where another process is at it."""
    connection = session.connection()
    if connection.dialect.name == "postgresql" and not connection.scalar(
        select(func.pg_try_advisory_xact_lock(func.hashtextextended(f"rollups {branch_id}", 0)))
    ):
        return 0
    marked = and_(DIRTY_DAY.c.branch_id == branch_id, DIRTY_DAY.c.day_on.in_(days))
    marks = connection.execute(select(DIRTY_DAY.c.day_on, DIRTY_DAY.c.id).where(marked)).all()
    dirty = sorted({mark.day_on for mark in marks})
    if not dirty:
        return 0
    asked = {"hall": branch_id, "days": dirty}
    for table in TABLES:
        connection.execute(delete(table).where(table.c.branch_id == branch_id, table.c.day_on.in_(dirty)))
    for statement in _made():
        connection.execute(statement, asked)
    if times := times_of_rows(connection, asked):
        connection.execute(insert(ROLLUP_TIMES), times)
    for some in _chunks([mark.id for mark in marks]):
        connection.execute(delete(DIRTY_DAY).where(marked, DIRTY_DAY.c.id.in_(some)))
    return len(dirty)


def _chunks(ids: list[Any]) -> Iterator[list[Any]]:
    remaining = iter(ids)
    while some := list(islice(remaining, 500)):
        yield some


@cache
def _made() -> tuple[Any, ...]:
    """The statements that make a hall's cells of some days, in their order; columns are named in each."""
    return (
        *(_insert(rollup.table, cells_of_rows(rollup)) for rollup in ROLLUPS if rollup is not ROLLUP_DAY),
        # The cells of whole days are sums of finer ones: the rows are not read once more for them.
        _insert(ROLLUP_DAY.table, cells_of_cells(ROLLUP_DAY, ROLLUP_BUSINESS.table)),
        _insert(ROLLUP_CHECK, checks_of_rows()),
    )


def _insert(table: Table, cells: Any) -> Any:
    return insert(table).from_select([column.name for column in cells.selected_columns], cells)


def _of_days(table: Any) -> ColumnElement[bool]:
    """The days of the hall that are given when the statement runs: `hall`, `days`."""
    return and_(table.c.branch_id == bindparam("hall"), table.c.day_on.in_(bindparam("days", expanding=True)))


def cells_of_rows(rollup: Rollup) -> Any:
    """A rollup's cells of some `days` of a `hall`, counted from the rows."""
    facts = {counter.fact.name: counter.fact for counter in rollup.counters}
    keys = [DIMENSIONS[name].key.label(name) for name in rollup.dimensions]
    looked_at: Any = select(
        col(Interaction.branch_id),
        col(Interaction.day_on),
        *keys,
        *(one.of_row.label(f"of_{one.name}") for one in facts.values()),
    )
    # Each fact is worked out once a row, however many counters look at it.
    rows = looked_at.where(_of_days(_ROWS), CLOSED).cte("looked_at").prefix_with("MATERIALIZED")
    own = [rows.c[name] for name in ("branch_id", "day_on", *rollup.dimensions)]
    sums = (counter.summed(rows.c[f"of_{counter.fact.name}"]).label(counter.name) for counter in rollup.counters)
    return select(*own, *sums).group_by(*own)


def cells_of_cells(rollup: Rollup, finer: Table) -> Any:
    """A rollup's cells of some `days` of a `hall`, summed from those of a finer one."""
    keys = [finer.c[name] for name in ("branch_id", "day_on", *rollup.dimensions)]
    sums = (func.sum(finer.c[counter.name]).label(counter.name) for counter in rollup.counters)
    wanted: Any = select(*keys, *sums)
    return wanted.where(_of_days(finer)).group_by(*keys)


def checks_of_rows() -> Any:
    """The cells of observed checks of some `days` of a `hall`."""
    keys = [DIMENSIONS[name].key.label(name) for name in CHECK_DIMENSIONS]
    return checked_interactions([_ROWS.c.branch_id, _ROWS.c.day_on, *keys], _of_days(_ROWS))
