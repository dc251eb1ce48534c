"""Events of a hall's machines, written: every one kept as it came, the visits brought up to what they tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from standards.event_kind import EventKind
from standards.message import Worded


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


def take_in_parcels(session: Session, branch_id: str, parcels: Sequence[Parcel]) -> list[tuple[Taken, ...]]:
    """Store and apply what a hall's devices sent; one answer for each event, in the order it was sent."""
    raise NotImplementedError
