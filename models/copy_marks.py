"""Whose a copied hall is: the source's until somebody writes in the target, as its change counters tell.

Every write of a hall moves its counter. A copy takes the counter's value along and notes it in the target (a setting
`copied CODE`): while the target's counter still has it, nobody has worked there, and the source may renew its rows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.actor import EVERYWHERE
from models.audit_chain import write_line
from models.copy_batch import TableCopy
from models.copy_rows import Tally
from models.settings import put_setting, setting
from models.tables import BranchPulse, new_id

ACTION = "copy"
_UNFINISHED = "unfinished"


def changes(session: Session, hall: str) -> int:
    """A hall's change counter; -1 where nobody has written yet. Reads anew what the session knows already."""
    pulse = session.get(BranchPulse, hall, populate_existing=True)
    return -1 if pulse is None else pulse.changes


def begin_new(there: Session, hall: str, here: Session) -> None:
    """Note, with the hall's own row, that its copy has begun."""
    _take_over(there, hall, here)


def begin_again(there: Session, hall: str, here: Session) -> bool:
    """Whether the source may renew the target's rows: nobody wrote in the target, and its copy is not the newest."""
    noted = (setting(there, _name(hall)) or "").split()
    if not noted or int(noted[0]) != changes(there, hall):
        return False
    if len(noted) == 1 and changes(here, hall) <= int(noted[0]):
        return False
    _take_over(there, hall, here)
    return True


def end(there: Session, hall: str, tables: dict[str, TableCopy], actor: str, *, now: datetime) -> None:
    """Note that the copy is whole, and tell it in the hall's trail if it changed anything."""
    noted = (setting(there, _name(hall)) or "").split()
    written = any(copy.added or copy.renewed or copy.removed for copy in tables.values())
    nobody_there = bool(noted) and int(noted[0]) == changes(there, hall)
    if written and not nobody_there and hall != EVERYWHERE:  # whoever works there is to see what came
        _move_pulse(there, hall, now)
    if len(noted) > 1:
        put_setting(there, _name(hall), noted[0])
    if written or len(noted) > 1:
        _write_line(there, hall, tables, actor, now)


def _name(hall: str) -> str:
    return f"copied {hall}"


def _take_over(there: Session, hall: str, here: Session) -> None:
    """The source's change counter, and the note of it."""
    pulse = here.get(BranchPulse, hall)
    if pulse is not None:
        there.merge(BranchPulse(branch_id=hall, changes=pulse.changes, changed_at=pulse.changed_at))
    put_setting(there, _name(hall), f"{changes(here, hall)} {_UNFINISHED}")


def _move_pulse(there: Session, hall: str, now: datetime) -> None:
    pulse = there.get(BranchPulse, hall) or BranchPulse(branch_id=hall, changes=0, changed_at=now)
    pulse.changes, pulse.changed_at = pulse.changes + 1, now
    there.add(pulse)


def _write_line(session: Session, hall: str, tables: dict[str, TableCopy], actor: str, now: datetime) -> None:
    identifier = new_id()
    answer: dict[str, Any] = {name: _counted(copy.source) for name, copy in tables.items()}
    event = {"branch_id": hall, "id": identifier, "key": str(identifier), "at": now, "actor": actor, "action": ACTION}
    write_line(session, {**event, "origin": "command line", "answer": answer})


def _counted(tally: Tally) -> dict[str, Any]:
    return {"rows": tally.rows, "hash": tally.hash}
