"""Counting verdicts: closed interactions by the database, open ones by the judge, one row at a time.

Nothing is counted twice and nothing is left out: every interaction is either open or closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_
from sqlmodel import Session, col, select

from analytics.facts import checks_of, counts_findings, facts_of, observed_checks
from analytics.judged import CLOSED, NEVER, conditions, in_scope, measured
from analytics.selection import HallFacts, Key, Question
from models.standing import catalogue
from models.tables import Interaction
from standards.facts import Facts
from standards.judge import judge
from standards.standard import Span, Standard, spans
from standards.vocabulary import OPEN, Aggregation, Issuer, Measure, Source, Subject, VerdictKind

MET, MISSED, PENDING, NOT_JUDGED = "met", "missed", "pending", "not_judged"
SCOPED, VALUES, VALUE_SUM, OBSERVED, FINDINGS = "scoped", "values", "value_sum", "observed", "findings"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one standard's verdicts in one group, by figure, and of the judged ones by source."""

    figures: Counter[str] = field(default_factory=Counter)
    sources: Counter[Source] = field(default_factory=Counter)

    def add(self, figure: str, count: int, source: Source) -> None:
        if count:
            self.figures[figure] += count
        if count and figure in {MET, MISSED, VALUES}:
            self.sources[source] += count


@dataclass(frozen=True, slots=True)
class Followed:
    """A dated standard and the halls that follow it, those outside its classes left out."""

    span: Span
    branch_ids: frozenset[str]


Tallies = dict[Followed, dict[Key, Tally]]


def speaks_of_interactions(standard: Standard) -> bool:
    """Whether interactions hold the facts of a standard: judged one by one, averaged, or counted."""
    return standard.judges_interactions or (
        standard.subject is Subject.INTERACTION and (_is_mean(standard) or counts_findings(standard))
    )


def _is_mean(standard: Standard) -> bool:
    return standard.aggregation is Aggregation.MEAN and standard.measure in _VALUES


def followed(session: Session, asked: Question, codes: frozenset[str] | None = None) -> tuple[Followed, ...]:
    """The dated standards that the halls of a question are judged by in its period, in order of code and date."""
    rows = [row for row in catalogue(session) if codes is None or row.code in codes]
    halls: dict[Span, set[str]] = {}
    issuers: set[Issuer] = {hall.issuer for hall in asked.halls}
    for issuer in issuers:
        own = [hall for hall in asked.halls if hall.issuer is issuer]
        for span in spans(rows, issuer, asked.selection.first_on, asked.selection.last_on):
            if speaks_of_interactions(span.standard):
                halls.setdefault(span, set()).update(_of_class(span.standard, own))
    ordered = sorted(halls, key=lambda span: (span.standard.code, span.first_on, span.standard.issuer))
    return tuple(Followed(span, frozenset(halls[span])) for span in ordered)


def replayed_everywhere(asked: Question, standard: Standard) -> Followed:
    """Any standard, on every day and in every hall of its classes."""
    span = Span(standard, asked.selection.first_on, asked.selection.last_on)
    return Followed(span, frozenset(_of_class(standard, asked.halls)))


def asked_for(session: Session, asked: Question, standard: str | Standard) -> tuple[Followed, ...]:
    """A code by its row of each day, or a standard of the asker's own on every day."""
    if isinstance(standard, Standard):
        return (replayed_everywhere(asked, standard),)
    return followed(session, asked, frozenset({standard}))


def _of_class(standard: Standard, halls: Iterable[HallFacts]) -> Iterator[str]:
    classes = standard.scope.hall_classes
    return (hall.branch_id for hall in halls if not classes or hall.hall_class in classes)


def tallies(session: Session, asked: Question, judged: tuple[Followed, ...], now: datetime) -> Tallies:
    """The counts of each standard in each group that has interactions in its scope."""
    found: Tallies = {one: {} for one in judged}
    if judged and asked.halls:
        _add_closed(session, asked, found, now)
        _add_observed(session, asked, found)
        _add_open(session, asked, found, now)
    return found


def _add(found: Tallies, asked: Question, columns: tuple[Any, ...], one: Followed, source: Source) -> Tally | None:
    """The tally to add to, or None where the row's hall does not follow the standard."""
    return found[one].setdefault(asked.key(columns), Tally()) if columns[0] in one.branch_ids else None


def _sum(condition: ColumnElement[bool], value: Any = 1) -> Any:
    return func.sum(case((condition, value), else_=0))


def _closed_figures(one: Followed, now: datetime) -> dict[str, Any]:
    standard, scope = one.span.standard, in_scope(one.span)
    if standard.aggregation is Aggregation.MEAN:
        has, value = measured(standard)
        return {
            SCOPED: _sum(and_(scope, not_(NEVER))),
            VALUES: _sum(and_(scope, has)),
            VALUE_SUM: _sum(and_(scope, has), value),
        }
    if standard.aggregation is Aggregation.COUNT:
        return {SCOPED: _sum(and_(scope, not_(NEVER)))}
    verdict, judged = conditions(standard, now), and_(scope, not_(NEVER))
    return {
        SCOPED: _sum(scope),
        MET: _sum(and_(judged, verdict.met)),
        MISSED: _sum(and_(judged, verdict.missed)),
        PENDING: _sum(and_(judged, verdict.pending)),
        NOT_JUDGED: _sum(and_(judged, verdict.not_judged)) + _sum(and_(scope, NEVER)),
    }


def _add_closed(session: Session, asked: Question, found: Tallies, now: datetime) -> None:
    keys = (*asked.columns, col(Interaction.source))
    figures = [(one, figure, sums) for one in found for figure, sums in _closed_figures(one, now).items()]
    _add_sums(session, asked, found, keys, figures, _rows(keys, figures).where(asked.where(), CLOSED))


def _rows(keys: tuple[Any, ...], figures: list[tuple[Followed, str, Any]]) -> Any:
    summed: Any = select(*keys, *(sums for _, _, sums in figures))
    return summed.select_from(Interaction).group_by(*keys)


def _add_sums(
    session: Session,
    asked: Question,
    found: Tallies,
    keys: tuple[Any, ...],
    figures: list[tuple[Followed, str, Any]],
    statement: Any,
) -> None:
    for row in session.execute(statement).all():
        columns, source, sums = row[: len(keys) - 1], row[len(keys) - 1], row[len(keys) :]
        for (one, figure, _), count in zip(figures, sums, strict=True):
            if count and (tally := _add(found, asked, tuple(columns), one, source)) is not None:
                tally.add(figure, int(count), source)


def _observed_figures(one: Followed, checks: Any) -> dict[str, Any]:
    standard = one.span.standard
    seen = and_(in_scope(one.span), checks.c.standard_code == standard.code)
    if counts_findings(standard):
        return {
            VALUES: _sum(seen),
            OBSERVED: _sum(seen, checks.c.observed),
            FINDINGS: _sum(seen, checks.c.failed),
        }
    whole = and_(checks.c.failed == 0, checks.c.observed >= standard.limit)
    return {MET: _sum(and_(seen, whole)), MISSED: _sum(and_(seen, checks.c.failed > 0))}


def _add_observed(session: Session, asked: Question, found: Tallies) -> None:
    observed = [one for one in found if one.span.standard.measure is Measure.OBSERVATION]
    if not observed:
        return
    checks = observed_checks(asked.selection.branch_ids)
    keys = (*asked.columns, col(Interaction.source))
    figures = [(one, figure, sums) for one in observed for figure, sums in _observed_figures(one, checks).items()]
    same = and_(checks.c.branch_id == Interaction.branch_id, checks.c.interaction_id == Interaction.id)
    statement = _rows(keys, figures).join(checks, same).where(asked.where(), CLOSED, not_(NEVER))
    _add_sums(session, asked, found, keys, figures, statement)


def open_rows(session: Session, asked: Question) -> list[Interaction]:
    """The interactions of a question that are not over yet: few, and they depend on the hour."""
    return list(session.exec(select(Interaction).where(asked.where(), col(Interaction.outcome).in_(OPEN))).all())


def _add_open(session: Session, asked: Question, found: Tallies, now: datetime) -> None:
    rows = open_rows(session, asked)
    classes = {hall.branch_id: hall.hall_class for hall in asked.halls}
    checks = checks_of(session, rows)
    for row in rows:
        columns = tuple(getattr(row, name) for name in asked.attributes)
        facts = facts_of(row, classes[row.branch_id], checks.get((row.branch_id, row.id)))
        for one in found:
            standard, span = one.span.standard, one.span
            covered = standard.scope.covers(facts.channel, facts.business_type, facts.hall_class)
            if not covered or not span.first_on <= row.day_on <= span.last_on:
                continue
            if (tally := _add(found, asked, columns, one, row.source)) is not None:
                for figure, count in _open_figures(facts, standard, now).items():
                    tally.add(figure, count, row.source)


def _open_figures(facts: Facts, standard: Standard, now: datetime) -> dict[str, int]:
    if standard.judges_interactions:
        verdict = judge(facts, standard, now).kind
        return {SCOPED: 1, verdict.value: 1} if verdict is not VerdictKind.NOT_APPLICABLE else {SCOPED: 1}
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
