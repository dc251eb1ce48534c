"""A simulated day of a class-A hall as its machines tell it: 600 visits, every situation of a real day."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random

from bench.machine_hall import CLOSES, COUNTERS, LETTERS, OPENS, QUEUE_MACHINE, ZONE, kinds, pad, staff
from bench.machine_service import Service, seconds
from bench.machine_truth import Day, Visit
from standards.vocabulary import Outcome, PauseReason, Priority

VISITS = 600
AT_THE_DOOR = 12
"""So many take their ticket before the hall opens."""
SITUATIONS = {
    **{"phone": 8, "phone_before_greeting": 4, "held_waiting": 5, "away": 6, "away_for_good": 2, "papers_kept": 5},
    **{"added": 14, "added_twice": 3, "bulk": 6, "assisted": 8, "changed_at_counter": 4, "changed_waiting": 5},
    **{"transferred": 8, "to_counter": 4, "no_show": 12, "recalled": 10, "restored": 5, "restored_to_queue": 3},
    **{"left_in_service": 5, "left_waiting": 10, "diverted": 9, "voided": 5, "test": 2, "priority": 14},
}
"""How many visits of 600 are of each; all others are ordinary."""
_AT_THE_DOOR = {"diverted": Outcome.DIVERTED, "voided": Outcome.VOID, "test": Outcome.TEST}
_HOURS = {8: 5, 9: 12, 10: 16, 11: 10, 12: 8, 13: 10, 14: 13, 15: 12, 16: 9, 17: 3}
"""How many of a hundred come in each hour; bills are due, and from ten to eleven the hall is full."""
_PAUSES = (
    *((counter, 12 * 60 + (0 if counter % 2 else 45), 40, PauseReason.LUNCH) for counter in COUNTERS),
    *((2, 9 * 60 + 50, 5, PauseReason.FETCH), (5, 15 * 60, 12, PauseReason.DEVICE)),
    *((7, 14 * 60 + 30, 20, PauseReason.MEETING), (4, 13 * 60 + 35, 6, PauseReason.HAND_OVER)),
)


def machine_day(day: date, *, visits: int = VISITS, seed: int = 1) -> Day:
    """The day's events by device and what they should bring; the same for the same seed."""
    return _Hall(day, visits, Random(seed)).run()


class _Hall:
    def __init__(self, on: date, visits: int, chance: Random) -> None:
        self.on, self.chance, self.day = on, chance, Day()
        self.service = Service(self.day, chance)
        self.free = {counter: self._at(OPENS - 10, counter) for counter in COUNTERS}
        self.pauses = sorted((self._at(begins), counter, length, why) for counter, begins, length, why in _PAUSES)
        self.comers = self._comers(visits)

    def _at(self, minute: int, second: float = 0) -> datetime:
        return datetime.combine(self.on, time(), ZONE) + timedelta(minutes=minute, seconds=second)

    def _comers(self, visits: int) -> list[tuple[datetime, str]]:
        """When each customer comes, and what will be with them."""
        early = [self._at(OPENS - 20, 90 * place) for place in range(min(AT_THE_DOOR, visits // 10))]
        hours = self.chance.choices(list(_HOURS), list(_HOURS.values()), k=visits - len(early))
        latest = self._at(CLOSES - 20)
        come = [min(latest, self._at(max(hour * 60, OPENS), self.chance.randrange(3600))) for hour in hours]
        special = [name for name, n in SITUATIONS.items() for _ in range(max(1, round(n * visits / VISITS)))]
        listed = special + ["ordinary"] * (visits - len(special))
        self.chance.shuffle(listed)
        return list(zip(sorted(early + come), listed[:visits], strict=True))

    def run(self) -> Day:
        for counter, opens_at in self.free.items():
            self.day.say(pad(counter), "counter_opened", opens_at, counter=counter, staff=staff(counter))
        self._give_tickets()
        while self.service.waiting:
            self._step()
        self._close()
        for events in self.day.events.values():
            events.sort(key=lambda event: (event.at, event.id))
        return self.day

    def _give_tickets(self) -> None:
        numbers: Counter[str] = Counter()
        priorities = cycle(Priority)
        for at, situation in self.comers:
            business = self.chance.choices(list(LETTERS), (60, 20, 12, 8))[0]
            numbers[business] += 1
            named = {"priority": next(priorities)} if situation == "priority" else {}
            ticket = f"{LETTERS[business]}{numbers[business]:03d}"
            visit = self.day.take(ticket, business, situation, at, **named)
            self._waits(visit, at)

    def _waits(self, visit: Visit, at: datetime) -> None:
        """Into the queue, or settled there."""
        gone_at = at + seconds(self.chance.randint(10, 25))
        if visit.situation in _AT_THE_DOOR:
            self.day.say(QUEUE_MACHINE, visit.situation, gone_at, ticket=visit.ticket)
            visit.now.outcome = _AT_THE_DOOR[visit.situation]
        elif visit.situation == "left_waiting":
            gone_at = at + self.service.span(180, 1800)
            self.day.say(QUEUE_MACHINE, "left", gone_at, ticket=visit.ticket)
            visit.now.outcome, visit.now.left_at = Outcome.LEFT, gone_at
        else:
            if visit.situation == "changed_waiting":
                self.day.say(QUEUE_MACHINE, "business_changed", gone_at, ticket=visit.ticket, business="业务咨询")
                visit.now.business_type, visit.ready_at = "enquiry", gone_at + seconds(1)
            self.service.waiting.append(visit)

    def _step(self) -> None:
        """The counter that is free first calls, pauses, or waits for the next customer."""
        counter = min(self.free, key=lambda number: (self.free[number], number))
        at = max(self.free[counter], self._at(OPENS))
        due = next((pause for pause in self.pauses if pause[1] == counter and pause[0] <= at), None)
        mine = [visit for visit in self.service.waiting if visit.only_counter in (None, counter)]
        ready = [visit for visit in mine if visit.ready_at <= at]
        if due is not None:
            self._pause(due, at)
        elif ready:
            visit = min(ready, key=lambda visit: visit.place)
            self.service.waiting.remove(visit)
            visit.only_counter = None
            self.free[counter] = self.service.serve(visit, counter, at + seconds(2)) + seconds(25)
        elif mine:
            self.free[counter] = min(visit.ready_at for visit in mine)
        else:
            self.free[counter] = at + timedelta(minutes=1)

    def _pause(self, due: tuple[datetime, int, int, PauseReason], at: datetime) -> None:
        _, counter, minutes, why = due
        self.pauses.remove(due)
        until = at + timedelta(minutes=minutes)
        self.day.say(pad(counter), "counter_paused", at, counter=counter, pause=why)
        self.day.say(pad(counter), "counter_resumed", until, counter=counter)
        self.free[counter] = until

    def _close(self) -> None:
        closes = max(*self.free.values(), self._at(CLOSES))
        for counter in COUNTERS:
            self.day.say(pad(counter), "counter_closed", closes + seconds(counter), counter=counter)
        for device in kinds():
            for hour in range(8, 18):
                self.day.say(device, "heartbeat", self._at(hour * 60))
        self.day.say(QUEUE_MACHINE, "day_total", closes + seconds(60), tickets=self.day.tickets)
