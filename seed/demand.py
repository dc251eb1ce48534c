"""Who comes when, and with what: arrivals by hour and weekday, with the peaks of the billing cycle.

Instants are seconds since the epoch, rates customers a second.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random

from seed.region import ZONE, HallPlan
from seed.story import SHORT_UNTIL, Story

SLICE = 1800.0
EARLY = 900.0  # customers at the door before it opens take tickets as soon as the machine is on
_WEEKDAYS = (1.16, 1.02, 0.97, 0.95, 1.06, 0.74, 0.58)
# Weight, median seconds of one item and spread of the service of each business type.
BUSINESSES = {
    "payment": (0.42, 142.0, 0.52),
    "enquiry": (0.14, 205.0, 0.55),
    "change": (0.12, 560.0, 0.42),
    "new_connection": (0.09, 690.0, 0.42),
    "invoice": (0.08, 185.0, 0.4),
    "meter": (0.05, 470.0, 0.4),
    "other": (0.045, 390.0, 0.5),
    "repair": (0.03, 255.0, 0.45),
    "complaint": (0.015, 640.0, 0.4),
    "suggestion": (0.01, 320.0, 0.45),
}
OVERHEAD = 45.0  # between two services: the call, the walk, the desk made ready
NIGHT_CROWD = 1.75  # of what the counters can serve: a queue round the clock, kept in bounds by those who turn away


def epoch(day: date, minute: int = 0) -> float:
    """The instant of a local minute of a day."""
    return (datetime.combine(day, time(), ZONE) + timedelta(minutes=minute)).astimezone(UTC).timestamp()


def weights(plan: HallPlan) -> dict[str, float]:
    """What the hall's customers come for."""
    return {code: weight * plan.mix.get(code, 1.0) for code, (weight, _, _) in BUSINESSES.items()}


def mean_service(plan: HallPlan) -> float:
    """Seconds that a customer keeps a counter, on average and with what lies between two customers."""
    mix = weights(plan)
    seconds = sum(weight * BUSINESSES[code][1] * math.exp(BUSINESSES[code][2] ** 2 / 2) for code, weight in mix.items())
    return plan.pace * seconds / sum(mix.values()) + OVERHEAD


@dataclass(frozen=True)
class HallDay:
    """One local day of a hall; `restful` where the calendar has a holiday."""

    plan: HallPlan
    story: Story
    day: date
    restful: bool = False

    @property
    def never_closes(self) -> bool:
        return self.story.never_closes(self.plan, self.day)

    @cached_property
    def intervals(self) -> tuple[tuple[float, float], ...]:
        """The opening intervals, first to last."""
        if self.never_closes:
            return ((epoch(self.day), epoch(self.day, 1440)),)
        if self.day.weekday() not in self.plan.weekdays:
            return ()
        until = SHORT_UNTIL if self.story.short(self.plan, self.day) else 24 * 60
        return tuple(
            (epoch(self.day, opens), epoch(self.day, min(closes, until)))
            for opens, closes in self.plan.hours
            if opens < until
        )

    @cached_property
    def factor(self) -> float:
        """How busy the day is against an ordinary weekday."""
        noise = self.story.chance(self.plan.code, self.day, "busy").lognormvariate(0.0, 0.08)
        return self.foreseen * math.sqrt(_billing(self.day)) * noise

    @property
    def foreseen(self) -> float:
        """How busy the planners think the day will be: they see half of the billing peaks."""
        restful = 0.55 if self.restful else 1.0
        return _WEEKDAYS[self.day.weekday()] * restful * math.sqrt(_billing(self.day))

    @cached_property
    def _total(self) -> float:
        return sum(_shape(self._minute(begin)) for begin in self._slices())

    def _slices(self) -> Iterator[float]:
        for opens, closes in self.intervals:
            for number in range(round((closes - opens) / SLICE)):
                yield opens + number * SLICE

    def _minute(self, at: float) -> float:
        return (at - epoch(self.day)) / 60

    def planned_rate(self, begin: float, end: float) -> float:
        """The mean rate between two instants that the planners reckon with."""
        inside = [at for at in self._slices() if begin <= at < end]
        if not inside:
            return 0.0
        shape = sum(_shape(self._minute(at)) for at in inside) / len(inside)
        return self.plan.per_day * self.foreseen * shape / self._total / SLICE

    def rate(self, at: float, manned: int) -> float:
        """Customers a second who come to the hall at an instant; where it never closes, by its manned counters."""
        if not any(opens <= at < closes for opens, closes in self.intervals):
            return 0.0
        if self.never_closes:
            wave = 1 + 0.28 * math.sin(at / 430) * math.sin(at / 1500)
            return NIGHT_CROWD * wave * manned / mean_service(self.plan)
        return self.plan.per_day * self.factor * _shape(self._minute(at)) / self._total / SLICE


def _billing(day: date) -> float:
    """Bills go out in the first half of the month; people pay before the two cut-off days."""
    return 1 + 0.42 * math.exp(-(((day.day - 18) / 2.2) ** 2)) + 0.28 * math.exp(-(((day.day - 27) / 1.8) ** 2))


def _shape(minute: float) -> float:
    morning = math.exp(-(((minute - 600) / 75) ** 2))
    afternoon = 0.75 * math.exp(-(((minute - 915) / 70) ** 2))
    return 0.42 + morning + afternoon


def turns_away(waiting: int, manned: int, never_closes: bool, chance: Random) -> bool:
    """Whether a customer who sees the queue takes no ticket at all."""
    if never_closes:
        return chance.random() > 1 / (1 + math.exp((waiting - 8) / 2.2))
    ahead = waiting / max(manned, 1)
    return chance.random() < min(0.6, max(0.0, (ahead - 3.5) / 7))


def arrivals(day: HallDay, manned: dict[int, int], chance: Random) -> Iterator[float]:
    """The instants at which customers come, in order; `manned` counters by their number of slices since the epoch."""
    for number, (opens, closes) in enumerate(day.intervals):
        if number == 0 and not day.never_closes:
            for _ in range(int(chance.expovariate(1 / (0.008 * day.plan.per_day + 0.2)))):
                yield opens - chance.random() * EARLY
        begin = opens
        while begin < closes:
            end = min(begin + SLICE / 6, closes)
            rate = day.rate((begin + end) / 2, manned.get(int(begin // SLICE), 1))
            at = begin
            while rate and (at := at + chance.expovariate(rate)) < end:
                yield at
            begin = end
