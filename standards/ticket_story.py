"""A ticket's story: what a set of events makes of one visit, whatever order they came in.

The fold reads the events by when they happened (a ticket's taking first, ties by the order of the kinds, then by
their keys), so its result depends on the set alone. What a person stamped stands among the events as they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from standards import ticket_queue as queue
from standards import ticket_service as service
from standards.event_kind import EventKind
from standards.ticket_part import Happening, Impossible, Part, TooEarly
from standards.vocabulary import EventState

_PLACE = {kind: place for place, kind in enumerate(EventKind)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one event."""

    state: EventState
    reason: str = ""


_APPLIED = Verdict(EventState.APPLIED)


@dataclass(frozen=True, slots=True)
class Story:
    """The visit's parts in their order (none while its ticket is unknown), and a verdict on every event."""

    parts: tuple[Part, ...]
    verdicts: dict[tuple[str, str], Verdict]


def told(happenings: Iterable[Happening], first: Part | None = None) -> Story:
    """The story of one ticket; `first` is the part that a person began, where no machine gave the ticket."""
    parts = [] if first is None else [replace(first, holds=list(first.holds))]
    verdicts: dict[tuple[str, str], Verdict] = {}
    for happening in sorted(happenings, key=_order):
        verdicts[happening.key] = _verdict(parts, happening)
    return Story(tuple(parts), verdicts)


def _order(happening: Happening) -> tuple[bool, datetime, int, tuple[str, str]]:
    return (
        happening.kind is not EventKind.TICKET_TAKEN,  # a pad's clock may run a second before the machine's
        happening.at,
        _PLACE[happening.kind],
        happening.key,
    )


def _verdict(parts: list[Part], happening: Happening) -> Verdict:
    try:
        if not parts and happening.kind is not EventKind.TICKET_TAKEN:
            raise TooEarly("no_ticket")
        _STEPS[happening.kind](parts, happening)
    except TooEarly as early:
        return Verdict(EventState.WAITING, str(early))
    except Impossible as refused:
        return Verdict(EventState.REFUSED, str(refused))
    return _APPLIED


_STEPS: dict[EventKind, Callable[[list[Part], Happening], None]] = {
    EventKind.TICKET_TAKEN: queue.take,
    EventKind.CALLED: queue.call,
    EventKind.RECALLED: queue.recall,
    EventKind.RESTORED: queue.restore,
    EventKind.AT_COUNTER: service.reach,
    EventKind.GREETED: service.greet,
    EventKind.STARTED: service.start,
    EventKind.HELD: service.hold,
    EventKind.RESUMED: service.resume,
    EventKind.ITEMS: service.count,
    EventKind.ASSISTED: service.count,
    EventKind.BUSINESS_CHANGED: queue.change,
    EventKind.BUSINESS_ADDED: service.add,
    EventKind.TRANSFERRED: service.transfer,
    EventKind.ENDED: service.end,
    EventKind.NO_SHOW: queue.miss,
    EventKind.LEFT: queue.leave,
    EventKind.DIVERTED: queue.settle,
    EventKind.VOIDED: queue.settle,
    EventKind.TEST: queue.settle,
    EventKind.RATING_ASKED: service.ask,
    EventKind.RATED: service.rate,
}
