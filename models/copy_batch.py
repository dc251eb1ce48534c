"""One batch of rows into PostgreSQL, in the caller's transaction, read back and compared by its hash."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, MetaData, Table, and_, cast, delete, exists, or_, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from models.base import table_of
from models.command_line import Refusal
from models.copy_rows import Row, Shape, Tally, digest
from models.dirty import mark_days
from models.tables import Interaction
from standards.message import message

MOST_NAMED = 10
_ROW, _COLUMN = re.compile(r"line (\d+)"), re.compile(r"column (\w+)")


@dataclass(slots=True)
class TableCopy:
    """What became of a table's rows: each of the source's is counted and hashed on both sides.

    `added` were not there, `renewed` had changed in the source since, `removed` are gone from it; `differing` rows
    stand in the target with other content, or not at all because another row has what is unique; `keys` are the first
    of them.
    """

    source: Tally = field(default_factory=Tally)
    target: Tally = field(default_factory=Tally)
    added: int = 0
    renewed: int = 0
    removed: int = 0
    differing: int = 0
    keys: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether both sides have the same rows, by count and hash."""
        return self.source == self.target

    def differ(self, keys: Sequence[Row]) -> None:
        """Count rows that differ, and name the first."""
        self.differing += len(keys)
        self.keys += [" ".join(map(str, key)) for key in keys[: MOST_NAMED - len(self.keys)]]


def put(session: Session, shape: Shape, rows: Sequence[Row], copy: TableCopy, *, renew: bool = False) -> None:
    """Add what is not there, and compare; what differs stays as it is, unless it is to be renewed from the source.

    Raises Refusal where a value does not fit, or a row refers to one that is not there.
    """
    ours = {shape.key(row): row for row in map(shape.settled, rows)}
    expected = {key: digest(row) for key, row in ours.items()}
    with _in_words(shape):
        staged = _staged(session, shape, rows, shape.names)
        moved = _days(session, shape, staged) if renew else set()
        put_in: Any = postgresql.insert(shape.table).from_select(shape.names, select(*staged.columns))
        put_in = put_in.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
        added = session.connection().execute(put_in).rowcount
        found = _read_back(session, shape, staged, ours, expected)
        renewed = 0
        if renew and found != expected:
            renewed = _renew(session, shape, staged)
            found = _read_back(session, shape, staged, ours, expected)
        if added or renewed:
            _mark(session, moved | _days(session, shape, staged))
        session.connection().execute(text("DROP TABLE copying"))
    copy.added += added
    copy.renewed += renewed
    copy.source.add(expected.values())
    copy.target.add(found.values())
    if found != expected:
        copy.differ([key for key, digest in expected.items() if found.get(key) != digest])


def remove(session: Session, shape: Shape, keys: Sequence[Row]) -> int:
    """Take away rows by their keys; how many there were."""
    staged = _staged(session, shape, keys, shape.keys)
    days = _days(session, shape, staged)
    gone = delete(shape.table).where(exists().where(_same_key(shape, staged)))
    removed = session.connection().execute(gone).rowcount
    _mark(session, days)
    session.connection().execute(text("DROP TABLE copying"))
    return removed


def _staged(session: Session, shape: Shape, rows: Sequence[Row], names: Sequence[str]) -> Table:
    """The rows in a temporary table, by COPY."""
    connection = session.connection()
    connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    columns = [Column(name, shape.table.c[name].type) for name in names]
    staged = Table("copying", MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")
    staged.create(connection, checkfirst=False)
    quote = connection.dialect.identifier_preparer.quote
    driver: Any = connection.dialect.dbapi
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY copying ({', '.join(map(quote, names))}) FROM STDIN") as into:
            for row in rows:
                into.write_row(row)
    except driver.DataError as error:
        raise _misfit(shape, rows, error) from error
    except driver.Error as error:
        raise DBAPIError.instance("COPY", None, error, driver.Error, dialect=connection.dialect) from error
    finally:
        cursor.close()
    return staged


def _misfit(shape: Shape, rows: Sequence[Row], error: Any) -> Refusal:
    """Where a value stands that PostgreSQL can't hold; never the value itself, which somebody typed."""
    place, column = _ROW.search(error.diag.context or ""), _COLUMN.search(error.diag.context or "")
    row = rows[int(place[1]) - 1] if place else next((row for row in rows if _has_nul(row)), None)
    return Refusal(
        "misfit",
        message(
            "{table} {key}, {column}: PostgreSQL can't hold this ({reason}).",
            table=shape.table.name,
            key="" if row is None else " ".join(map(str, shape.key(row))),
            column=column[1] if column else _column_with_nul(shape, row),
            reason=error.diag.message_primary or "a NUL character",
        ),
    )


def _has_nul(row: Row) -> bool:
    return any(isinstance(value, str) and "\0" in value for value in row)


def _column_with_nul(shape: Shape, row: Row | None) -> str:
    return next((name for name, value in zip(shape.names, row or (), strict=False) if "\0" in str(value)), "?")


@contextmanager
def _in_words(shape: Shape) -> Iterator[None]:
    """A broken reference in the source is no fault of the program."""
    try:
        yield
    except IntegrityError as error:
        reason = str(error.orig).partition("\n")[0]
        raise Refusal(
            "broken_key", message("{table}: {reason}.", table=shape.table.name, reason=reason.removesuffix("."))
        ) from error


def _same_key(shape: Shape, staged: Table) -> Any:
    return and_(*(shape.table.c[name] == staged.c[name] for name in shape.keys))


def _read_back(
    session: Session, shape: Shape, staged: Table, ours: dict[Row, Row], expected: dict[Row, int]
) -> dict[Row, int]:
    """The digests of the target's rows that have the batch's keys; equal rows have equal ones."""
    asked = select(*shape.columns("postgresql")).join_from(shape.table, staged, _same_key(shape, staged))
    found = {shape.key(row): row for row in map(shape.settled, map(tuple, session.connection().execute(asked)))}
    return {key: expected[key] if row == ours.get(key) else digest(row) for key, row in found.items()}


def _renew(session: Session, shape: Shape, staged: Table) -> int:
    """Overwrite the rows that are not as in the batch."""
    names = [name for name in shape.names if name not in shape.keys]
    if not names:
        return 0
    compared = [(cast(shape.table.c[name], postgresql.TEXT), cast(staged.c[name], postgresql.TEXT)) for name in names]
    other = or_(*(here.is_distinct_from(there) for here, there in compared))
    values = {name: staged.c[name] for name in names}
    return (
        session.connection().execute(update(shape.table).values(values).where(_same_key(shape, staged), other)).rowcount
    )


def _days(session: Session, shape: Shape, staged: Table) -> set[Any]:
    """The (hall, day)s on which the target's rows with these keys count in the rollups."""
    visits = table_of(Interaction)
    table = shape.table
    if table is visits:
        joined = table.join(staged, _same_key(shape, staged))
    elif table.name == "observation":
        of_visit = and_(table.c.branch_id == visits.c.branch_id, table.c.interaction_id == visits.c.id)
        joined = visits.join(table, of_visit).join(staged, _same_key(shape, staged))
    else:
        return set()
    asked = select(visits.c.branch_id, visits.c.day_on).select_from(joined).distinct()
    return {tuple(row) for row in session.connection().execute(asked)}


def _mark(session: Session, days: set[Any]) -> None:
    for branch_id, day_on in sorted(days):
        mark_days(session, branch_id, [day_on])
