"""Observed checks of closed interactions, from the cells of clean days and the rows of dirty ones, in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, and_, func, not_, select, union_all
from sqlmodel import Session, col

from analytics.cells import check_bound, dirty
from analytics.closed import periods
from analytics.followed import Followed
from analytics.question import Question, narrowed
from analytics.selection import Key
from models.checked import checked_interactions
from models.rollup_tables import CHECK_DIMENSIONS, ROLLUP_CHECK
from models.tables import Interaction, Observation
from standards.vocabulary import Source

_BESIDE = ("source", "channel", "business_type")


@dataclass(frozen=True, slots=True)
class Checked:
    """How many interactions of a group had so many checks of a standard observed, and so many of them failed."""

    followed: Followed
    key: Key
    source: Source
    observed: int
    failed: int
    interactions: int


def checked(session: Session, asked: Question, judged: tuple[Followed, ...]) -> Iterator[Checked]:
    """The observed checks of each standard on the days it is in force; neither of excluded nor of void interactions."""
    for (first_on, last_on), standing in periods(judged):
        within = narrowed(asked, first_on, last_on)
        codes = sorted({one.standard.code for one in standing})
        width, key_of = len(asked.columns), asked.keys()
        for row in session.execute(_statement(session, within, codes)):
            columns, (source, channel, business_type, code, observed, failed, count) = tuple(row[:width]), row[width:]
            for one in standing:
                if one.standard.code == code and columns[0] in one.branch_ids and one.covers(channel, business_type):
                    yield Checked(one, key_of(columns), source, observed, failed, int(count))


def in_cells(asked: Question) -> bool:
    """Whether the cells hold the observed checks of a question."""
    selection = asked.selection
    by_row = selection.from_rows or selection.also_excluded is not None
    return not by_row and set(asked.dimensions).issubset(CHECK_DIMENSIONS)


def _statement(session: Session, asked: Question, codes: list[str]) -> Any:
    if not in_cells(asked):
        check_bound(session, asked)
        return _of_rows(asked, codes, only_dirty=False)
    both = union_all(_of_cells(asked, codes), _of_rows(asked, codes, only_dirty=True)).subquery("checks")
    *keys, count = both.c
    wanted: Any = select(*keys, func.sum(count))
    return wanted.group_by(*keys)


def _of_cells(asked: Question, codes: list[str]) -> Any:
    table: Table = ROLLUP_CHECK
    columns = [column.label(f"key_{place}") for place, column in enumerate(asked.cell_columns(table))]
    beside = [table.c[name].label(f"of_{name}") for name in _BESIDE]
    keys = (*columns, *beside, table.c.standard_code, table.c.observed, table.c.failed)
    wanted: Any = select(*keys, func.sum(table.c.interactions).label("interactions"))
    own = and_(asked.where(table.c), table.c.standard_code.in_(codes), not_(dirty(asked, table.c)))
    if not asked.selection.before_exclusion:
        own = and_(own, table.c.excluded.is_(False))
    return wanted.where(own).group_by(*keys)


def _of_rows(asked: Question, codes: list[str], *, only_dirty: bool) -> Any:
    columns = [column.label(f"key_{place}") for place, column in enumerate(asked.columns)]
    beside = [getattr(Interaction, name).label(f"of_{name}") for name in _BESIDE]
    own = and_(asked.where(), asked.kept(), col(Observation.standard_code).in_(codes))
    if only_dirty:
        own = and_(own, dirty(asked, Interaction))
    return checked_interactions([*columns, *beside], own)
