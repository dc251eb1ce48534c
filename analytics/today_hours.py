"""The day so far by local hour of arrival: who came, and how long the waits were that ended."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from analytics.statistics import nearest_rank
from models.tables import Interaction
from standards.vocabulary import NEVER_JUDGED, Begun, Channel

ARRIVING = frozenset({Begun.TICKET, Begun.WALK_IN})


@dataclass(frozen=True, slots=True)
class HourNow:
    """One local hour (0 to 23): customers who came to the hall, and the waits among them that have ended.

    Who is excluded came too, but their wait does not count. A wait ends with the call, or when the customer leaves
    before it; without one the percentiles are None.
    """

    hour: int
    arrivals: int
    waits: int
    p50: timedelta | None
    p90: timedelta | None


def today_hours(session: Session, branch_id: str, day: date, zone: ZoneInfo) -> tuple[HourNow, ...]:
    """Every hour from the first to the last one with an arrival; test, void and diverted tickets are left out."""
    rows = session.exec(
        select(Interaction.hour_at, Interaction.wait_ms, Interaction.excluded).where(
            Interaction.branch_id == branch_id,
            Interaction.day_on == day,
            Interaction.channel == Channel.COUNTER,
            col(Interaction.begun).in_(ARRIVING),
            col(Interaction.outcome).not_in(NEVER_JUDGED),
        )
    )
    waits: dict[int, list[int | None]] = defaultdict(list)
    for hour_at, wait_ms, excluded in rows:
        waits[hour_at.astimezone(zone).hour].append(None if excluded else wait_ms)
    if not waits:
        return ()
    return tuple(_hour(hour, waits.get(hour, [])) for hour in range(min(waits), max(waits) + 1))


def _hour(hour: int, arrivals: list[int | None]) -> HourNow:
    ended = sorted(wait for wait in arrivals if wait is not None)
    return HourNow(hour, len(arrivals), len(ended), _percentile(ended, 50), _percentile(ended, 90))


def _percentile(waits: list[int], percent: int) -> timedelta | None:
    found = nearest_rank(waits, percent)
    return None if found is None else timedelta(milliseconds=found)
