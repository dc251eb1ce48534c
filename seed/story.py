"""What happens in the demo region over its days: the turns that its figures ought to show, kept with the database.

- A hall of class A takes part in a trial: its doors stay open round the clock from `night_from_on` on.
- One hall declines from `turned_on` on: fewer counters manned, slower work, later greetings.
- One hall lost its line yesterday at `line_lost_at` and sends nothing until `line_back_at`: visits that arrived in
  between happened, but are missing here.
- In one hall the systems failed two days before that: for a while nobody new was served.
- One hall closes early on a coming day.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlmodel import Session

from models.settings import DEMO, setting
from seed.region import ZONE, HallPlan

NIGHTS = 8
LINE_LOST, LINE_BACK = time(14, 20), time(9, 0)
FAILURE = (time(10, 12), time(10, 47))
FAILED_BEFORE, SHORT_AFTER = timedelta(days=2), timedelta(days=5)
SHORT_UNTIL = 720


@dataclass(frozen=True, slots=True)
class Story:
    """A region's seed number, its days and its turns; days are local."""

    seed: int
    halls: int
    first_on: date
    turned_on: date
    night_from_on: date
    line_lost_at: datetime
    line_back_at: datetime

    def chance(self, *about: object) -> Random:
        """A generator of its own for a matter: what happens there depends on nothing else."""
        return Random("/".join(map(str, (self.seed, *about))))

    def never_closes(self, plan: HallPlan, day: date) -> bool:
        """Whether the hall's doors stay open all day and night."""
        return plan.round_the_clock and day >= self.night_from_on

    def declined(self, plan: HallPlan, day: date) -> bool:
        """Whether the hall has taken its turn for the worse."""
        return plan.declines and day >= self.turned_on

    def offline(self, plan: HallPlan, at: datetime) -> bool:
        """Whether what arrives in the hall at an instant is missing here."""
        return plan.loses_line and self.line_lost_at <= at < self.line_back_at

    def failure(self, plan: HallPlan, day: date) -> tuple[datetime, datetime] | None:
        """From when to when the hall's systems failed on a day."""
        failed_on = self.line_lost_at.date() - FAILED_BEFORE
        if not plan.fails or day != failed_on or day < self.first_on:
            return None
        begins, ends = (datetime.combine(day, at, ZONE) for at in FAILURE)
        return begins, ends

    def short(self, plan: HallPlan, day: date) -> bool:
        """Whether the hall closes at noon on a day, as it has published."""
        return plan.short_day and day == self.line_lost_at.date() + SHORT_AFTER

    def text(self) -> str:
        """The story as a setting's value."""
        return json.dumps({name: _plain(getattr(self, name)) for name in self.__slots__}, sort_keys=True)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def told(seed: int, halls: int, days: int, now: datetime) -> Story:
    """The story of a region whose `days` days end with the day in progress at `now`."""
    today = now.astimezone(ZONE).date()
    first_on = today - timedelta(days=days - 1)
    return Story(
        seed=seed,
        halls=halls,
        first_on=first_on,
        turned_on=first_on + timedelta(days=days // 2),
        night_from_on=max(first_on, today - timedelta(days=NIGHTS - 1)),
        line_lost_at=datetime.combine(today - timedelta(days=1), LINE_LOST, ZONE),
        line_back_at=datetime.combine(today + timedelta(days=1), LINE_BACK, ZONE),
    )


def kept_story(session: Session) -> Story | None:
    """The story of the database's demo region; None where there is none, or one that was not made here."""
    text = setting(session, DEMO)
    try:
        return None if text is None else retold(text)
    except (ValueError, KeyError, TypeError):
        return None


def retold(text: str) -> Story:
    """The story that a setting's value holds."""
    kept = json.loads(text)
    return Story(
        seed=kept["seed"],
        halls=kept["halls"],
        first_on=date.fromisoformat(kept["first_on"]),
        turned_on=date.fromisoformat(kept["turned_on"]),
        night_from_on=date.fromisoformat(kept["night_from_on"]),
        line_lost_at=datetime.fromisoformat(kept["line_lost_at"]),
        line_back_at=datetime.fromisoformat(kept["line_back_at"]),
    )
