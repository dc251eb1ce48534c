"""A hall's day by rule: what is looked at before opening, how open visits are settled, what was forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from standards.derive import OpeningWeek, day_on, opening_times, openings_on
from standards.message import Worded
from standards.vocabulary import Channel

# Nobody is served for so long without a stamp after the doors have closed; where they never close, for half a day.
QUIET_AFTER_CLOSING = timedelta(hours=2)
QUIET_WHILE_OPEN = timedelta(hours=12)
# A day that was opened may still be closed in the night after it.
NIGHT_ENDS = time(5)


class OpeningCheck(Worded):
    """What is looked at before the hall opens."""

    QUEUE_MACHINE = "queue_machine", "Queue machine"
    RATING_DEVICES = "rating_devices", "Rating devices"
    TERMINALS = "terminals", "Self-service terminals"
    NETWORK = "network", "Network"
    PRINTERS = "printers", "Printers"
    NOTICES = "notices", "Posted notices"
    COUNTERS = "counters", "Counters manned"
    APPEARANCE = "appearance", "Appearance"
    TODAY = "today", "Today's items (power cuts, policies)"


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody found at an item: in order or not, None where nobody looked; `note` says what is wrong."""

    found: bool | None = None
    note: str = ""

    @property
    def stored(self) -> bool | dict[str, Any] | None:
        """As it stands in a day's checklist: the plain mark, with the note where there is one."""
        return {"found": self.found, "note": self.note} if self.note else self.found


def look_of(checklist: Mapping[str, Any], item: OpeningCheck) -> Look:
    """What a day's checklist holds of an item: nothing, a plain mark, or a mark with its note."""
    stored = checklist.get(item.value)
    if isinstance(stored, Mapping):
        return Look(stored.get("found"), str(stored.get("note") or ""))
    return Look(stored)


class Settle(Worded):
    """How a visit that is still open at closing is settled."""

    SERVED = "served", "Served"
    LEFT = "left", "Left"
    NO_SHOW = "no_show", "No-show"
    CARRY_OVER = "carry_over", "Carry over to another day"


def in_the_night(now: datetime, zone: ZoneInfo) -> bool:
    """Whether the day before may still be in hand."""
    return now.astimezone(zone).time() < NIGHT_ENDS


def forgotten(
    last_at: datetime,
    of_channel: Channel,
    arrived_at: datetime,
    weeks: tuple[OpeningWeek, ...],
    zone: ZoneInfo,
    now: datetime,
) -> bool:
    """Whether an open visit of an earlier day was forgotten; `last_at` is its last stamp.

    A visit may run past midnight where the hall is open then (or nobody knows its hours), and on a telephone line.
    """
    today = day_on(now, zone)
    if day_on(arrived_at, zone) >= today:
        return False
    may_go_on = of_channel is Channel.TELEPHONE or open_into(weeks, zone, now)
    return now - last_at > (QUIET_WHILE_OPEN if may_go_on else QUIET_AFTER_CLOSING)


def open_into(weeks: tuple[OpeningWeek, ...], zone: ZoneInfo, now: datetime) -> bool:
    """Whether the hall was open up to this local day's first moment or beyond it, or has no hours set."""
    today = day_on(now, zone)
    yesterday = today - timedelta(days=1)
    openings = openings_on(weeks, yesterday)
    if not openings:
        return True
    return any(day_on(closes_at, zone) >= today for _, closes_at in opening_times(yesterday, openings, zone))
