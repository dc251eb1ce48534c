"""Who is next: the order of a hall's queue, which counter serves whom, and when a counter is free for the next."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from standards.vocabulary import HoldKind, Priority

# Whoever went away for papers leaves the counter free for the next customer.
FREES_COUNTER = frozenset({HoldKind.AWAY_FOR_PAPERS, HoldKind.PAPERS_KEPT})


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
