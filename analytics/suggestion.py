"""What the floor could do now, said only where the figures bear it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.counters_now import CounterNow
from analytics.limit_clock import Nearness
from analytics.queue_now import Growth, WaitingNow
from standards.message import Worded
from standards.queueing import serves
from standards.vocabulary import CounterState, PauseReason

IDLE_FOR = timedelta(minutes=1)
PRESSING = frozenset({Nearness.SOON, Nearness.OVER, Nearness.PAST_MEAN})


class Remedy(Worded):
    """What is suggested of a counter."""

    CALL_NEXT = "call_next", "Call the next"
    RESUME = "resume", "Resume the counter"
    OPEN = "open", "Open a further counter"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A remedy and the counter it is about."""

    remedy: Remedy
    counter_id: int


def suggestion(
    waiting: Sequence[WaitingNow], counters: Sequence[CounterNow], growth: Growth, now: datetime
) -> Suggestion | None:
    """The one thing to do, or None.

    An open counter that has been free for a minute while somebody waits for it should call. Otherwise, where the
    queue has grown for 15 minutes and somebody is near the limit or past it, a counter that could serve them should
    go on (paused, not for a fault or a meal) or open (closed).
    """
    for counter in counters:
        if _free_for_long(counter, now) and _served_by(counter, waiting):
            return Suggestion(Remedy.CALL_NEXT, counter.counter_id)
    pressed = [one for one in waiting if one.clock.nearness(now) in PRESSING]
    if not growth.grows or not pressed:
        return None
    for counter in sorted(counters, key=lambda one: (one.state is CounterState.CLOSED, one.counter_id)):
        if _could_open(counter) and _served_by(counter, pressed):
            return Suggestion(
                Remedy.OPEN if counter.state is CounterState.CLOSED else Remedy.RESUME, counter.counter_id
            )
    return None


def _free_for_long(counter: CounterNow, now: datetime) -> bool:
    free = counter.state is CounterState.IDLE and counter.visit is None
    return free and counter.since_at is not None and now - counter.since_at >= IDLE_FOR


def _could_open(counter: CounterNow) -> bool:
    if counter.state is CounterState.PAUSED:
        return counter.pause_reason not in {PauseReason.DEVICE, PauseReason.LUNCH}
    return counter.state is CounterState.CLOSED


def _served_by(counter: CounterNow, waiting: Iterable[WaitingNow]) -> bool:
    return any(serves(counter.counter_id, counter.business_types, one) for one in waiting)
