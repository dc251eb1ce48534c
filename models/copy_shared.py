"""What all halls share, on its way into another database: what is equal is left, what contradicts stops the copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlmodel import Session

from models.actor import EVERYWHERE
from models.base import table_of
from models.command_line import Refusal
from models.copy_batch import TableCopy, put
from models.copy_rows import AT_A_TIME, Row, Shape, hall_tables, shared_tables
from models.tables import Account
from standards.message import message

_SECRETS = "credential"
_TRAIL = {"audit_event", "audit_head"}  # it grows with the years; each installation's chain contradicts nobody's
Shared = dict[str, tuple[Shape, list[Row]]]
"""Rows by table, each table after those it refers to."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that says otherwise in the target: its table, its key, the columns."""

    table: str
    key: str
    columns: tuple[str, ...]


def shared_rows(source: Session, target: Session) -> Shared:
    """The source's rows that every hall shares; an account that the target knows by name has its id there.

    What such an account gets in by is the target's own; only a new account brings its password and PIN along.
    Raises Refusal `conflicts`, with each of them named, where a row of the target says otherwise.
    """
    rows = {shape.table.name: (shape, _read(source, shape)) for shape in _shapes()}
    theirs = {name: _read(target, shape) for name, (shape, _) in rows.items()}
    known_as = _known_as(rows, theirs["account"])
    for name, column in (("account", "id"), ("role_grant", "account_id"), (_SECRETS, "account_id")):
        shape, ours = rows[name]
        rows[name] = (shape, [_with_id(row, shape.names.index(column), known_as) for row in ours])
    rows[_SECRETS] = _of_new_accounts(rows[_SECRETS], theirs["account"])
    found = [each for name, (shape, ours) in rows.items() for each in _conflicts(shape, ours, theirs[name])]
    if found:
        said = message("{number} rows that all halls share say otherwise there: nothing was copied.", number=len(found))
        raise Refusal("conflicts", said, {"conflicts": [asdict(each) for each in found]})
    return rows


def put_shared(target: Session, rows: Shared) -> dict[str, TableCopy]:
    """Add what is not there, in the caller's transaction."""
    copies: dict[str, TableCopy] = {}
    for name, (shape, ours) in rows.items():
        copies[name] = TableCopy()
        for start in range(0, len(ours), AT_A_TIME):
            put(target, shape, ours[start : start + AT_A_TIME], copies[name])
        if not copies[name].same:
            said = message("{table}: the target was written to meanwhile; nothing was copied.", table=name)
            raise Refusal("conflicts", said, {"conflicts": [], "keys": copies[name].keys})
    return copies


def _shapes() -> Iterator[Shape]:
    yield from map(Shape, shared_tables())
    yield from (Shape(table) for table in hall_tables() if table.name not in _TRAIL)


def of_every_hall(shape: Shape) -> bool:
    """Whether the table's rows of no hall are shared, and compared before anything is written."""
    return shape.table.name not in _TRAIL


def _read(session: Session, shape: Shape) -> list[Row]:
    """A shared table whole; of a hall's table the rows that belong to every hall."""
    every = EVERYWHERE if shape.keys[0] == "branch_id" else None
    return [shape.settled(row) for part in shape.rows(session, every) for row in part]


def _known_as(rows: Shared, theirs: list[Row]) -> dict[str, str]:
    """The target's id of each account that it knows by name alone: every installation counted its own."""
    shape, ours = rows["account"]
    id_at, name_at = shape.names.index("id"), shape.names.index("name")
    by_name = {row[name_at]: row[id_at] for row in theirs}
    ids = {row[id_at] for row in theirs}
    return {row[id_at]: by_name[row[name_at]] for row in ours if row[id_at] not in ids and row[name_at] in by_name}


def _of_new_accounts(secrets: tuple[Shape, list[Row]], theirs: list[Row]) -> tuple[Shape, list[Row]]:
    """What new accounts get in by."""
    shape, ours = secrets
    account_at, id_at = shape.names.index("account_id"), Shape(table_of(Account)).names.index("id")
    known = {row[id_at] for row in theirs}
    return shape, [row for row in ours if row[account_at] not in known]


def _with_id(row: Row, place: int, known_as: dict[str, str]) -> Row:
    return (*row[:place], known_as.get(row[place], row[place]), *row[place + 1 :])


def _conflicts(shape: Shape, ours: list[Row], theirs: list[Row]) -> Iterator[Conflict]:
    there = {shape.key(row): row for row in theirs}
    for row in ours:
        other = there.get(shape.key(row), row)
        columns = tuple(name for name, a, b in zip(shape.names, row, other, strict=True) if a != b)
        if columns:
            yield Conflict(shape.table.name, " ".join(map(str, shape.key(row))), columns)
