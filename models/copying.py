"""A hall's or a region's SQLite database into PostgreSQL: in batches, compared by counts and hashes, resumable.

Each batch is a transaction of its own; a copy that was stopped is continued by running it again, and done twice it is
as done once. The source is read as it was at one moment. A hall may be copied again after work went on in the source:
as long as nobody has written in the target's hall, its rows are renewed. From then on a row that says otherwise is
told and left as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlmodel import Session, col

from models.actor import EVERYWHERE
from models.audit_chain import drop_lines_let_go
from models.command_line import Refusal, check_known, readable_store
from models.copy_batch import TableCopy, put, remove
from models.copy_marks import begin_again, begin_new, changes, end
from models.copy_rows import AT_A_TIME, Row, Shape, hall_tables
from models.copy_shared import of_every_hall, put_shared, shared_rows
from models.migrate import upgrade
from models.store import Store, sqlite_file, store
from models.tables import Branch
from standards.message import message

LOOKED_UP = 1_000
"""Keys asked for at once, below the number of values that SQLite takes in a statement."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a copy is, after each batch: rows of all halls, done and in all."""

    branch_id: str
    table: str
    done: int
    total: int


Progress = Callable[[Step], None]


@dataclass(slots=True)
class Copied:
    """What a copy did, by table, and by hall (`*`: what belongs to none) and table.

    `later` are halls in which work went on in the source since.
    """

    shared: dict[str, TableCopy] = field(default_factory=dict)
    halls: dict[str, dict[str, TableCopy]] = field(default_factory=dict)
    later: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether every row of the source is in the target as it is."""
        return all(copy.same for tables in self.halls.values() for copy in tables.values())

    def rows(self, count: str = "") -> int:
        """How many rows of halls were compared, or were `added`, `renewed`, `removed`, are `differing`."""
        copies = [copy for tables in self.halls.values() for copy in tables.values()]
        return sum(getattr(copy, count) if count else copy.source.rows for copy in copies)

    def answer(self) -> dict[str, Any]:
        """As a JSON object."""
        halls = {hall: _told(tables) for hall, tables in self.halls.items()}
        return {"same": self.same, "shared": _told(self.shared), "halls": halls, "later": self.later}


def _told(tables: dict[str, TableCopy]) -> dict[str, Any]:
    counts = ("added", "renewed", "removed", "differing", "keys")
    return {
        name: {"rows": copy.source.rows, "hash": copy.source.hash}
        | {"target_rows": copy.target.rows, "target_hash": copy.target.hash}
        | {count: getattr(copy, count) for count in counts}
        for name, copy in tables.items()
    }


def copy_database(url: str | None, to: str, actor: str, *, now: datetime, progress: Progress | None = None) -> Copied:
    """Copy the embedded database into PostgreSQL, whose schema is made or brought to this version first.

    Raises Refusal: no embedded database of this schema, no PostgreSQL, a newer schema there, shared rows that say
    otherwise there (with nothing written), or a value that PostgreSQL can't hold.
    """
    source = readable_store(url)
    if sqlite_file(source.url) is None:
        raise Refusal("not_embedded", message("This is for the embedded database; a server has tools of its own."))
    target = store(to)
    if target.engine.dialect.name != "postgresql":
        raise Refusal(
            "not_postgresql",
            message("The target is no PostgreSQL: for a copy of the file use python -m models backup."),
        )
    check_known(target)
    upgrade(to)
    with source.reading() as here:
        return _Copying(source, here, target, actor, now, progress or (lambda _: None)).done()


@dataclass(slots=True)
class _Copying:
    """One moment of the source on its way into the target."""

    source: Store
    here: Session
    target: Store
    actor: str
    now: datetime
    progress: Progress
    steps: int = 0
    total: int = 0

    def done(self) -> Copied:
        copied = Copied()
        counts = {shape: self._counts(shape) for shape in map(Shape, hall_tables())}
        halls = self.here.connection().scalars(select(col(Branch.id)).order_by(col(Branch.id))).all()
        before = {hall: changes(self.here, hall) for hall in halls}
        self.total = sum(sum(of_table.values()) for of_table in counts.values())
        with self.target.writing() as there:
            rows = shared_rows(self.here, there)
            new = sorted(set(halls) - set(there.connection().scalars(select(col(Branch.id)))))
            copied.shared = put_shared(there, rows)
            for hall in new:
                begin_new(there, hall, self.here)
        for hall in [EVERYWHERE, *halls]:
            copied.halls[hall] = self._hall(hall, [shape for shape in counts if counts[shape].get(hall)], list(counts))
        with self.source.reading() as later:
            copied.later = [hall for hall in halls if changes(later, hall) != before[hall]]
        return copied

    def _counts(self, shape: Shape) -> dict[str, int]:
        """Rows by hall."""
        branch_id = shape.table.c.branch_id
        counted = self.here.connection().execute(select(branch_id, func.count()).group_by(branch_id))
        return {hall: number for hall, number in counted if hall != EVERYWHERE or not of_every_hall(shape)}

    def _hall(self, hall: str, filled: list[Shape], shapes: list[Shape]) -> dict[str, TableCopy]:
        with self.target.writing() as there:
            renew = hall != EVERYWHERE and begin_again(there, hall, self.here)
        tables = {shape.table.name: self._table(hall, shape, renew) for shape in filled}
        if renew:
            for shape in reversed(shapes):
                if of_every_hall(shape):  # the trail only grows
                    copy = tables.setdefault(shape.table.name, TableCopy())
                    copy.removed = self._remove_gone(hall, shape, copy.source.rows)
        with self.target.writing() as there:
            drop_lines_let_go(there, hall)
            end(there, hall, tables, self.actor, now=self.now)
        return {name: copy for name, copy in tables.items() if copy.source.rows or copy.removed}

    def _table(self, hall: str, shape: Shape, renew: bool) -> TableCopy:
        copy = TableCopy()
        renew = renew or shape.table.name == "audit_head"  # nobody but the source writes its chains on
        for rows in shape.rows(self.here, hall):
            with self.target.writing() as there:
                put(there, shape, rows, copy, renew=renew)
            self.steps += len(rows)
            self.progress(Step(hall, shape.table.name, self.steps, self.total))
        return copy

    def _remove_gone(self, hall: str, shape: Shape, known: int) -> int:
        """Take away what an earlier copy brought and the source no longer has."""
        branch_id = shape.table.c.branch_id
        asked = select(*shape.columns("postgresql", shape.keys)).where(branch_id == hall)
        gone: list[Row] = []
        with self.target.reading() as there:
            connection = there.connection()
            if connection.scalar(select(func.count()).select_from(shape.table).where(branch_id == hall)) == known:
                return 0
            for part in connection.execute(asked.execution_options(yield_per=LOOKED_UP)).partitions():
                keys = [tuple(row) for row in part]
                present = self._present(shape, keys)
                gone += [key for key in keys if key not in present]
        removed = 0
        for start in range(0, len(gone), AT_A_TIME):
            with self.target.writing() as there:
                removed += remove(there, shape, gone[start : start + AT_A_TIME])
        return removed

    def _present(self, shape: Shape, keys: list[Row]) -> set[Row]:
        """Those of some keys that the source has."""
        columns = shape.columns("sqlite", shape.keys)
        asked = select(*columns).where(tuple_(*columns).in_(keys))
        return {tuple(row) for row in self.here.connection().execute(asked)}
