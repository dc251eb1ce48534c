"""Between the rows of the catalogue and the hours table and the values that `standards/` reasons with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from models.base import table_of
from models.organisation import Branch, BranchHours, BranchWalking, DayHours
from models.plain_rows import plain_rows
from models.reference import ServiceStandard
from standards import derive
from standards.derive import DAYS_AHEAD, MINUTES_A_DAY, Opening, OpeningWeek, openings_on
from standards.standard import Scope, Standard
from standards.vocabulary import Channel, HallClass, Stage

ALWAYS = date(1, 1, 1)
STAMPS = tuple(field.name for field in fields(derive.Stamps) if field.name != "inaccurate")
Intervals = tuple[tuple[int, int], ...]
"""Opening intervals of a day, minutes after local midnight."""
_WALKING = "walking allowances"
_SCOPES = tuple(field.name for field in fields(Scope))
_CODES = tuple(name for name in _SCOPES if name not in {"channels", "hall_classes"})
_PLAIN = tuple(field.name for field in fields(Standard) if field.name not in {"scope", "in_force_from"})
_STORED = (*_PLAIN, *_SCOPES, "in_force_from")
_CATALOGUE = select(*table_of(ServiceStandard).c)
# Columns alone, by statements that are built once: every press asks them.
_HOURS = select(
    col(BranchHours.from_on), col(BranchHours.weekday), col(BranchHours.opens), col(BranchHours.closes)
).where(col(BranchHours.branch_id) == bindparam("hall"), col(BranchHours.from_on) <= bindparam("last_on"))
_DAYS = select(col(DayHours.day_on), col(DayHours.intervals)).where(
    col(DayHours.branch_id) == bindparam("hall"),
    col(DayHours.day_on).between(bindparam("first_on"), bindparam("last_on")),
)
_ALLOWANCES = select(col(BranchWalking.from_on), col(BranchWalking.walking_ms)).where(
    col(BranchWalking.branch_id) == bindparam("hall")
)


def row_of(standard: Standard) -> ServiceStandard:
    """The row that stores a standard."""
    plain: dict[str, Any] = {name: getattr(standard, name) for name in _PLAIN}
    plain |= {name: " ".join(getattr(standard.scope, name)) for name in _SCOPES}
    return ServiceStandard(**plain, in_force_from=standard.in_force_from or ALWAYS)


def standard_of(row: ServiceStandard | Mapping[str, Any]) -> Standard:
    """The standard that a row stores."""
    stored: Any = row if isinstance(row, Mapping) else {name: getattr(row, name) for name in _STORED}
    scope = Scope(
        channels=tuple(Channel(value) for value in stored["channels"].split()),
        hall_classes=tuple(HallClass(value) for value in stored["hall_classes"].split()),
        **{name: tuple(stored[name].split()) for name in _CODES},
    )
    since = None if stored["in_force_from"] == ALWAYS else stored["in_force_from"]
    return Standard(**{name: stored[name] for name in _PLAIN}, scope=scope, in_force_from=since)


def catalogue(session: Session) -> tuple[Standard, ...]:
    """Every dated row of the catalogue, on or off."""
    # Plain rows: every screen asks this, and the mapper's objects would cost more than all the rest.
    return tuple(_known(*row) for row in session.connection().execute(_CATALOGUE))


@lru_cache(maxsize=4096)
def _known(*stored: Any) -> Standard:
    """The standard of a row's columns: rows hardly ever change, and hundreds of them are asked for a second."""
    return standard_of(dict(zip(_CATALOGUE.selected_columns.keys(), stored, strict=True)))


def opening_weeks(
    session: Session,
    branch: Branch,
    day: date,
    *,
    week: OpeningWeek | None = None,
    days: Mapping[date, Intervals | None] | None = None,
) -> tuple[OpeningWeek, ...]:
    """The weeks of opening intervals that a ticket of a day may meet, oldest first; empty where none are set.

    A day with hours of its own has a week of its own, after which the standing week goes on. `week` and `days` (None:
    a day's own hours taken away) are put in as if they were stored: for who asks what they would change.
    """
    last_on = day + timedelta(days=DAYS_AHEAD)
    standing = _standing_weeks(session, branch, last_on, week)
    # Yesterday's hours may reach into the day.
    near = {"hall": branch.id, "first_on": day - timedelta(days=1), "last_on": last_on}
    special = plain_rows(session, _DAYS, near)
    stored: dict[date, Intervals | None] = {day_on: intervals_of(intervals) for day_on, intervals in special}
    own = {day: intervals for day, intervals in (stored | dict(days or {})).items() if intervals is not None}
    return with_special_days(standing, own)


def every_opening_week(session: Session, branch: Branch) -> tuple[OpeningWeek, ...]:
    """All weeks of opening intervals that a hall has or had, oldest first, special days put in: for rows of any day."""
    special = session.exec(select(DayHours).where(DayHours.branch_id == branch.id))
    return with_special_days(
        _standing_weeks(session, branch, date.max), {row.day_on: intervals_of(row.intervals) for row in special}
    )


def _standing_weeks(
    session: Session, branch: Branch, last_on: date, week: OpeningWeek | None = None
) -> tuple[OpeningWeek, ...]:
    """The hall's weeks that begin by a day, oldest first, with one put in as if it were stored."""
    weeks: dict[date, list[Opening]] = {}
    for from_on, *opening in plain_rows(session, _HOURS, {"hall": branch.id, "last_on": last_on}):
        weeks.setdefault(from_on, []).append(Opening(*opening))
    if week is not None:
        weeks[week.from_on] = list(week.openings)
    return tuple(OpeningWeek(from_on, tuple(weeks[from_on])) for from_on in sorted(weeks))


def standing_week(session: Session, branch: Branch, day: date) -> tuple[Opening, ...]:
    """The intervals of the hall's week in force on a day, whatever that day's own are; empty where none are set."""
    return openings_on(_standing_weeks(session, branch, day), day)


def with_special_days(standing: tuple[OpeningWeek, ...], special: Mapping[date, Intervals]) -> tuple[OpeningWeek, ...]:
    """The standing weeks with those of single days put in; `special` is each such day's intervals in minutes."""
    weeks = {week.from_on: week.openings for week in standing}
    for day in special:
        weeks.setdefault(day + timedelta(days=1), openings_on(standing, day + timedelta(days=1)))
    for day, intervals in special.items():
        weekday = day.weekday()
        others = [opening for opening in openings_on(standing, day) if opening.weekday != weekday]
        own = [Opening(weekday, opens, closes) for opens, closes in intervals]
        # A week without any interval would mean that nobody has set hours: a day that is closed says so by another day.
        weeks[day] = (*others, *own) or (Opening((weekday + 1) % 7, 0, MINUTES_A_DAY),)
    return tuple(OpeningWeek(from_on, weeks[from_on]) for from_on in sorted(weeks))


def intervals_of(text: str) -> Intervals:
    """The intervals of a day as they are stored (`510-720 780-1050`), minutes after local midnight."""
    pairs = (part.split("-") for part in text.split())
    return tuple((int(opens), int(closes)) for opens, closes in pairs)


def openings(session: Session, branch: Branch, day: date) -> tuple[Opening, ...]:
    """The opening intervals of a hall's week that are in force on a day; empty where none are set."""
    return openings_on(opening_weeks(session, branch, day), day)


@dataclass(frozen=True, slots=True)
class HallClock:
    """A hall's zone, walking allowance and dated opening intervals: what its derived columns follow from."""

    zone: ZoneInfo
    walking: timedelta
    weeks: tuple[OpeningWeek, ...]

    def begin(self, arrived_at: datetime, channel: Channel) -> dict[str, Any]:
        """The columns that an arrival fixes: `wait_from_at`, `hour_at`, `day_on`."""
        return {
            "wait_from_at": derive.wait_from(arrived_at, channel, self.weeks, self.zone),
            "hour_at": derive.hour_at(arrived_at, self.zone),
            "day_on": derive.day_on(arrived_at, self.zone),
        }

    def times(self, row: Mapping[str, Any]) -> dict[str, int | None]:
        """The derived milliseconds of a row given by its columns."""
        return times_of(row, self.walking)

    def derived(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Everything that is derived of a row given by its columns."""
        begun = self.begin(row["arrived_at"], row["channel"])
        return begun | self.times({**row, **begun})


def times_of(row: Mapping[str, Any], walking: timedelta) -> dict[str, int | None]:
    """The derived milliseconds of a row given by its columns, in a hall with this walking allowance."""
    stamps = derive.Stamps(
        **{name: row[name] for name in STAMPS if name in row},
        inaccurate=frozenset(Stage(value) for value in str(row.get("inaccurate") or "").split()),
    )
    derived = derive.times(stamps, walking)
    return {field.name: getattr(derived, field.name) for field in fields(derived)}


def walking_on(session: Session, branch: Branch, day: date) -> timedelta:
    """The walking allowance in force on a day: the newest dated one, else that of the hall's own row."""
    return next((walking for from_on, walking in _dated_walking(session, branch.id) if from_on <= day), branch.walking)


def forget_walking(session: Session) -> None:
    """Read the dated walking allowances again: for who has just written one in the session's transaction."""
    session.info.pop(_WALKING, None)


def _dated_walking(session: Session, branch_id: str) -> tuple[tuple[date, timedelta], ...]:
    """A hall's dated walking allowances, newest first; asked once a transaction, for every press needs them."""
    transaction, kept = session.info.get(_WALKING, (None, {}))
    if transaction is None or transaction is not _transaction(session):
        kept = {}
    if branch_id not in kept:
        # Past the session, which would write a press's rows before: they are half derived.
        rows = session.connection().execute(_ALLOWANCES, {"hall": branch_id}).all()
        dated = ((from_on, timedelta(milliseconds=walking_ms)) for from_on, walking_ms in rows)
        kept[branch_id] = tuple(sorted(dated, reverse=True))
        session.info[_WALKING] = (_transaction(session), kept)
    known: tuple[tuple[date, timedelta], ...] = kept[branch_id]
    return known


def _transaction(session: Session) -> object:
    """The innermost: a savepoint that is rolled back takes what it wrote along."""
    return session.get_nested_transaction() or session.get_transaction()


def hall_clock(session: Session, branch: Branch, day: date) -> HallClock:
    """The hall's clock for arrivals of a local day."""
    return HallClock(branch.zone_info, walking_on(session, branch, day), opening_weeks(session, branch, day))
