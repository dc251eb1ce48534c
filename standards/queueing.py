"""Who is next: the order of a hall's queue, which counter serves whom, and when a counter is free for the next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from standards.vocabulary import Begun, HoldKind, Priority

# Whoever went away for papers leaves the counter free for the next customer.
FREES_COUNTER = frozenset({HoldKind.AWAY_FOR_PAPERS, HoldKind.PAPERS_KEPT})


# Nobody waits half a day: such a ticket was forgotten, and is for the guide to settle, not for a counter to call.
FORGOTTEN_AFTER = timedelta(hours=12)


class Queued(Protocol):
    """What the order reads of a waiting interaction."""

    id: UUID
    business_type: str
    to_counter_id: int | None
    priority: Priority | None
    arrived_at: datetime


def place(waiting: Queued) -> tuple[bool, bool, datetime, str]:
    """The sort key of a queue: sent to this very counter, then priority, then by arrival (a transfer keeps its own)."""
    return waiting.to_counter_id is None, waiting.priority is None, waiting.arrived_at, str(waiting.id)


class Bound(Protocol):
    """What decides who may call somebody."""

    @property
    def business_type(self) -> str: ...

    @property
    def to_counter_id(self) -> int | None: ...


def serves(counter_id: int, business_types: str, waiting: Bound) -> bool:
    """Whether a counter (its codes separated by spaces, empty means all) may call someone."""
    if waiting.to_counter_id is not None:
        return waiting.to_counter_id == counter_id
    return not business_types or waiting.business_type in business_types.split()


class Waiting(Protocol):
    """What the length of a wait reads of a waiting interaction."""

    @property
    def begun(self) -> Begun: ...
    @property
    def queued_at(self) -> datetime: ...
    @property
    def wait_from_at(self) -> datetime: ...


def waits_since(waiting: Waiting) -> datetime:
    """From when somebody in the queue has waited: a transfer from the transfer, a ticket from when its wait counts."""
    return waiting.queued_at if waiting.begun is Begun.TRANSFER else waiting.wait_from_at


def forgotten(waiting: Waiting, now: datetime) -> bool:
    """Whether somebody in the queue is long gone, and nobody has settled the ticket."""
    return now - waits_since(waiting) > FORGOTTEN_AFTER
