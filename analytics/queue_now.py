"""Who waits now, how near each is to the limit, whose papers are awaited, whose answer falls due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, case, func, or_
from sqlmodel import Session, col, select

from analytics.limit_clock import LimitClock, LimitsInForce
from models.tables import Interaction
from standards.facts import QUEUED
from standards.queueing import FREES_COUNTER, forgotten, waits_since
from standards.vocabulary import NEVER_JUDGED, Begun, HoldKind, Outcome, Priority

GROWTH_WINDOW = timedelta(minutes=15)
PROMISES_SHOWN = 5
_PROMISE_AHEAD, _PROMISE_DAYS = timedelta(hours=2), timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNow:
    """Somebody in the queue: a transfer's clock runs from the transfer and has no limit.

    Nor has that of a restored no-show, whose wait ended at its first call; `let_pass` is how many others go before it.
    """

    interaction_id: UUID
    ticket: str | None
    begun: Begun
    business_type: str
    priority: Priority | None
    to_counter_id: int | None
    queued_as: str | None = None
    let_pass: int = 0
    restored: bool = False
    clock: LimitClock


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayNow:
    """Somebody who went away for papers; the counter is free meanwhile."""

    interaction_id: UUID
    ticket: str | None
    counter_id: int | None
    hold_kind: HoldKind
    since_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseNow:
    """An answer that was promised and has not been given."""

    interaction_id: UUID
    ticket: str | None
    promised_at: datetime


@dataclass(frozen=True, slots=True)
class Growth:
    """How many joined the queue and how many left it, in the last 15 minutes."""

    joined: int = 0
    taken: int = 0

    @property
    def grows(self) -> bool:
        return self.joined > self.taken


def waiting_now(rows: Sequence[Interaction], limits: LimitsInForce, now: datetime) -> tuple[WaitingNow, ...]:
    """The queue, the least time left first; who has no limit comes last, by the longest wait."""
    queue = [_waiting(row, limits) for row in rows if row.outcome is Outcome.WAITING and not forgotten(row, now)]

    def nearness(one: WaitingNow) -> tuple[bool, timedelta, str]:
        left = one.clock.left(now)
        return left is None, -one.clock.taken(now) if left is None else left, str(one.interaction_id)

    return tuple(sorted(queue, key=nearness))


def _waiting(row: Interaction, limits: LimitsInForce) -> WaitingNow:
    return WaitingNow(
        interaction_id=row.id,
        ticket=row.ticket,
        begun=row.begun,
        business_type=row.business_type,
        priority=row.priority,
        to_counter_id=row.to_counter_id,
        queued_as=row.queued_as,
        let_pass=row.let_pass,
        restored=row.called_at is not None,
        clock=LimitClock(runs_from=waits_since(row), limit=None if row.called_at else limits.wait(row)),
    )


def away_now(rows: Sequence[Interaction]) -> tuple[AwayNow, ...]:
    """Who is away for papers, the longest first."""
    away = [
        AwayNow(
            interaction_id=row.id,
            ticket=row.ticket,
            counter_id=row.counter_id,
            hold_kind=row.hold_kind,
            since_at=row.held_since_at or row.arrived_at,
        )
        for row in rows
        if row.outcome is Outcome.HELD and row.hold_kind in FREES_COUNTER and row.hold_kind is not None
    ]
    return tuple(sorted(away, key=lambda one: (one.since_at, str(one.interaction_id))))


def promises_now(session: Session, branch_id: str, now: datetime) -> tuple[PromiseNow, ...]:
    """Answers overdue, or due within two hours, of the last fortnight's visits; the earliest five."""
    rows = session.exec(
        select(Interaction.id, Interaction.ticket, Interaction.promised_at)
        .where(
            Interaction.branch_id == branch_id,
            col(Interaction.day_on) >= (now - _PROMISE_DAYS).date(),
            col(Interaction.promised_at) <= now + _PROMISE_AHEAD,
            col(Interaction.promise_kept_at).is_(None),
            col(Interaction.outcome).not_in(NEVER_JUDGED),
        )
        .order_by(col(Interaction.promised_at), col(Interaction.id))
        .limit(PROMISES_SHOWN)
    )
    return tuple(
        PromiseNow(interaction_id=row_id, ticket=ticket, promised_at=promised_at)
        for row_id, ticket, promised_at in rows
        if promised_at is not None
    )


def growth(session: Session, branch_id: str, now: datetime) -> Growth:
    """Who joined and who left the queue (called, or gone before the call) in the last 15 minutes."""
    since = now - GROWTH_WINDOW
    joined = and_(col(Interaction.begun).in_(QUEUED), col(Interaction.queued_at).between(since, now))
    gone = or_(
        col(Interaction.called_at).between(since, now),
        and_(col(Interaction.called_at).is_(None), col(Interaction.left_at).between(since, now)),
    )
    counted = session.exec(
        select(func.sum(case((joined, 1), else_=0)), func.sum(case((gone, 1), else_=0))).where(
            Interaction.branch_id == branch_id,
            # An arrival's local day is at most a day behind or ahead of the UTC day.
            col(Interaction.day_on) >= (now - timedelta(days=1)).date(),
            col(Interaction.outcome).not_in(NEVER_JUDGED),
        )
    ).one()
    return Growth(*(count or 0 for count in counted))
