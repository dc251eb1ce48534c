"""What a counter's screen shows: who is at the counter, who waits for it, and what can be done next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from analytics.counters_now import clock_of
from analytics.desk_asides import Aside, aside, no_shows, promises
from analytics.limit_clock import LimitClock, LimitsInForce
from models.actor import Actor, Right
from models.open_help import STANDS_FOR, open_calls
from models.standing import catalogue, walking_on
from models.tables import Account, Branch, Counter, HelpCall, Interaction, Staff
from standards.derive import day_on
from standards.queueing import FREES_COUNTER, forgotten, in_line, serves, waits_since
from standards.standard import in_force
from standards.vocabulary import (
    Begun,
    Channel,
    CounterState,
    HoldKind,
    Outcome,
    PauseReason,
    Priority,
)

_ANSWER_SHOWN = timedelta(minutes=2)


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
    bulk: bool
    attention: bool
    promised_at: datetime | None
    clock: LimitClock


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """The call for help from a counter that stands, or was answered a short while ago."""

    asked_at: datetime
    answered: bool = False
    name: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter's screen at one moment; `tiny` is a hall without a queue."""

    counter_id: int
    tiny: bool
    version: int
    state: CounterState
    staff_id: str | None
    pause_reason: PauseReason | None
    back_at: datetime | None
    since_at: datetime | None
    covering: bool
    mentor: tuple[str, str]
    help: HelpAsked | None
    present: Present | None
    waiting: int
    next_ticket: str | None
    longest_since_at: datetime | None
    away: tuple[Aside, ...]
    no_shows: tuple[Aside, ...]
    promises: tuple[Aside, ...]
    walking: timedelta
    as_of: datetime


def desk(session: Session, actor: Actor, branch_id: str, counter_id: int, *, now: datetime) -> Desk | None:
    """The screen of a counter, or None where there is no such counter."""
    actor.require(Right.STAMP, branch_id)
    counter = session.get(Counter, (branch_id, counter_id))
    hall = session.get(Branch, branch_id)
    if counter is None or hall is None:
        return None
    today = day_on(now, hall.zone_info)
    limits = LimitsInForce(in_force(catalogue(session), hall.issuer, today), hall.hall_class)
    walking = walking_on(session, hall, today)
    rows = _in_hand(session, branch_id)
    queue = in_line(row for row in rows if _may_be_called(row, counter, now))
    here, away = _at(counter_id, rows), _away_from(counter_id, rows)
    return Desk(
        counter_id=counter.id,
        tiny=hall.tiny,
        version=counter.version,
        state=counter.state,
        staff_id=counter.staff_id,
        pause_reason=counter.pause_reason,
        back_at=counter.back_at,
        since_at=counter.since_at,
        covering=counter.covering,
        mentor=_mentor(session, counter),
        help=_help(session, counter, now),
        present=None if here is None else _present(here, limits, walking),
        waiting=len(queue),
        next_ticket=queue[0].ticket if queue else None,
        longest_since_at=min((waits_since(row) for row in queue), default=None),
        away=tuple(aside(row, row.held_since_at or row.arrived_at) for row in away),
        no_shows=no_shows(session, branch_id, today),
        promises=promises(session, branch_id, counter.staff_id),
        walking=walking,
        as_of=now,
    )


def _at(counter_id: int, rows: Iterable[Interaction]) -> Interaction | None:
    """Who is at the counter."""
    called = (row for row in rows if row.counter_id == counter_id and row.outcome is not Outcome.WAITING)
    return next((row for row in called if not _is_away(row)), None)


def _away_from(counter_id: int, rows: Iterable[Interaction]) -> list[Interaction]:
    """Who is away and may go on at this counter: with papers to fetch at any, else where they were."""
    away = (row for row in rows if _is_away(row))
    return [row for row in away if row.hold_kind is HoldKind.AWAY_FOR_PAPERS or row.counter_id == counter_id]


def _mentor(session: Session, counter: Counter) -> tuple[str, str]:
    """The name, and the English one, of whoever guides a trainee here; empty where nobody does."""
    person = None if counter.mentor_id is None else session.get(Staff, (counter.branch_id, counter.mentor_id))
    return ("", "") if person is None else (person.name, person.name_en)


def _help(session: Session, counter: Counter, now: datetime) -> HelpAsked | None:
    standing = [call for call in open_calls(session, counter.branch_id, now=now) if call.counter_id == counter.id]
    if standing:
        return HelpAsked(standing[0].asked_at)
    answered = session.exec(
        select(HelpCall)
        .where(
            HelpCall.branch_id == counter.branch_id,
            HelpCall.counter_id == counter.id,
            col(HelpCall.asked_at) >= now - STANDS_FOR,
            col(HelpCall.answered_at) >= now - _ANSWER_SHOWN,
        )
        .order_by(col(HelpCall.answered_at).desc())
    ).first()
    if answered is None:
        return None
    helper = session.exec(select(Account).where(Account.name == answered.answered_by)).first()
    name, name_en = (helper.display_name, helper.display_name_en) if helper else ("", "")
    return HelpAsked(answered.asked_at, True, name or answered.answered_by or "", name_en)


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


def _present(row: Interaction, limits: LimitsInForce, walking: timedelta) -> Present:
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
        bulk=row.bulk,
        attention=row.attention,
        promised_at=row.promised_at,
        clock=clock_of(row, limits, walking),
    )
