"""Median and 90th percentile of exactly the values that a mean is of, so that neither stands for other cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, and_, not_
from sqlmodel import Session, col

from analytics import durations
from analytics.classes import classes
from analytics.durations import Percentiles
from analytics.each_time import OF_COMPLETED, Kind, Times, each_time, nearest_ranks
from analytics.followed import Followed, asked_for, is_mean
from analytics.judged import NEVER, in_scope
from analytics.question import Question, narrowed, question
from analytics.selection import By, Key, Selection
from analytics.statistics import interpolated_rank
from models.actor import Actor
from models.counters import FAMILIES
from models.tables import Interaction
from standards.vocabulary import Measure

_KINDS: dict[Measure, Kind] = {
    measure: Kind(column, FAMILIES[measure])
    for measure, column in (
        (Measure.WAIT, col(Interaction.wait_ms)),
        (Measure.GREETING, col(Interaction.greeting_ms)),
        (Measure.DOOR_GREETING, col(Interaction.door_greeting_ms)),
        (Measure.HANDLING, col(Interaction.handling_ms)),
    )
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
    """The values (ms) of each group; beyond the bound of exact answers how many lie in each class, by its edge."""

    listed: dict[Key, list[Times]] = field(default_factory=dict)
    classed: dict[Key, Counter[int]] = field(default_factory=dict)
    edges: tuple[int, ...] = ()

    def spread(self, keys: Iterable[Key] = ((),)) -> Spread | None:
        """The spread of some groups together, or None where they have no values."""
        return self._of_classes(keys) if self.edges else self._exact(keys)

    def _exact(self, keys: Iterable[Key]) -> Spread | None:
        parts = [part for key in keys for part in self.listed.get(key, ()) if part.size]
        if not parts:
            return None
        p50, p90 = nearest_ranks(np.concatenate(parts), (50, 90))
        return Spread(p50, p90, Percentiles.EXACT)

    def _of_classes(self, keys: Iterable[Key]) -> Spread | None:
        counts: Counter[int] = Counter()
        for key in keys:
            counts.update(self.classed.get(key, {}))
        p50, p90 = (interpolated_rank(counts, self.edges, percent) for percent in (50, 90))
        return None if p50 is None or p90 is None else Spread(p50, p90, Percentiles.BUCKETED)


class Cases(NamedTuple):
    """How many values there are after exclusion, and before it."""

    after: int
    before: int


class Both(NamedTuple):
    """The values after exclusion, and before it."""

    after: Values
    before: Values


def mean_values(
    session: Session, actor: Actor, selection: Selection, code: str, by: tuple[By, ...], cases: int
) -> Values:
    """The values behind a mean standard by the rows of each day; none where it is no mean."""
    asked = question(session, actor, selection, by)
    return values_of(session, asked, asked_for(session, asked, code), Cases(cases, cases)).after


def values_of(session: Session, asked: Question, judged: Iterable[Followed], cases: Cases) -> Both:
    """The values behind the means among some standards of one code, by group."""
    means = [one for one in judged if any(cases) and is_mean(one.standard)]
    if cases.after > durations.EXACT_CASES:
        return _classed(session, asked, means)
    found = _exact(session, asked, means)
    return found if cases.before <= durations.EXACT_CASES else Both(found.after, _classed(session, asked, means).before)


def _exact(session: Session, asked: Question, means: Iterable[Followed]) -> Both:
    found = Both(Values(), Values())
    for one in means:
        kind, scope = _KINDS[one.standard.measure], one.standard.scope
        for key, taken_out, (values,) in each_time(session, _of(asked, one), (kind,), _own(one), scope, of_open=True):
            for told in found[1:] if taken_out else found:
                told.listed.setdefault(key, []).append(values)
    return found


def _classed(session: Session, asked: Question, means: Iterable[Followed]) -> Both:
    """By the classes of the rollups: an edge stands for the values up to it."""
    groups: tuple[dict[Key, Counter[int]], ...] = ({}, {})
    edges: tuple[int, ...] = ()
    for one in means:
        families = FAMILIES[one.standard.measure]
        edges = families[0].edges
        found_in_both = classes(session, _of(asked, one), (families,), one.standard.scope)
        for told, found in zip(groups, found_in_both, strict=True):
            for key, (of_group,) in found.items():
                told.setdefault(key, Counter()).update(of_group.counts)
    return Both(*(Values(classed=told, edges=edges) for told in groups))


def _of(asked: Question, one: Followed) -> Question:
    """The question of the days and halls that follow a standard."""
    halls = tuple(hall for hall in asked.halls if hall.branch_id in one.branch_ids)
    return replace(narrowed(asked, one.span.first_on, one.span.last_on), halls=halls)


def _own(one: Followed) -> ColumnElement[bool]:
    """What a mean is of: every value of an interaction in scope; the handling of what was completed alone."""
    own = and_(in_scope(one.span), not_(NEVER), _KINDS[one.standard.measure].time.is_not(None))
    return and_(own, OF_COMPLETED) if one.standard.measure is Measure.HANDLING else own
