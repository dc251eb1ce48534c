"""What else happened on a hall's day: who was in charge, which counters opened, notices, calls for help, promises."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from models.tables import Branch, CounterSpell, Duty, HallDay, HallNotice, HelpCall, Interaction, Staff
from standards.hall_day import OpeningCheck, look_of
from standards.masking import masked
from standards.vocabulary import CounterState, DutyPost


def in_charge(session: Session, branch_id: str, day_on: date) -> str | None:
    """The names of who is rostered as person in charge, else who opened the hall, else None."""
    names = session.exec(
        select(Staff.name)
        .join(Duty, and_(col(Duty.branch_id) == Staff.branch_id, col(Duty.staff_id) == Staff.id))
        .where(Duty.branch_id == branch_id, Duty.day_on == day_on, Duty.post == DutyPost.LEAD)
        .order_by(col(Staff.id))
    ).all()
    if names:
        return ", ".join(names)
    opened = session.get(HallDay, (branch_id, day_on))
    return None if opened is None else opened.opened_by


def counters_rostered(session: Session, branch_id: str, day_on: date) -> int | None:
    """How many counters are rostered, each once whatever its shifts; None where no roster is kept for the day.

    Who is rostered without a counter's number stands for one.
    """
    of_the_day = select(Duty.post, Duty.counter_id).where(Duty.branch_id == branch_id, Duty.day_on == day_on)
    duties = session.exec(of_the_day).all()
    numbers = [counter_id for post, counter_id in duties if post is DutyPost.COUNTER]
    return len(set(numbers) - {None}) + numbers.count(None) if duties else None


def counters_opened(session: Session, branch_id: str, begins: datetime, ends: datetime, now: datetime) -> set[int]:
    """The numbers of the counters that were open at any time of the day."""
    opened = select(CounterSpell.counter_id).where(
        CounterSpell.branch_id == branch_id,
        col(CounterSpell.state).in_([CounterState.IDLE, CounterState.SERVING]),
        col(CounterSpell.began_at) < min(ends, now),
        or_(col(CounterSpell.ended_at).is_(None), col(CounterSpell.ended_at) > begins),
    )
    return set(session.exec(opened).all())


def notices(session: Session, branch: Branch, begins: datetime, ends: datetime) -> str | None:
    """The failures and notices of the day with their times, in codes for a screen: `system_failure 10:02-10:20`."""
    rows = session.exec(
        select(HallNotice)
        .where(
            HallNotice.branch_id == branch.id,
            col(HallNotice.from_at) < ends,
            or_(col(HallNotice.until_at).is_(None), col(HallNotice.until_at) > begins),
        )
        .order_by(col(HallNotice.from_at))
    ).all()

    def clock(at: datetime | None) -> str:
        return "" if at is None else f"{at.astimezone(branch.zone_info):%H:%M}"

    return "; ".join(f"{row.kind.value} {clock(row.from_at)}-{clock(row.until_at)}" for row in rows) or None


def faults(session: Session, branch_id: str, day_on: date) -> str | None:
    """What was found wanting at opening, in codes for a screen: `queue_machine: no paper; printers: `."""
    day = session.get(HallDay, (branch_id, day_on))
    looks = [(item, look_of({} if day is None else day.checklist, item)) for item in OpeningCheck]
    return "; ".join(f"{item.value}: {masked(look.note)}" for item, look in looks if look.found is False) or None


def help_calls(session: Session, branch_id: str, begins: datetime, ends: datetime) -> int:
    """How often a counter called for help."""
    asked = (
        select(func.count())
        .select_from(HelpCall)
        .where(HelpCall.branch_id == branch_id, col(HelpCall.asked_at) >= begins, col(HelpCall.asked_at) < ends)
    )
    return session.exec(asked).one()


def promises(session: Session, branch_id: str, begins: datetime, ends: datetime) -> tuple[int, int]:
    """How many promised answers were due on the day, and how many of them have not been given."""
    kept = session.exec(
        select(col(Interaction.promise_kept_at)).where(
            Interaction.branch_id == branch_id,
            col(Interaction.promised_at) >= begins,
            col(Interaction.promised_at) < ends,
        )
    ).all()
    return len(kept), sum(at is None for at in kept)
