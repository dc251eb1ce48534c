"""Counting verdicts: closed interactions by the database, observed checks likewise, open ones one row at a time.

Nothing is counted twice and nothing is left out: every interaction is either open or closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func
from sqlmodel import Session, col, select

from analytics.closed import closed_counts
from analytics.facts import checks_of, counts_findings, facts_of
from analytics.followed import SERVED, Followed, asked_for, followed, speaks_of_interactions
from analytics.judged import CLOSED, in_scope, overdue
from analytics.observed import checked
from analytics.question import Question
from analytics.selection import Key
from models.counters import UNKEPT
from models.tables import Interaction
from standards.facts import Facts
from standards.judge import judge
from standards.standard import Standard
from standards.vocabulary import OPEN, Measure, Source, VerdictKind

__all__ = ["Followed", "Tally", "asked_for", "followed", "open_rows", "speaks_of_interactions", "tallies"]

MET, MISSED, PENDING, NOT_JUDGED = (
    kind.value for kind in (VerdictKind.MET, VerdictKind.MISSED, VerdictKind.PENDING, VerdictKind.NOT_JUDGED)
)
SCOPED, VALUES, VALUE_SUM, OBSERVED, FINDINGS = "scoped", "values", "value_sum", "observed", "findings"
EXCLUDED, COMPLETED = "excluded", "completed"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one standard's verdicts in one group, by figure, and of the judged ones by source."""

    figures: Counter[str] = field(default_factory=Counter)
    sources: Counter[Source] = field(default_factory=Counter)

    def add(self, figure: str, count: int, source: Source) -> None:
        if count:
            self.figures[figure] += count
            if figure in {MET, MISSED, VALUES}:
                self.sources[source] += count


Tallies = dict[Followed, dict[Key, Tally]]


class _Groups:
    """The tallies so far."""

    def __init__(self, asked: Question, judged: tuple[Followed, ...]) -> None:
        self.asked = asked
        self.found: Tallies = {one: {} for one in judged}
        self.key_of = asked.keys()

    def tally(self, one: Followed, key: Key) -> Tally:
        groups = self.found[one]
        if key not in groups:
            groups[key] = Tally()
        return groups[key]


def tallies(session: Session, asked: Question, judged: tuple[Followed, ...], now: datetime) -> Tallies:
    """The counts of each standard in each group that has interactions in its scope."""
    groups = _Groups(asked, judged)
    if judged and asked.halls:
        _add_closed(session, groups, judged)
        _add_observed(session, groups, judged)
        _add_promised(session, groups, judged, now)
        _add_open(session, groups, judged, now)
    return groups.found


def _add_closed(session: Session, groups: _Groups, judged: tuple[Followed, ...]) -> None:
    for count in closed_counts(session, groups.asked, judged):
        tally = groups.tally(count.followed, count.key)
        tally.add(SCOPED, count.total, count.source)
        tally.add(VALUES, count.values, count.source)
        tally.add(VALUE_SUM, count.value_sum, count.source)
        tally.add(EXCLUDED, count.excluded, count.source)
        tally.add(COMPLETED, count.completed, count.source)
        for verdict, how_many in count.verdicts:
            tally.add(verdict.value, how_many, count.source)


def _add_observed(session: Session, groups: _Groups, judged: tuple[Followed, ...]) -> None:
    """Observed checks of closed interactions; those without any are in the count of the closed already."""
    observed = tuple(one for one in judged if one.standard.measure is Measure.OBSERVATION)
    for found in checked(session, groups.asked, observed) if observed else ():
        tally, n = groups.tally(found.followed, found.key), found.interactions
        if counts_findings(found.followed.standard):
            tally.add(VALUES, n, found.source)
            tally.add(OBSERVED, n * found.observed, found.source)
            tally.add(FINDINGS, n * found.failed, found.source)
        elif found.failed:
            tally.add(MISSED, n, found.source)
        elif found.observed >= found.followed.standard.limit:
            tally.add(MET, n, found.source)


def _add_promised(session: Session, groups: _Groups, judged: tuple[Followed, ...], now: datetime) -> None:
    """Promises of closed interactions that are not kept yet: the time of asking decides on them."""
    asked = groups.asked
    for one in judged:
        if one.standard.measure is not Measure.PROMISE or not one.standard.judges_interactions:
            continue
        keys = [*asked.columns, col(Interaction.source)]
        late = func.sum(case((overdue(now), 1), else_=0))
        own = and_(asked.where(), CLOSED, UNKEPT, asked.kept(), in_scope(one.span))
        wanted: Any = select(*keys, func.count(), late)  # type: ignore[call-overload]
        for *columns, source, count, missed in session.execute(wanted.where(own).group_by(*keys)):
            if columns[0] in one.branch_ids:
                tally = groups.tally(one, groups.key_of(tuple(columns)))
                tally.add(MISSED, int(missed), source)
                tally.add(PENDING, count - int(missed), source)


def open_rows(session: Session, asked: Question) -> list[tuple[Interaction, bool]]:
    """The interactions of a question that are not over yet, and whether they are taken out: few, by the hour."""
    wanted: Any = select(Interaction, asked.excluded())
    found = session.execute(wanted.where(asked.where(), col(Interaction.outcome).in_(OPEN))).all()
    return [(row, bool(excluded)) for row, excluded in found]


def _add_open(session: Session, groups: _Groups, judged: tuple[Followed, ...], now: datetime) -> None:
    rows = open_rows(session, groups.asked)
    classes = {hall.branch_id: hall.hall_class for hall in groups.asked.halls}
    checks = checks_of(session, [row for row, _ in rows])
    for row, excluded in rows:
        key = groups.key_of(tuple(getattr(row, name) for name in groups.asked.attributes))
        seen = checks.get((row.branch_id, row.id))
        facts = facts_of(row, classes[row.branch_id], seen, excluded=excluded)
        for one in judged:
            covered = one.standard.scope.covers(facts.channel, facts.business_type, facts.hall_class)
            standing = one.span.first_on <= row.day_on <= one.span.last_on and row.branch_id in one.branch_ids
            if covered and standing:
                for figure, count in _open_figures(facts, one.standard, now).items():
                    groups.tally(one, key).add(figure, count, _source(row, one.standard))


def _source(row: Interaction, standard: Standard) -> Source:
    return (row.served_source or row.source) if standard.measure in SERVED else row.source


def _open_figures(facts: Facts, standard: Standard, now: datetime) -> dict[str, int]:
    if standard.judges_interactions:
        return {SCOPED: 1, EXCLUDED: int(facts.excluded), judge(facts, standard, now).kind.value: 1}
    if facts.excluded:
        return {EXCLUDED: 1}
    if counts_findings(standard):
        met, observed = facts.checks.get(standard.code, (0, 0))
        return {SCOPED: 1, VALUES: int(observed > 0), OBSERVED: observed, FINDINGS: observed - met}
    value = _VALUES[standard.measure](facts)
    return {SCOPED: 1} if value is None else {SCOPED: 1, VALUES: 1, VALUE_SUM: value}


_VALUES: dict[Measure, Callable[[Facts], int | None]] = {
    Measure.WAIT: lambda facts: facts.wait_ms,
    Measure.GREETING: lambda facts: facts.greeting_ms,
    Measure.DOOR_GREETING: lambda facts: facts.door_greeting_ms,
    Measure.HANDLING: lambda facts: None,  # not over yet
}
