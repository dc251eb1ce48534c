"""Marking the days whose cells are no longer true, in the transaction that makes them so.

Rows that the session itself writes (visits and observed checks) mark their days before each flush. Statements that
write past the session (`insert`, `update`, `delete` on those tables) call `mark_days` beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    String,
    Table,
    Uuid,
    bindparam,
    event,
    insert,
    inspect,
    literal,
    select,
)
from sqlmodel import Session, col

from models.base import Base, new_id
from models.visits import Interaction, Observation

_MARKED = "days marked dirty"
Day = tuple[str, date]
"""A hall's code and a local day."""

DIRTY_DAY = Table(
    "dirty_day",
    Base.metadata,
    Column("branch_id", String(32), ForeignKey("branch.id"), primary_key=True),
    Column("day_on", Date, primary_key=True),
    Column("id", Uuid, primary_key=True),
)
"""Days whose rows were written since their cells were made: append-only, each mark with an id of its own."""

_MARK = insert(DIRTY_DAY)
# A day that is marked already needs no second mark where writers stand in line, as SQLite's do. Elsewhere whoever
# refreshes may be about to take the first one away, so every writer leaves its own.
_MARK_ONCE = insert(DIRTY_DAY).from_select(
    ["branch_id", "day_on", "id"],
    select(
        bindparam("branch_id", type_=DIRTY_DAY.c.branch_id.type),
        bindparam("day_on", type_=DIRTY_DAY.c.day_on.type),
        bindparam("id", type_=DIRTY_DAY.c.id.type),
    ).where(
        ~select(literal(1))
        .where(DIRTY_DAY.c.branch_id == bindparam("branch_id"), DIRTY_DAY.c.day_on == bindparam("day_on"))
        .exists()
    ),
)


def mark_days(session: Session, branch_id: str, days: Iterable[date]) -> None:
    """Mark days of a hall; each once a transaction."""
    _mark(session, [(branch_id, day) for day in days])


def mark_visits(session: Session, branch_id: str, visits: ColumnElement[bool]) -> None:
    """Mark the days of a hall's interactions of which a condition holds, before they are written past the session."""
    days: Any = select(col(Interaction.day_on)).where(col(Interaction.branch_id) == branch_id, visits).distinct()
    mark_days(session, branch_id, session.connection().scalars(days).all())


def _mark(session: Session, days: Iterable[Day]) -> None:
    marked = _marked(session)
    fresh = list(dict.fromkeys(day for day in days if day not in marked))
    if not fresh:
        return
    marked.update(fresh)
    connection = session.connection()
    statement = _MARK_ONCE if connection.dialect.name == "sqlite" else _MARK
    connection.execute(
        statement, [{"branch_id": branch_id, "day_on": day_on, "id": new_id()} for branch_id, day_on in fresh]
    )


def _marked(session: Session) -> set[Day]:
    """What this transaction has marked; the innermost, for a savepoint that is rolled back takes its marks along."""
    transaction = session.get_nested_transaction() or session.get_transaction()
    of, marked = session.info.get(_MARKED, (None, set()))
    if of is None or of is not transaction:
        marked = set()
        session.info[_MARKED] = (transaction, marked)
    return marked  # type: ignore[no-any-return]


_COUNTED = (Interaction, Observation)


def _moves(_row: object, _value: object, _before: object, _initiator: object) -> None:
    """Nothing to do: that somebody listens makes a row that is not read yet tell where it was before."""


for _place in (Interaction.day_on, Observation.interaction_id):
    event.listen(_place, "set", _moves, active_history=True)


@event.listens_for(Session, "before_flush")
def _mark_written(session: Session, _context: object, _instances: object) -> None:
    touched = [row for row in session.dirty if isinstance(row, _COUNTED) and session.is_modified(row)]
    written = [*touched, *(row for row in (*session.new, *session.deleted) if isinstance(row, _COUNTED))]
    if written:
        with session.no_autoflush:
            _mark(session, [day for row in written for day in _days_of(session, row)])


def _days_of(session: Session, row: Interaction | Observation) -> Iterator[Day]:
    """The days on which a row counts: the one it has, and the one it had where it moves."""
    if isinstance(row, Interaction):
        before = inspect(row).attrs.day_on.history.deleted or ()
        yield from ((row.branch_id, day) for day in (row.day_on, *before) if day is not None)
        return
    of_visits = [row.interaction_id, *(inspect(row).attrs.interaction_id.history.deleted or ())]
    of: Any = select(col(Interaction.day_on)).where(
        col(Interaction.branch_id) == row.branch_id, col(Interaction.id).in_(of_visits)
    )
    yield from ((row.branch_id, day) for day in session.connection().scalars(of).all())
    for new in session.new:  # written in this flush with its interaction
        if isinstance(new, Interaction) and new.id == row.interaction_id:
            yield row.branch_id, new.day_on
