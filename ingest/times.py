"""Times as files write them: formats, zone, a day for times without one, past midnight, and machines' clocks."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ingest.mapping import Times
from ingest.rejects import Reason, Rejected
from ingest.time_formats import read_time, shapes
from standards.message import message

ORDER = ("called_at", "last_called_at", "at_counter_at", "greeted_at", "started_at", "ended_at", "left_at")
"""The stages after the arrival, in the order in which they can happen."""
_IN_LINE = ("arrived_at", *ORDER)
_DATE = len("2026-03-29")

YEARS = range(1990, 9999)
"""Those that a visit can be of; what is later than now is refused by itself."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """The times of a mapping with its zone and day settled."""

    times: Times
    zone: ZoneInfo
    day: date | None

    def stages(self, texts: Dictionary[str, str]) -> tuple[dict[str, datetime], bool]:
        """The instants in UTC of one row's times, and whether clocks had to be adjusted; raises Rejected.

        A time without a date that is earlier than the stage before it by more than the mapping's hours is of the next
        day. A stage that is earlier by no more than the tolerance is moved up to the one before it.
        """
        found = self._plain(texts)
        if found is not None:
            return found, False
        found, adjusted = {}, False
        before = "arrived_at"
        found[before] = self._instant(before, texts[before], None)
        for stage in ORDER:
            if stage in texts:
                found[stage], moved = self._not_before(stage, texts[stage], before, found[before])
                adjusted, before = adjusted or moved, stage
        if len(found) == len(texts):
            return found, adjusted
        for other in sorted(texts.keys() - found.keys()):  # not in line with the rest, but none before the arrival
            found[other], moved = self._not_before(other, texts[other], "arrived_at", found["arrived_at"])
            adjusted = adjusted or moved
        return found, adjusted

    def _plain(self, texts: Dictionary[str, str]) -> dict[str, datetime] | None:
        """The instants where all have a date, are written in the first format and in order, as most rows' are.

        None where anything else is so, or the clocks are changed on one of the days.
        """
        fixed = shapes(self.times.formats)[0][1]
        if fixed is None or not fixed.standard:
            return None
        found: dict[str, datetime] = {}
        text, instant = "", None
        for stage in _IN_LINE:
            if stage not in texts:
                continue
            if texts[stage] != text or instant is None:
                text, before = texts[stage], instant
                offset = _offset_on(text[:_DATE], self.zone)
                instant = None if offset is None else fixed.read_utc(text)
                if instant is None or offset is None:
                    return None
                instant -= offset
                if before is not None and instant < before:
                    return None
            found[stage] = instant
        return found if len(found) == len(texts) else None

    def _not_before(self, stage: str, text: str, before: str, earlier: datetime) -> tuple[datetime, bool]:
        instant = self._instant(stage, text, earlier)
        if instant >= earlier:
            return instant, False
        late = earlier - instant
        if late > self.times.tolerance:
            raise Rejected(
                Reason.OUT_OF_ORDER,
                message("{stage} is {late} before {before}.", stage=stage, late=late, before=before),
            )
        return earlier, True

    def _instant(self, stage: str, text: str, earlier: datetime | None) -> datetime:
        read = read_time(text, self.times.formats)
        if read is None:
            raise Rejected(Reason.BAD_TIME, message("{stage} says {text}, which is no time.", stage=stage, text=text))
        written, dated = read
        if not dated:
            written = datetime.combine(self._undated(stage), written.timetz())
        if written.year not in YEARS:
            raise Rejected(Reason.BAD_TIME, message("{stage} says {text}, which is no time.", stage=stage, text=text))
        if written.tzinfo is not None:
            return written.astimezone(UTC)
        instant = self._local(stage, written, earlier)
        if not dated and earlier is not None and earlier - instant > self.times.past_midnight:
            instant = self._local(stage, written + _DAY, earlier)
        return instant

    def _undated(self, stage: str) -> date:
        """The day of a time that does not say its own."""
        if self.day is None:
            raise Rejected(Reason.BAD_TIME, message("{stage} has no date: say of which day it is.", stage=stage))
        return self.day

    def _local(self, stage: str, written: datetime, earlier: datetime | None) -> datetime:
        """A local time as an instant; where clocks were put back, the first that is not before the stage before."""
        offset = _offset(written.date(), self.zone)
        if offset is not None:
            return (written - offset).replace(tzinfo=UTC)
        first, second = (written.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if first == second:
            return first
        if first.astimezone(self.zone).replace(tzinfo=None) != written:
            raise Rejected(
                Reason.BAD_TIME,
                message(
                    "{stage} says {text}, an hour that the clocks skipped.", stage=stage, text=written.isoformat(" ")
                ),
            )
        return second if earlier is not None and first < earlier <= second else first


@lru_cache(maxsize=10_000)
def _offset_on(day: str, zone: ZoneInfo) -> timedelta | None:
    """As `_offset`, of a day as ISO 8601 writes it; None for what is none."""
    try:
        return _offset(date.fromisoformat(day), zone)
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def _offset(day: date, zone: ZoneInfo) -> timedelta | None:
    """How far a zone is from UTC throughout a local day; None where its clocks are changed then."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    if not YEARS.start <= day.year < YEARS.stop:
        return None
    hours = (midnight + timedelta(hours=hour) for hour in range(-24, 49))
    found = {hour.replace(fold=fold).utcoffset() for hour in hours for fold in (0, 1)}
    return found.pop() if len(found) == 1 else None
