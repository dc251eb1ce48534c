"""A hall's past up to now, simulated day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from seed.demand import HallDay
from seed.parts import Part, instant
from seed.region import ZONE, HallPlan
from seed.roster import Roster, roster
from seed.simulation import Hall
from seed.story import Story
from seed.telephone import calls


@dataclass(frozen=True, slots=True)
class Period:
    """What is to be simulated: from (exclusive) and up to an instant; `holidays` are local days of
    rest, `tickets` the numbers given out already on the first day."""

    since: datetime
    now: datetime
    holidays: frozenset[date] = frozenset()
    tickets: int = 0

    def days(self) -> Iterator[date]:
        """The local days that the period touches."""
        day, today = (at.astimezone(ZONE).date() for at in (self.since, self.now))
        while day <= today:
            yield day
            day += timedelta(days=1)

    def for_people(self, day: date) -> bool:
        """Whether the demo clerk's counter is left to people: on the day in progress, and on the day it resumes."""
        return day in {self.now.astimezone(ZONE).date(), (self.since + timedelta(seconds=1)).astimezone(ZONE).date()}


def hall_day(plan: HallPlan, story: Story, day: date, holidays: frozenset[date]) -> HallDay:
    """A day of a hall, restful on a holiday."""
    return HallDay(plan, story, day, restful=day in holidays)


def past(plan: HallPlan, story: Story, period: Period) -> list[Part]:
    """Everything that happened in a hall, each visit to its end; what was lost with the line is missing."""
    since = period.since.timestamp()
    parts: list[Part] = []
    for days in _stretches(plan, story, period):
        first = days[0][0]
        parts += Hall(
            days, story.chance(plan.code, first.day, int(max(since, first.intervals[0][0]))), since, period.tickets
        ).run()
        for day, _ in days:
            parts += ended_calls(day, since, period.now.timestamp())
    return [part for part in parts if not story.offline(plan, instant(part.arrived))]


def ended_calls(day: HallDay, since: float, now: float) -> list[Part]:
    """The calls that ended between two instants: an exchange gives its records when a call is over."""
    return [call for call in calls(day) if call.settled is not None and since < call.settled <= now]


def _stretches(plan: HallPlan, story: Story, period: Period) -> list[list[tuple[HallDay, Roster]]]:
    """The open days, each alone; where the doors never close, in one piece."""
    stretches: list[list[tuple[HallDay, Roster]]] = []
    for local in period.days():
        day = hall_day(plan, story, local, period.holidays)
        planned = (day, roster(day, period.for_people(local)))
        if day.never_closes and stretches and stretches[-1][-1][0].never_closes:
            stretches[-1].append(planned)
        elif day.intervals:
            stretches.append([planned])
    return stretches
