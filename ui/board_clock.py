"""Clocks that go on in the browser: what it must know of each, and the words it says them in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from analytics.limit_clock import LimitClock
from ui.language import Translator

Said = dict[str, Any]


def ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return round(at.timestamp() * 1000)


def clock_said(clock: LimitClock) -> Said:
    """A clock for the browser: it counts on from `from`, and stands still at `stop`."""
    limit = clock.limit
    return {
        "from": ms(clock.runs_from),
        "stop": None if clock.stopped_at is None else ms(clock.stopped_at),
        "limit": None if limit is None else limit.time // timedelta(milliseconds=1),
        "soon": None if limit is None else limit.soon // timedelta(milliseconds=1),
        "of_mean": limit is not None and limit.of_mean,
    }


def clock_texts(t: Translator) -> dict[str, str]:
    """Templates by which the browser says a time; its places are filled there."""
    return {
        "hours": t.words(
            "{hours} h {minutes} min {seconds} s", hours="{hours}", minutes="{minutes}", seconds="{seconds}"
        ),
        "minutes": t.words("{minutes} min {seconds} s", minutes="{minutes}", seconds="{seconds}"),
        "seconds": t.words("{seconds} s", seconds="{seconds}"),
        "left": t.words("{time} left", time="{time}"),
        "over": t.words("over by {time}", time="{time}"),
        "past_mean": t.words("past the mean limit by {time}", time="{time}"),
        "late": t.words("late by {time}", time="{time}"),
    }


def limit_said(limit: timedelta, t: Translator) -> str:
    """15 min, where it is whole minutes."""
    minutes, rest = divmod(limit, timedelta(minutes=1))
    return t.duration(limit) if rest or not minutes else t.words("{minutes} min", minutes=minutes)
