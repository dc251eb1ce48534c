"""Counts of closed interactions from the cells of clean days and the rows of marked ones, in one statement.

A question that the cells can't answer (a limit that is not kept, two things at once that no table knows) is answered
from the rows alone, by the same counters: the answer is the same, only slower, and there is a bound to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, literal, select, union_all
from sqlmodel import Session

from analytics.alike import alike
from analytics.judged import of_scope
from analytics.marked_days import MarkedDays, marked_days
from analytics.question import Question
from analytics.selection import By, Key
from models.counters import CLOSED, ENDED, ROW, Counter
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
    """Counts of one group in some halls: the group's key, the values of what was asked beside it, and of counters."""

    branch_ids: frozenset[str]
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
    apart: Iterable[Collection[str]] = (),
) -> list[Cell]:
    """The sums of counters over the closed interactions of a question, by its columns and the dimensions `beside`.

    Halls come together where they are not asked for, but for those of which a set of `apart` holds some and others not.
    `scope` narrows to channels and business types. Raises TooMany.
    """
    wanted = tuple({counter.name: counter for counter in counters}.values())
    scope = scope or Scope()
    rollup = rollup_for(asked, wanted, beside, scope)
    marked = MarkedDays(()) if rollup is None else marked_days(session, asked)
    if rollup is None:
        check_bound(session, asked)
    # Before exclusion nothing is excluded: a constant is not grouped by.
    told = tuple(name for name in beside if name != "excluded" or not asked.selection.before_exclusion)
    fixed = {name: False for name in beside if name not in told}
    names = [counter.name for counter in wanted]
    found: list[Cell] = []
    for part in alike(asked, apart):
        together = frozenset(part.branch_ids)
        grouped = _grouped(part, told)
        statement = _statement(part, wanted, grouped, scope, rollup, marked)
        for (branch_id, key, values), sums in _folded(session, part, statement, grouped, told).items():
            halls = together if branch_id is None else frozenset((branch_id,))
            sides = fixed | dict(zip(told, values, strict=True))
            found.append(Cell(halls, key, sides, dict(zip(names, sums, strict=True))))
    return found


def _folded(
    session: Session, part: Question, statement: Any, names: tuple[str, ...], beside: tuple[str, ...]
) -> dict[tuple[str | None, Key, tuple[Any, ...]], list[int]]:
    """The sums by hall where halls are asked for, key, and what was asked beside.

    Hours and days that are one to the reader come together here, after the database has added up all that is of one.
    """
    hall = names.index("branch_id") if "branch_id" in names else None
    of_key, of_beside = (tuple(map(names.index, told)) for told in (part.attributes[1:], beside))
    width, key_of, of_all = len(names), part.keys(), part.branch_ids[0]
    found: dict[Any, list[int]] = {}
    for row in session.connection().execute(statement).all():
        branch_id = of_all if hall is None else row[hall]
        key = key_of((branch_id, *(row[place] for place in of_key)))
        group = branch_id if By.HALL in part.by else None, key, tuple(row[place] for place in of_beside)
        sums = [int(value) for value in row[width:]]
        known = found.get(group)
        found[group] = sums if known is None else [one + other for one, other in zip(known, sums, strict=True)]
    return found


def _grouped(part: Question, beside: tuple[str, ...]) -> tuple[str, ...]:
    """The columns to group by; halls too where cells lie in the order of halls and days, and need no sorting then."""
    names = tuple(dict.fromkeys((*part.attributes[1:], *beside)))
    whole = tuple(name for name in names if name != "excluded")
    one_hall = len(part.halls) == 1
    return ("branch_id", *names) if not whole or (one_hall and whole == ("day_on",)) else names


def rollup_for(
    asked: Question, counters: Iterable[Counter], beside: Iterable[str] = (), scope: Scope | None = None
) -> Rollup | None:
    """The smallest rollup that knows all that is asked for, or None."""
    names = {counter.name for counter in counters}
    known = (one for one in ROLLUPS if known_by(asked, one.dimensions, scope, beside) and names <= _names(one))
    return next(known, None)


def known_by(
    asked: Question, dimensions: Collection[str], scope: Scope | None = None, beside: Iterable[str] = ()
) -> bool:
    """Whether cells that these dimensions tell apart know all that a question narrows and groups by."""
    selection = asked.selection
    by_row = selection.from_rows or selection.also_excluded is not None
    return not by_row and {*asked.dimensions, *beside, *_dimensions_of(scope or Scope())}.issubset(dimensions)


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
    names: tuple[str, ...],
    scope: Scope,
    rollup: Rollup | None,
    marked: MarkedDays,
) -> Any:
    """The sums by the columns of these names; a group may come twice, of cells and of rows."""
    if rollup is None:
        return _rows(asked, counters, names, scope, asked.where())
    made = _made(asked, counters, names, scope, rollup.table, marked)
    own = marked.rows(asked)
    return union_all(*made, *(() if own is None else (_rows(asked, counters, names, scope, own),)))


def _rows(
    asked: Question, counters: tuple[Counter, ...], names: tuple[str, ...], scope: Scope, own: ColumnElement[bool]
) -> Any:
    labelled = [_of_row(asked, name).label(f"key_{place}") for place, name in enumerate(names)]
    sums = (counter.summed(counter.fact.of_row).label(counter.name) for counter in counters)
    wanted: Any = select(*labelled, *sums)
    return wanted.where(own, CLOSED, of_scope(scope, Interaction)).group_by(*labelled)


def _of_row(asked: Question, name: str) -> ColumnElement[Any]:
    if name == "excluded":
        return asked.excluded()
    return DIMENSIONS[name].of_row if name in DIMENSIONS else ROW[name]


def _made(
    asked: Question,
    counters: tuple[Counter, ...],
    names: tuple[str, ...],
    scope: Scope,
    table: Table,
    marked: MarkedDays,
) -> Iterator[Any]:
    """The sums of clean days; what is excluded apart where the others then come in the order in which they lie."""
    keys = (DIMENSIONS[name].of_cell(table) if name in DIMENSIONS else table.c[name] for name in names)
    labelled = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    sums = (func.sum(table.c[counter.name]).label(counter.name) for counter in counters)
    own = and_(asked.where(table.c), of_scope(scope, table.c), marked.clean(asked, table.c))
    wanted: Any = select(*labelled, *sums).where(own).group_by(*labelled)
    whole = tuple(name for name in names if name != "excluded")
    if whole != names and whole in _AS_THEY_LIE:
        yield from (wanted.where(table.c.excluded.is_(excluded)) for excluded in (False, True))
    else:
        yield wanted


_AS_THEY_LIE = {("branch_id",), ("branch_id", "day_on")}
