"""A hall's counters and its queue, from opening until the last customer has gone: waits follow from what happens.

One event after the other: somebody comes, a counter is ready, somebody is back with papers. The queue is the
product's own order (`standards.queueing`): priority first, then by arrival.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from random import Random

from seed.counterwork import Work
from seed.customers import Ways, customer
from seed.demand import SLICE, HallDay, arrivals, turns_away
from seed.parts import Part, identifier
from seed.roster import Roster, express
from standards.vocabulary import Begun, LeftReason, Outcome, Source

QUICK = frozenset({"payment", "invoice"})
SETTLING_IN = 20.0
ENDLESS = float("inf")


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which a counter takes customers; the day's last one stays until everybody has gone."""

    begins: float
    ends: float
    staff_id: str


def windows(days: Iterable[tuple[HallDay, Roster]]) -> dict[int, list[Window]]:
    """The times of each counter: its posts without its pauses."""
    found: dict[int, list[Window]] = {}
    closing = 0.0
    for day, plan in days:
        closing = day.intervals[-1][1] if day.intervals else closing
        for post in sorted(plan.posts, key=lambda post: post.begins):
            begins = post.begins
            for rest in sorted((r for r in plan.rests if r.counter == post.counter), key=lambda rest: rest.begins):
                if post.begins <= rest.begins < post.ends:
                    found.setdefault(post.counter, []).append(Window(begins, rest.begins, post.staff_id))
                    begins = min(rest.ends, post.ends)
            found.setdefault(post.counter, []).append(Window(begins, post.ends, post.staff_id))
    for times in found.values():
        if times[-1].ends >= closing:
            times[-1] = Window(times[-1].begins, ENDLESS, times[-1].staff_id)
    return found


class Hall:
    """The hall while the simulation runs; `parts` is everything that happened in it."""

    def __init__(
        self, days: list[tuple[HallDay, Roster]], chance: Random, since: float = 0.0, tickets: int = 0
    ) -> None:
        self.days, self.chance, self.since = days, chance, since
        self.plan = days[0][0].plan
        self.tickets = {days[0][0].day: tickets}
        self.parts: list[Part] = []
        self.queue: list[tuple[bool, float, int, Part]] = []
        self.back: list[Part] = []
        self.idle: dict[int, float] = {}
        self.manned: dict[int, int] = {}
        self.windows = windows(days)
        self.express = express(self.plan)
        self._work = Work(chance, self._add)
        self._events: list[tuple[float, int, str, int, Part | None]] = []
        self._order = count()

    def run(self) -> list[Part]:
        """Everything that happens on the days, each visit to its end."""
        for counter, times in self.windows.items():
            self._at(max(times[0].begins, self.since + SETTLING_IN), "ready", counter)
        for day, plan in self.days:
            self._open(day, plan)
        while self._events:
            at, _, kind, counter, part = heappop(self._events)
            if kind == "comes" and part is not None:
                self._comes(at, part)
            elif kind == "back" and part is not None:
                self._back(at, part)
            elif kind == "ready" or counter in self.idle:
                self._ready(at, counter)
        return self.parts

    def _at(self, at: float, kind: str, counter: int = 0, part: Part | None = None) -> None:
        heappush(self._events, (at, next(self._order), kind, counter, part))

    def _add(self, part: Part) -> None:
        self.parts.append(part)

    def _open(self, day: HallDay, plan: Roster) -> None:
        """The day's customers, as they will come; whether they stay is seen when they do."""
        ways = Ways.on(day.plan, day.story, day.day)
        by_machine = day.intervals and not day.never_closes and not day.plan.tiny
        if by_machine and day.intervals[0][0] > self.since:
            self._test_ticket(day.intervals[0][0] - self.chance.uniform(900, 1500))
        for opens, closes in day.intervals:
            for place in range(int(opens // SLICE), int(closes // SLICE)):
                self.manned[place] = plan.manned((place + 0.5) * SLICE)
        for ticket, at in enumerate(arrivals(day, self.manned, self.chance), 1 + self.tickets.get(day.day, 0)):
            if at > self.since:
                self._at(at, "comes", part=customer(ways, day, at, ticket, self.chance))

    def _test_ticket(self, at: float) -> None:
        number = identifier(at, self.chance)
        test = Part(number, number, Begun.TICKET, "other", at, at, ticket="K0000", source=Source.DEVICE)
        test.outcome, test.settled = Outcome.TEST, at + 30
        self._add(test)

    def _comes(self, at: float, part: Part) -> None:
        self._walk_outs(at)
        day = self._day(at)
        if turns_away(len(self.queue), self.manned.get(int(at // SLICE), 1), day.never_closes, self.chance):
            return
        self._add(part)
        if part.outcome in {Outcome.DIVERTED, Outcome.VOID}:
            return
        self._queue(part)
        self._offer(at)

    def _day(self, at: float) -> HallDay:
        return next((day for day, _ in self.days if day.intervals and at < day.intervals[-1][1]), self.days[-1][0])

    def _queue(self, part: Part) -> None:
        insort(self.queue, (part.priority is None, part.arrived, next(self._order), part))

    def _walk_outs(self, at: float) -> None:
        """Whose patience ended has gone; some say so, the others are called in vain."""
        gone = [entry for entry in self.queue if entry[3].tells and self._gives_up(entry[3]) <= at]
        for entry in gone:
            part = entry[3]
            part.outcome, part.left_reason = Outcome.LEFT, LeftReason.WAIT_TOO_LONG
            part.left = part.settled = self._gives_up(part)
        if gone:
            self.queue = [entry for entry in self.queue if entry[3].left is None]

    def _gives_up(self, part: Part) -> float:
        return part.arrived + part.patience if part.begun is Begun.TICKET else ENDLESS

    def _offer(self, at: float) -> None:
        """Idle counters take whom they may, the one that waits longest first."""
        for counter in sorted(self.idle, key=self.idle.__getitem__):
            if not self.queue and not self.back:
                return
            self._ready(at, counter)

    def _ready(self, at: float, counter: int) -> None:
        window = next((window for window in self.windows[counter] if at < window.ends), None)
        self.idle.pop(counter, None)
        if window is None:
            return
        if at < window.begins:
            self._at(window.begins, "ready", counter)
            return
        self._walk_outs(at)
        part = self._next(counter)
        if part is None:
            self.idle[counter] = at
            if window.ends < ENDLESS:
                self._at(window.ends, "look", counter)
            return
        absent = part.absent or (self._gives_up(part) <= at and not part.tells)
        freed = self._work.serve(part, self._day(at), counter, window.staff_id, at, absent, self._later)
        self._at(freed, "ready", counter)

    def _later(self, at: float, part: Part) -> None:
        self._at(at, "back", part=part)

    def _back(self, at: float, part: Part) -> None:
        """Who was transferred queues by their arrival; who is back with papers goes on where a counter is ready."""
        if part.pauses:
            self.back.append(part)
        else:
            self._queue(part)
        self._offer(at)

    def _next(self, counter: int) -> Part | None:
        if self.back:
            return self.back.pop(0)
        for place, entry in enumerate(self.queue):
            if counter not in self.express or entry[3].business in QUICK:
                return self.queue.pop(place)[3]
        return None
