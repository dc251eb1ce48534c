"""Closed interactions, counted by the database and judged by kinds.

The verdict on an interaction that is over depends on a few of its columns (its kind) and on which side of the limit its
fact lies. So the database counts, for each kind, how many lie on each side; and the judge is asked once for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from analytics.followed import SERVED, Followed, is_mean
from analytics.judged import CLOSED, UNCALLED, in_scope_anywhere
from analytics.selection import Question
from analytics.sides import FACTS, sides_of
from models.tables import Interaction
from standards.facts import Facts
from standards.judge import judge
from standards.standard import Standard
from standards.vocabulary import NEVER_JUDGED, Begun, Channel, HallClass, Measure, Outcome, Source, VerdictKind

_DAY = timedelta(days=1)


class Kind(NamedTuple):
    """What the judge looks at beside the fact itself; all interactions of a kind differ in their facts alone."""

    source: Source
    channel: Channel
    business_type: str
    outcome: Outcome
    begun: Begun
    uncalled: bool
    served: Source
    excluded: bool


_KIND: dict[str, Any] = {
    "source": col(Interaction.source),
    "served": func.coalesce(Interaction.served_source, Interaction.source),
    "channel": col(Interaction.channel),
    "business_type": col(Interaction.business_type),
    "outcome": col(Interaction.outcome),
    "begun": col(Interaction.begun),
    "uncalled": UNCALLED,
}


@dataclass(frozen=True, slots=True)
class Count:
    """Interactions of one group and kind under one standard: how many got a verdict, or a value's sum and number.

    `excluded` of them are taken out; those that are never judged anyway are not among these. `completed` were served
    to the end at a counter, and are not taken out.
    """

    followed: Followed
    columns: tuple[Any, ...]
    source: Source
    total: int
    verdicts: tuple[tuple[VerdictKind, int], ...] = ()
    values: int = 0
    value_sum: int = 0
    excluded: int = 0
    completed: int = 0


def closed_counts(session: Session, asked: Question, judged: tuple[Followed, ...], now: datetime) -> Iterator[Count]:
    """The closed interactions of a question, in the scope of each standard, on the days it is in force."""
    for first_on, last_on in _periods(judged):
        standing = tuple(one for one in judged if one.span.first_on <= first_on and last_on <= one.span.last_on)
        if standing:
            yield from _counts(session, asked, standing, (first_on, last_on), now)


def _periods(judged: tuple[Followed, ...]) -> Iterator[tuple[date, date]]:
    """The stretches of days within which no standard changes."""
    starts = {one.span.first_on for one in judged} | {one.span.last_on + _DAY for one in judged}
    for first_on, next_on in pairwise(sorted(starts)):
        yield first_on, next_on - _DAY


def _counts(
    session: Session, asked: Question, standing: tuple[Followed, ...], days: tuple[date, date], now: datetime
) -> Iterator[Count]:
    sums: dict[Any, Any] = {}
    places = {one: _places(one.standard, now, sums) for one in standing}
    kind = _columns_of_kind([one.standard for one in standing], asked)
    column = _KIND | {"excluded": asked.excluded().label("taken_out")}
    keys = (*asked.columns, *(column[name] for name in kind))
    statement: Any = select(*keys, func.count(), *sums.values())  # type: ignore[call-overload]
    scope = in_scope_anywhere([one.standard.scope for one in standing])
    statement = statement.where(asked.where(), CLOSED, scope, col(Interaction.day_on).between(*days)).group_by(*keys)
    judge_once = _Judge(now)
    width = len(asked.columns)
    for row in session.execute(statement).all():
        columns, values, total, summed = row[:width], row[width : len(keys)], row[len(keys)], row[len(keys) + 1 :]
        of_kind = _PLAIN._replace(**dict(zip(kind, values, strict=True)))
        for one in standing:
            if columns[0] in one.branch_ids and _covers(one.standard, of_kind):
                found = [int(summed[place]) for place in places[one]]
                yield _count(one, tuple(columns), of_kind, int(total), found, judge_once)


_PLAIN = Kind(Source.STAFF, Channel.COUNTER, "", Outcome.COMPLETED, Begun.TICKET, False, Source.STAFF, False)


def _columns_of_kind(standards: list[Standard], asked: Question) -> tuple[str, ...]:
    """The columns to count by: those that no standard asks for are left out, and there is less to sort."""
    scopes = [standard.scope for standard in standards]
    unasked = {"excluded"} if asked.selection.before_exclusion else set()
    if not any(standard.measure in SERVED for standard in standards):
        unasked.add("served")
    rated = any(standard.measure is Measure.RATING for standard in standards)
    if not (rated or any(scope.channels for scope in scopes)):
        unasked.add("channel")
    if not any(scope.business_types or scope.except_business_types for scope in scopes):
        unasked.add("business_type")
    return tuple(name for name in Kind._fields if name not in unasked)


def _covers(standard: Standard, kind: Kind) -> bool:
    """Whether a kind is in scope; halls outside the standard's classes do not follow it anyway."""
    of_class = (*standard.scope.hall_classes, HallClass.C)[0]
    return standard.scope.covers(kind.channel, kind.business_type, of_class)


def _places(standard: Standard, now: datetime, sums: dict[Any, Any]) -> tuple[int, ...]:
    """Where among the sums a standard finds its own; sums that another standard asks for too are made once."""
    wanted: dict[Any, Any] = {}
    if is_mean(standard):
        column = FACTS[standard.measure]
        wanted[standard.measure, "n"] = func.count(column)
        wanted[standard.measure, "sum"] = func.coalesce(func.sum(column), 0)
    else:
        for place, side in enumerate(sides_of(standard, now)):
            name = (standard.measure, standard.limit, standard.per_item, place)
            wanted[name] = func.sum(case((side.condition, 1), else_=0))
    for name, summed in wanted.items():
        sums.setdefault(name, summed)
    order = list(sums)
    return tuple(order.index(name) for name in wanted)


def _count(
    one: Followed, columns: tuple[Any, ...], kind: Kind, total: int, found: list[int], judge_once: _Judge
) -> Count:
    source = kind.served if one.standard.measure in SERVED else kind.source
    excluded = total if kind.excluded and kind.outcome not in NEVER_JUDGED else 0
    if not one.standard.judges_interactions:
        if kind.excluded or kind.outcome in NEVER_JUDGED:
            return Count(one, columns, source, 0, excluded=excluded)
        values, value_sum = found if is_mean(one.standard) else (0, 0)
        if one.standard.measure is Measure.HANDLING and kind.outcome is not Outcome.COMPLETED:
            values, value_sum = 0, 0
        return Count(one, columns, source, total, values=values, value_sum=value_sum)
    kinds = judge_once(one.standard, kind)
    counted = zip(kinds, (*found, total - sum(found)), strict=True)
    verdicts = tuple((verdict, count) for verdict, count in counted if count)
    served = kind.outcome is Outcome.COMPLETED and kind.channel is Channel.COUNTER  # nobody rates on the telephone
    completed = total if served and not kind.excluded else 0
    return Count(one, columns, source, total, verdicts, excluded=excluded, completed=completed)


class _Judge:
    """Asks the judge once for each kind and side; the last verdict is that without a fact."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.given: dict[tuple[tuple[Any, ...], Kind], tuple[VerdictKind, ...]] = {}

    def __call__(self, standard: Standard, kind: Kind) -> tuple[VerdictKind, ...]:
        known = (standard.key, kind)
        if known not in self.given:
            plain = self._facts(standard, kind)
            shown = [*(side.shown for side in sides_of(standard, self.now)), {}]
            self.given[known] = tuple(judge(replace(plain, **facts), standard, self.now).kind for facts in shown)
        return self.given[known]

    def _facts(self, standard: Standard, kind: Kind) -> Facts:
        return Facts(
            channel=kind.channel,
            business_type=kind.business_type,
            hall_class=(*standard.scope.hall_classes, HallClass.C)[0],
            day_on=self.now.date(),
            begun=kind.begun,
            outcome=kind.outcome,
            source=kind.source,
            wait_from_at=self.now,
            called=not kind.uncalled,
            greeted=False,
            at_counter=False,
            excluded=kind.excluded,
        )
