"""What the demo halls do next: decided from the state of a hall, given as the commands that people use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from actions import calling, counters, marking, serving, waiting
from actions.press import Receipt, Stamp
from models.actor import Actor
from models.tables import Counter, Interaction
from seed.course import (
    BETWEEN_CALLS,
    back_at,
    business,
    chance_of,
    comes_not,
    greeted_at,
    in_the_queue,
    worked_seconds,
)
from seed.customers import MANY
from seed.hall_now import HallNow
from standards.vocabulary import Begun, CounterState, HoldKind, LeftReason, Outcome, Source

Doing = Callable[[Session, Actor, Stamp], Receipt]
NEXT_BUSINESS = {"payment": "invoice", "change": "payment", "new_connection": "enquiry", "enquiry": "change"}
_TURNS_ON = frozenset({"new_connection", "change", "other", "meter"})
_GIVEN_UP = timedelta(minutes=45)
_LONGEST_WAIT = timedelta(minutes=100)


@dataclass(frozen=True, slots=True)
class Command:
    """A command, its key (so that it is given once) and the version it is bound to."""

    key: str
    seen: int | None
    do: Doing


def commands(hall: HallNow) -> Iterator[Command]:
    """What happens in the hall now, at most one command a counter and a ticket."""
    for row in hall.waiting:
        if command := _waits(hall, row):
            hall.settled(row)
            yield command
    for counter in hall.counters:
        if hall.ours(counter):
            served = hall.at_counter(counter)
            command = _stands(hall, counter) if served is None else _is_served(hall, counter, served)
            if command is not None:
                yield command


def _of_ticket(row: Interaction, name: str, do: Doing) -> Command:
    return Command(f"feed/{name}/{row.id}/{row.version}", row.version, do)


def _of_counter(counter: Counter, name: str, do: Doing) -> Command:
    return Command(f"feed/{name}/{counter.id}/{counter.version}", counter.version, do)


def _waits(hall: HallNow, row: Interaction) -> Command | None:
    course = in_the_queue(row)
    waited = (hall.now - row.arrived_at).total_seconds()
    opened = [opens for opens, _ in hall.day.intervals]
    closed_at = hall.closed_at
    late = closed_at is not None and row.queued_at <= closed_at and hall.now > closed_at + _GIVEN_UP
    stranded = late or (hall.now - row.queued_at > _LONGEST_WAIT and (not opened or hall.at > opened[0]))
    if stranded or (course.tells and waited > course.patience):
        return _of_ticket(
            row, "left", lambda s, a, stamp: waiting.left_waiting(s, a, stamp, row.id, LeftReason.WAIT_TOO_LONG)
        )
    if course.guided_away is not None and row.begun is Begun.TICKET and waited > course.guided_away:
        return _of_ticket(row, "divert", lambda s, a, stamp: waiting.divert(s, a, stamp, row.id))
    if course.taken_twice is not None and row.begun is Begun.TICKET and waited > course.taken_twice:
        return _of_ticket(row, "void", lambda s, a, stamp: waiting.void(s, a, stamp, row.id, "重复取号"))
    watched = course.door_lot < hall.day.plan.door_greetings and row.begun is Begun.TICKET
    if watched and row.door_greeted_at is None and course.door < waited < course.door + 60:
        return _of_ticket(row, "door", lambda s, a, stamp: waiting.greet_at_door(s, a, stamp, row.id))
    return None


def _stands(hall: HallNow, counter: Counter) -> Command | None:
    """An unoccupied counter: signed on and off by the roster, resting, or ready for the next."""
    post, rest = hall.post(counter), hall.roster.rest(counter.id, hall.at)
    if counter.state is CounterState.CLOSED or counter.staff_id is None:
        if post is None:
            return None
        return _of_counter(
            counter,
            "on",
            lambda s, a, stamp: counters.sign_on(
                s, a, stamp, counter.id, staff_id=post.staff_id, mentor_id=hall.day.plan.mentor_of(post.staff_id)
            ),
        )
    if post is None or post.staff_id != counter.staff_id:
        return _of_counter(counter, "off", lambda s, a, stamp: counters.sign_off(s, a, stamp, counter.id))
    if counter.state is CounterState.PAUSED:
        if rest is not None:
            return None
        return _of_counter(counter, "reopen", lambda s, a, stamp: counters.reopen(s, a, stamp, counter.id))
    if rest is not None:
        ends_at = datetime.fromtimestamp(rest.ends, hall.now.tzinfo)
        return _of_counter(
            counter, "pause", lambda s, a, stamp: counters.pause(s, a, stamp, counter.id, rest.reason, back_at=ends_at)
        )
    return _calls(hall, counter)


def _calls(hall: HallNow, counter: Counter) -> Command | None:
    tidy = timedelta(seconds=4 + (counter.version * 7) % 11)
    if counter.since_at is not None and hall.now < counter.since_at + tidy:
        return None
    back = hall.back()
    if back is not None:
        return _of_counter(
            counter, "back", lambda s, a, stamp: serving.resume(s, a, stamp, counter.id, interaction_id=back.id)
        )
    if hall.take(counter) is None:
        return None
    return _of_counter(counter, "call", lambda s, a, stamp: calling.call_next(s, a, stamp, counter.id))


def _is_served(hall: HallNow, counter: Counter, row: Interaction) -> Command | None:
    if row.outcome is Outcome.CALLED:
        return _is_called(hall, counter, row)
    if row.outcome is Outcome.HELD:
        if hall.now < back_at(row):
            return None
        return _of_counter(counter, "resume", lambda s, a, stamp: serving.resume(s, a, stamp, counter.id))
    return _goes_on(hall, counter, row)


def _is_called(hall: HallNow, counter: Counter, row: Interaction) -> Command | None:
    last = row.last_called_at or row.arrived_at
    vain = comes_not(row)
    again = row.recalls < 2 if vain else row.recalls < 1 and chance_of(row, "again").random() < 0.03
    if again and hall.now >= last + BETWEEN_CALLS:
        return _of_counter(counter, "again", lambda s, a, stamp: calling.call_again(s, a, stamp, counter.id))
    if vain and row.recalls >= 2 and hall.now >= last + BETWEEN_CALLS:
        return _of_counter(counter, "no_show", lambda s, a, stamp: calling.no_show(s, a, stamp, counter.id))
    if not vain and not again and hall.now >= greeted_at(row, hall.day):
        return _of_counter(counter, "greet", lambda s, a, stamp: serving.greet(s, a, stamp, counter.id))
    return None


def _goes_on(hall: HallNow, counter: Counter, row: Interaction) -> Command | None:
    """A service under way: now and then it takes a turn, then it ends."""
    target, worked = business(row, hall.day), worked_seconds(row, hall.now)
    if row.items < target.items and worked > target.turns_at and row.source is Source.DEVICE:
        return _of_counter(
            counter, "items", lambda s, a, stamp: marking.set_items(s, a, stamp, counter.id, target.items)
        )
    if row.items >= MANY and not row.bulk and row.source is Source.DEVICE:
        return _of_counter(counter, "bulk", lambda s, a, stamp: marking.mark_bulk(s, a, stamp, counter.id, True))
    if worked >= target.turns_at and row.held_ms == 0 and (turned := _turn(counter, row, target.turn)):
        return turned
    if worked < target.seconds:
        return None
    if target.another:
        further = NEXT_BUSINESS.get(row.business_type, "other")
        return _of_counter(
            counter, "another", lambda s, a, stamp: serving.add_business(s, a, stamp, counter.id, further)
        )
    return _of_counter(counter, "finish", lambda s, a, stamp: serving.finish(s, a, stamp, counter.id))


def _turn(counter: Counter, row: Interaction, turn: float) -> Command | None:
    if turn < 0.012 and row.begun is Begun.TICKET:
        kind = NEXT_BUSINESS.get(row.business_type, "other")
        return _of_counter(
            counter, "transfer", lambda s, a, stamp: serving.transfer(s, a, stamp, counter.id, business_type=kind)
        )
    if 0.012 <= turn < 0.016:
        why = chance_of(row, "left").choice((LeftReason.PAPERS_MISSING, LeftReason.UNSATISFIED, LeftReason.OTHER))
        return _of_counter(counter, "leaves", lambda s, a, stamp: serving.left(s, a, stamp, counter.id, why))
    if 0.016 <= turn < 0.028 and row.business_type in _TURNS_ON:
        kind_of_hold = HoldKind.AWAY_FOR_PAPERS
    elif 0.028 <= turn < 0.055:
        kind_of_hold = HoldKind.PHONE if turn < 0.044 else HoldKind.WAITING
    else:
        return None
    return _of_counter(counter, "hold", lambda s, a, stamp: serving.hold(s, a, stamp, counter.id, kind_of_hold))
