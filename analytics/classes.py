"""Times by class: how many lie between two kept limits, from the rollups, where there are too many to read each."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from analytics.cells import cells
from analytics.question import Question
from analytics.selection import Key
from analytics.statistics import BEYOND, interpolated_rank
from models.counters import Family
from standards.standard import Scope


@dataclass(slots=True)
class Classes:
    """How many times of some families lie in each class (by its upper edge, ms), and their number and exact sum."""

    edges: tuple[int, ...]
    counts: Counts[int] = field(default_factory=Counts)
    total_ms: int = 0

    @property
    def n(self) -> int:
        return self.counts.total()

    def percentile(self, percent: int) -> int | None:
        """The nearest-rank percentile (ms), the values of a class taken to lie evenly; None without any."""
        return interpolated_rank(self.counts, self.edges, percent)

    def add(self, family: Family, sums: Mapping[str, int]) -> None:
        """Add what one cell holds of a family."""
        below = 0
        for edge in self.edges:
            reached = sums[family.within(edge).name]
            self.counts[edge] += reached - below
            below = reached
        self.counts[BEYOND] += sums[family.cases.name] - below
        self.total_ms += sums[family.total.name]


Kinds = tuple[Classes, ...]
"""Of each kind of time asked for."""


def classes(
    session: Session, asked: Question, kinds: Sequence[tuple[Family, ...]], scope: Scope | None = None
) -> tuple[dict[Key, Kinds], dict[Key, Kinds]]:
    """The times of each kind, whose families have the same edges, by group: after exclusion, and before it."""
    if any(family.edges != families[0].edges for families in kinds for family in families):
        raise ValueError("families of one measure are kept with the same limits")
    counters = [counter for families in kinds for family in families for counter in family.kept()]
    after: dict[Key, Kinds] = {}
    before: dict[Key, Kinds] = {}
    for cell in cells(session, asked, counters, beside=("excluded",), scope=scope):
        for found in (before,) if cell.beside["excluded"] else (before, after):
            if cell.key not in found:
                found[cell.key] = tuple(Classes(families[0].edges) for families in kinds)
            for families, own in zip(kinds, found[cell.key], strict=True):
                for family in families:
                    own.add(family, cell.counts)
    return after, before
