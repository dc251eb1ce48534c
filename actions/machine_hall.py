"""What the taking in of events must know of its hall, asked once for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from models.standing import HallClock, hall_clock
from models.tables import Branch, BusinessType, Counter, Device, Staff
from standards.event_kind import EventKind
from standards.rating import Tag
from standards.ticket_part import Happening
from standards.vocabulary import EventState, HoldKind, LeftReason, Priority

UNKNOWN_BUSINESS, UNKNOWN_STAFF = "unknown_business", "unknown_staff"
UNDERSTOOD = "understood"
"""Beside what a machine said, our code for the business it named by a name of its own."""
Key = tuple[str, str]
"""A device's code and its own number for the event."""
# Built once: every batch asks them.
_DEVICES = select(Device).where(col(Device.branch_id) == bindparam("hall"))
_COUNTERS = select(Counter).where(col(Counter.branch_id) == bindparam("hall"))
_BUSINESSES = select(BusinessType.id).where(BusinessType.active)
_STAFF = select(Staff.id).where(col(Staff.branch_id) == bindparam("hall"), col(Staff.active))


@dataclass(slots=True)
class KeptEvent:
    """One event as it is stored; `fresh` came with what is being taken in.

    `newly` was applied by what came, `withdrawn` is applied no more.
    """

    device_id: str
    event_id: str
    kind: EventKind
    ticket: str | None
    counter_id: int | None
    happened_at: datetime
    day_on: date
    content: Mapping[str, Any]
    state: EventState
    reason: str = ""
    visit_id: UUID | None = None
    fresh: bool = False
    changed: bool = False
    newly: bool = False
    withdrawn: bool = False

    @property
    def key(self) -> Key:
        return (self.device_id, self.event_id)

    def settle(self, state: EventState, reason: str = "", visit_id: UUID | None = None) -> None:
        """Keep what became of it."""
        applied = (self.state is EventState.APPLIED, state is EventState.APPLIED)
        self.newly, self.withdrawn = self.newly or applied == (False, True), applied == (True, False)
        if (self.state, self.reason, self.visit_id) != (state, reason, visit_id):
            self.state, self.reason, self.visit_id, self.changed = state, reason, visit_id, True


@dataclass(slots=True)
class MachineHall:
    """A hall's codes, its devices, and its clock by day."""

    session: Session
    branch: Branch
    now: datetime
    devices: dict[str, Device]
    counters: dict[int, Counter]
    businesses: frozenset[str]
    staff: frozenset[str]
    _clocks: dict[date, HallClock] = field(default_factory=dict)

    def clock(self, day: date) -> HallClock:
        """The hall's clock for arrivals of a local day."""
        if day not in self._clocks:
            self._clocks[day] = hall_clock(self.session, self.branch, day)
        return self._clocks[day]

    def business_of(self, event: KeptEvent) -> str | None:
        """Our code for the business an event names, or None: it names none, or nobody has said what its word means.

        What was applied once stays what it was understood as.
        """
        if event.content.get("business") is None:
            return None
        named = str(event.content["business"])
        if event.state is EventState.APPLIED:
            return str(event.content.get(UNDERSTOOD, named))
        code = self.devices[event.device_id].businesses.get(named, named)
        return code if code in self.businesses else None

    def understand(self, event: KeptEvent) -> None:
        """Keep with an event that is being applied what its business was understood as, where that is another name."""
        if event.state is not EventState.APPLIED and event.content.get("business") is not None:
            code = self.business_of(event)
            if code is not None and code != event.content["business"]:
                event.content = {**event.content, UNDERSTOOD: code}

    def objection(self, event: KeptEvent) -> str:
        """Why an event can't be read: a counter or business that is not there; empty where it can.

        What was applied once is not objected to again: the tables of the hall may have changed since.
        """
        if event.state is EventState.APPLIED:
            return ""
        for number in (event.counter_id, event.content.get("to_counter")):
            if number is not None and number not in self.counters:
                return "unknown_counter"
        if event.content.get("business") is not None and self.business_of(event) is None:
            return UNKNOWN_BUSINESS
        return ""

    def staff_of(self, event: KeptEvent) -> str | None:
        """The staff number an event names, where the hall knows it (or knew it when it was applied)."""
        named: str | None = event.content.get("staff")
        knew = event.state is EventState.APPLIED and event.reason != UNKNOWN_STAFF
        return named if knew or named in self.staff else None

    def applied_reason(self, event: KeptEvent) -> str:
        """What was left out of an event that was applied."""
        return UNKNOWN_STAFF if "staff" in event.content and self.staff_of(event) is None else ""

    def happening(self, event: KeptEvent) -> Happening:
        """The event as the ticket's story reads it."""
        said = event.content
        return Happening(
            key=event.key,
            kind=event.kind,
            at=event.happened_at,
            counter=event.counter_id,
            to_counter=said.get("to_counter"),
            staff=self.staff_of(event),
            business=self.business_of(event),
            priority=Priority(said["priority"]) if "priority" in said else None,
            assisted=bool(said.get("assisted")),
            items=said.get("items"),
            hold=HoldKind(said["hold"]) if "hold" in said else None,
            reason=LeftReason(said["reason"]) if "reason" in said else None,
            rating=said.get("rating"),
            tags=tags_of(said),
        )


def tags_of(said: Mapping[str, Any]) -> str:
    """The reasons beside a rating that we know, as a row keeps them."""
    tags = {str(tag) for tag in said.get("tags", ())}
    return " ".join(tag for tag in Tag if tag in tags)


def machine_hall(session: Session, branch: Branch, now: datetime) -> MachineHall:
    """A hall with all that its machines' events may name."""
    at_home = {"hall": branch.id}
    found = session.execute(_DEVICES, at_home).scalars()
    counters = session.execute(_COUNTERS, at_home).scalars()
    return MachineHall(
        session=session,
        branch=branch,
        now=now,
        devices={device.id: device for device in found},
        counters={counter.id: counter for counter in counters},
        businesses=frozenset(session.execute(_BUSINESSES).scalars()),
        staff=frozenset(session.execute(_STAFF, at_home).scalars()),
    )
