"""Which events move which counter: a ticket that is called elsewhere leaves the counter where it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from actions.machine_hall import KeptEvent
from standards.counter_story import BEGINNING, ENDING, MOVING, turn
from standards.event_kind import COUNTER_KINDS, EventKind
from standards.queueing import FREES_COUNTER
from standards.vocabulary import EventState

Moving = tuple[KeptEvent, bool]
"""An event, and whether it happened at the counter (or took the ticket away from it)."""


def in_turn(event: KeptEvent) -> tuple[datetime, int, tuple[str, str]]:
    """The order in which a counter's events are read."""
    return event.happened_at, turn(event.kind), event.key


def moves(
    events: Iterable[KeptEvent], at_counter: Mapping[UUID, int | None], *, touched: bool
) -> dict[int, list[Moving]]:
    """The events that move each counter, in turn; with `touched` what came or went just now, and what follows from it.

    `at_counter` says where a visit is, for events that name no counter.
    """
    found: dict[int, list[Moving]] = defaultdict(list)
    by_ticket: dict[tuple[date, str], list[KeptEvent]] = defaultdict(list)
    for event in events:
        if event.kind not in MOVING or not (event.state is EventState.APPLIED or event.withdrawn):
            continue
        if event.kind in COUNTER_KINDS:
            if event.counter_id is not None and (not touched or _touched(event)):
                found[event.counter_id].append((event, True))
        elif event.ticket is not None:
            by_ticket[event.day_on, event.ticket].append(event)
    for of_one in by_ticket.values():
        _follow(sorted(of_one, key=in_turn), at_counter, found, touched=touched)
    return {number: sorted(of_one, key=lambda moving: in_turn(moving[0])) for number, of_one in found.items()}


def _touched(event: KeptEvent) -> bool:
    return event.newly or event.withdrawn


def _follow(
    events: list[KeptEvent], at_counter: Mapping[UUID, int | None], found: dict[int, list[Moving]], *, touched: bool
) -> None:
    """Follow one ticket from counter to counter."""
    here: int | None = None
    last: int | None = None
    came_just_now = False
    for event in events:
        place = event.counter_id
        if place is None and event.kind is not EventKind.RESTORED:  # restored without a counter: it waits again
            place = last if last is not None or event.visit_id is None else at_counter.get(event.visit_id)
        just_now = _touched(event)
        if place is not None and (just_now or not touched):
            found[place].append((event, True))
        if here not in {None, place} and here is not None and (just_now or came_just_now or not touched):
            found[here].append((event, False))
        if event.kind in BEGINNING:
            here, came_just_now = place, just_now
        elif event.kind in ENDING or event.content.get("hold") in FREES_COUNTER:
            here = None
        last = place if place is not None else last
