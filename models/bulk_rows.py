"""Many rows of one table at the store's own speed: a prepared statement on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Enum, Table
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

Convert = Callable[[Any], Any]
_TO_THE_MICROSECOND = 26
"""Characters of a moment as SQLite keeps it, without its zone."""


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows in the session's transaction; values as the mapper would take them, every row with the first's keys.

    No default is put in: a column that is not given is what the table itself makes of it. What the session holds
    unwritten is written before. Raises SQLAlchemy's errors.
    """
    if not rows:
        return
    session.flush()
    connection = session.connection()
    columns = [table.c[name] for name in rows[0]]
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {quote(table.name)} ({names}) FROM STDIN", _stored(connection.dialect, columns, rows))
        return
    places = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({places})"  # noqa: S608 - names of our own tables
    connection.exec_driver_sql(statement, list(_stored(connection.dialect, columns, rows)))


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
) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver takes them; made column by column, for most columns need no change."""
    return zip(*(_values(dialect, column, [row[column.key] for row in rows]) for column in columns), strict=True)


def _values(dialect: Dialect, column: Column[Any], values: list[Any]) -> list[Any]:
    convert = _conversion(dialect, column)
    return values if convert is None else [None if value is None else convert(value) for value in values]


def _conversion(dialect: Dialect, column: Column[Any]) -> Convert | None:
    """What the mapper would make of a column's values, by shorter ways where there are many of them."""
    process: Convert | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return None
    if isinstance(column.type, Enum):
        return _Kept(process).__getitem__
    if isinstance(column.type, UTCDateTime) and dialect.name == "sqlite":
        return lambda moment: _moment(moment, process)
    return process


class _Kept(dict[Any, Any]):
    """What a conversion made of each of a few values."""

    def __init__(self, process: Convert) -> None:
        super().__init__()
        self.process = process

    def __missing__(self, value: Any) -> Any:
        stored = self[value] = self.process(value)
        return stored


def _moment(moment: datetime, process: Convert) -> Any:
    """As SQLAlchemy writes it on SQLite, at a fifth of its time."""
    if moment.tzinfo is UTC:
        return moment.isoformat(" ", "microseconds")[:_TO_THE_MICROSECOND]
    return process(moment)
