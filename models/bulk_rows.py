"""Many rows of one table at the store's own speed: a prepared statement on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Dialect, Enum, Table
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

Convert = Callable[[Any], Any]
_TO_THE_MICROSECOND = 26
"""Characters of a moment as SQLite keeps it, without its zone."""


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
    columns, same = [table.c[name] for name in rows[0]], [table.c[name] for name in constants or ()]
    told = next(_stored(dialect, same, [constants])) if constants else ()
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in (*columns, *same))
    stored = _stored(dialect, columns, rows)
    if dialect.name == "postgresql":
        _copy(connection, f"COPY {quote(table.name)} ({names}) FROM STDIN", ((*row, *told) for row in stored))
        return
    places = ", ".join(["?"] * len(columns) + [_literal(value) for value in told])
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({places})"  # noqa: S608 - names of our own tables
    connection.exec_driver_sql(statement, list(stored))


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
) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver takes them; made column by column, for most columns need no change."""
    moments: dict[int, Any] = {}
    return zip(
        *(_values(dialect, moments, column, [row[column.key] for row in rows]) for column in columns), strict=True
    )


def _values(dialect: Dialect, moments: dict[int, Any], column: Column[Any], values: list[Any]) -> list[Any]:
    """A column's values as the mapper would make them, by shorter ways where most are equal: moments, members, days."""
    process: Convert | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None or not any(value is not None for value in values):
        return values
    if isinstance(column.type, UTCDateTime):
        convert = partial(_moment, process) if dialect.name == "sqlite" else process
        return [_once(moments, convert, value) for value in values]
    if isinstance(column.type, Enum | Boolean | Date):
        few = _Kept(process)
        return [few[value] for value in values]
    return [None if value is None else process(value) for value in values]


def _once(moments: dict[int, Any], convert: Convert, value: datetime | None) -> Any:
    """A moment converted; a row has the same one in several columns, and it lives as long as the row."""
    if value is None:
        return None
    stored = moments.get(id(value))
    if stored is None:
        stored = moments[id(value)] = convert(value)
    return stored


class _Kept(dict[Any, Any]):
    """What a conversion made of each value that came; nothing stays nothing."""

    def __init__(self, process: Convert) -> None:
        super().__init__({None: None})
        self.process = process

    def __missing__(self, value: Any) -> Any:
        stored = self[value] = self.process(value)
        return stored


def _moment(process: Convert, moment: datetime) -> Any:
    """As SQLAlchemy writes it on SQLite, at a fifth of its time."""
    if moment.tzinfo is UTC:
        return moment.isoformat(" ", "microseconds")[:_TO_THE_MICROSECOND]
    return process(moment)
