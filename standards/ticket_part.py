"""A part of a visit as a machine's events tell it, and what every step of its story needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from standards.derive import milliseconds
from standards.event_kind import EventKind
from standards.vocabulary import Begun, HoldKind, LeftReason, Outcome, Priority

HERE = frozenset({Outcome.CALLED, Outcome.SERVING, Outcome.HELD})
BEGINS = frozenset({Outcome.WAITING, Outcome.NO_SHOW})


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as the story reads it; `key` names it, and what a person stamped has an empty first part."""

    key: tuple[str, str]
    kind: EventKind
    at: datetime
    counter: int | None = None
    to_counter: int | None = None
    staff: str | None = None
    business: str | None = None
    priority: Priority | None = None
    assisted: bool = False
    items: int | None = None
    hold: HoldKind | None = None
    reason: LeftReason | None = None
    rating: int | None = None
    tags: str = ""


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch on hold."""

    kind: HoldKind
    began_at: datetime
    ended_at: datetime | None = None


@dataclass(slots=True)
class Part:
    """One interaction of the visit as the events tell it; the names are those of the table's columns."""

    begun: Begun
    business_type: str
    queued_at: datetime
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
    held_since_at: datetime | None = None
    hold_kind: HoldKind | None = None
    rating: int | None = None
    rating_tags: str = ""
    rating_asked_at: datetime | None = None
    rated_at: datetime | None = None
    holds: list[Spell] = field(default_factory=list)
    started_by_greeting: bool = False
    by_rule: bool = False


class Impossible(Exception):
    """The event can't be: the visit is past it."""


class TooEarly(Exception):
    """The event can't be yet: what it follows has not come."""


def at_counter(parts: list[Part], happening: Happening) -> Part:
    """The part whose customer is at a counter; what the event says of counter and person fills what is missing."""
    part = parts[-1]
    if part.outcome not in HERE:
        not_there(part, "not_called")
    part.counter_id = part.counter_id if part.counter_id is not None else happening.counter
    part.staff_id = part.staff_id or happening.staff
    if happening.kind is EventKind.RESUMED:
        moved(part, happening)
    return part


def not_there(part: Part, lacking: str) -> None:
    """An event of somebody who waits (or may come after all) waits too; of somebody who is gone it is refused."""
    if part.outcome in HERE | BEGINS:
        raise TooEarly(lacking)
    raise Impossible("finished")


def moved(part: Part, happening: Happening) -> None:
    """Called to a counter, or served on at another."""
    if happening.counter is not None and happening.counter != part.counter_id:
        part.counter_id, part.staff_id = happening.counter, None
    part.staff_id = happening.staff or part.staff_id


def end_hold(part: Part, at: datetime) -> None:
    """After the start a hold comes off the handling, a phone's before it off the greeting."""
    if part.held_since_at is None or part.hold_kind is None:
        return
    held = milliseconds(at - part.held_since_at)
    if part.started_at is not None:
        part.held_ms += held
    elif part.hold_kind is HoldKind.PHONE:
        part.phone_held_ms += held
    part.holds.append(Spell(part.hold_kind, part.held_since_at, at))
    part.held_since_at = part.hold_kind = None
