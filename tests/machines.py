"""A small hall with machines, for tests of their events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, select

from actions.devices import add_device
from ingest.events import Batch, Event, take_in
from models.actor import machine_actor
from models.store import Store
from models.tables import Base, Counter, CounterSpell, Device, DeviceEvent, Hold, Interaction
from standards.vocabulary import CounterState, DeviceKind
from tests.desks import HALL, MORNING, a_working_hall

ROOT = machine_actor("root")
Q, PAD, RATER = "Q1", "PAD1", "RATE1"
_NOT_COMPARED = {"id", "visit_id", "previous_id", "recorded_at", "version", "interaction_id"}


def a_hall_with_machines(store: Store) -> dict[str, str]:
    """The hall with a queue machine, a pad and a rating device; their tokens by code."""
    kinds = {Q: DeviceKind.QUEUE_MACHINE, PAD: DeviceKind.CALL_PAD, RATER: DeviceKind.RATING}
    with store.writing() as session:
        a_working_hall(session)
        session.flush()
        return {code: add_device(session, ROOT, HALL, code, kind=kind, now=MORNING) for code, kind in kinds.items()}


def at(minutes: float, **more: float) -> datetime:
    """So many minutes after nine."""
    return MORNING + timedelta(minutes=minutes, **more)


@dataclass
class Machines:
    """Sends events to the hall; what is not said is made up."""

    store: Store
    numbers: Iterator[int] = field(default_factory=count)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = a_hall_with_machines(self.store)

    def event(self, kind: str, minutes: float, ticket: str | None = "A001", **named: Any) -> Event:
        named = {"id": f"e{next(self.numbers)}", "kind": kind, "at": at(minutes), "ticket": ticket, **named}
        if kind in {"ticket_taken", "business_added"}:
            named.setdefault("business", "payment")
        if kind in {"called", "counter_opened"}:
            named.setdefault("counter", 1)
        return Event(**named)

    def send(
        self, *events: Event, device: str = Q, sent: datetime | None = None, received: datetime | None = None
    ) -> list[tuple[str, str]]:
        """Send a batch; the state and reason of each event."""
        latest = max(event.at for event in events)
        sent = sent or latest
        taken = take_in(self.store, HALL, device, Batch(sent_at=sent, events=events), received_at=received or sent)
        return [(one.state.value, one.reason) for one in taken]

    def batch(self, *events: Event) -> Batch:
        """Events that are sent as the last of them happens."""
        return Batch(sent_at=max(event.at for event in events), events=events)

    def say(self, kind: str, minutes: float, ticket: str | None = "A001", **named: Any) -> tuple[str, str]:
        """Send one event."""
        device = named.pop("device", Q)
        return self.send(self.event(kind, minutes, ticket, **named), device=device)[0]

    def start_again(self) -> None:
        """The hall as it was before its machines said anything."""
        with self.store.writing() as session:
            for table in (DeviceEvent, Hold, Interaction, CounterSpell):
                session.execute(delete(table))
            session.execute(update(Device).values(difference_ms=None))
            closed = {"state": CounterState.CLOSED, "staff_id": None, "since_at": None, "pause_reason": None}
            session.execute(update(Counter).values(**closed))

    @contextmanager
    def _rows(self, table: type[Base], *order: Any) -> Iterator[list[Any]]:
        with self.store.reading() as session:
            found = list(session.exec(select(table).order_by(*order)))
            session.expunge_all()
            yield found

    def rows(self) -> list[Interaction]:
        with self._rows(Interaction, col(Interaction.ticket), col(Interaction.queued_at), col(Interaction.id)) as found:
            return found

    def row(self, place: int = 0) -> Interaction:
        return self.rows()[place]

    def holds(self) -> list[Hold]:
        with self._rows(Hold, col(Hold.began_at)) as found:
            return found

    def counter(self, number: int = 1) -> Counter:
        with self._rows(Counter, col(Counter.id)) as found:
            counters: dict[int, Counter] = {counter.id: counter for counter in found}
            return counters[number]

    def spells(self) -> list[CounterSpell]:
        with self._rows(CounterSpell, col(CounterSpell.counter_id), col(CounterSpell.began_at)) as found:
            return found

    def events(self) -> list[DeviceEvent]:
        with self._rows(DeviceEvent, col(DeviceEvent.device_id), col(DeviceEvent.event_id)) as found:
            return found

    def whole(self) -> dict[str, list[dict[str, Any]]]:
        """What the events made of the visits, without the identifiers and what counts the writes."""
        rows = self.rows()
        names = {row.id: f"{row.ticket} {row.queued_at} {row.begun}" for row in rows}
        holds = sorted(
            ({"of": names[hold.interaction_id]} | plain(hold) for hold in self.holds()), key=lambda hold: str(hold)
        )
        events = [{**plain(event), "visit": event.visit_id is not None} for event in self.events()]
        return {
            "rows": [plain(row) | {"after": names.get(row.previous_id) if row.previous_id else None} for row in rows],
            "holds": holds,
            "events": [{name: one[name] for name in ("event_id", "state", "reason", "visit")} for one in events],
        }


def plain(row: Base) -> dict[str, Any]:
    return {name: value for name, value in row.model_dump(mode="json").items() if name not in _NOT_COMPARED}
