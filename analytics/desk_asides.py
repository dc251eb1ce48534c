"""Who belongs to a counter without being at it: away with papers, not come when called, waiting for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from models.tables import Interaction
from standards.vocabulary import NEVER_JUDGED, HoldKind, Outcome

_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Aside:
    """A customer who is away with papers, or a no-show who may come after all, or a promise still to be kept."""

    id: UUID
    version: int
    ticket: str | None
    business_type: str
    since_at: datetime
    hold_kind: HoldKind | None = None


def aside(row: Interaction, since_at: datetime) -> Aside:
    """An interaction as it stands beside the counter."""
    return Aside(row.id, row.version, row.ticket, row.business_type, since_at, row.hold_kind)


def last_no_shows(session: Session, branch_id: str, today: date, most: int) -> Sequence[Interaction]:
    """The last of today's no-shows, who may come after all; who has a new ticket is not among them."""
    return session.exec(
        select(Interaction)
        .where(
            Interaction.branch_id == branch_id,
            col(Interaction.outcome) == Outcome.NO_SHOW,
            col(Interaction.day_on) == today,
            col(Interaction.merged_into_id).is_(None),
        )
        .order_by(col(Interaction.last_called_at).desc())
        .limit(most)
    ).all()


def no_shows(session: Session, branch_id: str, today: date) -> tuple[Aside, ...]:
    """The last of today's no-shows beside a counter."""
    rows = last_no_shows(session, branch_id, today, _SHOWN)
    return tuple(aside(row, row.last_called_at or row.arrived_at) for row in rows)


def promises(session: Session, branch_id: str, staff_id: str | None) -> tuple[Aside, ...]:
    """Answers this person promised and has not given, the most urgent first."""
    if staff_id is None:
        return ()
    rows = session.exec(
        select(Interaction)
        .where(
            Interaction.branch_id == branch_id,
            or_(
                col(Interaction.owner_id) == staff_id,
                and_(col(Interaction.owner_id).is_(None), col(Interaction.staff_id) == staff_id),
            ),
            col(Interaction.promised_at).is_not(None),
            col(Interaction.promise_kept_at).is_(None),
            col(Interaction.outcome).not_in(NEVER_JUDGED),
        )
        .order_by(col(Interaction.promised_at))
        .limit(_SHOWN)
    )
    return tuple(aside(row, row.promised_at or row.arrived_at) for row in rows)
