"""Tell whether a database is whole: its file, its keys, its schema, what it derived, its rollups, its audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.audit_check import ChainFindings, Noted, check_chains
from models.base import table_of
from models.migrate import differences, newest_revision, revision
from models.rollup_check import Difference, rollup_differences
from models.standing import HallClock, hall_clock
from models.store import LONG, Store
from models.tables import Branch, Interaction
from standards.derive import day_on

AT_A_TIME = 2_000
MOST_NAMED = 100
SAMPLE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Departure:
    """A derived column that does not equal its derivation."""

    branch_id: str
    interaction_id: str
    column: str
    stored: str
    derived: str


@dataclass(slots=True)
class Findings:
    """What a check found; empty lists are good.

    `interactions` is how many rows were derived again, `days` how many days of halls were counted again, `trail` what
    the walk along the audit trail found.
    """

    revision: str | None
    newest_revision: str | None
    file: list[str] = field(default_factory=list)
    foreign_keys: list[str] = field(default_factory=list)
    schema: list[str] = field(default_factory=list)
    derived: list[Departure] = field(default_factory=list)
    departures: int = 0
    interactions: int = 0
    rollups: list[Difference] = field(default_factory=list)
    differences: int = 0
    days: int = 0
    trail: ChainFindings = field(default_factory=ChainFindings)

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        current = self.revision is not None and self.revision == self.newest_revision
        counted = self.departures or self.differences or self.trail.count
        return current and not (self.file or self.foreign_keys or self.schema or counted)

    def answer(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"whole": self.whole, **asdict(self)}


def check(target: Store, sample: int | None = None, noted: Iterable[Noted] = ()) -> Findings:
    """Look at everything, deriving again all interactions, or of each hall the newest `sample` of them.

    The cells of every clean day are counted again too, with a sample those of the newest `SAMPLE_DAYS`; so is every
    line of the audit trail, or each chain's newest `sample`, and the lines that were `noted`. The first hundred
    departures, differences and breaks are named, all are counted. Writes nothing.
    """
    found = Findings(revision(target), newest_revision())
    if target.engine.dialect.name == "sqlite":
        found.file = _said(target, "PRAGMA integrity_check", good="ok")
        found.foreign_keys = _said(target, "PRAGMA foreign_key_check")
    if found.revision is None or found.revision != found.newest_revision:
        return found
    found.schema = differences(target)
    if not found.schema:
        _derive_again(target, sample, found)
        _count_again(target, sample, found)
        with target.reading(patience=LONG) as session:
            found.trail = check_chains(session, newest=sample, noted=noted)
    return found


def _said(target: Store, pragma: str, good: str | None = None) -> list[str]:
    with target.reading() as session:
        rows = session.connection().execute(text(pragma)).all()
    return [line for line in (" ".join(map(str, row)) for row in rows) if line != good]


def _derive_again(target: Store, sample: int | None, found: Findings) -> None:
    with target.reading(patience=LONG) as session:
        for branch in session.exec(select(Branch)).all():
            for departures in _of_hall(session, branch, sample):
                found.interactions += 1
                found.departures += len(departures)
                found.derived += departures[: MOST_NAMED - len(found.derived)]


def _count_again(target: Store, sample: int | None, found: Findings) -> None:
    with target.reading(patience=LONG) as session:
        for branch_id in session.exec(select(Branch.id)).all():
            for differing in rollup_differences(session, branch_id, None if sample is None else SAMPLE_DAYS):
                found.days += 1
                found.differences += len(differing)
                found.rollups += differing[: MOST_NAMED - len(found.rollups)]


def _of_hall(session: Session, branch: Branch, sample: int | None) -> Iterator[list[Departure]]:
    """The departures of each interaction of a hall."""
    clocks: dict[date, HallClock] = {}
    columns = table_of(Interaction).columns
    newest = (
        select(*columns)
        .where(Interaction.branch_id == branch.id)
        .order_by(col(Interaction.day_on).desc(), col(Interaction.id).desc())
        .limit(sample)
        .execution_options(yield_per=AT_A_TIME)
    )
    for row in session.exec(newest).mappings():
        day = day_on(row["arrived_at"], branch.zone_info)
        clock = clocks.get(day) or clocks.setdefault(day, hall_clock(session, branch, day))
        derived = clock.derived(dict(row))
        yield [
            Departure(branch.id, str(row["id"]), name, str(row[name]), str(value))
            for name, value in derived.items()
            if row[name] != value
        ]
