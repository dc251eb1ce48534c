"""Who is next: the order of a hall's queue, which counter serves whom, and when a counter is free for the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from standards.vocabulary import Begun, HoldKind, Priority

# Whoever went away for papers leaves the counter free for the next customer.
FREES_COUNTER = frozenset({HoldKind.AWAY_FOR_PAPERS, HoldKind.PAPERS_KEPT})

# Nobody waits half a day: such a ticket was forgotten, and is for the guide to settle, not for a counter to call.
FORGOTTEN_AFTER = timedelta(hours=12)

LETS_PASS = 3
"""How many others are called before a restored ticket, where the hall's rule is after three."""


class Queued(Protocol):
    """What the order reads of a waiting interaction."""

    id: UUID
    begun: Begun
    to_counter_id: int | None
    priority: Priority | None
    arrived_at: datetime
    called_at: datetime | None
    let_pass: int


Row = TypeVar("Row", bound=Queued)
Place = tuple[int, bool, bool, bool, datetime, str]


def place(waiting: Queued, let_pass: int | None = None) -> Place:
    """The sort key of a queue: who has let others pass, restored and due, transferred here, priority, then the arrival.

    A transfer and a ticket that was moved to another queue keep their first arrival. `let_pass` stands in for the
    ticket's own where the calls to come are thought through.
    """
    left = waiting.let_pass if let_pass is None else let_pass
    due = waiting.called_at is not None and left == 0
    sent = waiting.to_counter_id is not None and waiting.begun is Begun.TRANSFER
    return left, not due, not sent, waiting.priority is None, waiting.arrived_at, str(waiting.id)


def in_line(waiting: Iterable[Row], together: Callable[[Row, Row], bool] = lambda one, other: True) -> list[Row]:
    """A queue in the order in which it will really be called, were nobody else to come.

    `together` says whether two of them may be called by the same counter, where the list is of more than one queue.
    """
    ahead = sorted(waiting, key=place)
    left = {row.id: row.let_pass for row in ahead if row.let_pass}
    if not left:
        return ahead
    line: list[Row] = []
    while ahead:
        first = min(ahead, key=lambda row: place(row, left.get(row.id, 0)))
        ahead.remove(first)
        line.append(first)
        for row in ahead:
            if left.get(row.id) and together(row, first):
                left[row.id] -= 1
    return line


class Bound(Protocol):
    """What decides who may call somebody; `queued_as` is the business whose queue a ticket was moved to."""

    @property
    def business_type(self) -> str: ...

    @property
    def queued_as(self) -> str | None: ...

    @property
    def to_counter_id(self) -> int | None: ...


def serves(counter_id: int, business_types: str, waiting: Bound) -> bool:
    """Whether a counter (its codes separated by spaces, empty means all) may call someone."""
    if waiting.to_counter_id is not None:
        return waiting.to_counter_id == counter_id
    return not business_types or (waiting.queued_as or waiting.business_type) in business_types.split()


class Waiting(Protocol):
    """What the length of a wait reads of a waiting interaction."""

    @property
    def begun(self) -> Begun: ...
    @property
    def queued_at(self) -> datetime: ...
    @property
    def wait_from_at(self) -> datetime: ...
    @property
    def last_called_at(self) -> datetime | None: ...


def waits_since(waiting: Waiting) -> datetime:
    """From when somebody in the queue has waited: a transfer from the transfer, a ticket from when its wait counts.

    The wait of a restored no-show ended at its first call; it stands in the queue since its last.
    """
    if waiting.last_called_at is not None:
        return waiting.last_called_at
    return waiting.queued_at if waiting.begun is Begun.TRANSFER else waiting.wait_from_at


def forgotten(waiting: Waiting, now: datetime) -> bool:
    """Whether somebody in the queue is long gone, and nobody has settled the ticket."""
    return now - waits_since(waiting) > FORGOTTEN_AFTER
