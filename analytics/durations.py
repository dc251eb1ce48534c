"""How long it took: count, mean, median and 90th percentile of wait, greeting and handling, of completed interactions.

An exact answer counts every value that occurs; beyond `EXACT_CASES` cases percentiles are found between the limits that
the rollups keep, the values of a class taken to lie evenly. Numbers and means are exact in both. The answer says which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from sqlmodel import Session, col

from analytics.cells import cells
from analytics.classes import Classes, Kinds, classes
from analytics.each_time import OF_COMPLETED, Kind, Times, each_time, nearest_ranks
from analytics.question import Question, question, sorted_keys
from analytics.selection import By, Key, Selection
from models.actor import Actor
from models.counters import ENDED, GREETING_COMPLETED, HANDLING, WAIT_COMPLETED
from models.tables import Interaction
from standards.message import Worded
from standards.vocabulary import Outcome

EXACT_CASES = 50_000


class Percentiles(Worded):
    """How percentiles were found."""

    EXACT = "exact", "Exact"
    BUCKETED = "bucketed", "Estimated from classes"


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
    """Wait, greeting delay and handling of completed interactions, and whether the percentiles are exact.

    `excluded` of the completed are taken out; where any are, `before` is what it would be if none were.
    """

    wait: Duration
    greeting: Duration
    handling: Duration
    percentiles: Percentiles
    excluded: int = 0
    before: Durations | None = None


@dataclass(frozen=True, slots=True)
class GroupDurations:
    """One group's durations; the key has one value per grouping asked for."""

    key: Key
    durations: Durations


def durations(session: Session, actor: Actor, selection: Selection) -> Durations:
    """The durations of a selection's completed interactions."""
    return _before_and_after(session, actor, selection, ()).get((), _NONE)


def grouped_durations(
    session: Session, actor: Actor, selection: Selection, by: tuple[By, ...]
) -> tuple[GroupDurations, ...]:
    """The durations of each group that completed any, in order of the keys."""
    answered = _before_and_after(session, actor, selection, by)
    return tuple(GroupDurations(key, answered[key]) for key in sorted_keys(set(answered)))


_EMPTY = Duration(0, None, None, None)
_NONE = Durations(_EMPTY, _EMPTY, _EMPTY, Percentiles.EXACT)
COMPLETED = ENDED[Outcome.COMPLETED]
_KINDS = (
    Kind(col(Interaction.wait_ms), (WAIT_COMPLETED,)),
    Kind(col(Interaction.greeting_ms), (GREETING_COMPLETED,)),
    Kind(col(Interaction.handling_ms), (HANDLING,)),
)


_Answers = dict[Key, Durations]


def _before_and_after(session: Session, actor: Actor, selection: Selection, by: tuple[By, ...]) -> _Answers:
    """The answers without the excluded; with those before, in groups of which some are."""
    asked = question(session, actor, selection, by)
    kept, excluded = _cases(session, asked)
    after, before = _answered(session, asked, kept, kept + excluded)
    for key, count in excluded.items():
        after[key] = replace(after.get(key, _NONE), excluded=count, before=before[key])
    return after


def _cases(session: Session, asked: Question) -> tuple[Counter[Key], Counter[Key]]:
    """How many completed interactions of each group stay in the figures, and how many are taken out."""
    kept: Counter[Key] = Counter()
    excluded: Counter[Key] = Counter()
    for cell in cells(session, asked, [COMPLETED], beside=("excluded",)):
        if count := cell.counts[COMPLETED.name]:
            (excluded if cell.beside["excluded"] else kept)[cell.key] += count
    return kept, excluded


def _answered(session: Session, asked: Question, kept: Counter[Key], whole: Counter[Key]) -> tuple[_Answers, _Answers]:
    """After exclusion and before it, each exact where it is of few enough cases."""
    if kept.total() > EXACT_CASES:
        return _bucketed(session, asked, kept, whole)
    after, before = _exact(session, asked, kept, whole)
    return after, (before if whole.total() <= EXACT_CASES else _bucketed(session, asked, kept, whole)[1])


def _durations(kinds: Iterable[Duration], percentiles: Percentiles) -> Durations:
    wait, greeting, handling = kinds
    return Durations(wait, greeting, handling, percentiles)


def _exact(session: Session, asked: Question, kept: Counter[Key], whole: Counter[Key]) -> tuple[_Answers, _Answers]:
    after: dict[Key, list[list[Times]]] = {}
    before: dict[Key, list[list[Times]]] = {}
    for key, taken_out, times in each_time(session, asked, _KINDS, OF_COMPLETED):
        for found in (before,) if taken_out else (after, before):
            found.setdefault(key, []).append(times)
    return _of_times(after, kept), _of_times(before, whole)


def _of_times(found: dict[Key, list[list[Times]]], completed: Counter[Key]) -> _Answers:
    return {key: _durations(map(_duration, zip(*found[key], strict=True)), Percentiles.EXACT) for key in completed}


def _duration(parts: Sequence[Times]) -> Duration:
    times = np.concatenate(parts)
    if not times.size:
        return _EMPTY
    p50, p90 = nearest_ranks(times, (50, 90))
    return Duration(times.size, int(times.sum(dtype=np.int64)) / times.size, p50, p90)


def _bucketed(session: Session, asked: Question, kept: Counter[Key], whole: Counter[Key]) -> tuple[_Answers, _Answers]:
    """From the classes of the rollups, read once; groups that completed none are not there."""
    after, before = classes(session, asked, [kind.families for kind in _KINDS])
    return _of_kinds(after, kept), _of_kinds(before, whole)


def _of_kinds(found: dict[Key, Kinds], completed: Counter[Key]) -> _Answers:
    return {key: _durations(map(_of_classes, found[key]), Percentiles.BUCKETED) for key in completed}


def _of_classes(found: Classes) -> Duration:
    if not found.n:
        return _EMPTY
    return Duration(found.n, found.total_ms / found.n, found.percentile(50), found.percentile(90))
