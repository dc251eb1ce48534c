"""The interactions behind a figure: those that one standard found met, missed, or otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, not_, or_, tuple_
from sqlmodel import Session, col, select

from analytics.facts import checks_of, counts_findings, facts_of, observed_checks
from analytics.followed import Followed, asked_for
from analytics.judged import CLOSED, NEVER, conditions, in_scope
from analytics.question import Question, question
from analytics.selection import Selection
from analytics.tally import open_rows
from models.actor import Actor, Right
from models.tables import Interaction
from standards.facts import Facts
from standards.judge import judge
from standards.standard import Standard
from standards.vocabulary import Channel, Measure, Outcome, Source, VerdictKind


@dataclass(frozen=True, slots=True)
class VisitLine:
    """An interaction in a list; `kind` is the verdict it was asked for, `visit_id` its visit's."""

    branch_id: str
    interaction_id: UUID
    visit_id: UUID
    ticket: str | None
    channel: Channel
    business_type: str
    counter_id: int | None
    staff_id: str | None
    outcome: Outcome
    source: Source
    arrived_at: datetime
    wait: timedelta | None
    greeting: timedelta | None
    handling: timedelta | None
    attention: bool
    kind: VerdictKind | None
    excluded: bool = False


def visits_behind(
    session: Session,
    actor: Actor,
    selection: Selection,
    standard: str | Standard | None = None,
    kind: VerdictKind | None = None,
    *,
    now: datetime,
    limit: int = 200,
    offset: int = 0,
) -> tuple[VisitLine, ...]:
    """The interactions with one verdict of one standard (a code, or any `Standard`), newest arrivals first.

    Without a standard, all of the selection; of a count standard, `MISSED` gives the interactions with findings. Who
    may not see results by person gets no staff numbers but their own, and is not told whose customers rated what.
    """
    asked = question(session, actor, selection)
    wanted: ColumnElement[bool] | None = None
    still_open: list[Interaction] = []
    if standard is not None and kind is not None:
        judged = asked_for(session, asked, standard)
        if any(one.standard.measure is Measure.RATING for one in judged):
            for branch_id in selection.branch_ids:
                actor.require(Right.READ_STAFF, branch_id)
        wanted = and_(CLOSED, or_(false(), *(_verdict(one, kind, now, asked) for one in judged)))
        still_open = list(_open(session, asked, judged, kind, now))
    statement = select(Interaction).where(asked.where(), *([] if wanted is None else [wanted]))
    newest = statement.order_by(col(Interaction.arrived_at).desc(), col(Interaction.id).desc())
    rows = [*session.exec(newest.limit(limit + offset)).all(), *still_open]
    rows.sort(key=lambda row: (row.arrived_at, row.id), reverse=True)
    return tuple(_line(row, kind, actor) for row in rows[offset : offset + limit])


def _verdict(one: Followed, kind: VerdictKind, now: datetime, asked: Question) -> ColumnElement[bool]:
    """The closed interactions that a standard gives this verdict."""
    standard = one.span.standard
    if kind is VerdictKind.NOT_APPLICABLE or not (standard.judges_interactions or _is_finding(standard, kind)):
        return false()
    scope = and_(in_scope(one.span), col(Interaction.branch_id).in_(one.branch_ids))
    if standard.measure is Measure.OBSERVATION:
        judged: Any = _observed(standard, kind, tuple(one.branch_ids))
    else:
        judged = getattr(conditions(standard, now), kind.value)
    if kind is VerdictKind.NOT_JUDGED:
        return and_(scope, or_(NEVER, asked.excluded(), judged))
    return and_(scope, not_(NEVER), asked.kept(), judged)


def _is_finding(standard: Standard, kind: VerdictKind) -> bool:
    """A count standard gives no verdicts, but what it found stands behind its figure as missed."""
    return counts_findings(standard) and kind is VerdictKind.MISSED


def _observed(standard: Standard, kind: VerdictKind, branch_ids: tuple[str, ...]) -> ColumnElement[bool]:
    if kind not in {VerdictKind.MET, VerdictKind.MISSED}:
        return false()
    checks = observed_checks(branch_ids, (standard.code,))
    whole = and_(checks.c.failed == 0, checks.c.observed >= standard.limit)
    wanted = whole if kind is VerdictKind.MET else checks.c.failed > 0
    # A list asked for once: correlated, it is gathered anew for each interaction, fifteen seconds over ninety days.
    listed = select(checks.c.branch_id, checks.c.interaction_id).where(wanted)
    return tuple_(col(Interaction.branch_id), col(Interaction.id)).in_(listed)


def _open(
    session: Session, asked: Question, judged: tuple[Followed, ...], kind: VerdictKind, now: datetime
) -> Iterator[Interaction]:
    rows = open_rows(session, asked)
    classes = {hall.branch_id: hall.hall_class for hall in asked.halls}
    checks = checks_of(session, [row for row, _ in rows])
    for row, excluded in rows:
        seen = checks.get((row.branch_id, row.id))
        facts = facts_of(row, classes[row.branch_id], seen, excluded=excluded)
        for one in judged:
            span = one.span
            of_its_day = row.branch_id in one.branch_ids and span.first_on <= row.day_on <= span.last_on
            if of_its_day and _has(facts, span.standard, kind, now):
                yield row


def _has(facts: Facts, standard: Standard, kind: VerdictKind, now: datetime) -> bool:
    if standard.judges_interactions:
        return judge(facts, standard, now).kind is kind
    met, observed = facts.checks.get(standard.code, (0, 0))
    return _is_finding(standard, kind) and met < observed and not facts.excluded


def _line(row: Interaction, kind: VerdictKind | None, actor: Actor) -> VisitLine:
    seen = actor.staff_id == row.staff_id and actor.branch_id == row.branch_id
    return VisitLine(
        branch_id=row.branch_id,
        interaction_id=row.id,
        visit_id=row.visit_id,
        ticket=row.ticket,
        channel=row.channel,
        business_type=row.business_type,
        counter_id=row.counter_id,
        staff_id=row.staff_id if seen or actor.may(Right.READ_STAFF, row.branch_id) else None,
        outcome=row.outcome,
        source=row.source,
        arrived_at=row.arrived_at,
        wait=_span(row.wait_ms),
        greeting=_span(row.greeting_ms),
        handling=_span(row.handling_ms),
        attention=row.attention,
        kind=kind,
        excluded=row.excluded,
    )


def _span(milliseconds: int | None) -> timedelta | None:
    return None if milliseconds is None else timedelta(milliseconds=milliseconds)
