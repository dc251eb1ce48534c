"""The derived columns of many rows of a hall: what every row of a day has in common is worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.standing import STAMPS, every_opening_week, walking_on
from models.tables import Branch
from standards import derive
from standards.derive import OpeningWeek
from standards.vocabulary import Channel, Stage

_TIMES = tuple(field.name for field in fields(derive.Times))
_derived = attrgetter(*_TIMES)
DERIVED = (*_TIMES, "wait_from_at", "hour_at", "day_on")
"""The columns that are derived."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A local day of a hall: from when until when it lasts, the intervals it may meet, its distance from UTC.

    A day on which the clocks are changed has no one `offset`.
    """

    day_on: date
    begins_at: datetime
    ends_at: datetime
    offset: timedelta | None
    walking: timedelta
    intervals: tuple[tuple[datetime, datetime], ...]
    hours: dict[int, datetime] = field(default_factory=dict, compare=False)

    def hour_at(self, arrived_at: datetime, zone: ZoneInfo) -> datetime:
        """The UTC start of the local hour of arrival."""
        if self.offset is None:
            return derive.hour_at(arrived_at, zone)
        hour = (arrived_at - self.begins_at) // _HOUR
        return self.hours.get(hour) or self.hours.setdefault(hour, self.begins_at + hour * _HOUR)


@dataclass(slots=True)
class HallTimes:
    """A hall's hours and walking allowances as they are in one transaction."""

    session: Session
    branch: Branch
    zone: ZoneInfo
    weeks: tuple[OpeningWeek, ...]
    days: dict[date, LocalDay] = field(default_factory=dict)
    last: LocalDay | None = None

    def derived(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Every derived column of a row given by its columns: what `HallClock.derived` says of it."""
        arrived_at: datetime = row["arrived_at"]
        day = self.day_of(arrived_at)
        telephone = row["channel"] is Channel.TELEPHONE
        wait_from_at = arrived_at if telephone else derive.wait_within(arrived_at, day.intervals)
        stamps: dict[str, Any] = {name: row[name] for name in STAMPS if name in row}
        stamps["wait_from_at"] = wait_from_at
        if row.get("inaccurate"):
            stamps["inaccurate"] = frozenset(Stage(value) for value in row["inaccurate"].split())
        times = derive.times(derive.Stamps(**stamps), day.walking)
        hour_at = day.hour_at(arrived_at, self.zone)
        return dict(zip(DERIVED, (*_derived(times), wait_from_at, hour_at, day.day_on), strict=True))

    def day_of(self, at: datetime) -> LocalDay:
        """The hall's local day of an instant; most rows are of the same day as the one before them."""
        last = self.last
        if last is None or not last.begins_at <= at < last.ends_at:
            day = derive.day_on(at, self.zone)
            last = self.last = self.days.get(day) or self.days.setdefault(day, self._local_day(day))
        return last

    def _local_day(self, day: date) -> LocalDay:
        begins_at, ends_at = (
            datetime(one.year, one.month, one.day, tzinfo=self.zone).astimezone(UTC) for one in (day, day + _DAY)
        )
        ahead = derive.intervals_ahead(day, self.weeks, self.zone)
        intervals = tuple((opens, closes) for opens, closes in ahead if closes > begins_at)
        offset = self._offset(begins_at, ends_at)
        return LocalDay(day, begins_at, ends_at, offset, walking_on(self.session, self.branch, day), intervals)

    def _offset(self, begins_at: datetime, ends_at: datetime) -> timedelta | None:
        hours = range((ends_at - begins_at) // _HOUR + 1)
        found = {(begins_at + hour * _HOUR).astimezone(self.zone).utcoffset() for hour in hours}
        return found.pop() if len(found) == 1 else None


def hall_times(session: Session, branch: Branch) -> HallTimes:
    """The hall's times, for rows that are written in this transaction."""
    return HallTimes(session, branch, branch.zone_info, every_opening_week(session, branch))
