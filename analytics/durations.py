"""How long it took: count, mean, median and 90th percentile of wait, greeting and handling, of completed interactions.

An exact answer counts every value that occurs; beyond `EXACT_CASES` cases values are counted by the second, rounded up,
so that a percentile is never told shorter than it was. The answer says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from analytics.selection import By, Key, Question, Selection, question, sorted_keys
from analytics.statistics import nearest_rank_of_counts
from models.actor import Actor
from models.tables import Interaction
from standards.message import Worded
from standards.vocabulary import Outcome

EXACT_CASES = 50_000
_SECOND = 1000


class Percentiles(Worded):
    """How percentiles were found."""

    EXACT = "exact", "Exact"
    BUCKETED = "bucketed", "To the second"


@dataclass(frozen=True, slots=True)
class Duration:
    """One kind of time over `count` completed interactions; None without any."""

    count: int
    mean_ms: float | None
    p50_ms: int | None
    p90_ms: int | None

    @property
    def mean(self) -> timedelta | None:
        return _span(self.mean_ms)

    @property
    def p50(self) -> timedelta | None:
        return _span(self.p50_ms)

    @property
    def p90(self) -> timedelta | None:
        return _span(self.p90_ms)


def _span(milliseconds: float | None) -> timedelta | None:
    return None if milliseconds is None else timedelta(milliseconds=milliseconds)


@dataclass(frozen=True, slots=True)
class Durations:
    """Wait, greeting delay and handling of completed interactions, and whether the percentiles are exact."""

    wait: Duration
    greeting: Duration
    handling: Duration
    percentiles: Percentiles


@dataclass(frozen=True, slots=True)
class GroupDurations:
    """One group's durations; the key has one value per grouping asked for."""

    key: Key
    durations: Durations


def durations(session: Session, actor: Actor, selection: Selection) -> Durations:
    """The durations of a selection's completed interactions."""
    answered = _answered(session, question(session, actor, selection))
    return answered.get((), _NONE)


def grouped_durations(
    session: Session, actor: Actor, selection: Selection, by: tuple[By, ...]
) -> tuple[GroupDurations, ...]:
    """The durations of each group that completed any, in order of the keys."""
    answered = _answered(session, question(session, actor, selection, by))
    return tuple(GroupDurations(key, answered[key]) for key in sorted_keys(set(answered)))


_EMPTY = Duration(0, None, None, None)
_NONE = Durations(_EMPTY, _EMPTY, _EMPTY, Percentiles.EXACT)
_KINDS: dict[str, Any] = {
    "wait": Interaction.wait_ms,
    "greeting": Interaction.greeting_ms,
    "handling": Interaction.handling_ms,
}


def _answered(session: Session, asked: Question) -> dict[Key, Durations]:
    completed = (asked.where(), col(Interaction.outcome) == Outcome.COMPLETED)
    cases = session.execute(select(func.count()).select_from(Interaction).where(*completed)).scalar_one()
    percentiles = Percentiles.EXACT if cases <= EXACT_CASES else Percentiles.BUCKETED
    kinds = {name: _durations(session, asked, completed, col(column), percentiles) for name, column in _KINDS.items()}
    keys = {key for found in kinds.values() for key in found}
    return {
        key: Durations(**{name: found.get(key, _EMPTY) for name, found in kinds.items()}, percentiles=percentiles)
        for key in keys
    }


def _durations(
    session: Session, asked: Question, completed: tuple[Any, ...], column: Any, percentiles: Percentiles
) -> dict[Key, Duration]:
    value = column if percentiles is Percentiles.EXACT else (column + (_SECOND - 1)) // _SECOND
    keys = (*asked.columns, value.label("value"))
    statement: Any = select(*keys, func.count(), func.sum(column))  # type: ignore[call-overload]
    counts: dict[Key, dict[int, int]] = {}
    sums: dict[Key, int] = {}
    for row in session.execute(statement.where(*completed, column.is_not(None)).group_by(*keys)).all():
        *columns, value_found, count, total = row
        key = asked.key(tuple(columns))
        by_value = counts.setdefault(key, {})
        by_value[value_found] = by_value.get(value_found, 0) + count
        sums[key] = sums.get(key, 0) + int(total)
    unit = 1 if percentiles is Percentiles.EXACT else _SECOND
    return {key: _duration(by_value, sums[key], unit) for key, by_value in counts.items()}


def _duration(by_value: dict[int, int], total: int, unit: int) -> Duration:
    ordered = [(value * unit, by_value[value]) for value in sorted(by_value)]
    count = sum(by_value.values())
    return Duration(
        count,
        total / count,
        nearest_rank_of_counts(ordered, 50),
        nearest_rank_of_counts(ordered, 90),
    )
