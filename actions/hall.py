"""What a write must know of its hall, and the derivation of a row's times when it is written."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, inspect, update
from sqlalchemy.orm import object_session
from sqlmodel import Session, col, select

from actions.refusal import Refused
from models.base import table_of
from models.by_key import row_by_key
from models.standing import STAMPS, HallClock, opening_weeks, times_of, walking_on
from models.tables import Branch, BranchPulse, Interaction
from standards import derive
from standards.message import message

# Built once: every press asks them, and building them costs more than their answers.
_LOCKED = select(Branch).where(col(Branch.id) == bindparam("hall")).with_for_update(key_share=True)
_AFRESH = {"populate_existing": True}
_PULSE = table_of(BranchPulse)
_MOVE = (
    update(_PULSE)
    .where(_PULSE.c.branch_id == bindparam("hall"))
    .values(changes=_PULSE.c.changes + 1, changed_at=bindparam("now", type_=_PULSE.c.changed_at.type))
    .returning(_PULSE.c.branch_id)
)


def branch_of(session: Session, branch_id: str, *, alone: bool = False) -> Branch:
    """The hall, or Refused; `alone` lets one writer at a time into a hall.

    SQLite's writers stand in line from their first statement; elsewhere the hall's own row is the lock, in the strength
    that keeps out no row that refers to the hall. What a command then reads (a counter's version, the queue, the last
    ticket) nobody changes before it is done.
    """
    branch = _alone_in(session, branch_id) if alone else row_by_key(session, Branch, branch_id)
    if branch is None:
        raise Refused("unknown_hall", message("There is no hall with the code {code}.", code=branch_id))
    return branch


def _alone_in(session: Session, branch_id: str) -> Branch | None:
    """The hall as it stands once nobody else writes there."""
    return session.execute(_LOCKED, {"hall": branch_id}, execution_options=_AFRESH).scalar_one_or_none()


def begin(session: Session, branch: Branch, row: Interaction) -> None:
    """Give a new row the columns that its arrival fixes, and its times."""
    with session.no_autoflush:  # the row is half derived
        weeks = opening_weeks(session, branch, derive.day_on(row.arrived_at, branch.zone_info))
    clock = HallClock(branch.zone_info, branch.walking, weeks)
    for name, value in clock.begin(row.arrived_at, row.channel).items():
        setattr(row, name, value)
    derive_times(branch, row)


def derive_times(branch: Branch, row: Interaction) -> None:
    """Bring a row's derived milliseconds up to its stamps; its arrival never changes."""
    stamped = {name: getattr(row, name) for name in STAMPS} | {"inaccurate": row.inaccurate}
    for name, milliseconds in times_of(stamped, _walking(branch, row)).items():
        if getattr(row, name) != milliseconds:
            setattr(row, name, milliseconds)


def _walking(branch: Branch, row: Interaction) -> timedelta:
    """The walking allowance of a row's day; nothing is asked where no greeting is measured from the call."""
    session = object_session(branch)
    if row.greeted_at is None or row.at_counter_at is not None or not isinstance(session, Session):
        return branch.walking
    return walking_on(session, branch, row.day_on)


def move_pulse(session: Session, branch_id: str, now: datetime) -> None:
    """Move the hall's change counter within the writer's transaction; no move of another writer is lost."""
    if _moved(session, branch_id, now):
        return
    session.flush()  # its first one may be waiting to be written
    if not _moved(session, branch_id, now):
        session.add(BranchPulse(branch_id=branch_id, changes=1, changed_at=now))


def _moved(session: Session, branch_id: str, now: datetime) -> bool:
    found = session.connection().execute(_MOVE, {"hall": branch_id, "now": now}).first()
    loaded = session.identity_map.get(inspect(BranchPulse).identity_key_from_primary_key((branch_id,)))
    if loaded is not None:
        session.expire(loaded)
    return found is not None
