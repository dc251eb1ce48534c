"""What the judge is told of a stored interaction, and its verdicts for the visit's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery
from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.checked import FAILED, OBSERVED
from models.standing import catalogue
from models.stays import counting, stays, taken_by
from models.tables import Branch, Exclusion, Interaction, Observation
from standards.facts import Facts, Verdict
from standards.judge import judge
from standards.standard import Standard, in_force
from standards.vocabulary import Aggregation, ExclusionReason, HallClass, Measure

Checks = Mapping[str, tuple[int, int]]
"""Observed checks by standard code: how many were met, of how many observed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How often a count standard (such as taboo sentences) was found broken at one visit, of what was observed."""

    standard: Standard
    count: int
    observed: int


@dataclass(frozen=True, slots=True)
class VisitVerdicts:
    """One verdict for each standard in force on the visit's day that judges interactions, and the findings apart."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]


def facts_of(
    row: Interaction, hall_class: HallClass, checks: Checks | None = None, *, excluded: bool | None = None
) -> Facts:
    """The facts of an interaction in a hall of that class; with `excluded` as if it were so, whatever is stored."""
    return Facts(
        channel=row.channel,
        business_type=row.business_type,
        hall_class=hall_class,
        day_on=row.day_on,
        begun=row.begun,
        outcome=row.outcome,
        source=row.source,
        wait_from_at=row.wait_from_at,
        called=row.called_at is not None,
        greeted=row.greeted_at is not None,
        at_counter=row.at_counter_at is not None,
        started_at=row.started_at,
        held_ms=row.held_ms,
        held_since_at=row.held_since_at,
        items=row.items,
        wait_ms=row.wait_ms,
        greeting_ms=row.greeting_ms,
        handling_ms=row.handling_ms,
        door_greeting_ms=row.door_greeting_ms,
        rating=row.rating,
        promised_at=row.promised_at,
        promise_kept_at=row.promise_kept_at,
        checks=checks or {},
        excluded=row.excluded if excluded is None else excluded,
    )


def verdicts_of(
    row: Interaction,
    hall_class: HallClass,
    standards: Iterable[Standard],
    checks: Checks | None,
    now: datetime,
    excluded_for: ExclusionReason | None = None,
) -> tuple[Verdict, ...]:
    """The verdicts of those of the standards that judge interactions; give the ones in force on the row's day."""
    facts = replace(facts_of(row, hall_class, checks), excluded_for=excluded_for)
    return tuple(judge(facts, standard, now) for standard in standards if standard.judges_interactions)


def verdicts(
    session: Session, actor: Actor, branch_id: str, interaction_id: UUID, *, now: datetime
) -> VisitVerdicts | None:
    """An interaction's verdicts by the standards of its day, or None where there is no such interaction.

    What a customer rated is told to those alone who may see results by person: never to whoever was rated.
    """
    actor.require(Right.READ_HALL, branch_id)
    row, hall = session.get(Interaction, (branch_id, interaction_id)), session.get(Branch, branch_id)
    if row is None or hall is None:
        return None
    standards = in_force(catalogue(session), hall.issuer, row.day_on)
    if not actor.may(Right.READ_STAFF, branch_id):
        standards = tuple(standard for standard in standards if standard.measure is not Measure.RATING)
    checks = checks_of(session, [row]).get((branch_id, interaction_id), {})
    taking = exclusion_of(session, branch_id, row.visit_id) if row.excluded else None
    judged = verdicts_of(row, hall.hall_class, standards, checks, now, taking.reason if taking else None)
    return VisitVerdicts(judged, _findings(standards, row, hall.hall_class, checks))


def exclusion_of(session: Session, branch_id: str, visit_id: UUID) -> Exclusion | None:
    """The exclusion in force that takes a visit, the earliest decided of several; None where none does."""
    found = stays(session, branch_id, [visit_id])
    asked = select(Exclusion).where(Exclusion.branch_id == branch_id, counting())
    taking = session.exec(asked.order_by(col(Exclusion.decided_at), col(Exclusion.id)))
    return next((one for one in taking if found and taken_by(one).takes(found[0])), None)


def counts_findings(standard: Standard) -> bool:
    """Whether it counts what observers found, over a period."""
    return standard.aggregation is Aggregation.COUNT and standard.measure is Measure.OBSERVATION


def _findings(
    standards: Iterable[Standard], row: Interaction, hall_class: HallClass, checks: Checks
) -> tuple[Finding, ...]:
    found = (
        (standard, *checks[standard.code])
        for standard in standards
        if counts_findings(standard)
        and standard.code in checks
        and standard.scope.covers(row.channel, row.business_type, hall_class)
    )
    return tuple(Finding(standard, observed - met, observed) for standard, met, observed in found)


def observed_checks(branch_ids: Sequence[str], codes: Sequence[str]) -> Subquery:
    """Per interaction and standard: `observed` and `failed` checks; a check two observers disagree on has failed."""
    keys = (col(Observation.branch_id), col(Observation.interaction_id), col(Observation.standard_code))
    wanted: Any = select(*keys, OBSERVED, FAILED)  # type: ignore[call-overload]
    where = col(Observation.branch_id).in_(branch_ids), col(Observation.standard_code).in_(codes)
    return wanted.where(*where).group_by(*keys).subquery("checks")  # type: ignore[no-any-return]


def checks_of(session: Session, rows: Sequence[Interaction]) -> dict[tuple[str, UUID], dict[str, tuple[int, int]]]:
    """The observed checks of some interactions, by their keys."""
    found: dict[tuple[str, UUID], dict[str, tuple[int, int]]] = {}
    if not rows:
        return found
    branch_ids = {row.branch_id for row in rows}
    observations = session.exec(
        select(Observation).where(
            col(Observation.branch_id).in_(branch_ids), col(Observation.interaction_id).in_([row.id for row in rows])
        )
    )
    items: dict[tuple[str, UUID], dict[str, dict[int, bool]]] = {}
    for seen in observations:
        checks = items.setdefault((seen.branch_id, seen.interaction_id), {}).setdefault(seen.standard_code, {})
        checks[seen.item] = checks.get(seen.item, True) and seen.met
    for key, by_code in items.items():
        found[key] = {code: (sum(checks.values()), len(checks)) for code, checks in by_code.items()}
    return found
