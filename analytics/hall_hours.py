"""Whether a hall is open now, and when it opens or closes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from standards.derive import Opening, opening_times


@dataclass(frozen=True, slots=True)
class HallHours:
    """`open` is True where no hours are set. `opens_at` is the next opening of a closed hall, within eight days."""

    open: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def hall_hours(openings: tuple[Opening, ...], zone: ZoneInfo, now: datetime) -> HallHours:
    """The hall's hours as they stand at a moment; an interval ends before its closing time."""
    if not openings:
        return HallHours(open=True)
    today = now.astimezone(zone).date()
    ahead = [
        interval
        for days in range(-1, 9)  # yesterday's interval may end at midnight or later
        for interval in opening_times(today + timedelta(days=days), openings, zone)
        if now < interval[1]
    ]
    for opens_at, closes_at in ahead:
        if opens_at <= now:
            return HallHours(open=True, closes_at=closes_at)
    return HallHours(open=False, opens_at=ahead[0][0] if ahead else None)
