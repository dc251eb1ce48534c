"""Erasing one text at a customer's demand: a note, a reason, or what a rejected row said. The visit stays, judged as it
was; the trail says that it was done, when, by whom and why, never what was there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from actions.audit import write_event
from actions.hall import branch_of, move_pulse
from actions.refusal import Refused
from actions.text import a_reason
from models.actor import Actor, Right
from models.tables import Branch, Correction, HelpCall, ImportReject, Interaction, ShiftChange
from standards.derive import day_on
from standards.message import Worded, message

TEXT_COLUMNS = frozenset({"attention_note", "inaccurate_why"})


class Erasable(Worded):
    """Where a text stands that can be erased; a word that is stored stays."""

    VISIT = "visit", "A visit's notes and reasons"
    REJECTED_ROW = "rejected_row", "A rejected row of an import"
    HELP_CALL = "help_call", "A call for help"
    HAND_OVER = "hand_over", "A hand-over"


def erase_text(
    session: Session,
    actor: Actor,
    branch_id: str,
    what: Erasable,
    subject: UUID,
    *,
    line: int = 0,
    reason: str,
    now: datetime,
) -> int:
    """Put "erased on DAY" in place of what somebody typed; how many texts that were.

    `subject` is the id of the visit (or of an interaction of it), the import, the call or the hand-over; `line` the
    rejected row's. Refused where there is no such thing, or no text in it.
    """
    actor.require(Right.ERASE, branch_id)
    hall, why = branch_of(session, branch_id, alone=True), a_reason(reason)
    erased = _ERASE[what](session, hall, subject, line, _instead(hall, now))
    if not erased:
        raise Refused("no_text", message("There is no such text in this hall, or it was erased already."))
    session.flush()
    told = {"what": what.value, "line": line or None, "texts": erased}
    write_event(
        session,
        actor,
        "erase_text",
        now=now,
        branch_id=branch_id,
        subject=str(subject),
        after={"erase_text": told},
        reason=why,
    )
    move_pulse(session, branch_id, now)
    session.flush()
    return erased


def _instead(hall: Branch, now: datetime) -> str:
    """In both languages: it is stored as what somebody typed is."""
    return f"已删除 erased {day_on(now, hall.zone_info)}"


def _of_visit(session: Session, hall: Branch, subject: UUID, _line: int, instead: str) -> int:
    rows = _parts(session, hall.id, subject)
    erased = 0
    for row in rows:
        gone = [name for name in TEXT_COLUMNS if _stands(getattr(row, name))]
        for name in gone:
            setattr(row, name, instead)
        row.version += bool(gone)
        erased += len(gone)
    made = select(Correction).where(
        Correction.branch_id == hall.id, col(Correction.interaction_id).in_([row.id for row in rows])
    )
    return erased + sum(_of_correction(one, instead) for one in session.exec(made))


def _parts(session: Session, branch_id: str, subject: UUID) -> list[Interaction]:
    chosen = session.get(Interaction, (branch_id, subject))
    visit_id = subject if chosen is None else chosen.visit_id
    of_visit = select(Interaction).where(Interaction.branch_id == branch_id, Interaction.visit_id == visit_id)
    return list(session.exec(of_visit))


def _of_correction(made: Correction, instead: str) -> int:
    """Its reason, and the text itself where that was what was corrected."""
    names = ("why", "was", "became") if made.field in TEXT_COLUMNS else ("why",)
    gone = [name for name in names if _stands(getattr(made, name))]
    for name in gone:
        setattr(made, name, instead)
    return len(gone)


def _of_rejected_row(session: Session, hall: Branch, subject: UUID, line: int, instead: str) -> int:
    row = session.get(ImportReject, (hall.id, subject, line))
    if row is None or not (row.content or row.detail) or row.detail == instead:
        return 0
    row.content, row.detail = {}, instead
    return 1


def _of_help_call(session: Session, hall: Branch, subject: UUID, _line: int, instead: str) -> int:
    return _in_columns(session.get(HelpCall, (hall.id, subject)), ("note", "outcome"), instead)


def _of_hand_over(session: Session, hall: Branch, subject: UUID, _line: int, instead: str) -> int:
    return _in_columns(session.get(ShiftChange, (hall.id, subject)), ("note",), instead)


def _in_columns(row: Any, names: tuple[str, ...], instead: str) -> int:
    gone = [name for name in names if row is not None and _stands(getattr(row, name))]
    for name in gone:
        setattr(row, name, instead)
    return len(gone)


def _stands(text: str | None) -> bool:
    return bool(text) and not str(text).startswith("已删除 ")


_ERASE: Mapping[Erasable, Callable[[Session, Branch, UUID, int, str], int]] = {
    Erasable.VISIT: _of_visit,
    Erasable.REJECTED_ROW: _of_rejected_row,
    Erasable.HELP_CALL: _of_help_call,
    Erasable.HAND_OVER: _of_hand_over,
}
