"""What a benchmark says: one row a figure, with its reference and its target, and the machine it was measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from statistics import median, quantiles
from typing import Any

PACKAGES = ("streamlit", "plotly", "sqlmodel", "sqlalchemy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured figure.

    `ratio` is value ÷ reference. `target` is what `compared` (the ratio unless said otherwise) may be at most; None
    where the row informs and nothing is held against it. `rows` are the interactions in the database.
    """

    name: str
    value: float
    reference: float
    unit: str
    rows: int
    target: float | None = None
    compared: str = "ratio"
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.value / self.reference if self.reference else None

    @property
    def met(self) -> bool | None:
        """Whether the target was kept; None without one."""
        held = {"ratio": self.ratio, "value": self.value, "difference": self.value - self.reference}[self.compared]
        return None if self.target is None or held is None else held <= self.target

    def said(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "reference": round(self.reference, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 2),
            "target": self.target,
            "met": self.met,
            "unit": self.unit,
            "rows": self.rows,
            "compared": self.compared,
            "details": self.details,
        }


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median, quartiles and how many."""
    low, middle, high = quantiles(milliseconds, n=4) if len(milliseconds) > 1 else [milliseconds[0]] * 3
    return {"p25": round(low, 3), "p50": round(middle, 3), "p75": round(high, 3), "n": len(milliseconds)}


def middle(milliseconds: Sequence[float]) -> float:
    """The median."""
    return float(median(milliseconds))


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()}


def versions() -> dict[str, str]:
    """Of what a figure depends on most."""
    return {"python": platform.python_version()} | {package: version(package) for package in PACKAGES}
