"""Events of a hall's machines, written: every one kept as it came, the visits brought up to what they tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from actions.excluding import mark_excluded
from actions.hall import branch_of, move_pulse
from actions.kept_events import bring_up, known, put_in, unreadable
from actions.machine_counters import move_counters, settle_counter_events
from actions.machine_hall import UNDERSTOOD, UNKNOWN_BUSINESS, KeptEvent, Key, MachineHall, machine_hall
from actions.machine_ratings import bring_up_ratings
from actions.machine_staff import reopened_tickets
from actions.machine_visits import Ticket, bring_up_tickets
from actions.refusal import Refused
from models.actor import Right, device_actor
from models.tables import Device
from standards.derive import day_on
from standards.device_clock import Difference, difference, happened_at
from standards.event_kind import EventKind
from standards.message import Worded, message
from standards.vocabulary import EventState

_MOST_KEPT = 2**31 - 1  # a clock that is off by more than a month is measured anew each time
_ALONE = frozenset({EventKind.HEARTBEAT, EventKind.DAY_TOTAL})
AHEAD = timedelta(seconds=2)
"""How far ahead of our clock an event may lie before it is told to be impossible."""


class TakenState(Worded):
    """What became of an event that was sent."""

    APPLIED = "applied", "Applied"
    WAITING = "waiting", "Waiting for its ticket"
    REFUSED = "refused", "Refused"
    DUPLICATE = "duplicate", "Sent before"


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer to one event; `reason` is a stable code where it was refused, waits or was applied in part."""

    id: str
    state: TakenState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One event as a device said it; `at` is UTC by the device's clock, `content` all of it as JSON."""

    id: str
    kind: EventKind
    at: datetime
    ticket: str | None
    counter: int | None
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Events that a device sent together, at `sent_at` by its clock and `received_at` by ours."""

    device_id: str
    sent_at: datetime
    received_at: datetime
    events: tuple[Said, ...]


@dataclass(slots=True)
class _Intake:
    """What is new of the parcels, and the answers that are known before anything is applied."""

    fresh: dict[Key, KeptEvent]
    times: dict[Key, dict[str, datetime]]
    answers: list[list[Taken | KeptEvent]]


def take_in_parcels(session: Session, branch_id: str, parcels: Sequence[Parcel]) -> list[tuple[Taken, ...]]:
    """Store and apply what a hall's devices sent; one answer for each event, in the order it was sent.

    Raises Refused where a device is unknown or retired.
    """
    branch = branch_of(session, branch_id, alone=True)
    now = max(parcel.received_at for parcel in parcels)
    hall = machine_hall(session, branch, now)
    intake = _sorted_out(hall, parcels)
    fresh = list(intake.fresh.values())
    with session.no_autoflush:
        read = _apply(hall, [event for event in fresh if event.state is EventState.WAITING])
        put_in(session, branch_id, [(event, intake.times[event.key]) for event in fresh])
        bring_up(session, branch_id, read)
    if fresh:
        move_pulse(session, branch_id, now)
    session.flush()
    return [tuple(map(_answer, of_one)) for of_one in intake.answers]


def _sorted_out(hall: MachineHall, parcels: Sequence[Parcel]) -> _Intake:
    """Tell what is new from what was sent before, by the device's own numbers."""
    keys = [(parcel.device_id, said.id) for parcel in parcels for said in parcel.events]
    stored = known(hall.session, hall.branch.id, keys)
    intake = _Intake({}, {}, [])
    for parcel in parcels:
        shift = _measured(_device(hall, parcel.device_id), parcel)
        answers: list[Taken | KeptEvent] = []
        for said in parcel.events:
            key = (parcel.device_id, said.id)
            earlier = stored.get(key) or intake.fresh.get(key)
            if earlier is not None:
                answers.append(_sent_before(said, earlier))
                continue
            intake.fresh[key] = event = _kept(hall, parcel, said, shift)
            intake.times[key] = {"at": said.at, "received_at": parcel.received_at}
            answers.append(event)
        intake.answers.append(answers)
    return intake


def _device(hall: MachineHall, device_id: str) -> Device:
    device = hall.devices.get(device_id)
    if device is None or not device.active:
        raise Refused("unknown_device", message("There is no device {code} in use in this hall.", code=device_id))
    device_actor(device).require(Right.FEED, hall.branch.id)
    return device


def _measured(device: Device, parcel: Parcel) -> timedelta:
    """Keep how far the device's clock is off, and answer by how much its times are moved."""
    known = None
    if device.difference_ms is not None:
        doubted = None if device.doubted_ms is None else timedelta(milliseconds=device.doubted_ms)
        known = Difference(timedelta(milliseconds=device.difference_ms), doubted, device.doubted_at)
    found = difference(parcel.received_at - parcel.sent_at, known, parcel.received_at)
    device.difference_ms = _milliseconds(found.kept)
    device.doubted_ms = None if found.doubted is None else _milliseconds(found.doubted)
    device.doubted_at = found.doubted_at
    device.measured_at = device.last_seen_at = parcel.received_at
    return found.kept


def _milliseconds(span: timedelta) -> int:
    return min(max(span // timedelta(milliseconds=1), -_MOST_KEPT), _MOST_KEPT)


def _sent_before(said: Said, earlier: KeptEvent) -> Taken:
    if {name: value for name, value in earlier.content.items() if name != UNDERSTOOD} == said.content:
        return Taken(said.id, TakenState.DUPLICATE)
    return Taken(said.id, TakenState.REFUSED, "id_used")


def _kept(hall: MachineHall, parcel: Parcel, said: Said, shift: timedelta) -> KeptEvent:
    happened = happened_at(said.at, shift)
    event = KeptEvent(
        device_id=parcel.device_id,
        event_id=said.id,
        kind=said.kind,
        ticket=said.ticket,
        counter_id=said.counter,
        happened_at=happened,
        day_on=day_on(happened, hall.branch.zone_info),
        content=said.content,
        state=EventState.WAITING,
        fresh=True,
    )
    if happened > parcel.received_at + AHEAD:
        event.settle(EventState.REFUSED, "ahead")
    return event


def _apply(hall: MachineHall, fresh: Sequence[KeptEvent]) -> list[KeptEvent]:
    """Bring visits, counters and ratings up to the fresh events; every event whose state may have changed."""
    for event in fresh:
        if event.kind in _ALONE:
            event.settle(EventState.APPLIED)
    settle_counter_events(hall, fresh)
    tickets: set[Ticket] = {(event.day_on, event.ticket) for event in fresh if _of_ticket(event) and event.ticket}
    tickets |= reopened_tickets(hall, fresh)
    return _tell(hall, tickets, fresh)


def tell_anew(session: Session, branch_id: str, device_id: str, *, now: datetime) -> None:
    """Tell the tickets anew that a device gave for a business nobody knew by its name."""
    hall = machine_hall(session, branch_of(session, branch_id, alone=True), now)
    unread = unreadable(session, branch_id, device_id, UNKNOWN_BUSINESS)
    with session.no_autoflush:
        bring_up(session, branch_id, _tell(hall, {(one.day_on, one.ticket) for one in unread if one.ticket}, ()))


def _tell(hall: MachineHall, tickets: set[Ticket], fresh: Sequence[KeptEvent]) -> list[KeptEvent]:
    rows, read = bring_up_tickets(hall, tickets, fresh)
    about_counters = [event for event in fresh if not _of_ticket(event)]
    move_counters(hall, [*read, *about_counters], rows)
    hall.session.flush()
    rated = bring_up_ratings(hall, fresh, rows)
    hall.session.flush()
    mark_excluded(hall.session, hall.branch.id, rows)
    return _once([*rated, *read])  # a rating with a ticket is in both, and only the ticket told it anything


def _of_ticket(event: KeptEvent) -> bool:
    return event.ticket is not None and event.kind not in _ALONE and not event.kind.startswith("counter_")


def _once(events: Iterable[KeptEvent]) -> list[KeptEvent]:
    return list({event.key: event for event in events}.values())


def _answer(known_or_event: Taken | KeptEvent) -> Taken:
    if isinstance(known_or_event, Taken):
        return known_or_event
    return Taken(known_or_event.event_id, TakenState(known_or_event.state.value), known_or_event.reason)
