"""Opening hours of a hall: read from words, checked, and in force from a day on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlmodel import Session, col, select

from actions.audit import images, record
from actions.deriving_again import derive_days
from actions.hall import branch_of
from actions.refusal import Refused
from models.actor import Actor, Right
from models.standing import ALWAYS
from models.tables import Branch, BranchHours, Interaction
from standards.derive import DAYS_AHEAD, MINUTES_A_DAY, Opening
from standards.message import message

EVERY_DAY = tuple(range(7))
_WEEK = 7 * MINUTES_A_DAY
_INTERVAL = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")


def openings_of(text: str, weekdays: Iterable[int] = EVERY_DAY) -> tuple[Opening, ...]:
    """The week of intervals such as `08:30-12:00,13:30-17:30`; one that ends before it begins ends the next day."""
    times = [_interval(part) for part in text.split(",")]
    return tuple(Opening(weekday, opens, closes) for weekday in weekdays for opens, closes in times)


def _interval(text: str) -> tuple[int, int]:
    found = _INTERVAL.fullmatch(text)
    if found is None:
        raise Refused("hours", message("{text} is no opening interval: write 08:30-12:00.", text=text.strip()))
    opens_hour, opens_minute, closes_hour, closes_minute = map(int, found.groups())
    opens, closes = opens_hour * 60 + opens_minute, closes_hour * 60 + closes_minute
    if max(opens_minute, closes_minute) > 59 or opens >= MINUTES_A_DAY or closes > MINUTES_A_DAY or opens == closes:
        raise Refused("hours", message("{text} is no opening interval: write 08:30-12:00.", text=text.strip()))
    return opens, closes if closes > opens else closes + MINUTES_A_DAY


def set_hours(
    session: Session,
    actor: Actor,
    branch_id: str,
    openings: tuple[Opening, ...],
    *,
    from_on: date | None = None,
    now: datetime,
) -> None:
    """Set a hall's opening intervals from a local day on (None: always).

    Refused where visits of those days are stored already: their waits were derived from the hours as they were. Tickets
    taken before that day whose wait counts from that day on are derived anew.
    """
    actor.require(Right.SET_UP, branch_id)
    branch = branch_of(session, branch_id)
    starts_on = from_on or ALWAYS
    well_formed(openings)
    _nothing_derived(session, branch_id, starts_on)
    kept = session.exec(
        select(BranchHours).where(BranchHours.branch_id == branch_id, BranchHours.from_on == starts_on)
    ).all()
    before = images(kept)
    for row in kept:
        session.delete(row)
    session.flush()
    rows = hours_rows(branch_id, starts_on, openings)
    session.add_all(rows)
    session.flush()
    record(session, actor, "set_hours", rows, branch_id=branch_id, subject=str(starts_on), before=before, now=now)
    if from_on is not None:
        derive_again(session, branch, from_on)


def derive_again(session: Session, branch: Branch, from_on: date) -> None:
    """Bring visits up to hours that are new from a day on: a ticket of the days before may count from these."""
    derive_days(session, branch, from_on - timedelta(days=DAYS_AHEAD))


def hours_rows(branch_id: str, from_on: date, openings: Iterable[Opening]) -> list[BranchHours]:
    """The rows that say a week of opening intervals."""
    return [
        BranchHours(branch_id=branch_id, from_on=from_on, weekday=each.weekday, opens=each.opens, closes=each.closes)
        for each in openings
    ]


def well_formed(openings: tuple[Opening, ...]) -> None:
    """Refuse no interval at all, intervals that are none, and those that overlap within the week."""
    if not openings:
        raise Refused("hours", message("At least one opening interval is needed."))
    for each in openings:
        if each.weekday not in EVERY_DAY or not 0 <= each.opens < MINUTES_A_DAY or not _within_a_day(each):
            raise Refused("hours", message("An opening interval must begin within its day and last a day at most."))
    starts = sorted((each.weekday * MINUTES_A_DAY + each.opens, each.closes - each.opens) for each in openings)
    around = [*starts, (starts[0][0] + _WEEK, 0)]
    if any(begins + lasts > following for (begins, lasts), (following, _) in pairwise(around)):
        raise Refused("hours_overlap", message("Opening intervals overlap."))


def _within_a_day(opening: Opening) -> bool:
    return opening.opens < opening.closes <= opening.opens + MINUTES_A_DAY


def _nothing_derived(session: Session, branch_id: str, from_on: date) -> None:
    last_on = session.exec(
        select(col(Interaction.day_on))
        .where(Interaction.branch_id == branch_id, col(Interaction.day_on) >= from_on)
        .order_by(col(Interaction.day_on).desc())
        .limit(1)
    ).first()
    if last_on is not None:
        raise Refused(
            "hours_in_use", message("Visits up to {day} are stored: choose a day after it for new hours.", day=last_on)
        )
