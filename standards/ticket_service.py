"""The steps of a ticket's story at the counter: greeted, served, held, passed on, ended, rated."""

from __future__ import annotations

from standards.event_kind import EventKind
from standards.ticket_part import Happening, Impossible, Part, TooEarly, at_counter, end_hold
from standards.vocabulary import Begun, HoldKind, Outcome


def reach(parts: list[Part], happening: Happening) -> None:
    part = at_counter(parts, happening)
    if part.greeted_at is not None or part.at_counter_at is not None:
        raise Impossible("stamped")
    part.at_counter_at = happening.at


def greet(parts: list[Part], happening: Happening) -> None:
    part = at_counter(parts, happening)
    if part.greeted_at is not None:
        raise Impossible("stamped")
    part.greeted_at = happening.at
    if part.started_at is None:
        part.started_at, part.started_by_greeting = happening.at, True
    if part.outcome is Outcome.CALLED:
        part.outcome = Outcome.SERVING


def start(parts: list[Part], happening: Happening) -> None:
    part = at_counter(parts, happening)
    if part.started_at is not None and not part.started_by_greeting:
        raise Impossible("stamped")
    part.started_at, part.started_by_greeting = happening.at, False
    if part.outcome is Outcome.CALLED:
        part.outcome = Outcome.SERVING


def hold(parts: list[Part], happening: Happening) -> None:
    part = at_counter(parts, happening)
    kind = happening.hold or HoldKind.WAITING
    if part.outcome is Outcome.HELD:
        raise Impossible("on_hold")
    if part.outcome is Outcome.CALLED and kind is not HoldKind.PHONE:
        raise TooEarly("not_started")
    part.outcome, part.hold_kind, part.held_since_at = Outcome.HELD, kind, happening.at


def resume(parts: list[Part], happening: Happening) -> None:
    part = at_counter(parts, happening)
    if part.outcome is not Outcome.HELD:
        raise TooEarly("not_on_hold")
    end_hold(part, happening.at)
    part.outcome = Outcome.CALLED if part.started_at is None else Outcome.SERVING


def count(parts: list[Part], happening: Happening) -> None:
    part = parts[-1]
    if happening.kind is EventKind.ITEMS and happening.items is not None:
        part.items = happening.items
    else:
        part.assisted = True


def add(parts: list[Part], happening: Happening) -> None:
    part = at_counter(parts, happening)
    if part.outcome is Outcome.CALLED:
        raise TooEarly("not_started")
    end_hold(part, happening.at)
    part.outcome, part.ended_at = Outcome.COMPLETED, happening.at
    added = further(part, Begun.ADDED, happening)
    added.outcome, added.started_at = Outcome.SERVING, happening.at
    added.counter_id, added.staff_id = part.counter_id, part.staff_id
    parts.append(added)


def transfer(parts: list[Part], happening: Happening) -> None:
    part = at_counter(parts, happening)
    end_hold(part, happening.at)
    part.outcome, part.ended_at = Outcome.TRANSFERRED, happening.at
    passed_on = further(part, Begun.TRANSFER, happening)
    passed_on.to_counter_id = happening.to_counter
    parts.append(passed_on)


def further(part: Part, begun: Begun, happening: Happening) -> Part:
    return Part(
        begun=begun,
        business_type=happening.business or part.business_type,
        queued_at=happening.at,
        priority=part.priority,
        assisted=part.assisted,
    )


def end(parts: list[Part], happening: Happening) -> None:
    part = at_counter(parts, happening)
    end_hold(part, happening.at)
    part.outcome, part.ended_at = Outcome.COMPLETED, happening.at


def ask(parts: list[Part], happening: Happening) -> None:
    part = _finished(parts)
    part.rating_asked_at = part.rating_asked_at or happening.at


def rate(parts: list[Part], happening: Happening) -> None:
    part = _finished(parts)
    if part.rating is not None:
        raise Impossible("rated")
    part.rating, part.rating_tags, part.rated_at = happening.rating, happening.tags, happening.at


def _finished(parts: list[Part]) -> Part:
    """The last part that was finished; a rating may reach us, by its own clock, a moment before the end."""
    for part in reversed(parts):
        if part.outcome is Outcome.COMPLETED:
            return part
    raise TooEarly("not_finished")
