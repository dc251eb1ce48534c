"""Tickets in the machine = visits here, day by day and device by device, or which differ, and what was not applied."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from analytics.machines import Machine, machines
from analytics.ticket_gaps import missing_numbers
from models.actor import Actor
from models.tables import DeviceEvent, Interaction
from standards.event_kind import EventKind
from standards.vocabulary import Begun, EventState, Source

MOST_EVENTS_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDay:
    """One device's day: what it says it gave, and what is here of it.

    `day_total` is what it said itself, None where it said nothing; `given` the different numbers it sent as taken.
    `not_here` are numbers that it sent and no visit has, `gaps` numbers between those it sent that it did not send,
    where its own total says that some are missing.
    """

    machine: Machine
    events: int
    waiting: int
    refused: int
    day_total: int | None
    given: int
    visits_here: int
    not_here: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def tickets_there(self) -> int:
        """The tickets in the machine: its own total, else the numbers that it sent."""
        return self.given if self.day_total is None else self.day_total

    @property
    def gives_tickets(self) -> bool:
        """Whether there is anything to compare."""
        return self.day_total is not None or self.given > 0

    @property
    def equal(self) -> bool:
        """Tickets there = visits here."""
        return self.tickets_there == self.visits_here and not self.not_here


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEvent:
    """An event that waits for what it belongs to, or was refused; kept as it came."""

    device_id: str
    event_id: str
    kind: str
    ticket: str | None
    counter_id: int | None
    business: str | None
    happened_at: datetime
    received_at: datetime
    state: EventState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A hall's day against its machines.

    `not_there` are tickets that a visit here has from a machine and no machine sent; `by_hand` how many tickets were
    given here beside the machines. `reasons` counts every event that was not applied; `open_events` are the newest.
    """

    day: date
    machines: tuple[MachineDay, ...]
    not_there: tuple[str, ...]
    by_hand: int
    reasons: tuple[tuple[EventState, str, int], ...]
    open_events: tuple[OpenEvent, ...]

    @property
    def equal(self) -> bool:
        """Whether every machine that gives tickets agrees."""
        return not self.not_there and all(one.equal for one in self.machines if one.gives_tickets)


def reconciliation(session: Session, actor: Actor, branch_id: str, day: date) -> Reconciliation:
    """What the hall's machines say of a local day, beside what is stored of it."""
    listed = machines(session, actor, branch_id)
    states, reasons = _counts(session, branch_id, day)
    taken = _tickets(session, branch_id, day, EventKind.TICKET_TAKEN)
    totals = _totals(session, branch_id, day)
    here = _visits(session, branch_id, day, (Source.DEVICE,))
    sent = {ticket for of_one in taken.values() for ticket in of_one}
    return Reconciliation(
        day=day,
        machines=tuple(
            _of_machine(one, states[one.id], totals.get(one.id), taken.get(one.id, set()), here) for one in listed
        ),
        not_there=tuple(sorted(here - sent)),
        by_hand=len(_visits(session, branch_id, day, tuple(set(Source) - {Source.DEVICE}))),
        reasons=tuple(sorted((state, reason, n) for (state, reason), n in reasons.items())),
        open_events=_open_events(session, branch_id, day),
    )


def _of_machine(
    machine: Machine, states: Mapping[EventState, int], total: int | None, given: set[str], here: set[str]
) -> MachineDay:
    lacking = total is not None and total > len(given)
    return MachineDay(
        machine=machine,
        events=sum(states.values()),
        waiting=states[EventState.WAITING],
        refused=states[EventState.REFUSED],
        day_total=total,
        given=len(given),
        visits_here=len(given & here),
        not_here=tuple(sorted(given - here)),
        gaps=missing_numbers(given) if lacking else (),
    )


def _counts(
    session: Session, branch_id: str, day: date
) -> tuple[defaultdict[str, Counter[EventState]], Counter[tuple[EventState, str]]]:
    """Events by device and state, and those that were not applied by reason."""
    grouped = (col(DeviceEvent.device_id), col(DeviceEvent.state), col(DeviceEvent.reason))
    found = session.execute(
        select(*grouped, func.count())
        .where(DeviceEvent.branch_id == branch_id, DeviceEvent.day_on == day)
        .group_by(*grouped)
    )
    states: defaultdict[str, Counter[EventState]] = defaultdict(Counter)
    reasons: Counter[tuple[EventState, str]] = Counter()
    for device_id, state, reason, count in found:
        states[device_id][state] += count
        if state is not EventState.APPLIED:
            reasons[state, reason] += count
    return states, reasons


def _tickets(session: Session, branch_id: str, day: date, kind: EventKind) -> dict[str, set[str]]:
    """The numbers that each device sent in events of a kind."""
    found: dict[str, set[str]] = defaultdict(set)
    for device_id, ticket in session.exec(
        select(DeviceEvent.device_id, DeviceEvent.ticket)
        .where(DeviceEvent.branch_id == branch_id, DeviceEvent.day_on == day, DeviceEvent.kind == kind.value)
        .distinct()
    ):
        if ticket is not None:
            found[device_id].add(ticket)
    return found


def _totals(session: Session, branch_id: str, day: date) -> dict[str, int]:
    """What each device said last of its day."""
    found = session.exec(
        select(DeviceEvent)
        .where(
            DeviceEvent.branch_id == branch_id,
            DeviceEvent.day_on == day,
            DeviceEvent.kind == EventKind.DAY_TOTAL.value,
            DeviceEvent.state == EventState.APPLIED,
        )
        .order_by(col(DeviceEvent.happened_at), col(DeviceEvent.event_id))
    )
    return {event.device_id: int(event.content["tickets"]) for event in found}


def _visits(session: Session, branch_id: str, day: date, sources: Iterable[Source]) -> set[str]:
    """The tickets of the day's visits from these sources."""
    found = session.exec(
        select(Interaction.ticket).where(
            Interaction.branch_id == branch_id,
            Interaction.day_on == day,
            Interaction.begun == Begun.TICKET,
            col(Interaction.source).in_(list(sources)),
        )
    )
    return {ticket for ticket in found if ticket is not None}


def _open_events(session: Session, branch_id: str, day: date) -> tuple[OpenEvent, ...]:
    found = session.exec(
        select(DeviceEvent)
        .where(
            DeviceEvent.branch_id == branch_id,
            DeviceEvent.day_on == day,
            col(DeviceEvent.state).in_((EventState.WAITING, EventState.REFUSED)),
        )
        .order_by(col(DeviceEvent.happened_at).desc(), col(DeviceEvent.event_id))
        .limit(MOST_EVENTS_SHOWN)
    )
    return tuple(
        OpenEvent(
            device_id=event.device_id,
            event_id=event.event_id,
            kind=event.kind,
            ticket=event.ticket,
            counter_id=event.counter_id,
            business=event.content.get("business"),
            happened_at=event.happened_at,
            received_at=event.received_at,
            state=event.state,
            reason=event.reason,
        )
        for event in found
    )
