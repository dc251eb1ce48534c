"""What the guide at the door sees: the queues by business type, who waits, and who is called where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from analytics.desk_asides import last_no_shows
from analytics.notices import NoticeNow, failures_ended, notices_now
from analytics.queues import Lines, Queue, lines, queue_of
from models.actor import Actor, NotAllowed, Right
from models.closing import closed_since
from models.tables import Branch, Hold, Interaction
from standards.derive import day_on
from standards.message import message
from standards.queueing import FREES_COUNTER, forgotten, waits_since
from standards.vocabulary import Outcome, Priority, RestoreRule

_CALLS_SHOWN, _NO_SHOWS_SHOWN = 5, 60


@dataclass(frozen=True, slots=True)
class Ticket:
    """Somebody who waits, in the order of the queue."""

    id: UUID
    version: int
    ticket: str | None
    business_type: str
    priority: Priority | None
    assisted: bool
    greeted: bool
    arrived_at: datetime
    waits_since_at: datetime
    forgotten: bool
    to_counter_id: int | None
    queued_as: str | None
    let_pass: int
    restored: bool


@dataclass(frozen=True, slots=True)
class Called:
    """A call: who, and to which counter."""

    ticket: str
    counter_id: int
    called_at: datetime


@dataclass(frozen=True, slots=True)
class Missed:
    """A no-show of today who may come after all."""

    id: UUID
    version: int
    ticket: str | None
    business_type: str
    called_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """The ticket taken last, as its slip says it: how many are before it, and the estimate of its wait."""

    id: UUID
    ticket: str
    business_type: str
    arrived_at: datetime
    before: int
    expected: timedelta | None


@dataclass(frozen=True, slots=True)
class HallRules:
    """What a hall has chosen for itself."""

    restore_rule: RestoreRule
    tiny: bool
    slip_mm: int


@dataclass(frozen=True, slots=True)
class Door:
    """The guide's screen at one moment; `ended` are the failures that are over, while their customers are told.

    `closed_at` is when the hall's day was closed: then no ticket is given and nobody is restored.
    """

    queues: tuple[Queue, ...]
    tickets: tuple[Ticket, ...]
    calls: tuple[Called, ...]
    missed: tuple[Missed, ...]
    notices: tuple[NoticeNow, ...]
    ended: tuple[NoticeNow, ...]
    rules: HallRules
    counters: tuple[int, ...]
    open_counters: int
    last: Taken | None
    closed_at: datetime | None
    as_of: datetime


def door(session: Session, actor: Actor, branch_id: str, last_id: UUID | None = None, *, now: datetime) -> Door:
    """The queues, the waiting and the last calls of a hall; `last` is the ticket `last_id`."""
    actor.require(Right.GUIDE, branch_id)
    hall = session.get(Branch, branch_id)
    if hall is None:
        raise NotAllowed(message("There is no hall with the code {code}.", code=branch_id))
    today, here = day_on(now, hall.zone_info), lines(session, branch_id, now)
    return Door(
        queues=here.queues(),
        tickets=tuple(_ticket(row, now) for row in (*here.waiting, *here.left_over)),
        calls=calls_of(session, branch_id, today),
        missed=_missed(session, branch_id, today),
        notices=notices_now(session, branch_id, now),
        ended=failures_ended(session, branch_id, now),
        rules=HallRules(hall.restore_rule, hall.tiny, hall.slip_mm),
        counters=tuple(counter.id for counter in here.counters),
        open_counters=len(here.open_counters),
        last=_last(session, branch_id, here, last_id),
        closed_at=closed_since(session, hall, now=now),
        as_of=now,
    )


def _last(session: Session, branch_id: str, here: Lines, last_id: UUID | None) -> Taken | None:
    """The ticket taken last; who was called at once still holds a slip."""
    row = None if last_id is None else session.get(Interaction, (branch_id, last_id))
    if row is None or row.ticket is None:
        return None
    before = here.before(row)
    expected = here.expected(queue_of(row), before) if row.outcome is Outcome.WAITING else None
    return Taken(row.id, row.ticket, row.business_type, row.arrived_at, len(before), expected)


def _missed(session: Session, branch_id: str, today: date) -> tuple[Missed, ...]:
    return tuple(
        Missed(row.id, row.version, row.ticket, row.business_type, row.last_called_at or row.arrived_at)
        for row in last_no_shows(session, branch_id, today, _NO_SHOWS_SHOWN)
    )


def _ticket(row: Interaction, now: datetime) -> Ticket:
    return Ticket(
        row.id,
        row.version,
        row.ticket,
        row.business_type,
        row.priority,
        row.assisted,
        row.door_greeted_at is not None,
        row.arrived_at,
        waits_since(row),
        forgotten(row, now),
        row.to_counter_id,
        row.queued_as,
        row.let_pass,
        row.called_at is not None,
    )


def calls_of(session: Session, branch_id: str, today: date) -> tuple[Called, ...]:
    """The last calls of a local day whose counter is certain, the newest first.

    For questions that have checked their reader's right.
    """
    rows = session.exec(
        select(Interaction)
        .where(
            Interaction.branch_id == branch_id,
            col(Interaction.day_on) == today,
            col(Interaction.last_called_at).is_not(None),
            col(Interaction.counter_id).is_not(None),
            col(Interaction.ticket).is_not(None),
            ~resumed_since(),
        )
        .order_by(col(Interaction.last_called_at).desc(), col(Interaction.id))
        .limit(_CALLS_SHOWN)
    )
    return tuple(
        Called(row.ticket, row.counter_id, row.last_called_at)
        for row in rows
        if row.ticket and row.counter_id and row.last_called_at
    )


def resumed_since() -> ColumnElement[bool]:
    """Whether a called interaction came back from a hold that freed its counter: its counter is where it came back."""
    return (
        select(Hold.id)
        .where(
            Hold.branch_id == Interaction.branch_id,
            Hold.interaction_id == Interaction.id,
            col(Hold.kind).in_(FREES_COUNTER),
            col(Hold.ended_at) >= Interaction.last_called_at,
        )
        .exists()
    )
