"""Closed interactions under the standards of a question: how many got which verdict, or what their mean is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from sqlmodel import Session

from analytics.cells import Cell, cells, rollup_for
from analytics.followed import SERVED, Followed, is_mean
from analytics.question import Question, narrowed
from analytics.rules import Rule, mean_families, rule, value_of
from analytics.selection import Key
from models.counters import ENDED, Counter
from models.rollup_tables import Rollup
from standards.standard import Scope
from standards.vocabulary import NEVER_JUDGED, Channel, Measure, Outcome, Source, VerdictKind

_DAY = timedelta(days=1)
_ALL = tuple(ENDED.values())
_NEVER = tuple(ENDED[outcome] for outcome in ENDED if outcome in NEVER_JUDGED)


@dataclass(frozen=True, slots=True)
class Count:
    """Interactions of one group and source under one standard: how many got a verdict, or a value's sum and number.

    `judgeable` of the total are not void, test or diverted; `completed` were served to the end at a counter. All is
    said as if nothing were excluded; `taken_out` tells whether these are.
    """

    followed: Followed
    key: Key
    source: Source
    taken_out: bool
    total: int
    judgeable: int
    verdicts: tuple[tuple[VerdictKind, int], ...] = ()
    values: int = 0
    value_sum: int = 0
    completed: int = 0


def closed_counts(session: Session, asked: Question, judged: tuple[Followed, ...]) -> Iterator[Count]:
    """The closed interactions of a question, in the scope of each standard, on the days it is in force.

    Observed checks, and promises that are not kept yet, give no verdict here.
    """
    for (first_on, last_on), standing in periods(judged):
        within = narrowed(asked, first_on, last_on)
        for together in _by_table(within, standing):
            yield from _counts(session, within, together)


def periods(judged: tuple[Followed, ...]) -> Iterator[tuple[tuple[date, date], tuple[Followed, ...]]]:
    """The stretches of days within which no standard changes, with those in force."""
    starts = {one.span.first_on for one in judged} | {one.span.last_on + _DAY for one in judged}
    for first_on, next_on in pairwise(sorted(starts)):
        last_on = next_on - _DAY
        standing = tuple(one for one in judged if one.span.first_on <= first_on and last_on <= one.span.last_on)
        if standing:
            yield (first_on, last_on), standing


def _by_table(asked: Question, standing: tuple[Followed, ...]) -> Iterator[tuple[Followed, ...]]:
    """The standards that the same cells can answer: what only rows can tell shall not slow down the others."""
    groups: dict[str | None, list[Followed]] = {}
    for one in standing:
        found: Rollup | None = rollup_for(asked, counters_of(one), scope=one.standard.scope)
        groups.setdefault(None if found is None else found.table.name, []).append(one)
    yield from map(tuple, groups.values())


def counters_of(one: Followed) -> tuple[Counter, ...]:
    """What must be counted for a standard."""
    if is_mean(one.standard):
        own = tuple(counter for each in mean_families(one.standard) for counter in (each.cases, each.total))
    else:
        own = tuple(rule(one.standard).counters) if one.standard.judges_interactions else ()
    return (*_ALL, *own)


def _counts(session: Session, asked: Question, standing: tuple[Followed, ...]) -> Iterator[Count]:
    scopes = [one.standard.scope for one in standing]
    shared = scopes[0] if _alike(scopes) else None
    sources = dict.fromkeys(_source(one) for one in standing)
    beside = (*sources, "excluded", *_told_apart(standing, shared))
    counters = (counter for one in standing for counter in counters_of(one))
    rules = [(one, rule(one.standard)) for one in standing]
    apart = [one.branch_ids for one in standing]
    following = frozenset[str]().union(*apart)
    asked = replace(asked, halls=tuple(hall for hall in asked.halls if hall.branch_id in following))
    for cell in cells(session, asked, counters, beside=beside, scope=shared, apart=apart):
        for one, sums in rules:
            if cell.branch_ids <= one.branch_ids and (shared is not None or _covers(one, cell)):
                yield _count(one, sums, cell)


def _source(one: Followed) -> str:
    """What tells the source of the stamps that a standard is about."""
    return "served" if one.standard.measure in SERVED else "source"


def _alike(scopes: list[Scope]) -> bool:
    """Whether all speak of the same channels and business types."""
    return len({(scope.channels, scope.business_types, scope.except_business_types) for scope in scopes}) == 1


def _told_apart(standing: tuple[Followed, ...], shared: Scope | None) -> Iterator[str]:
    """Channel and business type, where the standards differ in them; who rates stood at a counter."""
    scopes = [] if shared is not None else [one.standard.scope for one in standing]
    if any(scope.channels for scope in scopes) or any(one.standard.measure is Measure.RATING for one in standing):
        yield "channel"
    if any(scope.business_types or scope.except_business_types for scope in scopes):
        yield "business_type"


def _covers(one: Followed, cell: Cell) -> bool:
    """Whether a cell is in scope, which was told apart by what any scope asks for."""
    return one.covers(cell.beside.get("channel", Channel.COUNTER), cell.beside.get("business_type", ""))


def _count(one: Followed, sums: Rule, cell: Cell) -> Count:
    counts, taken_out = cell.counts, bool(cell.beside["excluded"])
    source = cell.beside[_source(one)]
    total = sum(counts[counter.name] for counter in _ALL)
    never = sum(counts[counter.name] for counter in _NEVER)
    if not one.standard.judges_interactions:
        values, value_sum = _mean(one, cell)
        return Count(one, cell.key, source, taken_out, total, total - never, values=values, value_sum=value_sum)
    found = (
        (VerdictKind.MET, value_of(sums.met, counts)),
        (VerdictKind.MISSED, value_of(sums.missed, counts)),
        (VerdictKind.NOT_JUDGED, value_of(sums.not_judged, counts) + never),
    )
    verdicts = tuple((kind, count) for kind, count in found if count)
    return Count(one, cell.key, source, taken_out, total, total - never, verdicts, completed=_completed(one, cell))


def _mean(one: Followed, cell: Cell) -> tuple[int, int]:
    if not is_mean(one.standard):
        return 0, 0
    families = mean_families(one.standard)
    return (
        sum(cell.counts[family.cases.name] for family in families),
        sum(cell.counts[family.total.name] for family in families),
    )


def _completed(one: Followed, cell: Cell) -> int:
    """Those who might have rated: nobody rates on the telephone."""
    asked = one.standard.measure is Measure.RATING and cell.beside["channel"] is Channel.COUNTER
    return cell.counts[ENDED[Outcome.COMPLETED].name] if asked else 0
