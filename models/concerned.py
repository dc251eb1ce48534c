"""Which stored days follow from a hall's hours or walking allowance of a day on."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from models.organisation import BranchHours, BranchWalking
from standards.derive import DAYS_AHEAD
from standards.vocabulary import ChangeKind

_DAY = timedelta(days=1)


def days_concerned(session: Session, kind: ChangeKind, branch_id: str, from_on: date) -> tuple[date, date]:
    """The first and the last day (both count) whose visits follow from hours or an allowance that begin on a day.

    A ticket may wait for the opening of a later day, and yesterday's hours may reach past midnight.
    """
    before = timedelta(days=DAYS_AHEAD)
    if kind is ChangeKind.DAY_HOURS:
        return from_on - before, from_on + _DAY
    table = BranchHours if kind is ChangeKind.HOURS else BranchWalking
    later = select(func.min(table.from_on)).where(col(table.branch_id) == branch_id, col(table.from_on) > from_on)
    next_on = session.exec(later).one()
    if kind is ChangeKind.WALKING:
        return from_on, date.max if next_on is None else next_on - _DAY
    return from_on - before, next_on or date.max
