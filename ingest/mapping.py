"""What is known of a file's meaning: how its columns become the fields of an interaction."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

from standards.message import Message

DAY = "day"
LONGEST_REFERENCE = 64
_PLACE = re.compile(r"\{([^{}]*)\}")


class WrongMapping(Exception):
    """The mapping can't be used; `message` says what is wrong with it."""

    reason = "wrong_mapping"

    def __init__(self, said: Message) -> None:
        super().__init__(str(said))
        self.message = said


@dataclass(frozen=True, slots=True)
class Times:
    """How times are written, and what machines' clocks are forgiven."""

    formats: tuple[str, ...]
    zone: ZoneInfo | None = None
    day: date | None = None
    never: frozenset[str] = frozenset()
    past_midnight: timedelta = timedelta(hours=12)
    tolerance: timedelta = timedelta()


def places_of(reference: str) -> list[str]:
    """The columns (and `day`) that a reference is made of, in their order."""
    return _PLACE.findall(reference)


@lru_cache(maxsize=256)
def _parts(reference: str) -> tuple[tuple[str, str | None], ...]:
    """A reference in turn as plain text and as places."""
    split = _PLACE.split(reference)
    return tuple((part, part if number % 2 else None) for number, part in enumerate(split) if part or number % 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A checked mapping: for each field the columns to look in, in order; the rest as `ingest.map_file` lists it."""

    name: str
    digest: str
    times: Times
    columns: Dictionary[str, tuple[str, ...]]
    constants: Dictionary[str, str]
    values: Dictionary[str, Dictionary[str, str]]
    drop: Dictionary[str, frozenset[str]]
    skip: Dictionary[str, frozenset[str]]
    reference: str | None
    delimiter: str

    @property
    def needed(self) -> frozenset[str]:
        """The columns that a file must have."""
        places = set(places_of(self.reference or "")) - {DAY}
        return frozenset(column for columns in self.columns.values() for column in columns) | places | set(self.skip)

    @property
    def names_the_day(self) -> bool:
        """Whether the reference holds the day."""
        return DAY in places_of(self.reference or "")

    def reference_of(self, row: Dictionary[str, str], day: date | None, occurrence: int = 1) -> str:
        """What names a row within its hall, at most 64 characters.

        Without a `reference`, equal rows of one file are different customers: `occurrence` counts them from 1.
        """
        if self.reference is None:
            counted = [] if occurrence == 1 else [f"#{occurrence}"]
            said = "\x1f".join([str(day), *(row[column] for column in sorted(self.needed)), *counted])
            return sha256(said.encode()).hexdigest()
        parts, said = _parts(self.reference), str(day)
        named = "".join([text if place is None else said if place == DAY else row[place] for text, place in parts])
        return named if len(named) <= LONGEST_REFERENCE else sha256(named.encode()).hexdigest()
