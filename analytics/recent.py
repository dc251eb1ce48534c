"""The last visits at a counter with the verdicts that the person at it can influence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from analytics.facts import checks_of, verdicts_of
from models.actor import Actor, Right
from models.last_press import UNDO_WITHIN, last_press
from models.standing import catalogue
from models.tables import Branch, Interaction
from standards.derive import day_on
from standards.facts import Verdict
from standards.standard import in_force
from standards.vocabulary import Measure, Outcome, VerdictKind

# Waits are the hall's staffing, not the clerk's doing.
_OWN = {Measure.GREETING, Measure.HANDLING, Measure.OBSERVATION, Measure.PROMISE}
_SAID = {VerdictKind.MET, VerdictKind.MISSED, VerdictKind.PENDING}
_DONE = [Outcome.COMPLETED, Outcome.TRANSFERRED, Outcome.LEFT, Outcome.NO_SHOW]


@dataclass(frozen=True, slots=True)
class Recent:
    """A visit that ended, with those of its verdicts that say something."""

    id: UUID
    version: int
    ticket: str | None
    business_type: str
    outcome: Outcome
    ended_at: datetime
    attention: bool
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last press at a counter, while it can be taken back."""

    action: str
    until_at: datetime


def recent_visits(
    session: Session, actor: Actor, branch_id: str, staff_id: str, *, now: datetime, limit: int = 5
) -> tuple[Recent, ...]:
    """A person's last visits of today, newest first; one's own, or anybody's for who may read results by person."""
    actor.require(Right.STAMP, branch_id)
    if actor.staff_id != staff_id:
        actor.require(Right.READ_STAFF, branch_id)
    hall = session.get(Branch, branch_id)
    if hall is None:
        return ()
    today = day_on(now, hall.zone_info)
    rows = list(
        session.exec(
            select(Interaction)
            .where(
                Interaction.branch_id == branch_id,
                col(Interaction.day_on) == today,
                Interaction.staff_id == staff_id,
                col(Interaction.outcome).in_(_DONE),
            )
            .order_by(col(Interaction.recorded_at).desc(), col(Interaction.called_at).desc())
        )
    )
    rows = sorted(rows, key=_ended, reverse=True)[:limit]
    standards = [row for row in in_force(catalogue(session), hall.issuer, today) if row.measure in _OWN]
    checks = checks_of(session, rows)
    return tuple(
        Recent(
            row.id,
            row.version,
            row.ticket,
            row.business_type,
            row.outcome,
            _ended(row),
            row.attention,
            tuple(
                verdict
                for verdict in verdicts_of(row, hall.hall_class, standards, checks.get((branch_id, row.id)), now)
                if verdict.kind in _SAID
            ),
        )
        for row in rows
    )


def _ended(row: Interaction) -> datetime:
    return row.ended_at or row.left_at or row.last_called_at or row.arrived_at


def undoable(session: Session, actor: Actor, branch_id: str, counter_id: int, *, now: datetime) -> Undoable | None:
    """The last press here that no undo has taken back, if it is the actor's own and young enough."""
    actor.require(Right.STAMP, branch_id)
    last = last_press(session, branch_id, counter_id, now=now)
    if last is None or last.actor != actor.name:
        return None
    return Undoable(last.action, last.at + UNDO_WITHIN)
