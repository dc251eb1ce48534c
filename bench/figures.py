"""What a benchmark says: one row a figure, with its reference and its target, and the machine it was measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from statistics import median, quantiles
from typing import Any

PACKAGES = ("streamlit", "plotly", "sqlmodel", "sqlalchemy", "duckdb")
FASTER = "times faster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured figure.

    `ratio` is value ÷ reference; where a row is held to be so many `FASTER`, it is reference ÷ value. `target` is what
    `compared` (the ratio unless said otherwise) may be at most, or with `at_least` what it must reach; None where the
    row informs and nothing is held against it. `rows` are the interactions in the database. Of a row with a spread,
    `details` has those of `value` and `reference`.
    """

    name: str
    value: float
    reference: float
    unit: str
    rows: int
    target: float | None = None
    compared: str = "ratio"
    at_least: bool = False
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        over, under = (self.reference, self.value) if self.compared == FASTER else (self.value, self.reference)
        return over / under if under else None

    @property
    def met(self) -> bool | None:
        """Whether the target was kept; None without one."""
        compared = {"value": self.value, "difference": self.value - self.reference}
        held = compared.get(self.compared, self.ratio)
        if self.target is None or held is None:
            return None
        return held >= self.target if self.at_least else held <= self.target

    def said(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "reference": round(self.reference, 3),
            "ratio": None if self.ratio is None else float(f"{self.ratio:.3g}"),
            "target": self.target,
            "met": self.met,
            "unit": self.unit,
            "rows": self.rows,
            "compared": self.compared,
            "at_least": self.at_least,
            "details": self.details,
        }


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median, quartiles and how many."""
    low, middle, high = quantiles(milliseconds, n=4) if len(milliseconds) > 1 else [milliseconds[0]] * 3
    return {"p25": round(low, 3), "p50": round(middle, 3), "p75": round(high, 3), "n": len(milliseconds)}


def against(value: Sequence[float], reference: Sequence[float]) -> dict[str, Any]:
    """The fields of a row whose value and reference were measured turn about: medians, and the spread of both."""
    details = {"value": spread(value), "reference": spread(reference)}
    return {"value": middle(value), "reference": middle(reference), "details": details}


def middle(milliseconds: Sequence[float]) -> float:
    """The median."""
    return float(median(milliseconds))


def machine() -> dict[str, Any]:
    """What it was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "load": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    """Of what a figure depends on most."""
    own = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    return own | {package: version(package) for package in PACKAGES}
