"""The row of a hall's day, as the commands of opening and closing find it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import bindparam, select
from sqlmodel import col

from actions.press import Press, unless_stale
from actions.refusal import Refused
from models.closing import closed_since
from models.plain_rows import plain_rows
from models.tables import HallDay
from standards.derive import day_on
from standards.message import message

# Built once, and past the mapper: every ticket asks it.
_ENDING = select(col(HallDay.closed_at), col(HallDay.stopped_at)).where(
    col(HallDay.branch_id) == bindparam("hall"), col(HallDay.day_on) == bindparam("day")
)


def the_day(press: Press, of_day: date) -> HallDay:
    """The hall's day, remembered for the trail and moved on; made where nothing was recorded of it yet.

    Refused for other days than today and the one before, whose closing may last past midnight; Stale where the press
    saw another version (0 where there was none).
    """
    today = day_on(press.now, press.branch.zone_info)
    if not today - timedelta(days=1) <= of_day <= today:
        raise Refused("other_day", message("Only the day in progress can be opened and closed."))
    day = press.session.get(HallDay, (press.branch.id, of_day))
    if day is None:
        unless_stale(0, press.seen)
        return press.add(HallDay(branch_id=press.branch.id, day_on=of_day))
    unless_stale(day.version, press.seen)
    press.touch(day).version += 1
    return day


def unless_closed(day: HallDay) -> None:
    """Refuse what a closed hall does no more."""
    if day.closed_at is not None:
        raise Refused("hall_closed", message("The hall is closed for the day: reopen it first."))


def unless_closed_today(press: Press) -> None:
    """Refuse what a person begins in a hall that is closed for today; what a machine delivers has happened."""
    if not press.actor.all_rights and closed_since(press.session, press.branch, now=press.now) is not None:
        raise Refused("hall_closed", message("The hall is closed for today: open it again first."))


def unless_stopped(press: Press) -> None:
    """Refuse a ticket of the console where tickets have been stopped for the day, or the hall is closed."""
    today = {"hall": press.branch.id, "day": day_on(press.now, press.branch.zone_info)}
    closed_at, stopped_at = plain_rows(press.session, _ENDING, today).first() or (None, None)
    if closed_at is not None:
        raise Refused("hall_closed", message("The hall is closed for today: open it again first."))
    if stopped_at is not None:
        raise Refused("tickets_stopped", message("No more tickets are given today: the hall is closing."))
