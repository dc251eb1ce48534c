"""Observed checks of closed interactions: from the cells of clean days, and from the rows of marked ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, select, union_all
from sqlmodel import Session, col

from analytics.cells import check_bound, known_by
from analytics.closed import periods
from analytics.followed import Followed
from analytics.marked_days import MarkedDays, marked_days
from analytics.question import Question, narrowed
from analytics.selection import Key
from models.checked import checked_interactions
from models.rollup_tables import CHECK_DIMENSIONS, ROLLUP_CHECK
from models.tables import Interaction, Observation
from standards.vocabulary import Source

_BESIDE = ("source", "channel", "business_type")
_TAKEN_OUT = "taken_out"


@dataclass(frozen=True, slots=True)
class Checked:
    """How many interactions of a group had so many checks of a standard observed, and so many of them failed; whether
    these are excluded.
    """

    followed: Followed
    key: Key
    source: Source
    taken_out: bool
    observed: int
    failed: int
    interactions: int


def checked(session: Session, asked: Question, judged: tuple[Followed, ...]) -> Iterator[Checked]:
    """The observed checks of each standard on the days it is in force; none of void interactions."""
    for (first_on, last_on), standing in periods(judged):
        within = narrowed(asked, first_on, last_on)
        codes = sorted({one.standard.code for one in standing})
        width, key_of = len(asked.columns), asked.keys()
        for row in session.execute(_statement(session, within, codes)):
            columns, (source, channel, business_type, *excluded) = tuple(row[:width]), row[width:-4]
            code, observed, failed, count = row[-4:]
            for one in standing:
                if one.standard.code == code and columns[0] in one.branch_ids and one.covers(channel, business_type):
                    yield Checked(one, key_of(columns), source, any(excluded), observed, failed, int(count))


def in_cells(asked: Question) -> bool:
    """Whether the cells hold the observed checks of a question."""
    return known_by(asked, CHECK_DIMENSIONS)


def _statement(session: Session, asked: Question, codes: list[str]) -> Any:
    if not in_cells(asked):
        check_bound(session, asked)
        return _of_rows(asked, codes, asked.where())
    marked = marked_days(session, asked)
    made, own = _of_cells(asked, codes, marked), marked.rows(asked)
    if own is None:
        return made
    both = union_all(made, _of_rows(asked, codes, own)).subquery("checks")
    *keys, count = both.c
    wanted: Any = select(*keys, func.sum(count))
    return wanted.group_by(*keys)


def _of_cells(asked: Question, codes: list[str], marked: MarkedDays) -> Any:
    table: Table = ROLLUP_CHECK
    columns = [column.label(f"key_{place}") for place, column in enumerate(asked.cell_columns(table))]
    beside = [table.c[name].label(f"of_{name}") for name in _BESIDE]
    if not asked.selection.before_exclusion:
        beside.append(table.c.excluded.label(_TAKEN_OUT))
    keys = (*columns, *beside, table.c.standard_code, table.c.observed, table.c.failed)
    wanted: Any = select(*keys, func.sum(table.c.interactions).label("interactions"))
    own = and_(asked.where(table.c), table.c.standard_code.in_(codes), marked.clean(asked, table.c))
    return wanted.where(own).group_by(*keys)


def _of_rows(asked: Question, codes: list[str], of_question: ColumnElement[bool]) -> Any:
    columns = [column.label(f"key_{place}") for place, column in enumerate(asked.columns)]
    beside = [getattr(Interaction, name).label(f"of_{name}") for name in _BESIDE]
    if not asked.selection.before_exclusion:
        beside.append(asked.excluded().label(_TAKEN_OUT))
    own = and_(of_question, col(Observation.standard_code).in_(codes))
    return checked_interactions([*columns, *beside], own)
