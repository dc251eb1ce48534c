"""The steps of a ticket's story in the queue: taken, called, missed, restored, changed, gone."""

from __future__ import annotations

from standards.event_kind import EventKind
from standards.ticket_part import (
    BEGINS,
    HERE,
    Happening,
    Impossible,
    Part,
    TooEarly,
    at_counter,
    end_hold,
    moved,
    not_there,
)
from standards.vocabulary import Begun, Outcome

_SETTLED = {
    EventKind.DIVERTED: Outcome.DIVERTED,
    EventKind.VOIDED: Outcome.VOID,
    EventKind.TEST: Outcome.TEST,
}


def take(parts: list[Part], happening: Happening) -> None:
    if parts:
        raise Impossible("ticket_known")
    parts.append(
        Part(
            begun=Begun.TICKET,
            business_type=happening.business or "",
            queued_at=happening.at,
            priority=happening.priority,
            assisted=happening.assisted,
            items=happening.items or 1,
        )
    )


def call(parts: list[Part], happening: Happening) -> None:
    part = parts[-1]
    if part.outcome not in BEGINS | {Outcome.CALLED}:
        raise Impossible("finished" if part.outcome not in HERE else "being_served")
    if part.called_at is None:
        part.called_at = part.last_called_at = happening.at
    else:
        _call_once_more(part, happening)
    part.outcome = Outcome.CALLED
    moved(part, happening)


def recall(parts: list[Part], happening: Happening) -> None:
    part = parts[-1]
    if part.outcome is Outcome.WAITING and part.called_at is None:
        raise TooEarly("not_called")
    call(parts, happening)


def _call_once_more(part: Part, happening: Happening) -> None:
    """The greeting runs from the last call: a phone that rang before it is no excuse."""
    part.last_called_at = happening.at
    part.recalls += 1
    part.phone_held_ms = 0


def restore(parts: list[Part], happening: Happening) -> None:
    """A no-show came after all: called to a counter at once, or (no counter said) back into the queue."""
    part = parts[-1]
    if part.outcome is not Outcome.NO_SHOW:
        not_there(part, "not_a_no_show")
    if happening.counter is None:
        part.outcome = Outcome.WAITING
    else:
        call(parts, happening)


def change(parts: list[Part], happening: Happening) -> None:
    part = parts[-1]
    if part.outcome not in HERE | BEGINS:
        raise Impossible("finished")
    part.business_type = happening.business or part.business_type


def miss(parts: list[Part], happening: Happening) -> None:
    part = at_counter(parts, happening)
    if part.outcome is not Outcome.CALLED:
        raise Impossible("being_served")
    part.outcome = Outcome.NO_SHOW


def leave(parts: list[Part], happening: Happening) -> None:
    part = parts[-1]
    if part.outcome not in HERE | BEGINS:
        raise Impossible("finished")
    end_hold(part, happening.at)
    part.outcome, part.left_at, part.left_reason = Outcome.LEFT, happening.at, happening.reason


def settle(parts: list[Part], happening: Happening) -> None:
    """Diverted, void or a test: never judged, so it can't be said of somebody who was served."""
    part = parts[-1]
    if part.outcome not in BEGINS | {Outcome.CALLED}:
        raise Impossible("finished" if part.outcome not in HERE else "being_served")
    part.outcome = _SETTLED[happening.kind]
