"""The opening intervals of one day, published instead of its weekday's: a holiday, a shorter or a longer day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise

from sqlmodel import Session, col, select

from actions.audit import images, record
from actions.hall import branch_of
from actions.hours import derive_again
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
from models.tables import DayHours, Interaction
from standards.derive import MINUTES_A_DAY, day_on
from standards.message import message

Intervals = tuple[tuple[int, int], ...]


def set_day_hours(
    session: Session,
    actor: Actor,
    branch_id: str,
    of_day: date,
    intervals: Intervals | None,
    why: str,
    *,
    now: datetime,
) -> None:
    """Publish a coming day's intervals (minutes after local midnight; none: closed), or (None) its weekday's again.

    Whoever runs the hall or sets it up may. Tickets taken before that day whose wait counts from then on are derived
    anew. Refused for today and before, and where visits of that day or later are stored.
    """
    if not actor.may(Right.SET_UP, branch_id):
        actor.require(Right.RUN_HALL, branch_id)
    branch = branch_of(session, branch_id, alone=True)
    if of_day <= day_on(now, branch.zone_info):
        raise Refused("past_day", message("Hours of their own can be published for days to come."))
    if not a_text(why, 200):
        raise Refused("no_reason", message("A reason is needed."))
    _nobody_came(session, branch_id, of_day)
    before = [row] if (row := session.get(DayHours, (branch_id, of_day))) is not None else []
    was = images(before)
    rows = [] if intervals is None else day_hours_rows(branch_id, of_day, intervals, why)
    put_day_hours(session, before, rows)
    record(session, actor, "set_day_hours", rows, branch_id=branch_id, subject=str(of_day), before=was, now=now)
    derive_again(session, branch, of_day)


def day_hours_rows(branch_id: str, of_day: date, intervals: Iterable[tuple[int, int]], why: str) -> list[DayHours]:
    """The row that says a day's intervals, checked: within the day, at most a day long, none over another."""
    ordered = sorted(intervals)
    for opens, closes in ordered:
        if not 0 <= opens < MINUTES_A_DAY or not opens < closes <= opens + MINUTES_A_DAY:
            raise Refused("hours", message("An opening interval must begin within its day and last a day at most."))
    if any(closes > opens for (_, closes), (opens, _) in pairwise(ordered)):
        raise Refused("hours_overlap", message("Opening intervals overlap."))
    text = " ".join(f"{opens}-{closes}" for opens, closes in ordered)
    return [DayHours(branch_id=branch_id, day_on=of_day, intervals=text, why=a_text(why, 200))]


def put_day_hours(session: Session, before: Iterable[DayHours], rows: Iterable[DayHours]) -> None:
    """Put a day's row in the place of the one before."""
    for row in before:
        session.delete(row)
    session.flush()
    session.add_all(rows)
    session.flush()


def _nobody_came(session: Session, branch_id: str, of_day: date) -> None:
    stored = select(col(Interaction.day_on)).where(
        Interaction.branch_id == branch_id, col(Interaction.day_on) >= of_day
    )
    if (day := session.exec(stored.limit(1)).first()) is not None:
        raise Refused("hours_in_use", message("Visits of {day} are stored already.", day=day))
