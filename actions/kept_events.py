"""The events of a hall's machines as they are stored: put in once, found again, their states brought up to date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from actions.machine_hall import KeptEvent, Key
from models.base import table_of
from models.tables import DeviceEvent
from standards.event_kind import EventKind
from standards.vocabulary import EventState

_TABLE = table_of(DeviceEvent)
_READ = (
    *(_TABLE.c.device_id, _TABLE.c.event_id, _TABLE.c.kind, _TABLE.c.ticket, _TABLE.c.counter_id),
    *(_TABLE.c.happened_at, _TABLE.c.day_on, _TABLE.c.content, _TABLE.c.state, _TABLE.c.reason, _TABLE.c.visit_id),
)
AT_ONCE = 500
"""How many keys one question names: stores bound the number of values."""


def _asked(*conditions: Any) -> Any:
    """A question for a hall's stored events; built once, for every batch asks the same ones."""
    return select(*_READ).where(_TABLE.c.branch_id == bindparam("hall"), *conditions)


def _any_of(column: Any, name: str) -> Any:
    return column.in_(bindparam(name, expanding=True))


_KNOWN = _asked(_any_of(_TABLE.c.device_id, "devices"), _any_of(_TABLE.c.event_id, "events"))
_OF_TICKETS = _asked(_any_of(_TABLE.c.day_on, "days"), _any_of(_TABLE.c.ticket, "tickets"))
_AT_COUNTERS = _asked(
    _any_of(_TABLE.c.day_on, "days"), _any_of(_TABLE.c.counter_id, "counters"), _any_of(_TABLE.c.kind, "kinds")
)
_AT_MOMENTS = _AT_COUNTERS.where(_any_of(_TABLE.c.happened_at, "moments"))
_UNREADABLE = _asked(
    _TABLE.c.device_id == bindparam("device"),
    _TABLE.c.state == EventState.REFUSED,
    _TABLE.c.reason == bindparam("reason"),
)


_BRING_UP = (
    update(_TABLE)
    .where(_TABLE.c.branch_id == bindparam("of_hall"))
    .where(_TABLE.c.device_id == bindparam("of_device"), _TABLE.c.event_id == bindparam("of_event"))
    .values(
        state=bindparam("to_state"),
        reason=bindparam("to_reason"),
        visit_id=bindparam("to_visit"),
        content=bindparam("to_content", type_=_TABLE.c.content.type),
    )
)


def _kept(session: Session, branch_id: str, question: Any, **values: Any) -> list[KeptEvent]:
    """The hall's stored events that a question is for."""
    found = session.connection().execute(question, {"hall": branch_id, **values})
    return [KeptEvent(row[0], row[1], EventKind(row[2]), *row[3:]) for row in found]


def known(session: Session, branch_id: str, keys: Iterable[Key]) -> dict[Key, KeptEvent]:
    """Those of the events that are stored already."""
    wanted = set(keys)
    devices = sorted({device_id for device_id, _ in wanted})
    found = [
        event
        for some in _slices(sorted({event_id for _, event_id in wanted}))
        for event in _kept(session, branch_id, _KNOWN, devices=devices, events=some)
    ]
    return {event.key: event for event in found if event.key in wanted}


def of_tickets(session: Session, branch_id: str, tickets: Collection[tuple[Any, str]]) -> list[KeptEvent]:
    """Every stored event of these tickets, each named by its day and number."""
    days = sorted({day for day, _ in tickets})
    found: list[KeptEvent] = []
    for some in _slices(sorted({ticket for _, ticket in tickets})):
        found += _kept(session, branch_id, _OF_TICKETS, days=days, tickets=some)
    return [event for event in found if (event.day_on, event.ticket) in tickets]


def at_counters(
    session: Session,
    branch_id: str,
    places: Collection[tuple[Any, int]],
    kinds: Collection[EventKind],
    moments: Collection[datetime] | None = None,
) -> list[KeptEvent]:
    """The stored events of some kinds (at some moments) at counters, each named by its day and number."""
    if not places:
        return []
    values: dict[str, Any] = {
        "days": sorted({day for day, _ in places}),
        "counters": sorted({counter for _, counter in places}),
        "kinds": sorted(kind.value for kind in kinds),
    }
    if moments is None:
        found = _kept(session, branch_id, _AT_COUNTERS, **values)
    else:
        found = _kept(session, branch_id, _AT_MOMENTS, **values, moments=sorted(moments))
    return [event for event in found if (event.day_on, event.counter_id) in places]


def unreadable(session: Session, branch_id: str, device_id: str, reason: str) -> list[KeptEvent]:
    """A device's stored events that were refused for a reason."""
    return _kept(session, branch_id, _UNREADABLE, device=device_id, reason=reason)


def put_in(session: Session, branch_id: str, rows: Sequence[tuple[KeptEvent, dict[str, Any]]]) -> None:
    """Store events that came just now, each with its two other times."""
    if rows:
        session.execute(insert(_TABLE), [_columns(branch_id, event) | times for event, times in rows])


def _columns(branch_id: str, event: KeptEvent) -> dict[str, Any]:
    return {
        "branch_id": branch_id,
        "device_id": event.device_id,
        "event_id": event.event_id,
        "kind": event.kind.value,
        "ticket": event.ticket,
        "counter_id": event.counter_id,
        "happened_at": event.happened_at,
        "day_on": event.day_on,
        "content": dict(event.content),
        "state": event.state,
        "reason": event.reason,
        "visit_id": event.visit_id,
    }


def bring_up(session: Session, branch_id: str, events: Iterable[KeptEvent]) -> None:
    """Write what has become of events that were stored before."""
    rows = [
        {
            "of_hall": branch_id,
            "of_device": event.device_id,
            "of_event": event.event_id,
            "to_state": event.state,
            "to_reason": event.reason,
            "to_visit": event.visit_id,
            "to_content": dict(event.content),
        }
        for event in events
        if event.changed and not event.fresh
    ]
    if rows:
        session.connection().execute(
            _BRING_UP,
            rows,
        )


def _slices(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[begin : begin + AT_ONCE] for begin in range(0, len(values), AT_ONCE))
