"""Times as files write them: formats, zone, a day for times without one, past midnight, and machines' clocks."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ingest.mapping import Times
from ingest.rejects import Reason, Rejected
from standards.message import message

ORDER = ("called_at", "last_called_at", "at_counter_at", "greeted_at", "started_at", "ended_at", "left_at")
"""The stages after the arrival, in the order in which they can happen."""

YEARS = range(1990, 9999)
"""Those that a visit can be of; what is later than now is refused by itself."""
_DAY = timedelta(days=1)
_DIGITS = {"%Y": 4, "%m": 2, "%d": 2, "%H": 2, "%M": 2, "%S": 2}
_PART_OF_A_SECOND = "%f"
_FINEST = 6
_NEVER_NOTHING = "YymdjHIMS"
"""Parts of a format that take one character at least."""
_MIDNIGHT = "24"
"""An hour that newer standards know, and the parser does not."""


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
        found: dict[str, datetime] = {}
        adjusted = False
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
def _offset(day: date, zone: ZoneInfo) -> timedelta | None:
    """How far a zone is from UTC throughout a local day; None where its clocks are changed then."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    if not YEARS.start <= day.year < YEARS.stop:
        return None
    hours = (midnight + timedelta(hours=hour) for hour in range(-24, 49))
    found = {hour.replace(fold=fold).utcoffset() for hour in hours for fold in (0, 1)}
    return found.pop() if len(found) == 1 else None


def read_time(text: str, formats: tuple[str, ...]) -> tuple[datetime, bool] | None:
    """The time by the first format that fits, and whether it has a date."""
    for form, fixed, shortest, dated in _shapes(formats):
        if fixed is not None and (quick := fixed.read(text)) is not None:
            return quick, dated
        if len(text) >= shortest and (read := _parsed(text, form)) is not None:
            return read, dated
    return None


@lru_cache(maxsize=100_000)
def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the mapping's, put on later
    except ValueError:
        return None


def has_date(form: str) -> bool:
    """Whether a time format says of which day a time is."""
    return any(place in form for place in ("%d", "%j", "%x", "%c"))


@dataclass(frozen=True, slots=True)
class Fixed:
    """A format of digits at fixed places, read without a parser; what is written otherwise it does not read.

    After the last of them a part of a second may follow, of as many digits as the parser takes. One in the `standard`
    order is what ISO 8601 says.
    """

    width: int
    longest: int
    places: tuple[slice, ...]
    between: tuple[tuple[int, str], ...]
    standard: bool

    def read(self, text: str) -> datetime | None:
        """The time, exactly as the parser would read it, or None where only the parser can tell."""
        if len(text) != self.width and not self.width < len(text) <= self.longest:
            return None
        for at, mark in self.between:
            if text[at] != mark:
                return None
        try:
            read = datetime.fromisoformat(text if self.standard else self._in_order(text))
        except ValueError:
            return None
        return None if text[self.places[3]] == _MIDNIGHT or read.tzinfo is not None else read

    def _in_order(self, text: str) -> str:
        year, month, day, hour, minute, second = (text[place] for place in self.places)
        rest = f".{text[self.width :]}" if self.longest > self.width else ""
        return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{rest}"


@lru_cache(maxsize=256)
def _shapes(formats: tuple[str, ...]) -> tuple[tuple[str, Fixed | None, int, bool], ...]:
    """Each format, how it is read without a parser, the fewest characters it takes, whether it has a date."""
    return tuple((form, _fixed(form), _shortest(form), has_date(form)) for form in formats)


def _shortest(form: str) -> int:
    return sum(part[0] != "%" or part[1] in _NEVER_NOTHING for part in re.findall(r"%.|\s+|.", form, re.DOTALL))


def _fixed(form: str) -> Fixed | None:
    """A format of a day and a time of day, each part in two digits (the year in four) between plain marks."""
    places: dict[str, slice] = {}
    between: list[tuple[int, str]] = []
    at = 0
    whole = form.removesuffix(_PART_OF_A_SECOND)
    for part in re.findall(r"%.|.", whole, re.DOTALL):
        if part in _DIGITS and part not in places:
            places[part] = slice(at, at + _DIGITS[part])
            at = places[part].stop
        elif len(part) == 1:
            between.append((at, part))
            at += 1
        else:
            return None
    if not _DIGITS.keys() - {"%S"} <= places.keys():
        return None
    if whole != form and ("%S" not in places or not whole.endswith(".")):
        return None
    longest = at if whole == form else at + _FINEST
    standard = re.fullmatch("%Y-%m-%d[ T]%H:%M(:%S)?(\\.%f)?", form) is not None
    return Fixed(at, longest, tuple(places.get(part, slice(0, 0)) for part in _DIGITS), tuple(between), standard)
