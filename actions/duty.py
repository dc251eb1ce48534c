"""The duty roster 值班表: who is on duty on a day and for what, put in as a whole, or copied from a week before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from sqlmodel import Session, select

from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused, Stale
from models.actor import Actor, Right
from models.tables import Counter, Duty, Staff
from standards.derive import MINUTES_A_DAY, day_on
from standards.message import message
from standards.vocabulary import DutyPost

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, order=True)
class DutyLine:
    """One person's duty: a post, perhaps a counter, and from–to in minutes after local midnight (None: all day)."""

    staff_id: str
    post: DutyPost
    counter_id: int | None = None
    begins: int | None = None
    ends: int | None = None

    @property
    def span(self) -> tuple[int, int]:
        """From when to when, the whole day where nothing is said."""
        return (0 if self.begins is None else self.begins, 2 * MINUTES_A_DAY if self.ends is None else self.ends)


def put_roster(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    of_day: date,
    lines: Sequence[DutyLine],
    *,
    instead_of: Sequence[DutyLine] | None = None,
) -> Receipt:
    """Put a day's roster in the place of the one before; Stale where that is not `instead_of`, which was seen."""

    def work(press: Press) -> None:
        _not_past(press, of_day)
        _checked(press, lines)
        _put(press, of_day, lines, instead_of)

    return perform(session, actor, stamp, "put_roster", work, right=Right.RUN_HALL)


def copy_roster(session: Session, actor: Actor, stamp: Stamp, of_day: date) -> Receipt:
    """The roster of the same weekday a week before, of those who still serve here; refused over another."""

    def work(press: Press) -> None:
        _not_past(press, of_day)
        staff = _staff(press)
        lines = [line for line in roster_lines(session, stamp.branch_id, of_day - WEEK) if line.staff_id in staff]
        if not lines:
            raise Refused("no_roster", message("Nobody was on the roster a week before."))
        _put(press, of_day, lines, ())

    return perform(session, actor, stamp, "copy_roster", work, right=Right.RUN_HALL)


def roster_lines(session: Session, branch_id: str, of_day: date) -> tuple[DutyLine, ...]:
    """The stored roster of a day, in order."""
    rows = session.exec(select(Duty).where(Duty.branch_id == branch_id, Duty.day_on == of_day)).all()
    return tuple(sorted((_line(row) for row in rows), key=lambda line: (line.staff_id, line.post)))


def _line(row: Duty) -> DutyLine:
    return DutyLine(row.staff_id, row.post, row.counter_id, row.begins, row.ends)


def _put(press: Press, of_day: date, lines: Sequence[DutyLine], instead_of: Sequence[DutyLine] | None) -> None:
    there = press.session.exec(select(Duty).where(Duty.branch_id == press.branch.id, Duty.day_on == of_day)).all()
    if instead_of is not None and set(instead_of) != {_line(row) for row in there}:
        raise Stale("stale", message("The roster was changed meanwhile: look at it again."))
    rows = {(row.staff_id, row.post): row for row in there}
    for line in lines:
        row = rows.pop((line.staff_id, line.post), None)
        if row is None:
            row = press.add(Duty(branch_id=press.branch.id, day_on=of_day, staff_id=line.staff_id, post=line.post))
        else:
            press.touch(row)
        row.counter_id, row.begins, row.ends = line.counter_id, line.begins, line.ends
    for row in rows.values():
        press.remove(row)


def _not_past(press: Press, of_day: date) -> None:
    if of_day < day_on(press.now, press.branch.zone_info):
        raise Refused("past_day", message("The roster of a day that has passed stands."))


def _staff(press: Press) -> frozenset[str]:
    serving = select(Staff.id).where(Staff.branch_id == press.branch.id, Staff.active)
    return frozenset(press.session.exec(serving).all())


def _checked(press: Press, lines: Sequence[DutyLine]) -> None:
    """Refuse who does not serve here, counters that are not there, spans that are none, and doubles."""
    staff = _staff(press)
    counters = frozenset(press.session.exec(select(Counter.id).where(Counter.branch_id == press.branch.id)).all())
    for line in lines:
        if line.staff_id not in staff:
            raise Refused(
                "unknown_staff", message("Nobody with the staff number {staff} serves here.", staff=line.staff_id)
            )
        if line.counter_id is not None and line.counter_id not in counters:
            raise Refused(
                "unknown_counter", message("There is no counter {counter} in this hall.", counter=line.counter_id)
            )
        begins, ends = line.span
        if not (0 <= begins < MINUTES_A_DAY and begins < ends <= 2 * MINUTES_A_DAY):
            raise Refused("duty_span", message("A duty must begin within its day and end after it began."))
    for one, other in combinations(lines, 2):
        _apart(one, other)


def _apart(one: DutyLine, other: DutyLine) -> None:
    if (one.staff_id, one.post) == (other.staff_id, other.post):
        raise Refused("duty_twice", message("{staff} stands on the roster twice for one post.", staff=one.staff_id))
    same_counter = one.counter_id is not None and one.counter_id == other.counter_id
    if same_counter and one.span[0] < other.span[1] and other.span[0] < one.span[1]:
        raise Refused(
            "counter_twice", message("Two people are on duty at counter {counter} at once.", counter=one.counter_id)
        )
