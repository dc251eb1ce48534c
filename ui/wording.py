"""Durations, shares, days and times of day in a reader's words.

What is shown never hides a miss: a time that was taken is rounded up. What is left runs in the browser alone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from math import ceil, floor

from babel import Locale
from babel.dates import format_date, format_skeleton

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_TENTH = timedelta(milliseconds=100)


class Language(StrEnum):
    """A language of the screens, by its stable value in addresses."""

    ZH = "zh"
    EN = "en"

    @property
    def locale(self) -> Locale:
        """Its rules for dates."""
        return Locale("zh") if self is Language.ZH else Locale("en", "GB")

    @property
    def own_name(self) -> str:
        """What its readers call it."""
        return _own_name(self.value)


@cache
def _own_name(language: str) -> str:
    return str(Locale(language).get_language_name(language))


def rounded_up(value: timedelta) -> timedelta:
    """To tenths below a minute and to seconds above, never down: 15.01 s is not 15 s."""
    step = _TENTH if value < _MINUTE else _SECOND
    return -(-value // step) * step


def parts(value: timedelta) -> tuple[int, int, int, int]:
    """Hours, minutes, seconds and tenths of a time that is not negative."""
    tenths = value // _TENTH
    return tenths // 36_000, tenths // 600 % 60, tenths // 10 % 60, tenths % 10


def percent(share: float, target: float | None = None) -> str:
    """A share (0 to 1) in per cent with one decimal, with more where rounding would hide a miss.

    100.0 is said only of all and 0.0 only of none; a share below its target never reads as the target.
    """
    exact = Decimal(repr(share)) * 100
    for decimals in range(1, 6):
        shown = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if not _hides(exact, shown, target):
            break
    return f"{shown}%"


def _hides(exact: Decimal, shown: Decimal, target: float | None) -> bool:
    if exact < 100 <= shown or shown <= 0 < exact:
        return True
    return target is not None and exact < Decimal(repr(target)) * 100 <= shown


def whole_percents(low: float, high: float) -> tuple[int, int]:
    """The ends of an interval in whole per cent, the lower rounded down and the upper up."""
    return floor(Decimal(repr(low)) * 100), ceil(Decimal(repr(high)) * 100)


def signed_points(difference: float) -> str:
    """A difference of two shares in percentage points, with its sign."""
    points = (Decimal(repr(difference)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{points:+}" if points else "0.0"


def plain_number(value: float, decimals: int) -> str:
    """A number with at most so many decimals, thousands set apart."""
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: date, language: Language) -> str:
    """2026年2月13日, 13 Feb 2026."""
    return str(format_date(value, "long" if language is Language.ZH else "d MMM y", locale=language.locale))


def short_day(value: date, language: Language) -> str:
    """2月13日, 13 Feb."""
    return str(format_skeleton("MMMd", value, locale=language.locale))


def weekday(value: date, language: Language) -> str:
    """周五, Fri."""
    return str(format_date(value, "EEE", locale=language.locale))


def month(value: date, language: Language) -> str:
    """2026年2月, Feb 2026."""
    return str(format_skeleton("yMMM", value, locale=language.locale))


def time_of_day(at: datetime, zone: tzinfo | None = None, *, seconds: bool = False) -> str:
    """10:31, or 10:31:04, in a zone, or in the time's own."""
    return at.astimezone(zone or at.tzinfo).strftime("%H:%M:%S" if seconds else "%H:%M")
