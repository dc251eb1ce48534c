"""A hall's open time cut into local clock hours: what `hour_at` of the rows is held against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from analytics.directory import Hall
from models.standing import intervals_of
from models.tables import BranchHours, DayHours
from standards.derive import Opening, opening_times

HOUR = timedelta(hours=1)
_WHOLE_WEEK = tuple(Opening(weekday, 0, 24 * 60) for weekday in range(7))


class OpenHour(NamedTuple):
    """The open part of a local clock hour: `start` is the hour's UTC start, as rows carry it in `hour_at`."""

    start: datetime
    opens_at: datetime
    closes_at: datetime

    @property
    def hours(self) -> float:
        """How long it is open, in hours."""
        return (self.closes_at - self.opens_at) / HOUR


class OpeningWeeks:
    """The opening intervals of one hall, the days from which they are in force, and those of single days."""

    def __init__(self, rows: list[BranchHours], days: list[DayHours]) -> None:
        self._days = {row.day_on: intervals_of(row.intervals) for row in days}
        by_start: dict[date, list[Opening]] = {}
        for row in rows:
            by_start.setdefault(row.from_on, []).append(Opening(row.weekday, row.opens, row.closes))
        self._weeks = [(from_on, tuple(by_start[from_on])) for from_on in sorted(by_start, reverse=True)]

    @property
    def known(self) -> bool:
        """Whether any intervals are set."""
        return bool(self._weeks)

    def on(self, day: date) -> tuple[Opening, ...]:
        """The week in force on a day, or that day's own intervals; every hour of it where none is set at all."""
        if day in self._days:
            return tuple(Opening(day.weekday(), opens, closes) for opens, closes in self._days[day])
        if not self.known:
            return _WHOLE_WEEK
        return next((week for from_on, week in self._weeks if from_on <= day), ())


def opening_weeks(session: Session, branch_ids: list[str]) -> dict[str, OpeningWeeks]:
    """The opening intervals of halls."""
    weeks: dict[str, list[BranchHours]] = {branch_id: [] for branch_id in branch_ids}
    days: dict[str, list[DayHours]] = {branch_id: [] for branch_id in branch_ids}
    for week in session.exec(select(BranchHours).where(col(BranchHours.branch_id).in_(branch_ids))):
        weeks[week.branch_id].append(week)
    for day in session.exec(select(DayHours).where(col(DayHours.branch_id).in_(branch_ids))):
        days[day.branch_id].append(day)
    return {branch_id: OpeningWeeks(weeks[branch_id], days[branch_id]) for branch_id in branch_ids}


def open_hours(hall: Hall, weeks: OpeningWeeks, first_on: date, last_on: date, until: datetime) -> list[OpenHour]:
    """The hall's open clock hours from day to day (inclusive), in order, cut at `until`."""
    zone = hall.zone
    found: dict[datetime, OpenHour] = {}
    for ahead in range((last_on - first_on).days + 1):
        day = first_on + timedelta(days=ahead)
        for opens_at, closes_at in opening_times(day, weeks.on(day), zone):
            hour_start = opens_at.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
            for hour in _clock_hours(hour_start, opens_at, min(closes_at, until)):
                found[hour.start] = _joined(found.get(hour.start), hour)
    return sorted(found.values())


def _clock_hours(start: datetime, opens_at: datetime, closes_at: datetime) -> Iterator[OpenHour]:
    while start < closes_at:
        yield OpenHour(start, max(opens_at, start), min(closes_at, start + HOUR))
        start += HOUR


def _joined(before: OpenHour | None, hour: OpenHour) -> OpenHour:
    """An hour with two open parts (a short break) counts from the first opening to the last closing."""
    return hour if before is None else OpenHour(hour.start, before.opens_at, hour.closes_at)
