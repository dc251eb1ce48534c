"""The walking allowances that greeting delays of a period were counted with."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.standing import walking_on
from models.tables import Branch, BranchWalking


def walking_allowances(
    session: Session, actor: Actor, branch_id: str, first_on: date, last_on: date
) -> tuple[tuple[date, timedelta], ...]:
    """A hall's allowance on the first day, then each that began later in the period, with the day it began."""
    actor.require(Right.READ_HALL, branch_id)
    hall = session.get(Branch, branch_id)
    if hall is None:
        return ()
    later = session.exec(
        select(BranchWalking)
        .where(
            BranchWalking.branch_id == branch_id,
            col(BranchWalking.from_on) > first_on,
            col(BranchWalking.from_on) <= last_on,
        )
        .order_by(col(BranchWalking.from_on))
    )
    return tuple((day, walking_on(session, hall, day)) for day in (first_on, *(row.from_on for row in later)))
