"""What the hall tells its customers for a while, and which visits a failure touched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, or_, select

from models.actor import Actor, Right
from models.stays import Taken, stays
from models.tables import HallNotice, Interaction
from standards.vocabulary import NEVER_JUDGED, NoticeKind, Outcome

FAILURES = frozenset({NoticeKind.SYSTEM_FAILURE, NoticeKind.POWER_CUT})
"""What keeps the counters from serving: the visits in it are marked."""
OFFERED_FOR = timedelta(hours=2)
"""How long after its end a failure's call-back list is offered without being asked for."""


@dataclass(frozen=True, slots=True)
class NoticeNow:
    """A notice of the hall: from when, until when (None: until somebody ends it), in the words of who gave it."""

    id: UUID
    kind: NoticeKind
    words: str
    words_en: str
    from_at: datetime
    until_at: datetime | None

    @property
    def failure(self) -> bool:
        """Whether it keeps the counters from serving."""
        return self.kind in FAILURES


@dataclass(frozen=True, slots=True)
class CallBack:
    """Somebody who waited or was at a counter during a failure; a ticket names nobody."""

    interaction_id: UUID
    ticket: str | None
    business_type: str
    outcome: Outcome
    counter_id: int | None
    arrived_at: datetime


def notices_now(session: Session, branch_id: str, now: datetime) -> tuple[NoticeNow, ...]:
    """The notices that stand in a hall, failures first; for questions that have checked their reader's right."""
    rows = session.exec(
        select(HallNotice).where(
            HallNotice.branch_id == branch_id,
            col(HallNotice.from_at) <= now,
            or_(col(HallNotice.until_at).is_(None), col(HallNotice.until_at) > now),
        )
    )
    return tuple(sorted(map(_notice, rows), key=lambda one: (not one.failure, one.from_at, str(one.id))))


def failures_ended(session: Session, branch_id: str, now: datetime) -> tuple[NoticeNow, ...]:
    """The failures that ended within the last two hours, the newest first."""
    rows = session.exec(
        select(HallNotice)
        .where(
            HallNotice.branch_id == branch_id,
            col(HallNotice.kind).in_(FAILURES),
            col(HallNotice.until_at).between(now - OFFERED_FOR, now),
        )
        .order_by(col(HallNotice.until_at).desc())
    )
    return tuple(map(_notice, rows))


def notices_of(session: Session, branch_id: str, visit_id: UUID) -> tuple[NoticeNow, ...]:
    """The failures that a visit's stay overlapped, oldest first."""
    stay = next(iter(stays(session, branch_id, [visit_id])), None)
    if stay is None:
        return ()
    rows = session.exec(
        select(HallNotice)
        .where(
            HallNotice.branch_id == branch_id,
            col(HallNotice.kind).in_(FAILURES),
            or_(col(HallNotice.until_at).is_(None), col(HallNotice.until_at) > stay.begins_at),
        )
        .order_by(col(HallNotice.from_at))
    )
    return tuple(_notice(row) for row in rows if stay.ends_at is None or row.from_at <= stay.ends_at)


def call_backs(
    session: Session, actor: Actor, branch_id: str, from_at: datetime, until_at: datetime
) -> tuple[CallBack, ...]:
    """Who waited or was at a counter during a period, by arrival: the list by which a failure's customers are told."""
    actor.require(Right.GUIDE, branch_id)
    visits = Taken(from_at, until_at).visit_ids([branch_id])
    rows = session.exec(
        select(Interaction)
        .where(
            Interaction.branch_id == branch_id,
            col(Interaction.visit_id).in_(visits),
            col(Interaction.outcome).not_in(NEVER_JUDGED),
        )
        .order_by(col(Interaction.arrived_at), col(Interaction.queued_at), col(Interaction.id))
    )
    last = {row.visit_id: row for row in rows}  # the part in which the visit stands now
    return tuple(
        CallBack(row.id, row.ticket, row.business_type, row.outcome, row.counter_id, row.arrived_at)
        for row in last.values()
    )


def _notice(row: HallNotice) -> NoticeNow:
    return NoticeNow(row.id, row.kind, row.words, row.words_en, row.from_at, row.until_at)
