"""What a counter's screen shows: who is at the counter, who waits for it, and what can be done next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from analytics.counters_now import clock_of
from analytics.limit_clock import LimitClock, LimitsInForce
from models.actor import Actor, Right
from models.standing import catalogue
from models.tables import Branch, Counter, Interaction, Staff
from standards.derive import day_on
from standards.queueing import FREES_COUNTER, forgotten, place, serves, waits_since
from standards.standard import in_force
from standards.vocabulary import (
    NEVER_JUDGED,
    Begun,
    Channel,
    CounterState,
    HoldKind,
    Outcome,
    PauseReason,
    Priority,
)

_LAST_NO_SHOWS = 6


@dataclass(frozen=True, slots=True)
class Present:
    """The interaction at the counter."""

    id: UUID
    visit_id: UUID
    version: int
    ticket: str | None
    begun: Begun
    channel: Channel
    business_type: str
    outcome: Outcome
    hold_kind: HoldKind | None
    items: int
    recalls: int
    priority: Priority | None
    assisted: bool
    attention: bool
    promised_at: datetime | None
    clock: LimitClock


@dataclass(frozen=True, slots=True)
class Aside:
    """A customer who is away with papers, or a no-show who may come after all, or a promise still to be kept."""

    id: UUID
    version: int
    ticket: str | None
    business_type: str
    since_at: datetime
    hold_kind: HoldKind | None = None


@dataclass(frozen=True, slots=True)
class CounterPlace:
    """A counter to sign on at, with who is there."""

    id: int
    state: CounterState
    staff_id: str | None
    staff_name: str
    staff_name_en: str
    version: int


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter's screen at one moment."""

    counter_id: int
    version: int
    state: CounterState
    staff_id: str | None
    pause_reason: PauseReason | None
    back_at: datetime | None
    since_at: datetime | None
    present: Present | None
    waiting: int
    next_ticket: str | None
    longest_since_at: datetime | None
    away: tuple[Aside, ...]
    no_shows: tuple[Aside, ...]
    promises: tuple[Aside, ...]
    walking: timedelta
    as_of: datetime


def counter_places(session: Session, actor: Actor, branch_id: str) -> tuple[CounterPlace, ...]:
    """The counters of a hall with who is signed on."""
    actor.require(Right.STAMP, branch_id)
    staff = {row.id: row for row in session.exec(select(Staff).where(Staff.branch_id == branch_id))}
    rows = session.exec(select(Counter).where(Counter.branch_id == branch_id).order_by(col(Counter.id)))
    return tuple(
        CounterPlace(
            row.id,
            row.state,
            row.staff_id,
            staff[row.staff_id].name if row.staff_id else "",
            staff[row.staff_id].name_en if row.staff_id else "",
            row.version,
        )
        for row in rows
    )


def desk(session: Session, actor: Actor, branch_id: str, counter_id: int, *, now: datetime) -> Desk | None:
    """The screen of a counter, or None where there is no such counter."""
    actor.require(Right.STAMP, branch_id)
    counter = session.get(Counter, (branch_id, counter_id))
    hall = session.get(Branch, branch_id)
    if counter is None or hall is None:
        return None
    today = day_on(now, hall.zone_info)
    limits = LimitsInForce(in_force(catalogue(session), hall.issuer, today), hall.hall_class)
    rows = _in_hand(session, branch_id)
    queue = sorted(
        (row for row in rows if _may_be_called(row, counter, now)),
        key=place,
    )
    here = next(
        (
            row
            for row in rows
            if row.counter_id == counter_id and row.outcome is not Outcome.WAITING and not _is_away(row)
        ),
        None,
    )
    away = [
        row
        for row in rows
        if _is_away(row) and (row.hold_kind is HoldKind.AWAY_FOR_PAPERS or row.counter_id == counter_id)
    ]
    return Desk(
        counter_id=counter.id,
        version=counter.version,
        state=counter.state,
        staff_id=counter.staff_id,
        pause_reason=counter.pause_reason,
        back_at=counter.back_at,
        since_at=counter.since_at,
        present=None if here is None else _present(here, hall, limits),
        waiting=len(queue),
        next_ticket=queue[0].ticket if queue else None,
        longest_since_at=min((waits_since(row) for row in queue), default=None),
        away=tuple(_aside(row, row.held_since_at or row.arrived_at) for row in away),
        no_shows=_no_shows(session, branch_id, today),
        promises=_promises(session, branch_id, counter.staff_id),
        walking=hall.walking,
        as_of=now,
    )


def _may_be_called(row: Interaction, counter: Counter, now: datetime) -> bool:
    return (
        row.outcome is Outcome.WAITING and serves(counter.id, counter.business_types, row) and not forgotten(row, now)
    )


def _in_hand(session: Session, branch_id: str) -> list[Interaction]:
    wanted = [Outcome.WAITING, Outcome.CALLED, Outcome.SERVING, Outcome.HELD]
    return list(
        session.exec(
            select(Interaction).where(Interaction.branch_id == branch_id, col(Interaction.outcome).in_(wanted))
        )
    )


def _is_away(row: Interaction) -> bool:
    return row.outcome is Outcome.HELD and row.hold_kind in FREES_COUNTER


def _present(row: Interaction, hall: Branch, limits: LimitsInForce) -> Present:
    return Present(
        id=row.id,
        visit_id=row.visit_id,
        version=row.version,
        ticket=row.ticket,
        begun=row.begun,
        channel=row.channel,
        business_type=row.business_type,
        outcome=row.outcome,
        hold_kind=row.hold_kind,
        items=row.items,
        recalls=row.recalls,
        priority=row.priority,
        assisted=row.assisted,
        attention=row.attention,
        promised_at=row.promised_at,
        clock=clock_of(row, limits, hall.walking),
    )


def _aside(row: Interaction, since_at: datetime) -> Aside:
    return Aside(row.id, row.version, row.ticket, row.business_type, since_at, row.hold_kind)


def _no_shows(session: Session, branch_id: str, today: date) -> tuple[Aside, ...]:
    rows = session.exec(
        select(Interaction)
        .where(
            Interaction.branch_id == branch_id,
            col(Interaction.outcome) == Outcome.NO_SHOW,
            col(Interaction.day_on) == today,
        )
        .order_by(col(Interaction.last_called_at).desc())
        .limit(_LAST_NO_SHOWS)
    )
    return tuple(_aside(row, row.last_called_at or row.arrived_at) for row in rows)


def _promises(session: Session, branch_id: str, staff_id: str | None) -> tuple[Aside, ...]:
    """Answers this person promised and has not given, the most urgent first."""
    if staff_id is None:
        return ()
    rows = session.exec(
        select(Interaction)
        .where(
            Interaction.branch_id == branch_id,
            Interaction.staff_id == staff_id,
            col(Interaction.promised_at).is_not(None),
            col(Interaction.promise_kept_at).is_(None),
            col(Interaction.outcome).not_in(NEVER_JUDGED),
        )
        .order_by(col(Interaction.promised_at))
        .limit(_LAST_NO_SHOWS)
    )
    return tuple(_aside(row, row.promised_at or row.arrived_at) for row in rows)
