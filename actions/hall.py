"""What a write must know of its hall, and the derivation of a row's times when it is written."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from actions.refusal import Refused
from models.standing import hall_clock
from models.tables import Branch, BranchPulse, Interaction
from standards import derive
from standards.message import message


def branch_of(session: Session, branch_id: str) -> Branch:
    """The hall, or Refused."""
    branch = session.get(Branch, branch_id)
    if branch is None:
        raise Refused("unknown_hall", message("There is no hall with the code {code}.", code=branch_id))
    return branch


def derived(session: Session, branch: Branch, row: Interaction) -> Interaction:
    """The row with its derived columns brought up to its stamps."""
    clock = hall_clock(session, branch, derive.day_on(row.arrived_at, branch.zone_info))
    columns = clock.begin(row.arrived_at, row.channel)
    for name, value in columns.items():
        setattr(row, name, value)
    for name, milliseconds in clock.times(row.model_dump()).items():
        setattr(row, name, milliseconds)
    return row


def move_pulse(session: Session, branch_id: str, now: datetime) -> None:
    """Move the hall's change counter within the writer's transaction."""
    pulse = session.get(BranchPulse, branch_id)
    if pulse is None:
        session.add(BranchPulse(branch_id=branch_id, changes=1, changed_at=now))
        return
    pulse.changes += 1
    pulse.changed_at = now
