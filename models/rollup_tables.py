"""The rollups: sums of `models.counters` over a hall's closed interactions, by day and what a reader narrows by.

Pure functions of the rows: nothing is written here but by `models.rollups`. A day that has a mark in `dirty_day` is not
to be read from here (`models.dirty`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
)
from sqlmodel.sql.sqltypes import UTCDateTime

from models.base import Base, closed_list
from models.counters import FAMILIES, OF_CLERKS, OF_DAYS, OF_HOURS, ROW, Counter, Family
from standards.vocabulary import Channel, Source

NO_COUNTER, NOBODY = -1, ""
"""What stands in a key for an interaction without a counter, or without a person: keys are never NULL."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """What cells are told apart by beside hall and day: its column, what it is of a row, and how a reader sees it."""

    name: str
    kind: Any
    of_row: ColumnElement[Any]
    none: Any = None

    @property
    def key(self) -> ColumnElement[Any]:
        """The value a cell's key has for a row."""
        return self.of_row if self.none is None else func.coalesce(self.of_row, self.none)

    def of_cell(self, table: Table) -> ColumnElement[Any]:
        """The value a reader sees of a cell."""
        column: ColumnElement[Any] = table.c[self.name]
        return column if self.none is None else func.nullif(column, self.none)


SERVED_SOURCE: ColumnElement[Any] = func.coalesce(ROW.served_source, ROW.source)
DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension("hour_at", UTCDateTime(), ROW.hour_at),
        Dimension("channel", closed_list(Channel), ROW.channel),
        Dimension("business_type", String(32), ROW.business_type),
        Dimension("counter_id", Integer(), ROW.counter_id, NO_COUNTER),
        Dimension("staff_id", String(32), ROW.staff_id, NOBODY),
        Dimension("mentored", Boolean(), ROW.mentor_id.is_not(None)),
        Dimension("source", closed_list(Source), ROW.source),
        Dimension("served", closed_list(Source), SERVED_SOURCE),
        Dimension("excluded", Boolean(), ROW.excluded),
    )
}
_ALWAYS = ("source", "served", "excluded")


@dataclass(frozen=True, slots=True)
class Rollup:
    """A table of cells: by hall, day and `dimensions`, with the sums of `counters`."""

    table: Table
    dimensions: tuple[str, ...]
    counters: tuple[Counter, ...]


def _key(dimensions: tuple[str, ...]) -> list[Column[Any]]:
    return [
        Column("branch_id", String(32), ForeignKey("branch.id"), primary_key=True),
        Column("day_on", Date, primary_key=True),
        *(Column(name, DIMENSIONS[name].kind, primary_key=True, autoincrement=False) for name in dimensions),
    ]


def _rollup(name: str, by: tuple[str, ...], counters: tuple[Counter, ...]) -> Rollup:
    dimensions = (*by, *_ALWAYS)
    sums = (Column(counter.name, _width(counter), nullable=False) for counter in counters)
    # Without a row number of its own a cell is its key's leaf: half the size, and one look-up less.
    table = Table(name, Base.metadata, *_key(dimensions), *sums, sqlite_with_rowid=False)
    return Rollup(table, dimensions, counters)


def _width(counter: Counter) -> Any:
    return Integer() if counter.holds else BigInteger()


ROLLUP_DAY = _rollup("rollup_day", ("channel",), OF_DAYS)
ROLLUP_BUSINESS = _rollup("rollup_business", ("channel", "business_type"), OF_DAYS)
ROLLUP_HOUR = _rollup("rollup_hour", ("hour_at", "channel"), OF_HOURS)
ROLLUP_STAFF = _rollup("rollup_staff", ("staff_id", "counter_id", "channel", "mentored"), OF_CLERKS)
ROLLUPS = (ROLLUP_DAY, ROLLUP_BUSINESS, ROLLUP_HOUR, ROLLUP_STAFF)
"""The smallest first: a question is answered from the first that knows all it asks for."""

_CHECK_KEY = ("channel", "business_type", "source", "excluded")
ROLLUP_CHECK = Table(
    "rollup_check",
    Base.metadata,
    *_key(_CHECK_KEY),
    Column("standard_code", String(32), primary_key=True),
    Column("observed", Integer, primary_key=True, autoincrement=False),
    Column("failed", Integer, primary_key=True, autoincrement=False),
    Column("interactions", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many interactions had so many checks of a standard observed, and so many of them failed."""
CHECK_DIMENSIONS = _CHECK_KEY

TIMES_DIMENSIONS = ("channel", "excluded")
TIMES: tuple[Family, ...] = tuple(family for families in FAMILIES.values() for family in families)
ROLLUP_TIMES = Table(
    "rollup_times",
    Base.metadata,
    *_key(TIMES_DIMENSIONS),
    Column("width", Integer, nullable=False),
    *(Column(family.fact.name, LargeBinary, nullable=False) for family in TIMES),
)
"""Every time (ms) of each family, in rising order, `width` bytes each (`models.rollup_times`): exact percentiles."""
