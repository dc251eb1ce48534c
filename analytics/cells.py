"""Counts of closed interactions from the cells of clean days and the rows of dirty ones, in one statement.

A question that the cells can't answer (a limit that is not kept, two things at once that no table knows) is answered
from the rows alone, by the same counters: the answer is the same, only slower, and there is a bound to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, literal, not_, select, tuple_, union_all
from sqlmodel import Session

from analytics.judged import of_scope
from analytics.question import Question
from analytics.selection import Key
from models.counters import CLOSED, ENDED, Counter
from models.dirty import DIRTY_DAY
from models.rollup_tables import DIMENSIONS, ROLLUP_DAY, ROLLUPS, Rollup
from models.tables import Interaction
from standards.message import Message, message
from standards.standard import Scope

MOST_ROWS = 2_000_000
"""Interactions that one question may read one by one."""


class TooMany(Exception):
    """A question that only rows can answer, of too many of them; nothing was read."""

    reason = "too_many"

    def __init__(self, interactions: int) -> None:
        self.message: Message = message(
            "This can only be counted visit by visit, and there are {n}: choose fewer days or halls (at most {most}).",
            n=interactions,
            most=MOST_ROWS,
        )
        super().__init__(str(self.message))


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts of one group in one hall: the group's key, the values of what was asked beside it, and of counters."""

    branch_id: str
    key: Key
    beside: Mapping[str, Any]
    counts: Mapping[str, int]


def cells(
    session: Session,
    asked: Question,
    counters: Iterable[Counter],
    *,
    beside: tuple[str, ...] = (),
    scope: Scope | None = None,
) -> list[Cell]:
    """The sums of counters over the closed interactions of a question, by its columns and the dimensions `beside`.

    `scope` narrows to channels and business types. Raises TooMany.
    """
    wanted = tuple({counter.name: counter for counter in counters}.values())
    scope = scope or Scope()
    rollup = rollup_for(asked, wanted, beside, scope)
    if rollup is None:
        check_bound(session, asked)
    # Before exclusion nothing is excluded: a constant is not grouped by.
    told = tuple(name for name in beside if name != "excluded" or not asked.selection.before_exclusion)
    fixed = {name: False for name in beside if name not in told}
    statement = _statement(asked, wanted, told, scope, rollup)
    names = [counter.name for counter in wanted]
    return [
        Cell(branch_id, key, fixed | dict(zip(told, values, strict=True)), dict(zip(names, sums, strict=True)))
        for (branch_id, key, values), sums in _folded(session, asked, statement, len(told)).items()
    ]


def _folded(session: Session, asked: Question, statement: Any, beside: int) -> dict[Any, list[int]]:
    """The sums by hall, key and what was asked beside: hours and days that are one to the reader come together."""
    width, key_of = len(asked.columns), asked.keys()
    found: dict[Any, list[int]] = {}
    for row in session.connection().execute(statement).all():
        group = row[0], key_of(row[:width]), row[width : width + beside]
        sums = [int(value) for value in row[width + beside :]]
        known = found.get(group)
        found[group] = sums if known is None else [one + other for one, other in zip(known, sums, strict=True)]
    return found


def rollup_for(
    asked: Question, counters: Iterable[Counter], beside: Iterable[str] = (), scope: Scope | None = None
) -> Rollup | None:
    """The smallest rollup that knows all that is asked for, or None."""
    selection = asked.selection
    if selection.from_rows or selection.also_excluded is not None:
        return None
    needed = {*asked.dimensions, *beside, *_dimensions_of(scope or Scope())}
    names = {counter.name for counter in counters}
    return next((one for one in ROLLUPS if needed.issubset(one.dimensions) and names <= _names(one)), None)


def _dimensions_of(scope: Scope) -> set[str]:
    found = {"channel"} if scope.channels else set()
    return found | ({"business_type"} if scope.business_types or scope.except_business_types else set())


@cache
def _names(rollup: Rollup) -> frozenset[str]:
    return frozenset(counter.name for counter in rollup.counters)


def check_bound(session: Session, asked: Question) -> None:
    """Raises TooMany where the days of a question hold more interactions than are read one by one."""
    if asked.selection.from_rows:
        return
    table = ROLLUP_DAY.table
    closed = sum((func.coalesce(func.sum(table.c[counter.name]), 0) for counter in ENDED.values()), start=literal(0))
    of_days = and_(
        table.c.branch_id.in_(asked.branch_ids),
        table.c.day_on.between(asked.selection.first_on, asked.selection.last_on),
    )
    interactions = int(session.execute(select(closed).where(of_days)).scalar_one())
    if interactions > MOST_ROWS:
        raise TooMany(interactions)


def _statement(
    asked: Question,
    counters: tuple[Counter, ...],
    beside: tuple[str, ...],
    scope: Scope,
    rollup: Rollup | None,
) -> Any:
    rows = _rows(asked, counters, beside, scope)
    if rollup is None:
        return rows
    made = _made(asked, counters, beside, scope, rollup.table)
    both = union_all(made, rows.where(dirty(asked, Interaction))).subquery("cells")
    keys = list(both.c)[: len(asked.columns) + len(beside)]
    sums = list(both.c)[len(keys) :]
    wanted: Any = select(*keys, *(func.sum(each) for each in sums))
    return wanted.group_by(*keys)


def _rows(asked: Question, counters: tuple[Counter, ...], beside: tuple[str, ...], scope: Scope) -> Any:
    keys = [*asked.columns, *(asked.excluded() if name == "excluded" else DIMENSIONS[name].of_row for name in beside)]
    labelled = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    sums = (counter.summed(counter.fact.of_row).label(counter.name) for counter in counters)
    wanted: Any = select(*labelled, *sums)
    return wanted.where(asked.where(), CLOSED, of_scope(scope, Interaction)).group_by(*labelled)


def _made(asked: Question, counters: tuple[Counter, ...], beside: tuple[str, ...], scope: Scope, table: Table) -> Any:
    keys = [*asked.cell_columns(table), *(DIMENSIONS[name].of_cell(table) for name in beside)]
    labelled = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    sums = (func.sum(table.c[counter.name]).label(counter.name) for counter in counters)
    clean = not_(dirty(asked, table.c))
    wanted: Any = select(*labelled, *sums)
    return wanted.where(asked.where(table.c), of_scope(scope, table.c), clean).group_by(*labelled)


def dirty(asked: Question, columns: Any) -> ColumnElement[bool]:
    """Whether what has these columns is of a day whose cells are not to be read."""
    marked = select(DIRTY_DAY.c.branch_id, DIRTY_DAY.c.day_on).where(
        DIRTY_DAY.c.branch_id.in_(asked.branch_ids),
        DIRTY_DAY.c.day_on.between(asked.selection.first_on, asked.selection.last_on),
    )
    return tuple_(columns.branch_id, columns.day_on).in_(marked)
