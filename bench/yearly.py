"""What is asked of a large region: read through the rollups, held against the rows, DuckDB, and a tenth of the rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from analytics.durations import durations
from analytics.selection import By, Selection
from analytics.shares import grouped_shares, shares
from analytics.traffic import traffic
from bench.asked import Asked
from bench.figures import FASTER, Row, against
from bench.large import Large
from bench.many_rows import LAST_ON, NOW, RegionSize
from bench.places import MACHINE
from bench.region_year import by_columns, by_product
from bench.turn_about import turn_about
from models.rollups import TABLES

Question = Callable[[Session, Selection], Any]
GREETING = "H01"
DAYS = 90
HALL_TARGET, REGION_TARGET, COLUMNAR_TARGET = 50.0, 30.0, 4.0
GROWTH_TARGET, SIZE_TARGET = 1.5, 0.15
A_HALLS_YEAR = RegionSize(150_000, halls=1)
SEVEN_WEEKS = RegionSize(20_000, halls=1, days=49)
"""The same visits a day as in the year."""


def _hall(session: Session, selection: Selection) -> Any:
    """All standards, how visits ended and how long they took, as the page of a hall asks."""
    return (
        shares(session, MACHINE, selection, now=NOW),
        traffic(session, MACHINE, selection),
        durations(session, MACHINE, selection),
    )


def _heat_map(session: Session, selection: Selection) -> Any:
    return grouped_shares(session, MACHINE, selection, GREETING, (By.WEEKDAY, By.HOUR), now=NOW)


def _per_staff(session: Session, selection: Selection) -> Any:
    return grouped_shares(session, MACHINE, selection, GREETING, (By.HALL, By.STAFF), now=NOW)


def _one_hall(size: RegionSize) -> Selection:
    return Selection(branch_ids=size.branch_ids[:1], first_on=LAST_ON - timedelta(days=DAYS - 1), last_on=LAST_ON)


def _all_halls(size: RegionSize) -> Selection:
    return Selection(branch_ids=size.branch_ids, first_on=size.first_on, last_on=LAST_ON)


QUESTIONS: dict[str, tuple[Question, Callable[[RegionSize], Selection]]] = {
    "hall-90-days": (_hall, _one_hall),
    "heat-map": (_heat_map, _all_halls),
    "per-staff": (_per_staff, _all_halls),
    "region-year": (by_product, _all_halls),
}


def _asking(name: str, region: Large, *, from_rows: bool = False) -> Callable[[], Any]:
    """The question of that name, in a session of its own each time, as a page's script has."""
    question, selected = QUESTIONS[name]
    selection = replace(selected(region.size), from_rows=from_rows)

    def ask() -> Any:
        with region.store.reading() as session:
            return question(session, selection)

    return ask


def _against_rows(name: str, target: float, run: Asked) -> list[Row]:
    region = run.large(run.year)
    times = turn_about(_asking(name, region), _asking(name, region, from_rows=True))
    return [_faster(name, target, region, *times)]


def _region_year(run: Asked) -> list[Row]:
    """Against DuckDB; and told beside it, against the rows in SQLite."""
    name, region = "region-year", run.large(run.year)
    columns = partial(by_columns, region.columnar, _all_halls(region.size))
    of_columns = turn_about(_asking(name, region), columns)
    of_rows = turn_about(_asking(name, region), _asking(name, region, from_rows=True))
    return [
        _faster(name, COLUMNAR_TARGET, region, *of_columns),
        _faster(f"{name}, against rows", None, region, *of_rows),
    ]


def _faster(name: str, target: float | None, region: Large, ours: list[float], theirs: list[float]) -> Row:
    return Row(
        name=name,
        unit="ms",
        rows=region.size.rows,
        target=target,
        compared=FASTER,
        at_least=True,
        **against(ours, theirs),
    )


def _growth(run: Asked) -> list[Row]:
    """Every question through the rollups, against itself over as many cells of a tenth of the rows."""
    region = run.large(run.year)
    tenth = run.large(replace(run.year, rows=run.year.rows // 10))
    return [_grown(name, region, tenth) for name in QUESTIONS]


def _grown(name: str, region: Large, tenth: Large) -> Row:
    ours, theirs = turn_about(_asking(name, region), _asking(name, tenth), same=False)
    return Row(name=f"growth: {name}", unit="ms", rows=region.size.rows, target=GROWTH_TARGET, **against(ours, theirs))


def _rollup_size(run: Asked) -> list[Row]:
    """The bytes of the rollups' tables, against those of the interactions with their indexes."""
    region = run.large(SEVEN_WEEKS if run.small else A_HALLS_YEAR)
    connection = sqlite3.connect(f"file:{region.file}?mode=ro", uri=True)
    try:
        of_tables = "SELECT tbl_name, sum(pgsize) FROM dbstat JOIN sqlite_schema USING (name) GROUP BY tbl_name"
        sizes: dict[str, int] = dict(connection.execute(of_tables).fetchall())
    finally:
        connection.close()
    rollups = {table.name: sizes[table.name] for table in TABLES}
    mebibyte = 2**20
    return [
        Row(
            name="rollup-size",
            value=sum(rollups.values()) / mebibyte,
            reference=sizes["interaction"] / mebibyte,
            unit="MiB",
            rows=region.size.rows,
            target=SIZE_TARGET,
            details=sizes,
        )
    ]


BENCHMARKS: dict[str, Callable[[Asked], list[Row]]] = {
    "hall-90-days": partial(_against_rows, "hall-90-days", HALL_TARGET),
    "heat-map": partial(_against_rows, "heat-map", REGION_TARGET),
    "per-staff": partial(_against_rows, "per-staff", REGION_TARGET),
    "region-year": _region_year,
    "growth": _growth,
    "rollup-size": _rollup_size,
}
