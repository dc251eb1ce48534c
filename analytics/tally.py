"""Counting verdicts: closed interactions by the database, observed checks likewise, open ones one row at a time.

Nothing is counted twice and nothing is left out: every interaction is either open or closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, tuple_
from sqlmodel import Session, col, select

from analytics.closed import closed_counts
from analytics.facts import checks_of, counts_findings, facts_of
from analytics.followed import SERVED, Followed, asked_for, followed, speaks_of_interactions
from analytics.judged import CLOSED, in_scope, overdue
from analytics.observed import Checked, checked
from analytics.question import Question
from analytics.selection import Key
from models.counters import UNKEPT
from models.tables import Interaction
from standards.facts import Facts
from standards.judge import judge
from standards.standard import Standard
from standards.vocabulary import OPEN, Measure, Source, VerdictKind

__all__ = ["Followed", "Tallied", "Tally", "asked_for", "followed", "open_rows", "speaks_of_interactions", "tallies"]

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


@dataclass(frozen=True, slots=True)
class Tallied:
    """The counts of each standard in each group that has interactions in its scope, as they stand.

    Where anything is excluded, `before` is what they would be if nothing were, with the same groups.
    """

    after: Tallies
    before: Tallies | None


class _Groups:
    """The tallies so far."""

    def __init__(self, asked: Question, judged: tuple[Followed, ...]) -> None:
        self.asked = asked
        self.after: Tallies = {one: {} for one in judged}
        self.before: Tallies = {one: {} for one in judged}
        self.key_of = asked.keys()

    def add(
        self, one: Followed, key: Key, source: Source, whole: Mapping[str, int], kept: Mapping[str, int] | None = None
    ) -> None:
        """Add figures as if nothing were excluded, and as they stand: the same, unless `kept` says otherwise."""
        for tallies_of, figures in ((self.before, whole), (self.after, whole if kept is None else kept)):
            if figures:
                tally = tallies_of[one].setdefault(key, Tally())
                for figure, count in figures.items():
                    tally.add(figure, count, source)

    def tallied(self) -> Tallied:
        taken_out = any(tally.figures[EXCLUDED] for groups in self.after.values() for tally in groups.values())
        return Tallied(self.after, self.before if taken_out else None)


def tallies(session: Session, asked: Question, judged: tuple[Followed, ...], now: datetime) -> Tallied:
    """The counts of each standard in each group, before and after exclusion from one reading."""
    groups = _Groups(asked, judged)
    if judged and asked.halls:
        _add_closed(session, groups, judged)
        _add_observed(session, groups, judged)
        _add_promised(session, groups, judged, now)
        _add_open(session, groups, judged, now)
    return groups.tallied()


def _add_closed(session: Session, groups: _Groups, judged: tuple[Followed, ...]) -> None:
    for count in closed_counts(session, groups.asked, judged):
        by_case = count.followed.standard.judges_interactions
        whole = {
            SCOPED: count.total if by_case else count.judgeable,
            VALUES: count.values,
            VALUE_SUM: count.value_sum,
            COMPLETED: count.completed,
            **{kind.value: how_many for kind, how_many in count.verdicts},
        }
        kept = None
        if count.taken_out:
            kept = {EXCLUDED: count.judgeable} | ({SCOPED: count.total, NOT_JUDGED: count.total} if by_case else {})
        groups.add(count.followed, count.key, count.source, whole, kept)


def _add_observed(session: Session, groups: _Groups, judged: tuple[Followed, ...]) -> None:
    """Observed checks of closed interactions; those without any are in the count of the closed already."""
    observed = tuple(one for one in judged if one.standard.measure is Measure.OBSERVATION)
    for found in checked(session, groups.asked, observed) if observed else ():
        figures = _observed_figures(found)
        groups.add(found.followed, found.key, found.source, figures, {} if found.taken_out else figures)


def _observed_figures(found: Checked) -> dict[str, int]:
    n, standard = found.interactions, found.followed.standard
    if counts_findings(standard):
        return {VALUES: n, OBSERVED: n * found.observed, FINDINGS: n * found.failed}
    if found.failed:
        return {MISSED: n}
    return {MET: n} if found.observed >= standard.limit else {}


def _add_promised(session: Session, groups: _Groups, judged: tuple[Followed, ...], now: datetime) -> None:
    """Promises of closed interactions that are not kept yet: the time of asking decides on them."""
    asked = groups.asked
    excluded = () if asked.selection.before_exclusion else (asked.excluded().label("taken_out"),)
    for one in judged:
        if one.standard.measure is not Measure.PROMISE or not one.standard.judges_interactions:
            continue
        keys = [*asked.columns, col(Interaction.source), *excluded]
        late = func.sum(case((overdue(now), 1), else_=0))
        own = and_(_unkept(asked), CLOSED, UNKEPT, in_scope(one.span))
        wanted: Any = select(*keys, func.count(), late)  # type: ignore[call-overload]
        for row in session.execute(wanted.where(own).group_by(*keys)):
            columns, (source, *taken_out, count, missed) = tuple(row[: len(asked.columns)]), row[len(asked.columns) :]
            if columns[0] in one.branch_ids:
                figures = {MISSED: int(missed), PENDING: count - int(missed)}
                groups.add(one, groups.key_of(columns), source, figures, {} if any(taken_out) else figures)


def _unkept(asked: Question) -> ColumnElement[bool]:
    """Promises of a question that are not kept: these are few and have an index, the visits of years are many.

    Halls are named in the list alone: named once more, every visit of theirs would be looked at.
    """
    in_halls = col(Interaction.branch_id).in_(asked.branch_ids)
    own = and_(in_halls, col(Interaction.promised_at).is_not(None), col(Interaction.promise_kept_at).is_(None))
    listed = select(Interaction.branch_id, Interaction.id).where(own)
    days = col(Interaction.day_on).between(asked.selection.first_on, asked.selection.last_on)
    return and_(tuple_(col(Interaction.branch_id), col(Interaction.id)).in_(listed), days, asked.narrowing())


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
                kept = _open_figures(facts, one.standard, now)
                whole = _open_figures(replace(facts, excluded=False), one.standard, now) if excluded else kept
                groups.add(one, key, _source(row, one.standard), whole, kept)


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
