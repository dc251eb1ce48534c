"""What the guide at the door sees: the queues by business type, who waits, and who is called where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.tables import Branch, BusinessType, Counter, Interaction
from standards.derive import day_on
from standards.queueing import forgotten, place, waits_since
from standards.vocabulary import CounterState, Outcome, Priority

_CALLS_SHOWN = 5
_OPEN = {CounterState.IDLE, CounterState.SERVING}


@dataclass(frozen=True, slots=True)
class Queue:
    """A business type's queue: how many wait, since when the longest, and what a new ticket may expect.

    `expected` is an estimate: what is waiting for the counters that serve this business, by the usual time of each
    business, shared among those open; None where none of them is open.
    """

    business_type: str
    waiting: int
    longest_since_at: datetime | None
    expected: timedelta | None


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
    waits_since_at: datetime
    forgotten: bool
    to_counter_id: int | None


@dataclass(frozen=True, slots=True)
class Called:
    """A call: who, and to which counter."""

    ticket: str
    counter_id: int
    called_at: datetime


@dataclass(frozen=True, slots=True)
class Door:
    """The guide's screen at one moment."""

    queues: tuple[Queue, ...]
    tickets: tuple[Ticket, ...]
    calls: tuple[Called, ...]
    open_counters: int
    last: tuple[str, str] | None
    as_of: datetime


def door(session: Session, actor: Actor, branch_id: str, last_id: UUID | None = None, *, now: datetime) -> Door:
    """The queues, the waiting and the last calls of a hall; `last` is the number and business of `last_id`."""
    actor.require(Right.GUIDE, branch_id)
    kinds = {row.id: row for row in session.exec(select(BusinessType))}
    open_counters = [
        row for row in session.exec(select(Counter).where(Counter.branch_id == branch_id)) if row.state in _OPEN
    ]
    waiting = sorted(
        session.exec(
            select(Interaction).where(Interaction.branch_id == branch_id, col(Interaction.outcome) == Outcome.WAITING)
        ),
        key=place,
    )
    present = [row for row in waiting if not forgotten(row, now)]
    active = sorted((kind for kind in kinds.values() if kind.active), key=lambda kind: (kind.position, kind.id))
    return Door(
        queues=tuple(_queue(kind, present, open_counters, kinds) for kind in active),
        tickets=tuple(sorted((_ticket(row, now) for row in waiting), key=lambda ticket: ticket.forgotten)),
        calls=_calls(session, branch_id, now),
        open_counters=len(open_counters),
        last=_last(session, branch_id, last_id),
        as_of=now,
    )


def _last(session: Session, branch_id: str, last_id: UUID | None) -> tuple[str, str] | None:
    row = None if last_id is None else session.get(Interaction, (branch_id, last_id))
    return None if row is None or row.ticket is None else (row.ticket, row.business_type)


def _queue(
    kind: BusinessType, waiting: list[Interaction], counters: list[Counter], kinds: dict[str, BusinessType]
) -> Queue:
    mine = [row for row in waiting if row.business_type == kind.id]
    serving = [row for row in counters if not row.business_types or kind.id in row.business_types.split()]
    served = {code for row in serving for code in (row.business_types.split() or kinds)}
    ahead = sum(kinds[row.business_type].expected_ms for row in waiting if row.business_type in served)
    return Queue(
        business_type=kind.id,
        waiting=len(mine),
        longest_since_at=min((waits_since(row) for row in mine), default=None),
        expected=timedelta(milliseconds=ahead // len(serving)) if serving else None,
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
        waits_since(row),
        forgotten(row, now),
        row.to_counter_id,
    )


def _calls(session: Session, branch_id: str, now: datetime) -> tuple[Called, ...]:
    hall = session.get(Branch, branch_id)
    if hall is None:
        return ()
    rows = session.exec(
        select(Interaction)
        .where(
            Interaction.branch_id == branch_id,
            col(Interaction.day_on) == day_on(now, hall.zone_info),
            col(Interaction.last_called_at).is_not(None),
        )
        .order_by(col(Interaction.last_called_at).desc())
        .limit(_CALLS_SHOWN)
    )
    return tuple(
        Called(row.ticket, row.counter_id, row.last_called_at)
        for row in rows
        if row.ticket and row.counter_id and row.last_called_at
    )
