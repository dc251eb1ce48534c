"""The times of closed interactions one by one, for percentiles that are exact.

They are listed by the cells of clean days; of marked days, and where a question narrows by more than these tell apart,
they are read from the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlmodel import Session, col

from analytics.alike import alike
from analytics.cells import known_by
from analytics.judged import of_scope
from analytics.marked_days import MarkedDays, marked_days
from analytics.question import Question
from analytics.selection import By, Key
from models.counters import Family
from models.rollup_tables import ROLLUP_TIMES, TIMES_DIMENSIONS
from models.rollup_times import Times, listed, read, unpacked
from models.tables import Interaction
from standards.standard import Scope
from standards.vocabulary import OPEN, Outcome

__all__ = ["OF_COMPLETED", "Kind", "Times", "each_time", "nearest_ranks"]

# Said by what it is not: asked for by its name, the index of outcomes is read, which holds no times.
OF_COMPLETED = col(Interaction.outcome).not_in([outcome for outcome in Outcome if outcome is not Outcome.COMPLETED])


@dataclass(frozen=True, slots=True)
class Kind:
    """A time of an interaction, and the families under which the cells list it for the interactions asked for."""

    time: Any
    families: tuple[Family, ...]


def nearest_ranks(times: Times, percents: Sequence[int]) -> list[int]:
    """The nearest-rank percentiles of times in any order: of each percent the ⌈percent·n/100⌉-th; not of none."""
    places = [max(1, -(-percent * times.size // 100)) - 1 for percent in percents]
    return [int(time) for time in np.partition(times, places)[places]]


def each_time(
    session: Session,
    asked: Question,
    kinds: Sequence[Kind],
    own: ColumnElement[bool],
    scope: Scope | None = None,
    *,
    of_open: bool = False,
) -> Iterator[tuple[Key, bool, list[Times]]]:
    """The values (ms) of some kinds of time of the interactions of a question, in no order; a key comes often.

    `own` says of which rows they are, `scope` the same of cells, beside the families of each kind; `of_open` that `own`
    may hold of interactions that are not over. With each key comes whether these are excluded.
    """
    in_cells = known_by(asked, TIMES_DIMENSIONS, scope)
    marked = marked_days(session, asked) if in_cells else MarkedDays(())
    for part in alike(asked):
        if in_cells:
            yield from _of_cells(session, part, kinds, scope or Scope(), marked)
        for rows in _beside_cells(part, marked, of_open) if in_cells else (part.where(),):
            yield from _of_rows(session, part, kinds, and_(rows, own))


def _beside_cells(part: Question, marked: MarkedDays, of_open: bool) -> Iterator[ColumnElement[bool]]:
    """The conditions on the rows that no cell holds: those of marked days, and of other days the open ones."""
    if (of_marked := marked.rows(part)) is not None:
        yield of_marked
    if of_open:
        # Few, and found by their outcome: beside the rest of the question all visits of its days were looked at.
        found = and_(part.where(), col(Interaction.outcome).in_(OPEN))
        open_rows = select(col(Interaction.branch_id), col(Interaction.id)).where(found)
        yield and_(
            tuple_(col(Interaction.branch_id), col(Interaction.id)).in_(open_rows), marked.clean(part, Interaction)
        )


def _of_cells(
    session: Session, part: Question, kinds: Sequence[Kind], scope: Scope, marked: MarkedDays
) -> Iterator[tuple[Key, bool, list[Times]]]:
    cells = ROLLUP_TIMES.c
    families = dict.fromkeys(family.fact.name for kind in kinds for family in kind.families)
    columns = [column.label(f"key_{place}") for place, column in enumerate(part.cell_columns(ROLLUP_TIMES)[1:])]
    wanted: Any = select(*columns, cells.excluded, cells.width, *(cells[name] for name in families))
    own = and_(part.where(cells), of_scope(scope, cells), marked.clean(part, cells))
    key_of = _keys(part)
    for row in session.connection().execute(wanted.where(own)):
        taken_out = row.excluded and not part.selection.before_exclusion
        yield key_of(row[: len(columns)]), taken_out, [unpacked(row._mapping, kind.families) for kind in kinds]


def _of_rows(
    session: Session, part: Question, kinds: Sequence[Kind], own: ColumnElement[bool]
) -> Iterator[tuple[Key, bool, list[Times]]]:
    """The index of a hall's days holds all but greetings at the door."""
    columns = [column.label(f"key_{place}") for place, column in enumerate(part.columns[1:])]
    # Before exclusion nothing is excluded: a constant is not grouped by.
    excluded = [] if part.selection.before_exclusion else [part.excluded().label("taken_out")]
    wanted: Any = select(*columns, *excluded, func.count(), *(listed(kind.time) for kind in kinds))
    key_of = _keys(part)
    for row in session.connection().execute(wanted.where(own).group_by(*columns, *excluded)).all():
        *taken_out, count = row[len(columns) : -len(kinds)]
        if count:
            yield key_of(row[: len(columns)]), any(taken_out), [read(text) for text in row[-len(kinds) :]]


def _keys(part: Question) -> Callable[[Sequence[Any]], Key]:
    """What makes a group's key from the values it is grouped by: its hall's clock says which hour of the day it is."""
    key_of, anyone = part.keys(), part.branch_ids[0]
    of_hall = part.by.index(By.HALL) if By.HALL in part.by else None
    return lambda values: key_of((anyone if of_hall is None else values[of_hall], *values))
