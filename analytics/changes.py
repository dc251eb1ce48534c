"""The dated changes a reader may see: asked, waiting, in force, refused, withdrawn; nothing is ever left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from analytics.accounts import called
from models.actor import EVERYWHERE, Actor, Right
from models.standing import catalogue
from models.tables import Branch, DatedChange
from standards.changed import starts_on
from standards.derive import day_on
from standards.masking import masked
from standards.message import Worded
from standards.vocabulary import ChangeKind, Decision

MOST = 500


class ChangeState(Worded):
    """How far a change has come."""

    WAITING = "waiting", "Waits for a decision"
    COMING = "coming", "Begins later"
    IN_EFFECT = "in_effect", "In effect"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A change with what it puts in and what was before; `branch_id` is `*` for what all halls share.

    `asked_called` and `decided_called` are what those accounts are called, in Chinese and English.

    `preview` is what its asker was told of its effect (`change_preview.ChangePreview.kept`). Times stand in the hall's
    zone, for what all share in that of the reader's first hall.
    """

    branch_id: str
    id: UUID
    kind: ChangeKind
    subject: str
    from_on: date
    state: ChangeState
    content: Mapping[str, Any]
    was: Mapping[str, Any]
    preview: Mapping[str, Any]
    why: str
    asked_by: str
    asked_called: tuple[str, str]
    asked_at: datetime
    decided_by: str | None
    decided_called: tuple[str, str] | None
    decided_at: datetime | None
    decided_why: str
    may_decide: bool
    may_withdraw: bool


def changes(session: Session, actor: Actor, *, now: datetime) -> tuple[ChangeLine, ...]:
    """The newest changes of the halls the actor may see and of what all share; those that wait come first."""
    actor.require_somewhere(Right.READ_HALL)
    halls = {hall.id: hall for hall in session.exec(select(Branch)).all()}
    readable = actor.halls(Right.READ_HALL, frozenset(halls))
    today = {hall.id: day_on(now, hall.zone_info) for hall in halls.values()}
    today[EVERYWHERE] = max(today.values(), default=now.astimezone(UTC).date())
    approves = actor.halls(Right.APPROVE, frozenset(halls)) | ({EVERYWHERE} if _everywhere(actor, halls) else set())
    rows = session.exec(
        select(DatedChange)
        .where(or_(DatedChange.branch_id == EVERYWHERE, col(DatedChange.branch_id).in_(readable)))
        .order_by(col(DatedChange.asked_at).desc(), col(DatedChange.id).desc())
        .limit(MOST)
    ).all()
    zones = {hall.id: hall.zone_info for hall in halls.values()}
    zones[EVERYWHERE] = zones[min(readable)] if readable else ZoneInfo("UTC")
    names = called(session, (name for row in rows for name in (row.asked_by, row.decided_by)))
    lines = [_line(row, today, zones[row.branch_id], row.branch_id in approves, actor, names) for row in rows]
    return tuple(sorted(lines, key=lambda line: line.state is not ChangeState.WAITING))


def standard_names(session: Session, actor: Actor) -> dict[str, tuple[str, str]]:
    """The Chinese and English names of standards by what changes call them, `CODE issuer`; the newest row's."""
    actor.require_somewhere(Right.READ_HALL)
    rows = sorted(catalogue(session), key=starts_on)
    return {f"{row.code} {row.issuer}": (row.name_zh, row.name_en) for row in rows}


def _everywhere(actor: Actor, halls: Mapping[str, Branch]) -> bool:
    """Whether the actor may approve what every hall shares: the right in each of them."""
    every = frozenset(halls)
    return actor.may(Right.APPROVE) or (bool(every) and actor.halls(Right.APPROVE, every) == every)


def _state(row: DatedChange, today: date) -> ChangeState:
    if row.applied_at is not None:
        begun = row.from_on <= today or row.kind is ChangeKind.BUSINESS_TYPE
        return ChangeState.IN_EFFECT if begun else ChangeState.COMING
    if row.decision is Decision.REFUSED:
        return ChangeState.REFUSED
    return ChangeState.WAITING if row.decided_at is None else ChangeState.WITHDRAWN


def _line(
    row: DatedChange,
    today: Mapping[str, date],
    zone: ZoneInfo,
    approves: bool,
    actor: Actor,
    names: Mapping[str, tuple[str, str]],
) -> ChangeLine:
    state = _state(row, today[row.branch_id])
    owns = actor.may(Right.SET_UP, None if row.branch_id == EVERYWHERE else row.branch_id)
    return ChangeLine(
        branch_id=row.branch_id,
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        from_on=row.from_on,
        state=state,
        content=row.content,
        was=row.was,
        preview=row.preview,
        why=masked(row.why),
        asked_by=row.asked_by,
        asked_called=names[row.asked_by],
        asked_at=row.asked_at.astimezone(zone),
        decided_by=row.decided_by,
        decided_called=names.get(row.decided_by or ""),
        decided_at=None if row.decided_at is None else row.decided_at.astimezone(zone),
        decided_why=masked(row.decided_why),
        may_decide=state is ChangeState.WAITING and approves and row.asked_by != actor.name,
        may_withdraw=owns and state in {ChangeState.WAITING, ChangeState.COMING},
    )
