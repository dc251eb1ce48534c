"""Many rows of one table at the store's own speed: a prepared statement on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Dialect, Enum, Table, Uuid
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

Convert = Callable[[Any], Any]
_MANY = 100
"""Rows from which on it pays to look for what is the same in all of them."""
_BITS = 63
"""Whole numbers of more of them are no integers to SQLite."""
_NO_TEXT = (Enum, Uuid, UTCDateTime)
_TWO_DIGITS = tuple(f"{number:02}:" for number in range(60))
"""An hour, or a minute of it, as SQLite keeps it within a moment."""


def insert_rows(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], constants: Mapping[str, Any] | None = None
) -> None:
    """Insert rows in the session's transaction; values as the mapper would take them, every row with the first's keys.

    `constants` are columns that are the same in all of them, said once. No default is put in: a column that is not
    given is what the table itself makes of it. What the session holds unwritten is written before. Raises SQLAlchemy's
    errors.
    """
    if not rows:
        return
    session.flush()
    connection = session.connection()
    dialect = connection.dialect
    stored = _stored(dialect, [table.c[name] for name in rows[0]], rows)
    told = _stored(dialect, [table.c[name] for name in constants or ()], [constants or {}])
    told |= {name: values[:1] for name, values in stored.items() if _is_one(table.c[name], values)}
    differing = {name: values for name, values in stored.items() if name not in told}
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in (*differing, *told))
    lines = zip(*differing.values(), strict=True) if differing else repeat((), len(rows))
    same = tuple(value for (value,) in told.values())
    if dialect.name == "postgresql":
        _copy(connection, f"COPY {quote(table.name)} ({names}) FROM STDIN", ((*line, *same) for line in lines))
        return
    places = ", ".join(["?"] * len(differing) + [_literal(value) for value in same])
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({places})"  # noqa: S608 - names of our own tables
    connection.exec_driver_sql(statement, list(lines))


def _is_one(column: Column[Any], values: Sequence[Any]) -> bool:
    """Whether a column holds the same in many rows, and it may stand in a statement; texts do not, logs show those."""
    first = values[0]
    if values[-1] is not first or len(values) < _MANY:
        return False
    number = type(first) is int and first.bit_length() < _BITS
    sayable = first is None or number or (type(first) is str and isinstance(column.type, _NO_TEXT))
    return sayable and values.count(first) == len(values)


def _literal(value: Any) -> str:
    """A value as SQLite reads it in a statement."""
    if value is None:
        return "NULL"
    return repr(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"


def _copy(connection: Connection, statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
    driver: Any = connection.dialect.loaded_dbapi
    try:
        with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)
    except driver.Error as error:
        raise DBAPIError.instance(statement, None, error, driver.Error, dialect=connection.dialect) from error


def _stored(
    dialect: Dialect, columns: Sequence[Column[Any]], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Sequence[Any]]:
    """The rows' values by column as the driver takes them: most columns need no change."""
    once: dict[int, Any] = {}
    return {column.name: _values(dialect, once, column, list(map(itemgetter(column.key), rows))) for column in columns}


def _values(dialect: Dialect, once: dict[int, Any], column: Column[Any], values: list[Any]) -> list[Any]:
    """A column's values as the mapper would make them, by shorter ways where most are equal: moments, members, days."""
    process: Convert | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None or (values[0] is None and values.count(None) == len(values)):
        return values
    if isinstance(column.type, UTCDateTime | Uuid):
        convert = _moments(process) if dialect.name == "sqlite" and isinstance(column.type, UTCDateTime) else process
        return [None if value is None else once.get(id(value)) or _first(once, convert, value) for value in values]
    if isinstance(column.type, Enum | Boolean | Date):
        return list(map(_Kept(process).__getitem__, values))
    return [None if value is None else process(value) for value in values]


def _first(once: dict[int, Any], convert: Convert, value: Any) -> Any:
    """A value converted; a row has the same one in several columns, and it lives as long as the row."""
    stored = once[id(value)] = convert(value)
    return stored


class _Kept(dict[Any, Any]):
    """What a conversion made of each value that came; nothing stays nothing."""

    def __init__(self, process: Convert) -> None:
        super().__init__({None: None})
        self.process = process

    def __missing__(self, value: Any) -> Any:
        stored = self[value] = self.process(value)
        return stored


def _moments(process: Convert) -> Convert:
    """What writes moments as SQLAlchemy does on SQLite, at a tenth of its time: a day's text is made once."""
    days = _Kept(lambda ordinal: f"{date.fromordinal(ordinal)} ")
    two = _TWO_DIGITS

    def written(moment: datetime) -> Any:
        if moment.tzinfo is not UTC:
            return process(moment)
        clock = f"{two[moment.hour]}{two[moment.minute]}{moment.second:02}.{moment.microsecond:06}"
        return days[moment.toordinal()] + clock

    return written
