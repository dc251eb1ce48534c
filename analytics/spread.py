"""Median and 90th percentile of exactly the values that a mean is of, so that neither stands for other cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, not_
from sqlmodel import Session, col, select

from analytics import durations
from analytics.classes import classes
from analytics.durations import Percentiles
from analytics.followed import Followed, asked_for, is_mean
from analytics.judged import NEVER, in_scope
from analytics.question import Question, narrowed, question
from analytics.selection import By, Key, Selection
from analytics.statistics import interpolated_rank, nearest_rank_of_counts
from models.actor import Actor
from models.counters import FAMILIES
from models.tables import Interaction
from standards.vocabulary import Measure, Outcome

_TIMES: dict[Measure, Any] = {
    Measure.WAIT: col(Interaction.wait_ms),
    Measure.GREETING: col(Interaction.greeting_ms),
    Measure.DOOR_GREETING: col(Interaction.door_greeting_ms),
    Measure.HANDLING: col(Interaction.handling_ms),
}


@dataclass(frozen=True, slots=True)
class Spread:
    """The median and the 90th percentile (nearest rank) of the values of a mean, and whether they are exact."""

    p50_ms: int
    p90_ms: int
    percentiles: Percentiles

    @property
    def p50(self) -> timedelta:
        return timedelta(milliseconds=self.p50_ms)

    @property
    def p90(self) -> timedelta:
        return timedelta(milliseconds=self.p90_ms)


@dataclass(frozen=True, slots=True)
class Values:
    """How often each value (ms) occurs in each group; beyond the bound of exact answers each class, by its edge."""

    groups: dict[Key, Counter[int]]
    percentiles: Percentiles
    edges: tuple[int, ...] = ()

    def spread(self, keys: Iterable[Key] = ((),)) -> Spread | None:
        """The spread of some groups together, or None where they have no values."""
        counts: Counter[int] = Counter()
        for key in keys:
            counts.update(self.groups.get(key, {}))
        ordered = [] if self.edges else sorted(counts.items())
        p50, p90 = (
            interpolated_rank(counts, self.edges, percent) if self.edges else nearest_rank_of_counts(ordered, percent)
            for percent in (50, 90)
        )
        return None if p50 is None or p90 is None else Spread(p50, p90, self.percentiles)


def mean_values(
    session: Session, actor: Actor, selection: Selection, code: str, by: tuple[By, ...], cases: int
) -> Values:
    """The values behind a mean standard by the rows of each day; none where it is no mean."""
    asked = question(session, actor, selection, by)
    return values_of(session, asked, asked_for(session, asked, code), cases)


def values_of(session: Session, asked: Question, judged: Iterable[Followed], cases: int) -> Values:
    """The values behind the means among some standards of one code, by group; `cases` is how many there are."""
    means = [one for one in judged if cases and is_mean(one.standard)]
    if cases <= durations.EXACT_CASES:
        return _exact(session, asked, means)
    return _classed(session, asked, means)


def _exact(session: Session, asked: Question, means: Iterable[Followed]) -> Values:
    found = Values({}, Percentiles.EXACT)
    key_of = asked.keys()
    for one in means:
        by_columns: dict[tuple[Any, ...], list[int]] = {}
        for row in session.connection().execute(_statement(asked, one)).all():
            by_columns.setdefault(row[:-1], []).append(row[-1])
        for columns, values in by_columns.items():
            found.groups.setdefault(key_of(columns), Counter()).update(values)
    return found


def _classed(session: Session, asked: Question, means: Iterable[Followed]) -> Values:
    """By the classes of the rollups: an edge stands for the values up to it."""
    groups: dict[Key, Counter[int]] = {}
    edges: tuple[int, ...] = ()
    for one in means:
        families = FAMILIES[one.standard.measure]
        edges = families[0].edges
        within = narrowed(asked, one.span.first_on, one.span.last_on)
        within = replace(within, halls=tuple(hall for hall in asked.halls if hall.branch_id in one.branch_ids))
        for key, found in classes(session, within, families, one.standard.scope).items():
            groups.setdefault(key, Counter()).update(found.counts)
    return Values(groups, Percentiles.BUCKETED, edges)


def _statement(asked: Question, one: Followed) -> Any:
    """What a mean is of: every value of an interaction in scope; the handling of what was completed alone."""
    time = _TIMES[one.standard.measure]
    own = and_(asked.where(), asked.kept(), in_scope(one.span), not_(NEVER), time.is_not(None))
    followed = col(Interaction.branch_id).in_(sorted(one.branch_ids))
    if one.standard.measure is Measure.HANDLING:
        own = and_(own, col(Interaction.outcome) == Outcome.COMPLETED)
    statement: Any = select(*asked.columns, time)  # type: ignore[call-overload]
    return statement.where(own, followed)
