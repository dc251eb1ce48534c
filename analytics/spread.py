"""Median and 90th percentile of exactly the values that a mean is of, so that neither stands for other cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, not_
from sqlmodel import Session, col, select

from analytics import durations
from analytics.durations import Percentiles
from analytics.followed import Followed, asked_for, is_mean
from analytics.judged import NEVER, in_scope
from analytics.selection import By, Key, Question, Selection, question
from analytics.statistics import nearest_rank_of_counts
from models.actor import Actor
from models.tables import Interaction
from standards.vocabulary import Measure, Outcome

_SECOND = 1000
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
    """How often each value (ms) occurs in each group, by the second beyond the bound of exact answers."""

    groups: dict[Key, Counter[int]]
    percentiles: Percentiles

    def spread(self, keys: Iterable[Key] = ((),)) -> Spread | None:
        """The spread of some groups together, or None where they have no values."""
        counts: Counter[int] = Counter()
        for key in keys:
            counts.update(self.groups.get(key, {}))
        ordered = sorted(counts.items())
        p50, p90 = nearest_rank_of_counts(ordered, 50), nearest_rank_of_counts(ordered, 90)
        return None if p50 is None or p90 is None else Spread(p50, p90, self.percentiles)


def mean_values(
    session: Session, actor: Actor, selection: Selection, code: str, by: tuple[By, ...], cases: int
) -> Values:
    """The values behind a mean standard by the rows of each day; none where it is no mean."""
    asked = question(session, actor, selection, by)
    return values_of(session, asked, asked_for(session, asked, code), cases)


def values_of(session: Session, asked: Question, judged: Iterable[Followed], cases: int) -> Values:
    """The values behind the means among some standards, by group; `cases` is how many there are."""
    exact = cases <= durations.EXACT_CASES
    found = Values({}, Percentiles.EXACT if exact else Percentiles.BUCKETED)
    keys: dict[tuple[Any, ...], Key] = {}
    for one in judged if cases else ():
        if not is_mean(one.standard):
            continue
        for *columns, value, count in session.execute(_statement(asked, one, exact)):
            group = tuple(columns)
            if group not in keys:
                keys[group] = asked.key(group)
                found.groups.setdefault(keys[group], Counter())
            found.groups[keys[group]][value] += count
    return found


def _statement(asked: Question, one: Followed, exact: bool) -> Any:
    """What a mean counts: every value of an interaction in scope; the handling of what was completed alone."""
    time = _TIMES[one.standard.measure]
    shown = time if exact else (time + (_SECOND - 1)) // _SECOND * _SECOND
    keys = (*asked.columns, shown.label("shown"))
    own = and_(asked.where(), asked.kept(), in_scope(one.span), not_(NEVER), time.is_not(None))
    followed = col(Interaction.branch_id).in_(sorted(one.branch_ids))
    if one.standard.measure is Measure.HANDLING:
        own = and_(own, col(Interaction.outcome) == Outcome.COMPLETED)
    statement: Any = select(*keys, func.count())  # type: ignore[call-overload]
    return statement.where(own, followed).group_by(*keys)
