"""A large region for the benchmarks: halls over a year, written at the speed of raw sqlite3, the same for every run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random

from sqlmodel import SQLModel

from bench.visit_chances import COUNTERS, HOUR, STAFF, TELEPHONE, chances
from bench.visit_legs import HallDay
from bench.visit_rows import CHECK_COLUMNS, COLUMNS, WALKING, DayRows
from models.store import Store, sqlite_file
from models.tables import Branch, BranchHours, BranchPulse, Counter, Interaction, Observation, Region, Staff
from standards.vocabulary import HallClass

ZONE = "Asia/Shanghai"
LAST_ON = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
"""When the figures are asked: the region's last day is over."""
LONG_AGO = date(2020, 1, 1)
SEED = 1
_CLASSES = tuple(HallClass)
_WEEKDAYS = (1.16, 1.02, 0.97, 0.95, 1.06, 0.74, 0.58)
_CACHE_KIB = 400_000


@dataclass(frozen=True, slots=True)
class RegionSize:
    """How many interactions, of how many halls, over how many days up to `LAST_ON`."""

    rows: int
    halls: int = 60
    days: int = 365

    @property
    def branch_ids(self) -> tuple[str, ...]:
        return tuple(f"L{number:02d}" for number in range(1, self.halls + 1))

    @property
    def first_on(self) -> date:
        return LAST_ON - timedelta(days=self.days - 1)


def fill(store: Store, size: RegionSize) -> None:
    """Put the region into a migrated embedded database that has the reference data and no interactions.

    Rollups are left to whoever fills: build them before anything is read.
    """
    file = sqlite_file(store.url)
    if file is None:
        raise ValueError("a large region is written into an embedded store")
    put_halls(store, size)
    store.close()
    _write(file, size)


def put_halls(store: Store, size: RegionSize) -> None:
    """The halls with their people, counters and hours."""
    with store.writing() as session:
        session.add(Region(id="LARGE", name="大区", name_en="Large Region"))
        session.flush()
        for number, branch_id in enumerate(size.branch_ids):
            name, of_class = f"第{number + 1}营业厅", _CLASSES[number % 3]
            session.add(
                Branch(
                    id=branch_id,
                    region_id="LARGE",
                    name=name,
                    name_en=f"Hall {number + 1}",
                    zone=ZONE,
                    hall_class=of_class,
                    walking_ms=WALKING,
                )
            )
            session.flush()
            people = [*range(1, STAFF + 1), TELEPHONE]
            session.add_all(
                [
                    BranchPulse(branch_id=branch_id, changed_at=NOW),
                    *(
                        BranchHours(branch_id=branch_id, from_on=LONG_AGO, weekday=day, opens=510, closes=1050)
                        for day in range(7)
                    ),
                    *(Staff(branch_id=branch_id, id=str(person), name=f"员工{person}") for person in people),
                    *(Counter(branch_id=branch_id, id=counter) for counter in range(1, COUNTERS + 1)),
                ]
            )
            session.flush()


def _write(file: Path, size: RegionSize) -> None:
    """Hall by hall, day by day: the key grows at its end, and one hall's rows are all that is held."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        for pragma in ("journal_mode=memory", "synchronous=off", f"cache_size=-{_CACHE_KIB}"):
            connection.execute(f"PRAGMA {pragma}")
        indexes = _without_indexes(connection)
        drawn = chances(Random(SEED))
        interaction, check = _insert(Interaction, COLUMNS), _insert(Observation, CHECK_COLUMNS)
        for branch_id, of_hall in zip(size.branch_ids, _parts([1.0] * size.halls, size.rows), strict=True):
            chance = Random(f"{SEED}/{branch_id}")
            connection.execute("BEGIN")
            for hall_day in _hall_days(branch_id, of_hall, size, chance):
                of_day = DayRows(hall_day, chance)
                connection.executemany(interaction, of_day.rows(drawn))
                connection.executemany(check, of_day.checks)
            connection.execute("COMMIT")
        for index in indexes:
            connection.execute(index)
        connection.execute("PRAGMA journal_mode=wal")
        connection.execute("ANALYZE")
    finally:
        connection.close()


def _without_indexes(connection: sqlite3.Connection) -> list[str]:
    """Take the interactions' own indexes away and tell how to make them: of all rows at once one is made sooner."""
    own = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'interaction' AND sql IS NOT NULL"
    found = connection.execute(own).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    return [sql for _, sql in found]


def _hall_days(branch_id: str, rows: int, size: RegionSize, chance: Random) -> Iterator[HallDay]:
    """The days of a hall; on one in eighty the systems failed for an hour."""
    days = [size.first_on + timedelta(days=ahead) for ahead in range(size.days)]
    weights = [_WEEKDAYS[day.weekday()] * chance.uniform(0.9, 1.1) for day in days]
    for day, of_day in zip(days, _parts(weights, rows), strict=True):
        hour = chance.randint(1, 8) * HOUR
        failed = (hour, hour + HOUR) if chance.random() < 1 / 80 else (0, 0)
        yield HallDay(branch_id, day, of_day, failed)


def _parts(weights: list[float], rows: int) -> list[int]:
    """Whole numbers in proportion to the weights, exactly `rows` together."""
    whole = sum(weights)
    ends = [0, *(round(rows * part / whole) for part in accumulate(weights))]
    return [end - begin for begin, end in pairwise(ends)]


def _insert(table: type[SQLModel], bound: tuple[str, ...]) -> str:
    """An INSERT of these columns; the others take the model's default, as a write through it would give."""
    fields = table.model_fields
    others = {
        name: field.default
        for name, field in fields.items()
        if name not in bound and not field.is_required() and field.default is not None
    }
    names = ", ".join([*bound, *others])
    values = ", ".join(["?"] * len(bound) + [_literal(value) for value in others.values()])
    return f"INSERT INTO {table.__tablename__} ({names}) VALUES ({values})"


def _literal(value: object) -> str:
    return str(int(value)) if isinstance(value, int) else f"'{value}'"
