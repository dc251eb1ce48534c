"""Sizes and times of the installation in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from ui.language import Translator

_STEP = 1000
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def size_words(t: Translator, size: int) -> str:
    """178 MB, 1.4 GB: as disks are sold."""
    value, units = float(size), ["kB", "MB", "GB", "TB"]
    value /= _STEP
    while value >= _STEP and len(units) > 1:
        value /= _STEP
        units.pop(0)
    return f"{t.number(value, 0 if value >= 10 else 1)} {units[0]}"


def ago(t: Translator, at: datetime, now: datetime) -> str:
    """How long ago, in whole days or hours; never less than nothing."""
    span = max(now - at, timedelta())
    if span >= 2 * _DAY:
        return t.words("{n} days ago", n=span // _DAY)
    if span >= 2 * _HOUR:
        return t.words("{n} hours ago", n=span // _HOUR)
    if span >= 2 * _MINUTE:
        return t.words("{n} minutes ago", n=span // _MINUTE)
    return t.words("just now")
