"""What a simulated day really was: every interaction with its stamps, told beside the events that should bring it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from bench.machine_hall import NAMES, QUEUE_MACHINE, pad, staff
from ingest.events import Event
from standards.vocabulary import Begun, HoldKind, LeftReason, Outcome, Priority


@dataclass(slots=True, kw_only=True)
class Told:
    """One interaction as it should be stored; the names are those of the table's columns."""

    ticket: str
    begun: Begun
    business_type: str
    arrived_at: datetime
    outcome: Outcome = Outcome.WAITING
    counter_id: int | None = None
    to_counter_id: int | None = None
    staff_id: str | None = None
    priority: Priority | None = None
    assisted: bool = False
    items: int = 1
    called_at: datetime | None = None
    last_called_at: datetime | None = None
    recalls: int = 0
    at_counter_at: datetime | None = None
    greeted_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    left_at: datetime | None = None
    left_reason: LeftReason | None = None
    held_ms: int = 0
    phone_held_ms: int = 0
    hold_kind: HoldKind | None = None
    rating: int | None = None
    rating_asked_at: datetime | None = None
    rated_at: datetime | None = None

    @classmethod
    def compared(cls) -> tuple[str, ...]:
        """The columns that a stored row is held against."""
        return tuple(one.name for one in fields(cls))


@dataclass(slots=True)
class Visit:
    """A customer's stay under way: the parts so far, and when and where they may be served on."""

    ticket: str
    machine_business: str
    situation: str
    ready_at: datetime
    parts: list[Told]
    only_counter: int | None = None
    back: bool = False
    left_for: datetime | None = None

    @property
    def now(self) -> Told:
        return self.parts[-1]

    @property
    def place(self) -> tuple[bool, datetime]:
        """Where it stands in the queue: priority, then arrival."""
        return self.now.priority is None, self.now.arrived_at


@dataclass(slots=True)
class Day:
    """The events by device in the order they happened, and the truth."""

    events: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    truth: list[Told] = field(default_factory=list)
    situations: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def say(self, device: str, kind: str, at: datetime, **named: Any) -> None:
        """An event of a device, with its own number."""
        number = f"{device}-{len(self.events[device]) + 1:05d}"
        self.events[device].append(Event(id=number, kind=kind, at=at, **named))  # type: ignore[arg-type]

    @property
    def tickets(self) -> int:
        """The tickets that the queue machine gave."""
        return sum(event.kind == "ticket_taken" for event in self.events[QUEUE_MACHINE])

    def take(self, ticket: str, business: str, situation: str, at: datetime, **named: Any) -> Visit:
        """A ticket is taken."""
        self.say(QUEUE_MACHINE, "ticket_taken", at, ticket=ticket, business=business, **named)
        told = Told(ticket=ticket, begun=Begun.TICKET, business_type=NAMES[business], arrived_at=at, **named)
        self.truth.append(told)
        self.situations[situation].append(ticket)
        return Visit(ticket, business, situation, at, [told])

    def call(self, visit: Visit, counter: int, at: datetime, kind: str = "called") -> None:
        """Called, called again or restored to a counter."""
        self.say(pad(counter), kind, at, ticket=visit.ticket, counter=counter)
        told = visit.now
        if told.called_at is None:
            told.called_at = at
        else:
            told.recalls += 1
        told.last_called_at, told.outcome = at, Outcome.CALLED
        told.counter_id, told.staff_id = counter, staff(counter)

    def hold(self, visit: Visit, counter: int, kind: HoldKind, begins: datetime, ends: datetime | None) -> None:
        """On hold until `ends`, or (None) for the present."""
        self.say(pad(counter), "held", begins, ticket=visit.ticket, counter=counter, hold=kind)
        visit.now.outcome, visit.now.hold_kind, visit.left_for = Outcome.HELD, kind, begins
        if ends is not None:
            self.resume(visit, counter, ends)

    def resume(self, visit: Visit, counter: int, at: datetime) -> None:
        """Served on, at this counter."""
        self.say(pad(counter), "resumed", at, ticket=visit.ticket, counter=counter)
        told = visit.now
        assert visit.left_for is not None
        held = round((at - visit.left_for).total_seconds() * 1000)
        if told.started_at is None:
            told.phone_held_ms += held
        else:
            told.held_ms += held
        told.outcome = Outcome.CALLED if told.started_at is None else Outcome.SERVING
        told.counter_id, told.staff_id, told.hold_kind, visit.left_for = counter, staff(counter), None, None

    def further(self, visit: Visit, begun: Begun, business: str, **named: Any) -> None:
        """The next interaction of the same visit."""
        before = visit.now
        told = Told(
            ticket=visit.ticket,
            begun=begun,
            business_type=NAMES[business],
            arrived_at=before.arrived_at,
            priority=before.priority,
            assisted=before.assisted,
            **named,
        )
        visit.parts.append(told)
        self.truth.append(told)
