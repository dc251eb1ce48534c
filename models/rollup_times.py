"""The times of a hall's days one by one, packed: a percentile over months is read from some hundreds of cells.

A cell holds whole milliseconds in rising order, four bytes each, or eight in a cell with a time of 24 days and more.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, String, and_, bindparam, cast, func, select

from models.counters import CLOSED, ROW, Family
from models.rollup_tables import DIMENSIONS, TIMES, TIMES_DIMENSIONS

Times = NDArray[np.int64]
"""Milliseconds, in one dimension."""
NARROW, WIDE = 4, 8
"""Bytes a time."""


def listed(time: ColumnElement[Any]) -> ColumnElement[str]:
    """All values of a time in a group as one text: row by row a driver takes several times as long."""
    return func.aggregate_strings(cast(time, String), ",")


def read(text: str | None) -> Times:
    """The times of such a text."""
    return np.fromstring(text or "", dtype=np.int64, sep=",")


def times_of_rows(connection: Connection, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells of some `days` of a `hall`, by column, from its closed interactions."""
    statement, names = _listed_times()
    found = connection.execute(statement, asked).all()
    return [dict(zip(names, row, strict=False)) | _packed([read(text) for text in row[len(names) :]]) for row in found]


@cache
def _listed_times() -> tuple[Any, list[str]]:
    """The statement that lists them, and the names of its keys, which come first."""
    keys = [ROW.branch_id, ROW.day_on, *(DIMENSIONS[name].key.label(name) for name in TIMES_DIMENSIONS)]
    own = and_(ROW.branch_id == bindparam("hall"), ROW.day_on.in_(bindparam("days", expanding=True)), CLOSED)
    each: Any = select(*keys, *(listed(family.fact.of_row) for family in TIMES))
    return each.where(own).group_by(*keys), [key.name for key in keys]


def _packed(times: list[Times]) -> dict[str, Any]:
    longest = max((int(each.max()) for each in times if each.size), default=0)
    width = NARROW if longest <= np.iinfo(np.int32).max else WIDE
    named = zip(TIMES, times, strict=True)
    return {"width": width} | {family.fact.name: np.sort(each).astype(f"<i{width}").tobytes() for family, each in named}


def unpacked(cell: Any, families: Sequence[Family]) -> Times:
    """The times of some families in a cell, by column, those of each in rising order."""
    return np.frombuffer(b"".join(cell[family.fact.name] for family in families), dtype=f"<i{cell['width']}")
