"""An interaction as the simulation knows it, to its end; and as it is known at an instant, as a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

from standards.vocabulary import Begun, Channel, HoldKind, LeftReason, Outcome, Priority, Source

Row = dict[str, Any]


def identifier(at: float, chance: Random) -> UUID:
    """A UUIDv7 of an instant, its chance bits from the generator, so that a region can be made again."""
    bits = chance.getrandbits(74)
    return UUID(int=int(at * 1000) << 80 | 7 << 76 | (bits >> 62) << 64 | 2 << 62 | bits & (1 << 62) - 1)


def instant(at: float) -> datetime:
    """Seconds since the epoch as an aware datetime in whole milliseconds."""
    return datetime.fromtimestamp(round(at, 3), UTC)


@dataclass(slots=True)
class Pause:
    """A hold of a part; `counter` and `staff_id` are where it was before."""

    id: UUID
    kind: HoldKind
    begins: float
    ends: float
    counter: int
    staff_id: str


@dataclass(slots=True)
class Part:
    """One interaction of a simulated visit; instants are seconds since the epoch, None where nothing was stamped."""

    id: UUID
    visit_id: UUID
    begun: Begun
    business: str
    arrived: float
    queued: float
    ticket: str | None = None
    channel: Channel = Channel.COUNTER
    source: Source = Source.DEVICE
    previous_id: UUID | None = None
    items: int = 1
    priority: Priority | None = None
    assisted: bool = False
    patience: float = 0.0
    tells: bool = True
    absent: bool = False
    door: float | None = None
    called: float | None = None
    last_called: float | None = None
    recalls: int = 0
    at_counter: float | None = None
    greeted: float | None = None
    started: float | None = None
    ended: float | None = None
    left: float | None = None
    left_reason: LeftReason | None = None
    settled: float | None = None
    outcome: Outcome = Outcome.WAITING
    counter: int | None = None
    staff_id: str | None = None
    pauses: list[Pause] = field(default_factory=list)
    remaining: float = 0.0
    bulk: bool = False
    rating: int | None = None
    asked: float | None = None
    rated: float | None = None
    tags: str = ""
    attention: str | None = None
    solved: bool | None = None
    promised: float | None = None
    kept: float | None = None


def row_at(part: Part, now: float) -> Row | None:
    """The columns that are known of a part at an instant; None before it begins.

    What lies after the instant has not happened: the visit is still waiting, called, being served or on hold.
    """
    if part.queued > now:
        return None
    row: Row = {
        "id": part.id,
        "visit_id": part.visit_id,
        "previous_id": part.previous_id,
        "begun": part.begun,
        "ticket": part.ticket,
        "channel": part.channel,
        "business_type": part.business,
        "priority": part.priority,
        "assisted": part.assisted,
        "source": part.source,
        "arrived_at": instant(part.arrived),
        "queued_at": instant(part.queued),
        "recorded_at": instant(part.queued),
        "door_greeted_at": _known(part.door, now),
        "called_at": _known(part.called, now),
        "last_called_at": _known(part.last_called, now) or _known(part.called, now),
        "at_counter_at": _known(part.at_counter, now),
        "greeted_at": _known(part.greeted, now),
        "started_at": _known(part.started, now),
        "ended_at": _known(part.ended, now),
        "left_at": _known(part.left, now),
        "outcome": _outcome(part, now),
    }
    if (part.called or part.started or now + 1) <= now:
        row |= {"counter_id": part.counter, "staff_id": part.staff_id, "items": part.items, "version": 2}
    if part.last_called is not None and part.last_called <= now:
        row["recalls"] = part.recalls
    if part.pauses:
        row |= _held(part, now)
    if part.settled is not None and part.settled <= now:
        row |= _settled(part, now)
    return row


def _known(at: float | None, now: float) -> datetime | None:
    return instant(at) if at is not None and at <= now else None


def _outcome(part: Part, now: float) -> Outcome:
    if part.settled is not None and part.settled <= now:
        return part.outcome
    if part.started is not None and part.started <= now:
        return Outcome.HELD if any(pause.begins <= now < pause.ends for pause in part.pauses) else Outcome.SERVING
    if part.called is not None and part.called <= now:
        return Outcome.CALLED
    return Outcome.WAITING


def _held(part: Part, now: float) -> Row:
    row: Row = {"held_ms": sum(_milliseconds(pause) for pause in part.pauses if pause.ends <= now)}
    for pause in part.pauses:
        if now < pause.ends and part.started is not None and part.started <= now:
            row |= {"counter_id": pause.counter, "staff_id": pause.staff_id}
            if pause.begins <= now:
                row |= {"held_since_at": instant(pause.begins), "hold_kind": pause.kind}
            break
    return row


def _milliseconds(pause: Pause) -> int:
    return round((instant(pause.ends) - instant(pause.begins)).total_seconds() * 1000)


def _settled(part: Part, now: float) -> Row:
    return {
        "version": 3,
        "left_reason": part.left_reason,
        "bulk": part.bulk,
        "rating": part.rating if part.rated is None or part.rated <= now else None,
        "rating_asked_at": _known(part.asked, now),
        "rated_at": _known(part.rated, now),
        "rating_tags": part.tags if part.rated is not None and part.rated <= now else "",
        "attention": part.attention is not None,
        "attention_note": part.attention,
        "first_contact_resolved": part.solved,
        "promised_at": None if part.promised is None else instant(part.promised),
        "promise_kept_at": _known(part.kept, now),
    }


def holds_at(part: Part, branch_id: str, now: float) -> list[Row]:
    """The holds of a part that have begun by an instant, as rows."""
    return [
        {
            "branch_id": branch_id,
            "id": pause.id,
            "interaction_id": part.id,
            "kind": pause.kind,
            "began_at": instant(pause.begins),
            "ended_at": _known(pause.ends, now),
        }
        for pause in part.pauses
        if pause.begins <= now
    ]
