"""Opening the hall 开厅: the checklist, who opened it and when, and opening it again."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from actions.hall_day import the_day, unless_closed
from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
from standards.derive import day_on
from standards.hall_day import Look, OpeningCheck, look_of
from standards.message import message

LONGEST_FAULT = 100
"""Characters of the note on one item."""


def check(
    session: Session, actor: Actor, stamp: Stamp, of_day: date, item: OpeningCheck, found: bool | None, note: str = ""
) -> Receipt:
    """Note what somebody found at one item of the checklist, and what is wrong; None: nobody has looked after all."""
    # Notes are parted by semicolons in the day's report.
    look = Look(found, a_text(" ".join(note.replace(";", "；").split()), LONGEST_FAULT) if found is False else "")

    def work(press: Press) -> None:
        day = the_day(press, of_day)
        unless_closed(day)
        others = {name: value for name, value in day.checklist.items() if name != item.value}
        day.checklist = others if found is None else others | {item.value: look.stored}

    return perform(session, actor, stamp, "check", work, right=Right.RUN_HALL)


def all_in_order(session: Session, actor: Actor, stamp: Stamp, of_day: date) -> Receipt:
    """Mark every item at which nobody has looked yet as in order; what was found wanting stays so."""

    def work(press: Press) -> None:
        day = the_day(press, of_day)
        unless_closed(day)
        unseen = [item for item in OpeningCheck if look_of(day.checklist, item).found is None]
        day.checklist = day.checklist | {item.value: True for item in unseen}

    return perform(session, actor, stamp, "all_in_order", work, right=Right.RUN_HALL)


def open_hall(session: Session, actor: Actor, stamp: Stamp, of_day: date) -> Receipt:
    """Open the hall; what nobody looked at stays open on the checklist and is shown."""

    def work(press: Press) -> None:
        day = the_day(press, of_day)
        unless_closed(day)
        if of_day != day_on(stamp.now, press.branch.zone_info):
            raise Refused("other_day", message("Only the day in progress can be opened and closed."))
        if day.opened_at is not None:
            raise Refused("opened", message("The hall has been opened already."))
        day.opened_at, day.opened_by = stamp.now, actor.name

    return perform(session, actor, stamp, "open_hall", work, right=Right.RUN_HALL)


def reopen_hall(session: Session, actor: Actor, stamp: Stamp, of_day: date, why: str) -> Receipt:
    """Open the hall again within its day, with the reason; tickets are given again."""
    reason = a_text(why, 500)
    if not reason:
        raise Refused("no_reason", message("A reason is needed."))

    def work(press: Press) -> None:
        day = the_day(press, of_day)
        if of_day != day_on(stamp.now, press.branch.zone_info):
            raise Refused("other_day", message("Only the day in progress can be opened and closed."))
        if day.stopped_at is None and day.closed_at is None:
            raise Refused("not_closed", message("The hall is neither closing nor closed."))
        day.stopped_at = day.closed_at = day.closed_by = None

    return perform(session, actor, stamp, "reopen_hall", work, right=Right.RUN_HALL, reason=reason)
