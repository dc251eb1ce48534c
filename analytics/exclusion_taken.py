"""How much an exclusion takes: its visits, their interactions and days, and what other requests take as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, distinct, func, or_
from sqlmodel import Session, col, select

from models.stays import Taken, taken_by
from models.tables import Exclusion, Interaction
from standards.vocabulary import NEVER_JUDGED, Decision

_NEAR = timedelta(days=2)
"""How far from the days of its visits another period may lie and still take one: stays and zones reach no further."""


@dataclass(frozen=True, slots=True)
class TakenVisits:
    """Visits and interactions that it takes, and the first and last day of these (None where it takes none).

    `shared` of the visits are also in another request that waits or is approved.
    """

    visits: int
    interactions: int
    first_on: date | None
    last_on: date | None
    shared: int = 0


def taken_visits(session: Session, branch_id: str, taken: Taken) -> TakenVisits:
    """What a period or a visit takes of a hall; what is never judged is not among it."""
    asked: Any = select(
        func.count(distinct(col(Interaction.visit_id))),
        func.count(),
        func.min(Interaction.day_on),
        func.max(Interaction.day_on),
    )
    of_it = _of(branch_id, taken)
    visits, interactions, first_on, last_on = session.execute(asked.where(*of_it)).one()
    shared = 0 if first_on is None else _shared(session, branch_id, taken, first_on, last_on)
    return TakenVisits(int(visits), int(interactions), first_on, last_on, shared)


def _of(branch_id: str, taken: Taken) -> tuple[Any, ...]:
    judged = col(Interaction.outcome).not_in(NEVER_JUDGED)
    return Interaction.branch_id == branch_id, judged, col(Interaction.visit_id).in_(taken.visit_ids([branch_id]))


def _shared(session: Session, branch_id: str, taken: Taken, first_on: date, last_on: date) -> int:
    begins, ends = (datetime.combine(day, time(), UTC) for day in (first_on, last_on))
    near = col(Exclusion.until_at) >= begins - _NEAR, col(Exclusion.from_at) <= ends + _NEAR
    standing = or_(col(Exclusion.decision).is_(None), col(Exclusion.decision) == Decision.APPROVED)
    rows = session.exec(
        select(Exclusion).where(
            Exclusion.branch_id == branch_id,
            standing,
            col(Exclusion.reversed_at).is_(None),
            or_(col(Exclusion.visit_id).is_not(None), and_(*near)),
        )
    )
    others = {taken_by(row) for row in rows} - {taken}
    if not others:
        return 0
    visit_ids = [one.visit_id for one in others if one.visit_id is not None]
    periods = [one.visit_ids([branch_id]) for one in others if one.visit_id is None]
    also = or_(*(col(Interaction.visit_id).in_(found) for found in (visit_ids, *periods)))
    counted: Any = select(func.count(distinct(col(Interaction.visit_id))))
    return int(session.execute(counted.where(*_of(branch_id, taken), also)).scalar_one())
