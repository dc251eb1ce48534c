"""A table's rows as plain values that are the same on every store, to be compared, hashed and copied.

Integers, floats and texts stand for themselves; a truth is 0 or 1, an instant `2026-03-02 02:00:00.000000` in UTC, a
day `2026-03-02`, an id its 32 hexadecimal digits, a member of a closed list its value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Float,
    Integer,
    Numeric,
    Select,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    cast,
    func,
    select,
    type_coerce,
)
from sqlmodel import Session

from models.base import Base

Row = tuple[Any, ...]
AT_A_TIME = 5_000
"""Rows a batch: what is in memory at once, and what one transaction writes."""
_REFRESHED = ("rollup_", "dirty_")
_OF_THE_STORE = frozenset({"setting", "branch_pulse", "account_session", "throttle", "backup_run"})
_INSTANT = len("2026-03-02 02:00:00.000000")


def _copied(table: Table) -> bool:
    return not (table.name.startswith(_REFRESHED) or table.name in _OF_THE_STORE)


def _of_halls(table: Table) -> bool:
    return next(iter(table.primary_key)).name == "branch_id"


def shared_tables() -> list[Table]:
    """Tables that all halls share, each after those it refers to; settings belong to their installation."""
    return [table for table in Base.metadata.sorted_tables if _copied(table) and not _of_halls(table)]


def hall_tables() -> list[Table]:
    """Tables of the halls, each after those it refers to; without what is made of others, and the change counter."""
    return [table for table in Base.metadata.sorted_tables if _copied(table) and _of_halls(table)]


@dataclass(frozen=True)
class Shape:
    """How a table's rows are read on either store, and made the same."""

    table: Table

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.table.columns)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.table.primary_key)

    @cached_property
    def _key_places(self) -> tuple[int, ...]:
        return tuple(self.names.index(name) for name in self.keys)

    @cached_property
    def _to_settle(self) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
        ways = ((_SETTLED.get(_kind(column)), place) for place, column in enumerate(self.table.columns))
        return tuple((place, way) for way, place in ways if way is not None)

    def key(self, row: Row) -> Row:
        """The primary key's values in a row."""
        return tuple(row[place] for place in self._key_places)

    def columns(self, dialect: str, names: Sequence[str] | None = None) -> list[ColumnElement[Any]]:
        """What to select on a store (`sqlite`, `postgresql`) for plain values."""
        plain = _plain_on_postgresql if dialect == "postgresql" else _plain_on_sqlite
        return [plain(self.table.c[name]).label(name) for name in names or self.names]

    def settled(self, row: Row) -> Row:
        """A row with one way of writing each value: JSON with sorted keys, instants to the microsecond."""
        values = list(row)
        for place, settle in self._to_settle:
            if values[place] is not None:
                values[place] = settle(values[place])
        return tuple(values)

    def rows(self, session: Session, branch_id: str | None = None) -> Iterator[Sequence[Row]]:
        """The rows of a hall (None: all) in batches, ordered by their key."""
        dialect = session.connection().dialect.name
        asked: Select[Any] = select(*self.columns(dialect)).order_by(*self.table.primary_key)
        if branch_id is not None:
            asked = asked.where(self.table.c.branch_id == branch_id)
        found = session.connection().execute(asked.execution_options(yield_per=AT_A_TIME))
        for part in found.partitions():
            yield [tuple(row) for row in part]


def digest(settled: Row) -> int:
    """128 bits that stand for a settled row's values."""
    return int.from_bytes(blake2b(repr(settled).encode(), digest_size=16).digest(), "big")


@dataclass(slots=True)
class Tally:
    """How many rows there were, and the sum of their digests: the same in whatever order they came."""

    rows: int = 0
    total: int = field(default=0, repr=False)

    def add(self, digests: Iterable[int]) -> None:
        for digest in digests:
            self.rows += 1
            self.total = (self.total + digest) % (1 << 128)

    @property
    def hash(self) -> str:
        """The sum as 32 hexadecimal digits."""
        return f"{self.total:032x}"


def _kind(column: Column[Any]) -> type:
    """What a column's values are in Python."""
    of_column: Any = column.type
    while isinstance(of_column, TypeDecorator):
        of_column = of_column.impl_instance
    kinds: tuple[tuple[Any, type], ...] = (
        (Boolean, bool),
        (DateTime, datetime),
        (Date, date),
        (Uuid, UUID),
        (JSON, dict),
        (Numeric, float),
        (Integer, int),
    )
    return next((kind for stored, kind in kinds if isinstance(of_column, stored)), str)


def _plain_on_sqlite(column: Column[Any]) -> ColumnElement[Any]:
    """What the file holds, as it is."""
    kinds: dict[type, Any] = {bool: Integer(), int: Integer(), float: Float()}
    plain: Any = kinds.get(_kind(column), Text())
    return type_coerce(column, plain)


def _plain_on_postgresql(column: Column[Any]) -> ColumnElement[Any]:
    kind = _kind(column)
    if kind is bool:
        return cast(column, Integer())
    if kind is datetime:
        in_utc = func.timezone("UTC", column)
        return func.to_char(in_utc, "YYYY-MM-DD HH24:MI:SS.US", type_=Text())
    if kind is UUID:
        return func.replace(cast(column, Text()), "-", "", type_=Text())
    if kind in {date, dict}:
        return cast(column, Text())
    kinds: dict[type, Any] = {int: Integer(), float: Float()}
    plain: Any = kinds.get(kind, Text())
    return type_coerce(column, plain)


def _one_json(stored: str) -> str:
    return stored if stored in {"{}", "null"} else json.dumps(json.loads(stored), sort_keys=True)


def _one_instant(stored: str) -> str:
    if len(stored) == _INSTANT:
        return stored
    return datetime.fromisoformat(stored).strftime("%Y-%m-%d %H:%M:%S.%f")


_SETTLED: dict[type, Callable[[Any], Any]] = {dict: _one_json, datetime: _one_instant}
