"""What can be changed by date, as it stands: a hall's hours and walking allowance, the calendar, the business types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from models.actor import Actor, Right
from models.standing import Intervals, intervals_of, standing_week, walking_on
from models.tables import Branch, BusinessType, CalendarDay, DayHours
from standards.derive import Opening
from standards.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class HallSettings:
    """A hall on a day: its week, the day's own intervals (None: its weekday's hold), its walking allowance."""

    week: tuple[Opening, ...]
    own: Intervals | None
    walking: timedelta


@dataclass(frozen=True, slots=True)
class CalendarDayNow:
    """A day of a working calendar."""

    day_on: date
    working: bool
    holiday: str | None
    made_up: bool
    provisional: bool
    edited: bool


@dataclass(frozen=True, slots=True)
class BusinessTypeNow:
    """A business type, active or retired."""

    code: str
    name: str
    name_en: str
    channel: Channel | None
    ticket_letter: str
    expected: timedelta
    active: bool


def hall_settings(session: Session, actor: Actor, branch_id: str, day: date) -> HallSettings:
    """A hall's hours and walking allowance on a day."""
    actor.require(Right.READ_HALL, branch_id)
    hall = session.get_one(Branch, branch_id)
    own = session.get(DayHours, (branch_id, day))
    return HallSettings(
        standing_week(session, hall, day),
        None if own is None else intervals_of(own.intervals),
        walking_on(session, hall, day),
    )


def calendars(session: Session, actor: Actor) -> tuple[str, ...]:
    """The names of the working calendars."""
    actor.require_somewhere(Right.READ_HALL)
    return tuple(sorted(session.exec(select(col(CalendarDay.calendar)).distinct())))


def calendar_days(
    session: Session, actor: Actor, calendar: str, first_on: date, last_on: date
) -> tuple[CalendarDayNow, ...]:
    """A calendar's days from first to last (both count); it is the same for every reader."""
    actor.require_somewhere(Right.READ_HALL)
    rows = session.exec(
        select(CalendarDay)
        .where(CalendarDay.calendar == calendar, col(CalendarDay.day_on).between(first_on, last_on))
        .order_by(col(CalendarDay.day_on))
    )
    return tuple(
        CalendarDayNow(
            row.day_on, row.working, row.holiday, row.made_up, row.provisional, edited=row.edited_at is not None
        )
        for row in rows
    )


def first_provisional(session: Session, actor: Actor, calendar: str) -> date | None:
    """The first day that is not published yet, or None where all are settled."""
    actor.require_somewhere(Right.READ_HALL)
    where = (CalendarDay.calendar == calendar, col(CalendarDay.provisional))
    return session.exec(select(func.min(CalendarDay.day_on)).where(*where)).one()


def business_types_now(session: Session, actor: Actor) -> tuple[BusinessTypeNow, ...]:
    """Every business type, retired ones too, in their order."""
    actor.require_somewhere(Right.READ_HALL)
    rows = sorted(session.exec(select(BusinessType)), key=lambda row: (row.position, row.id))
    return tuple(
        BusinessTypeNow(
            row.id,
            row.name,
            row.name_en,
            row.channel,
            row.ticket_letter,
            timedelta(milliseconds=row.expected_ms),
            row.active,
        )
        for row in rows
    )
