"""A counter's day as the machines tell it: what each event makes of its state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from standards.event_kind import EventKind
from standards.queueing import FREES_COUNTER
from standards.vocabulary import CounterState, HoldKind, PauseReason

_BEGIN = frozenset({EventKind.CALLED, EventKind.RECALLED, EventKind.RESTORED, EventKind.RESUMED})
_END = frozenset({EventKind.ENDED, EventKind.NO_SHOW, EventKind.LEFT, EventKind.TRANSFERRED})
MOVING = frozenset(
    {
        *(*_BEGIN, *_END, EventKind.HELD),
        *(EventKind.COUNTER_OPENED, EventKind.COUNTER_PAUSED, EventKind.COUNTER_RESUMED, EventKind.COUNTER_CLOSED),
    }
)
"""The kinds of events that may change a counter's state."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A counter's state, with whoever stands there."""

    state: CounterState
    staff_id: str | None = None
    pause_reason: PauseReason | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One event at a counter."""

    kind: EventKind
    at: datetime
    staff: str | None = None
    hold: HoldKind | None = None
    pause: PauseReason | None = None


def moved(standing: Standing, move: Move) -> Standing:
    """The counter's state after an event."""
    staff = move.staff or standing.staff_id
    if move.kind is EventKind.COUNTER_CLOSED:
        return Standing(CounterState.CLOSED)
    if move.kind is EventKind.COUNTER_PAUSED:
        return Standing(CounterState.PAUSED, staff, move.pause)
    if move.kind in {EventKind.COUNTER_OPENED, EventKind.COUNTER_RESUMED}:
        serving = standing.state is CounterState.SERVING
        return Standing(CounterState.SERVING if serving else CounterState.IDLE, staff)
    if move.kind in _BEGIN:
        return Standing(CounterState.SERVING, staff)
    frees = move.kind in _END or (move.kind is EventKind.HELD and move.hold in FREES_COUNTER)
    if frees and standing.state is CounterState.SERVING:
        return Standing(CounterState.IDLE, staff)
    return replace(standing, staff_id=staff) if standing.state is not CounterState.CLOSED else standing
