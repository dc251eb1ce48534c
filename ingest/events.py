"""Events of a hall's machines: what one may say, checked field by field, and taken in by the batch."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from sqlmodel import Session

from actions.machine_events import Parcel, Said, Taken, take_in_parcels
from models.store import Store
from standards.event_kind import EventKind
from standards.vocabulary import HoldKind, LeftReason, PauseReason, Priority

__all__ = ["Batch", "Event", "EventKind", "Taken", "take_in", "take_in_all"]

MOST_EVENTS = 1000
FIRST_YEAR, LAST_YEAR = 2000, 2100
_PRINTED = r"^[^\x00-\x20\x7f](?:[^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$"


def _in_our_time(at: datetime) -> datetime:
    if not FIRST_YEAR < at.astimezone(UTC).year < LAST_YEAR:
        raise PydanticCustomError("year", "A time must lie between the years 2001 and 2099")
    return at


def _text(longest: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=longest, pattern=_PRINTED)


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
CounterNumber = Annotated[int, Field(ge=0, le=9999)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[^\x00-\x20\x7f,]+$")]

_K = EventKind
_NEEDS: dict[tuple[str, ...], tuple[EventKind, ...]] = {
    ("ticket", "business"): (_K.TICKET_TAKEN, _K.BUSINESS_ADDED, _K.BUSINESS_CHANGED),
    ("ticket", "counter"): (_K.CALLED,),
    ("ticket",): (
        *(_K.RECALLED, _K.RESTORED, _K.AT_COUNTER, _K.GREETED, _K.STARTED, _K.HELD, _K.RESUMED, _K.ASSISTED),
        *(_K.ENDED, _K.NO_SHOW, _K.LEFT, _K.DIVERTED, _K.VOIDED, _K.TEST),
    ),
    ("ticket", "items"): (_K.ITEMS,),
    ("counter",): (_K.COUNTER_OPENED, _K.COUNTER_PAUSED, _K.COUNTER_RESUMED, _K.COUNTER_CLOSED),
    ("tickets",): (_K.DAY_TOTAL,),
    (): (_K.HEARTBEAT,),
}
_NEEDS_EITHER: dict[EventKind, tuple[tuple[str, ...], tuple[str, str]]] = {
    _K.TRANSFERRED: (("ticket",), ("business", "to_counter")),
    _K.RATING_ASKED: ((), ("ticket", "counter")),
    _K.RATED: (("rating",), ("ticket", "counter")),
}


def _schema(shape: dict[str, Any]) -> None:
    """Say in the description too which fields a kind needs."""
    choices: list[dict[str, Any]] = [_choice(kinds, needed) for needed, kinds in _NEEDS.items()]
    for kind, (needed, either) in _NEEDS_EITHER.items():
        choices += [_choice((kind,), (*needed, one)) for one in either]
    shape["anyOf"] = choices


def _choice(kinds: tuple[EventKind, ...], needed: tuple[str, ...]) -> dict[str, Any]:
    return {
        "properties": {"kind": {"enum": [kind.value for kind in kinds]}}
        | {name: {"not": {"type": "null"}} for name in needed},
        "required": ["kind", *needed],
    }


class Event(BaseModel):
    """One event: `id` is the device's own number for it, `at` the time by the device's clock.

    A ticket is named by the number on its slip, a counter by its number in the hall, a business by the machine's own
    name for it or by our code. Which fields a kind needs is checked; what a kind does not read is kept and ignored.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_schema)

    id: Annotated[str, _text(80)]
    kind: EventKind
    at: Moment
    ticket: Annotated[str, _text(32)] | None = None
    counter: CounterNumber | None = None
    to_counter: CounterNumber | None = None
    staff: Annotated[str, _text(32)] | None = None
    business: Annotated[str, _text(80)] | None = None
    priority: Priority | None = None
    assisted: bool | None = None
    items: Annotated[int, Field(ge=1, le=999)] | None = None
    hold: HoldKind | None = None
    pause: PauseReason | None = None
    reason: LeftReason | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=8)] = ()
    tickets: Annotated[int, Field(ge=0, le=100_000)] | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        needed = _NEEDED.get(self.kind, ())
        either: tuple[str, ...] = ()
        if self.kind in _NEEDS_EITHER:
            needed, either = _NEEDS_EITHER[self.kind]
        lacking = [name for name in needed if getattr(self, name) is None]
        if not lacking and either and all(getattr(self, name) is None for name in either):
            lacking = [" or ".join(either)]
        if lacking:
            raise PydanticCustomError(
                "lacking",
                "An event of the kind {kind} needs {fields}",
                {"kind": self.kind.value, "fields": ", ".join(lacking)},
            )
        return self


_NEEDED = {kind: needed for needed, kinds in _NEEDS.items() for kind in kinds}


class Batch(BaseModel):
    """Events sent together; `sent_at` is the device's clock as it sends, from which its difference is measured."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sent_at: Moment
    events: Annotated[tuple[Event, ...], Field(min_length=1, max_length=MOST_EVENTS)]


def take_in(store: Store, branch_id: str, device_id: str, batch: Batch, *, received_at: datetime) -> tuple[Taken, ...]:
    """Store and apply a device's batch in one transaction; one answer for each event, in its order."""
    with store.writing() as session:
        return take_in_all(session, branch_id, [(device_id, batch, received_at)])[0]


def take_in_all(
    session: Session, branch_id: str, batches: list[tuple[str, Batch, datetime]]
) -> list[tuple[Taken, ...]]:
    """Several batches of one hall (device, batch, when it was received) within the caller's transaction."""
    return take_in_parcels(session, branch_id, [parcel(*batch) for batch in batches])


def parcel(device_id: str, batch: Batch, received_at: datetime) -> Parcel:
    """A batch as the rooms below know it."""
    return Parcel(device_id, batch.sent_at, received_at, tuple(map(_said, batch.events)))


def _said(event: Event) -> Said:
    content = event.model_dump(mode="json", include=set(Event.model_fields), exclude_none=True, exclude_defaults=True)
    return Said(event.id, event.kind, event.at.astimezone(UTC), event.ticket, event.counter, content)
