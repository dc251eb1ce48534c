"""Who stood at a counter when a machine's event does not say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, select

from actions.kept_events import at_counters
from actions.machine_hall import KeptEvent, MachineHall
from actions.press import row_key
from actions.stamp_sources import note, told
from models.tables import AuditEvent, Interaction
from models.trail import SIGNED
from standards.event_kind import EventKind
from standards.ticket_part import Happening, Part
from standards.vocabulary import Source

LONGEST_SHIFT = timedelta(hours=24)
_SIGNED = (EventKind.COUNTER_OPENED, EventKind.COUNTER_CLOSED)
_CALLS = frozenset({EventKind.CALLED, EventKind.RECALLED, EventKind.RESTORED})


@dataclass(frozen=True, slots=True)
class Openings:
    """Who opened which counter, and when it was closed, as the machines told it."""

    of_counter: dict[int, list[tuple[datetime, str | None]]] = field(default_factory=dict)

    def named(self, happening: Happening) -> Happening:
        """The happening with whoever had the counter open then, where it names nobody itself."""
        if happening.staff is not None or happening.counter is None:
            return happening
        opened = [staff for at, staff in self.of_counter.get(happening.counter, ()) if at <= happening.at]
        return replace(happening, staff=opened[-1]) if opened else happening


def openings(hall: MachineHall, events: Iterable[KeptEvent], fresh: Iterable[KeptEvent]) -> Openings:
    """The openings of the counters where these events happened without naming anybody, on their days."""
    unnamed = [event for event in events if event.counter_id is not None and hall.staff_of(event) is None]
    places = {(event.day_on, event.counter_id) for event in unnamed if event.counter_id is not None}
    stored = at_counters(hall.session, hall.branch.id, places, _SIGNED)
    found: dict[int, list[tuple[datetime, str | None]]] = defaultdict(list)
    for event in sorted((*stored, *fresh), key=lambda event: (event.happened_at, event.key)):
        if event.kind in _SIGNED and event.counter_id is not None:
            staff = hall.staff_of(event) if event.kind is EventKind.COUNTER_OPENED else None
            found[event.counter_id].append((event.happened_at, staff))
    return Openings(dict(found))


def name_staff(hall: MachineHall, row: Interaction, part: Part) -> None:
    """Whoever signed on by hand at the counter is named, where the machines name nobody."""
    if row.counter_id is None or part.staff_id is not None:
        return
    if row.staff_id is not None and told(row).get("staff_id", row.source) is not Source.DEVICE:
        return
    signed_on = _signed_on(hall, row.counter_id, row.last_called_at or row.started_at or row.queued_at)
    if signed_on is not None:
        row.staff_id = signed_on
        note(row, ("staff_id",), Source.STAFF)


def _signed_on(hall: MachineHall, number: int, at: datetime) -> str | None:
    """Who had signed on by hand at a counter at a moment of the day, by the trail."""
    pressed = hall.session.exec(
        select(AuditEvent)
        .where(
            AuditEvent.branch_id == hall.branch.id,
            AuditEvent.counter_id == number,
            col(AuditEvent.at).between(at - LONGEST_SHIFT, at),
            text(SIGNED),
        )
        .order_by(col(AuditEvent.at).desc(), col(AuditEvent.id).desc())
        .limit(1)
    ).first()
    counter = {} if pressed is None else pressed.after.get(row_key(hall.counters[number]), {})
    staff: str | None = counter.get("staff_id")
    return staff


def reopened_tickets(hall: MachineHall, fresh: Iterable[KeptEvent]) -> set[tuple[date, str]]:
    """The tickets called at a counter after an opening or closing that we hear of only now."""
    signed = [event for event in fresh if event.kind in _SIGNED and event.counter_id is not None]
    places = {(event.day_on, event.counter_id) for event in signed if event.counter_id is not None}
    latest_first = sorted(signed, key=lambda event: event.happened_at, reverse=True)
    since = {(event.day_on, event.counter_id): event.happened_at for event in latest_first}
    return {
        (call.day_on, call.ticket)
        for call in at_counters(hall.session, hall.branch.id, places, _CALLS)
        if call.ticket is not None and call.happened_at >= since[call.day_on, call.counter_id]
    }
