"""What happens between the call and the end at a counter: the walk, the greeting, the service with its turns."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from seed.customers import Clerk, Ways, attention, clerk, rating, service_seconds
from seed.demand import HallDay
from seed.parts import Part, Pause, identifier
from seed.ratings import ask
from standards.vocabulary import Begun, HoldKind, LeftReason, Outcome, Priority

_CALLS = 3
_BETWEEN_CALLS = 22.0
_LATER = {"payment": "invoice", "change": "payment", "new_connection": "enquiry", "enquiry": "change"}
Queue = Callable[[float, Part], None]


class Work:
    """The work at a hall's counters; `keep` receives the further parts that a visit turns out to have."""

    def __init__(self, chance: Random, keep: Callable[[Part], None]) -> None:
        self.chance, self.keep = chance, keep

    def serve(
        self, part: Part, day: HallDay, counter: int, staff_id: str, at: float, absent: bool, queue: Queue
    ) -> float:
        """Serve somebody from `at` on and return when the counter is ready again; `queue` sends them on or back."""
        ways, person = Ways.on(day.plan, day.story, day.day), clerk(day.story, staff_id)
        if part.pauses:
            return self._resume(part, counter, staff_id, at, ways, person, queue)
        part.counter, part.staff_id = counter, staff_id
        if part.begun is Begun.WALK_IN:
            part.arrived = part.queued = part.started = at + 3.0
            part.id = part.visit_id = identifier(at + 3.0, self.chance)
            return self._served(part, part.started, service_seconds(part, ways, person, self.chance), ways, person)
        part.called = part.last_called = at + self.chance.uniform(2.0, 8.0)
        if absent:
            return self._in_vain(part)
        if self.chance.random() < 0.03:
            part.recalls, part.last_called = 1, part.called + self.chance.uniform(20, 40)
        self._greet(part, ways, person)
        return self._business(part, ways, person, queue)

    def _in_vain(self, part: Part) -> float:
        called = part.called or 0.0
        part.recalls = _CALLS - 1
        part.last_called = called + _BETWEEN_CALLS * part.recalls
        part.outcome, part.settled = Outcome.NO_SHOW, part.last_called + _BETWEEN_CALLS
        return part.settled + 2.0

    def _greet(self, part: Part, ways: Ways, person: Clerk) -> None:
        """The customer walks over and is greeted, which starts the service; now and then the stamp is forgotten."""
        slow = 1.7 if part.priority in {Priority.ELDERLY, Priority.DISABLED} else 1.0
        walk = self.chance.lognormvariate(math.log(max(6.0, 0.75 * ways.plan.walking_seconds) * slow), 0.3)
        delay = self.chance.lognormvariate(math.log(ways.prompt * person.prompt), 0.42)
        if self.chance.random() < ways.slips * person.slips:
            delay += 12 + self.chance.expovariate(1 / 18)
        there = (part.last_called or 0.0) + walk
        part.at_counter = there if ways.plan.stamps_arrival else None
        part.greeted = part.started = there + delay

    def _business(self, part: Part, ways: Ways, person: Clerk, queue: Queue) -> float:
        begun = part.started or 0.0
        seconds = service_seconds(part, ways, person, self.chance)
        lot = self.chance.random()
        if lot < 0.012 and part.begun is Begun.TICKET:
            return self._transfer(part, begun + min(seconds, self.chance.uniform(50, 200)), queue)
        if lot < 0.016:
            return self._leaves(part, begun + seconds * self.chance.random())
        if lot < 0.028 and part.business in {"new_connection", "change", "other", "meter"}:
            return self._away(part, begun, seconds, queue)
        if lot < 0.055:
            seconds += self._hold(part, begun, seconds)
        return self._served(part, begun, seconds, ways, person)

    def _transfer(self, part: Part, at: float, queue: Queue) -> float:
        part.outcome, part.ended, part.settled = Outcome.TRANSFERRED, at, at
        further = self._further(part, Begun.TRANSFER, at)
        self.keep(further)
        queue(at, further)
        return at + 5.0

    def _further(self, part: Part, begun: Begun, at: float) -> Part:
        return Part(
            identifier(at, self.chance),
            part.visit_id,
            begun,
            _LATER.get(part.business, "other"),
            part.arrived,
            at,
            ticket=part.ticket,
            source=part.source,
            previous_id=part.id,
            priority=part.priority,
            assisted=part.assisted,
        )

    def _leaves(self, part: Part, at: float) -> float:
        part.outcome, part.left, part.settled = Outcome.LEFT, at, at
        part.left_reason = self.chance.choice((LeftReason.PAPERS_MISSING, LeftReason.UNSATISFIED, LeftReason.OTHER))
        part.attention = attention(part, self.chance)
        return at + 10.0

    def _hold(self, part: Part, begun: float, seconds: float) -> float:
        """Something is waited for, or the telephone rings; the seconds it takes."""
        kind, least, most = (HoldKind.PHONE, 25, 110) if self.chance.random() < 0.6 else (HoldKind.WAITING, 60, 300)
        begins = begun + seconds * self.chance.uniform(0.2, 0.8)
        length = self.chance.uniform(least, most)
        self._pause(part, kind, begins, begins + length)
        return length

    def _pause(self, part: Part, kind: HoldKind, begins: float, ends: float) -> None:
        part.pauses.append(
            Pause(identifier(begins, self.chance), kind, begins, ends, part.counter or 0, part.staff_id or "")
        )

    def _away(self, part: Part, begun: float, seconds: float, queue: Queue) -> float:
        """The customer fetches papers and is back at any counter; this one is free meanwhile."""
        begins = begun + seconds * 0.4
        ends = begins + self.chance.uniform(400, 2400)
        part.remaining = seconds * 0.6
        self._pause(part, HoldKind.AWAY_FOR_PAPERS, begins, ends)
        queue(ends, part)
        return begins + 6.0

    def _resume(
        self, part: Part, counter: int, staff_id: str, at: float, ways: Ways, person: Clerk, queue: Queue
    ) -> float:
        part.pauses[-1].ends = at
        part.counter, part.staff_id = counter, staff_id
        return self._served(part, at, part.remaining, ways, person)

    def _served(self, part: Part, begun: float, seconds: float, ways: Ways, person: Clerk) -> float:
        part.outcome, part.ended = Outcome.COMPLETED, begun + seconds
        part.settled = part.ended
        if part.begun is Begun.TICKET and self.chance.random() < 0.006:
            part.greeted = part.started = part.at_counter = None  # nobody stamped the greeting
        ready = part.ended + self.chance.uniform(4.0, 16.0)
        goes_on = part.begun is not Begun.ADDED and not part.pauses and self.chance.random() < 0.045
        if goes_on:
            ready = self._another(part, ways, person)
        part.rating = rating(part, ways, person, self.chance)
        part.attention = attention(part, self.chance)
        part.solved = True if self.chance.random() < 0.7 else None
        if goes_on:  # the visit is rated at its end
            part.rating = None
        else:
            ask(part, ways.plan)
        return ready

    def _another(self, part: Part, ways: Ways, person: Clerk) -> float:
        """Another business at the same counter: no new wait, no new greeting."""
        added = self._further(part, Begun.ADDED, part.ended or 0.0)
        added.counter, added.staff_id, added.started = part.counter, part.staff_id, part.ended
        self.keep(added)
        seconds = service_seconds(added, ways, person, self.chance)
        return self._served(added, added.queued, seconds, ways, person)
