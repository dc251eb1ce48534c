"""A counter's day as the machines tell it: what each event makes of its state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from standards.event_kind import EventKind
from standards.queueing import FREES_COUNTER
from standards.vocabulary import CounterState, HoldKind, PauseReason

BEGINNING = frozenset({EventKind.CALLED, EventKind.RECALLED, EventKind.RESTORED, EventKind.RESUMED})
ENDING = frozenset(
    {
        *(EventKind.ENDED, EventKind.NO_SHOW, EventKind.LEFT, EventKind.TRANSFERRED),
        *(EventKind.DIVERTED, EventKind.VOIDED, EventKind.TEST),
    }
)
MOVING = frozenset(
    {
        *(*BEGINNING, *ENDING, EventKind.HELD),
        *(EventKind.COUNTER_OPENED, EventKind.COUNTER_PAUSED, EventKind.COUNTER_RESUMED, EventKind.COUNTER_CLOSED),
    }
)
"""The kinds of events that may change a counter's state."""


_LAST = frozenset({EventKind.COUNTER_PAUSED, EventKind.COUNTER_CLOSED})


def turn(kind: EventKind) -> int:
    """The order within one instant: many clocks tell seconds alone, and one customer ends as the next is called."""
    if kind in _LAST:
        return 3
    return 2 if kind in BEGINNING else int(kind not in ENDING and kind is not EventKind.HELD)


@dataclass(frozen=True, slots=True)
class Standing:
    """A counter's state, with whoever stands there, and the ticket that is served, where a machine told it."""

    state: CounterState
    staff_id: str | None = None
    pause_reason: PauseReason | None = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One event at a counter; not `here` where it tells that the ticket is at another one, or nowhere."""

    kind: EventKind
    at: datetime
    ticket: str | None = None
    staff: str | None = None
    hold: HoldKind | None = None
    pause: PauseReason | None = None
    here: bool = True


def moved(standing: Standing, move: Move) -> Standing:
    """The counter's state after an event; an end that comes after the next call frees nothing."""
    if not move.here:
        gone = standing.state is CounterState.SERVING and move.ticket is not None and standing.ticket == move.ticket
        return Standing(CounterState.IDLE, standing.staff_id) if gone else standing
    staff = move.staff or standing.staff_id
    if move.kind is EventKind.COUNTER_CLOSED:
        return Standing(CounterState.CLOSED)
    if move.kind is EventKind.COUNTER_PAUSED:
        return Standing(CounterState.PAUSED, staff, move.pause)
    if move.kind in {EventKind.COUNTER_OPENED, EventKind.COUNTER_RESUMED}:
        serving = standing.state is CounterState.SERVING
        return replace(standing, staff_id=staff) if serving else Standing(CounterState.IDLE, staff)
    if move.kind in BEGINNING:
        return Standing(CounterState.SERVING, staff, ticket=move.ticket)
    frees = move.kind in ENDING or (move.kind is EventKind.HELD and move.hold in FREES_COUNTER)
    if frees and standing.state is CounterState.SERVING and standing.ticket in {None, move.ticket}:
        return Standing(CounterState.IDLE, staff)
    return standing
