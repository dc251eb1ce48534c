"""Timing two ways to one answer turn about, and holding the answers against each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from time import perf_counter
from typing import Any

TIMES, SLOW_TIMES = 9, 3
ENOUGH_SECONDS = 5.0
"""After so long a question that was asked `SLOW_TIMES` is not asked again."""
SLOW_MILLISECONDS = 2_000.0
"""What takes longer gains nothing from a run before the first that counts."""
BUCKETS = 0.05
"""How far a percentile from counters may lie from the exact one, as a share of it."""
_PERCENTILES = frozenset({"p50_ms", "p90_ms"})
_NOT_FIGURES = frozenset({"percentiles"})


class AnswersDiffer(Exception):
    """Two ways to one answer came to different ones: no time of either is worth telling."""


def timed(ask: Callable[[], Any]) -> tuple[float, Any]:
    """The milliseconds of a question, and its answer."""
    began = perf_counter()
    answer = ask()
    return 1000 * (perf_counter() - began), answer


def turn_about(
    value: Callable[[], Any], reference: Callable[[], Any], *, same: bool = True
) -> tuple[list[float], list[float]]:
    """The milliseconds of both, warm, as often as the slower one allows; `same` answers, or AnswersDiffer."""
    value()
    took, expected = timed(reference)
    references = [took] if took > SLOW_MILLISECONDS else []
    values: list[float] = []
    began = perf_counter()
    while len(values) < SLOW_TIMES or (len(values) < TIMES and perf_counter() - began < ENOUGH_SECONDS):
        took, found = timed(value)
        values.append(took)
        if same:
            unless_same(found, expected)
        if len(references) <= len(values) - 1:
            references.append(timed(reference)[0])
    return values, references


def unless_same(found: Any, expected: Any, place: str = "") -> None:
    """Raise AnswersDiffer with the first place where they do; percentiles may differ by their buckets."""
    if is_dataclass(found) and type(found) is type(expected):
        for field in fields(found):
            if field.name not in _NOT_FIGURES:
                unless_same(getattr(found, field.name), getattr(expected, field.name), f"{place}.{field.name}")
    elif isinstance(found, tuple | list) and isinstance(expected, tuple | list):
        for number, (one, other) in enumerate(zip_longest(found, expected)):
            unless_same(one, other, f"{place}[{number}]")
    elif not _same(found, expected, place.rpartition(".")[2]):
        raise AnswersDiffer(f"{place}: {found} and {expected}")


def _same(found: Any, expected: Any, name: str) -> bool:
    if name in _PERCENTILES and found is not None and expected is not None:
        return bool(abs(found - expected) <= max(1000, BUCKETS * expected))
    if isinstance(found, float) and isinstance(expected, float):
        return abs(found - expected) <= 1e-9 * max(abs(found), abs(expected))
    return bool(found == expected)
