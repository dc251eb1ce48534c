"""What a write must know of its hall, and the derivation of a row's times when it is written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import object_session
from sqlmodel import Session, col

from actions.refusal import Refused
from models.standing import STAMPS, hall_clock, times_of, walking_on
from models.tables import Branch, BranchPulse, Interaction
from standards import derive
from standards.message import message


def branch_of(session: Session, branch_id: str, *, alone: bool = False) -> Branch:
    """The hall, or Refused; `alone` lets one writer at a time into a hall.

    SQLite's writers stand in line from their first statement; elsewhere the hall's own row is the lock, in the strength
    that keeps out no row that refers to the hall. What a command then reads (a counter's version, the queue, the last
    ticket) nobody changes before it is done.
    """
    branch = session.get(Branch, branch_id, with_for_update={"key_share": True} if alone else None)
    if branch is None:
        raise Refused("unknown_hall", message("There is no hall with the code {code}.", code=branch_id))
    return branch


def begin(session: Session, branch: Branch, row: Interaction) -> None:
    """Give a new row the columns that its arrival fixes, and its times."""
    clock = hall_clock(session, branch, derive.day_on(row.arrived_at, branch.zone_info))
    for name, value in clock.begin(row.arrived_at, row.channel).items():
        setattr(row, name, value)
    derive_times(branch, row)


def derive_times(branch: Branch, row: Interaction) -> None:
    """Bring a row's derived milliseconds up to its stamps; its arrival never changes."""
    stamped = {name: getattr(row, name) for name in STAMPS} | {"inaccurate": row.inaccurate}
    session = object_session(branch)
    walking = walking_on(session, branch, row.day_on) if isinstance(session, Session) else branch.walking
    for name, milliseconds in times_of(stamped, walking).items():
        setattr(row, name, milliseconds)


def move_pulse(session: Session, branch_id: str, now: datetime) -> None:
    """Move the hall's change counter within the writer's transaction; no move of another writer is lost."""
    ours = update(BranchPulse).where(col(BranchPulse.branch_id) == branch_id)
    moved = ours.values(changes=BranchPulse.changes + 1, changed_at=now).returning(col(BranchPulse.branch_id))
    if session.execute(moved).first() is None:
        session.add(BranchPulse(branch_id=branch_id, changes=1, changed_at=now))
