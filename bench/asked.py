"""How large a run was asked for, and the large regions that its benchmarks share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.large import Large
from bench.many_rows import RegionSize

FEW = 2_000
"""Interactions of a small run, where it needs no more."""
USUAL_YEAR = RegionSize(1_000_000)
SMALL_YEAR = RegionSize(9_000, halls=2, days=95)


@dataclass(frozen=True, slots=True)
class Asked:
    """The interactions that were asked for (None: what each benchmark thinks right), or a small run.

    `minutes` is how long what lasts is to last.
    """

    folder: Path
    rows: int | None = None
    small: bool = False
    minutes: int = 1
    _regions: dict[RegionSize, Large] = field(default_factory=dict)

    def of(self, usual: int, *, small: int = FEW, most: int | None = None) -> int:
        """How many interactions; `usual`, `small` and `most` are the benchmark's own numbers."""
        wanted = small if self.small else self.rows or usual
        return wanted if most is None else min(wanted, most)

    def lasting(self, usual: int, small: int) -> int:
        """For how long, or how often."""
        return small if self.small else usual

    @property
    def year(self) -> RegionSize:
        """The region of the run: sixty halls over a year, but for a small run."""
        return SMALL_YEAR if self.small else RegionSize(self.rows or USUAL_YEAR.rows)

    def large(self, size: RegionSize) -> Large:
        """A large region, made once a run, or found in the folder."""
        if size not in self._regions:
            self._regions[size] = Large(self.folder, size)
        return self._regions[size]

    def close(self) -> None:
        """Let go of the regions."""
        for region in self._regions.values():
            region.close()


@contextmanager
def asked(
    rows: int | None = None, *, small: bool = False, minutes: int = 1, keep: Path | None = None
) -> Iterator[Asked]:
    """A run whose large databases are thrown away at its end, unless a folder keeps them."""
    with TemporaryDirectory(prefix="bench-") as passing:
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
        run = Asked(keep or Path(passing), rows, small, minutes)
        try:
            yield run
        finally:
            run.close()
