"""The times that are judged, derived from the stamps when a row is written (product.md: definitions).

All datetimes are aware; results are whole milliseconds, never below 0, or None where a fact is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from standards.vocabulary import Begun, Channel, Outcome, Stage

_MILLISECOND = timedelta(milliseconds=1)
MINUTES_A_DAY = 24 * 60
DAYS_AHEAD = 15
"""How far the next opening is looked for: every week has one, and new hours may begin right after the old ones' day."""


def milliseconds(span: timedelta) -> int:
    """Whole milliseconds of a span, cut, never below 0."""
    whole = span // _MILLISECOND
    return whole if whole > 0 else 0


def between(begin: datetime | None, end: datetime | None) -> int | None:
    """Milliseconds from `begin` to `end`, or None where one is missing."""
    return None if begin is None or end is None else milliseconds(end - begin)


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening interval of a weekday (0 is Monday), minutes after local midnight; it ends before `closes`."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class OpeningWeek:
    """A hall's week of opening intervals, in force from a local day until the next one begins."""

    from_on: date
    openings: tuple[Opening, ...]


def openings_on(weeks: tuple[OpeningWeek, ...], day: date) -> tuple[Opening, ...]:
    """The week in force on a day; empty where none is yet. `weeks` come oldest first."""
    return next((week.openings for week in reversed(weeks) if week.from_on <= day), ())


@lru_cache(maxsize=4096)
def opening_times(day: date, openings: tuple[Opening, ...], zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
    """The opening intervals of one local day as UTC instants, in order."""
    return tuple(
        sorted(
            (_at_minute(day, opening.opens, zone), _at_minute(day, opening.closes, zone))
            for opening in openings
            if opening.weekday == day.weekday()
        )
    )


def _at_minute(day: date, minute: int, zone: ZoneInfo) -> datetime:
    days, rest = divmod(minute, MINUTES_A_DAY)
    local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), zone)
    return local.astimezone(UTC)


def intervals_ahead(day: date, weeks: tuple[OpeningWeek, ...], zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """The opening intervals that an arrival of a local day may meet, in order; none where no hours are set for it."""
    if not openings_on(weeks, day):
        return
    for ahead in range(-1, DAYS_AHEAD):  # yesterday's interval may end at midnight or later
        other = day + timedelta(days=ahead)
        yield from opening_times(other, openings_on(weeks, other), zone)


def wait_from(arrived_at: datetime, channel: Channel, weeks: tuple[OpeningWeek, ...], zone: ZoneInfo) -> datetime:
    """The instant from which a wait counts.

    A ticket taken outside the opening intervals counts from the next one, by the hours in force on that day; one taken
    inside runs through breaks. On a telephone line, or where no intervals are set: from arrival.
    """
    if channel is Channel.TELEPHONE:
        return arrived_at
    return wait_within(arrived_at, intervals_ahead(day_on(arrived_at, zone), weeks, zone))


def wait_within(arrived_at: datetime, intervals: Iterable[tuple[datetime, datetime]]) -> datetime:
    """The instant from which a wait in a hall counts, by the opening intervals that it may meet."""
    for opens, closes in intervals:
        if arrived_at < closes:
            return max(arrived_at, opens)
    return arrived_at


def day_on(arrived_at: datetime, zone: ZoneInfo) -> date:
    """The business day: the hall's local day of the arrival."""
    return arrived_at.astimezone(zone).date()


def hour_at(arrived_at: datetime, zone: ZoneInfo) -> datetime:
    """The UTC start of the local hour of arrival (zones with half-hours have hours of their own)."""
    return arrived_at.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)


@dataclass(slots=True, kw_only=True)
class Stamps:
    """What the derivation reads of an interaction; not frozen, for one is made a row, and that takes thrice as long."""

    begun: Begun
    channel: Channel
    outcome: Outcome
    queued_at: datetime
    wait_from_at: datetime
    arrived_at: datetime
    door_greeted_at: datetime | None = None
    called_at: datetime | None = None
    last_called_at: datetime | None = None
    at_counter_at: datetime | None = None
    greeted_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    left_at: datetime | None = None
    held_ms: int = 0
    phone_held_ms: int = 0
    inaccurate: frozenset[Stage] = frozenset()


@dataclass(slots=True)
class Times:
    """The derived integers of a row, in milliseconds."""

    wait_ms: int | None
    transfer_wait_ms: int | None
    greeting_ms: int | None
    handling_ms: int | None
    door_greeting_ms: int | None


def times(stamps: Stamps, walking: timedelta = timedelta()) -> Times:
    """The derived times; `walking` is the hall's allowance from the seat to the counter."""
    left_unserved_at = stamps.left_at if stamps.started_at is None else None
    ended_wait_at = stamps.called_at or left_unserved_at
    ticket = stamps.begun is Begun.TICKET
    transfer = stamps.begun is Begun.TRANSFER
    handling = between(stamps.started_at, stamps.ended_at)
    return Times(
        wait_ms=between(stamps.wait_from_at, ended_wait_at) if ticket else None,
        transfer_wait_ms=between(stamps.queued_at, ended_wait_at) if transfer else None,
        greeting_ms=_greeting(stamps, walking),
        handling_ms=None if handling is None else max(0, handling - stamps.held_ms),
        door_greeting_ms=_door_greeting(stamps) if ticket else None,
    )


def _door_greeting(stamps: Stamps) -> int | None:
    """The guide's greeting − arrival."""
    if stamps.inaccurate and stamps.inaccurate.intersection((Stage.ARRIVED, Stage.DOOR_GREETED)):
        return None
    return between(stamps.arrived_at, stamps.door_greeted_at)


def _greeting(stamps: Stamps, walking: timedelta) -> int | None:
    """Greeted − at the counter, else − last call − walking allowance, less phone holds before it."""
    if stamps.begun is Begun.ADDED or stamps.greeted_at is None:
        return None
    if stamps.inaccurate and stamps.inaccurate.intersection(_read_for_greeting(stamps)):
        return None
    begin = stamps.at_counter_at
    if begin is None and stamps.begun is not Begun.WALK_IN and stamps.last_called_at is not None:
        begin = stamps.last_called_at + walking
    delay = between(begin, stamps.greeted_at)
    return None if delay is None else max(0, delay - stamps.phone_held_ms)


def _read_for_greeting(stamps: Stamps) -> tuple[Stage, ...]:
    """The stages a greeting is measured between: the call plays no part where the arrival at the counter is known."""
    if stamps.at_counter_at is not None:
        return (Stage.AT_COUNTER, Stage.GREETED)
    only_call = (Stage.CALLED,) if stamps.called_at == stamps.last_called_at else ()
    return (Stage.LAST_CALLED, Stage.AT_COUNTER, Stage.GREETED, *only_call)
