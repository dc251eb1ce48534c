"""Whether a hall is open now, and when it opens or closes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from standards.derive import DAYS_AHEAD, OpeningWeek, opening_times, openings_on


@dataclass(frozen=True, slots=True)
class HallHours:
    """`open` is True where no hours are set. `opens_at` is the next opening of a closed hall, within a fortnight."""

    open: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def hall_hours(weeks: tuple[OpeningWeek, ...], zone: ZoneInfo, now: datetime) -> HallHours:
    """The hall's hours as they stand at a moment; an interval ends before its closing time."""
    today = now.astimezone(zone).date()
    if not openings_on(weeks, today):
        return HallHours(open=True)
    days = [today + timedelta(days=ahead) for ahead in range(-1, DAYS_AHEAD)]  # yesterday's may end after midnight
    ahead = [
        interval for day in days for interval in opening_times(day, openings_on(weeks, day), zone) if now < interval[1]
    ]
    for opens_at, closes_at in ahead:
        if opens_at <= now:
            return HallHours(open=True, closes_at=closes_at)
    return HallHours(open=False, opens_at=ahead[0][0] if ahead else None)
