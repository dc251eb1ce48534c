"""The visit at the counter with its time against the limit; it ticks in the browser and stamps nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from analytics.limit_clock import LimitClock
from ui.component import component
from ui.keys import Key
from ui.language import Translator, words

_HTML = """<div class="watch"><div class="head"><span class="number"></span><span class="business"></span>
<span class="state"></span></div><div class="marks"></div>
<div class="time"><span class="clock"></span><span class="left"></span></div>
<div class="track"><div class="bar"></div></div></div>"""

_stopwatch = component("stopwatch", html=_HTML)


_SECOND = timedelta(seconds=1)


def waited(t: Translator, since_at: datetime, now: datetime) -> str:
    """How long somebody has waited, in whole seconds, rounded up."""
    return t.duration(-(-max(timedelta(), now - since_at) // _SECOND) * _SECOND)


def draw_stopwatch(number: str, business: str, state: str, marks: str, clock: LimitClock, now: datetime) -> None:
    """Draw it; the texts are in the reader's language."""
    _stopwatch(
        key=Key.DESK_STOPWATCH,
        data={
            "number": number,
            "business": business,
            "state": state,
            "marks": marks,
            # Below 0 while the walk from the seat to the counter is not over: the browser waits for it too.
            "elapsed_ms": ((clock.stopped_at or now) - clock.runs_from) // timedelta(milliseconds=1),
            "limit_ms": None if clock.limit is None else clock.limit.time // timedelta(milliseconds=1),
            "running": clock.stopped_at is None,
            "left": words("{time} left", time="{time}"),
            "over": words("{time} over the limit", time="{time}"),
            "minutes_seconds": words("{minutes} min {seconds} s", minutes="{minutes}", seconds="{seconds}"),
            "seconds": words("{seconds} s", seconds="{seconds}"),
        },
    )
