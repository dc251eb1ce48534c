"""Calls to a hall's own telephone, answered away from the counters: rings where an exchange records them."""

from __future__ import annotations

import math
from random import Random

from seed.customers import Ways, clerk, service_seconds
from seed.demand import HallDay
from seed.parts import Part, identifier
from standards.vocabulary import Begun, Channel, LeftReason, Outcome, Source

_ABOUT = ("enquiry", "repair", "change", "complaint", "new_connection", "meter", "suggestion", "other")
_WEIGHTS = (50, 22, 8, 4, 6, 4, 2, 4)
_HOURS = 9  # of an ordinary day


def calls(day: HallDay) -> list[Part]:
    """The day's calls, one at a time: whoever finds the line busy is not heard of."""
    chance = day.story.chance(day.plan.code, day.day, "telephone")
    ways = Ways.on(day.plan, day.story, day.day)
    found: list[Part] = []
    free = 0.0
    for opens, closes in day.intervals:
        rate = day.plan.calls_a_day * day.foreseen / _HOURS / 3600
        at = opens
        while (at := at + chance.expovariate(rate)) < closes:
            part = _call(day, at, ways, chance)
            if at > free:
                found.append(part)
                free = (part.ended or part.left or at) + 20
    return found


def _call(day: HallDay, at: float, ways: Ways, chance: Random) -> Part:
    number = identifier(at, chance)
    part = Part(number, number, Begun.TICKET, chance.choices(_ABOUT, _WEIGHTS)[0], at, at)
    part.channel = Channel.TELEPHONE
    rings = chance.lognormvariate(math.log(5.2), 0.42) + (chance.expovariate(1 / 9) if chance.random() < 0.08 else 0)
    if day.plan.calls_by_device and chance.random() < 0.05:
        part.left = part.settled = at + chance.uniform(9, 40)
        part.outcome, part.left_reason = Outcome.LEFT, LeftReason.WAIT_TOO_LONG
        return part
    part.staff_id = day.plan.telephone_id
    part.started = at + rings
    if day.plan.calls_by_device:
        part.called = part.last_called = part.greeted = part.started
    else:
        part.begun, part.source = Begun.WALK_IN, Source.STAFF
        part.arrived = part.queued = part.started
    person = clerk(day.story, day.plan.telephone_id)
    part.ended = part.settled = part.started + 0.6 * service_seconds(part, ways, person, chance)
    part.outcome = Outcome.COMPLETED
    part.solved = chance.random() < 0.82
    if not part.solved and chance.random() < 0.8:
        part.promised = part.ended + chance.choice((2, 4, 24, 24, 48)) * 3600
        late = chance.random() < (0.2 if day.story.declined(day.plan, day.day) else 0.07)
        part.kept = part.promised + (chance.expovariate(1 / 7200) if late else -chance.random() * 5400)
    return part
