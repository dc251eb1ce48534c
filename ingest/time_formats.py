"""Formats of times: read by a parser, or far faster where they are digits at fixed places."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

_DIGITS = {"%Y": 4, "%m": 2, "%d": 2, "%H": 2, "%M": 2, "%S": 2}
_PART_OF_A_SECOND = "%f"
_FINEST = 6
_NEVER_NOTHING = "YymdjHIMS"
"""Parts of a format that take one character at least."""
_MIDNIGHT = "24"
"""An hour that newer standards know, and the parser does not."""


def read_time(text: str, formats: tuple[str, ...]) -> tuple[datetime, bool] | None:
    """The time by the first format that fits, and whether it has a date."""
    for form, fixed, shortest, dated in shapes(formats):
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
    between: Callable[[str], tuple[str, ...]]
    marks: tuple[str, ...]
    standard: bool

    def read(self, text: str) -> datetime | None:
        """The time, exactly as the parser would read it, or None where only the parser can tell."""
        if not self.width <= len(text) <= self.longest or self.between(text) != self.marks:
            return None
        try:
            read = datetime.fromisoformat(text if self.standard else self._in_order(text))
        except ValueError:
            return None
        return None if text[self.places[3]] == _MIDNIGHT or read.tzinfo is not None else read

    def read_utc(self, text: str) -> datetime | None:
        """What `read` makes of one in the `standard` order, in UTC: both at once takes half the time."""
        if not self.width <= len(text) <= self.longest or self.between(text) != self.marks:
            return None
        if text[self.places[3]] == _MIDNIGHT:
            return None
        try:
            return datetime.fromisoformat(f"{text}+00:00")
        except ValueError:
            return None

    def _in_order(self, text: str) -> str:
        year, month, day, hour, minute, second = (text[place] for place in self.places)
        rest = f".{text[self.width :]}" if self.longest > self.width else ""
        return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{rest}"


@lru_cache(maxsize=256)
def shapes(formats: tuple[str, ...]) -> tuple[tuple[str, Fixed | None, int, bool], ...]:
    """Each format, how it is read without a parser, the fewest characters it takes, whether it has a date."""
    return tuple((form, _fixed(form), _shortest(form), has_date(form)) for form in formats)


def _shortest(form: str) -> int:
    return sum(part[0] != "%" or part[1] in _NEVER_NOTHING for part in re.findall(r"%.|\s+|.", form, re.DOTALL))


def _fixed(form: str) -> Fixed | None:
    """A format of a day and a time of day, each part in two digits (the year in four) between plain marks."""
    places: dict[str, slice] = {}
    marks: list[tuple[Any, str]] = [(slice(0, 0), ""), (slice(0, 0), "")]  # two at least are got as a tuple
    at = 0
    whole = form.removesuffix(_PART_OF_A_SECOND)
    for part in re.findall(r"%.|.", whole, re.DOTALL):
        if part in _DIGITS and part not in places:
            places[part] = slice(at, at + _DIGITS[part])
            at = places[part].stop
        elif len(part) == 1:
            marks.append((at, part))
            at += 1
        else:
            return None
    if not _DIGITS.keys() - {"%S"} <= places.keys():
        return None
    if whole != form and ("%S" not in places or not whole.endswith(".")):
        return None
    longest = at if whole == form else at + _FINEST
    standard = re.fullmatch("%Y-%m-%d[ T]%H:%M(:%S)?(\\.%f)?", form) is not None
    some = marks[2:] if len(marks) > 3 else marks
    between, said = itemgetter(*(place for place, _ in some)), tuple(mark for _, mark in some)
    return Fixed(at, longest, tuple(places.get(part, slice(0, 0)) for part in _DIGITS), between, said, standard)
