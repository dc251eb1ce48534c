"""Seeing in plain what is masked: for one visit or one import, in this session, and with a reason that is kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from actions.access import Matter
from actions.audit import write_event
from actions.refusal import Refused
from actions.text import a_reason
from models.actor import Actor, Right
from models.revealed import REVEAL, is_revealed, session_mark
from models.tables import ImportRun, Interaction
from standards.message import message


def reveal(
    session: Session, actor: Actor, branch_id: str, what: Matter, subject: UUID, *, reason: str, now: datetime
) -> bool:
    """Show numbers in plain in a visit (`Matter.VISIT`, by its visit_id) or in an import's rejected rows; whether they
    were masked until then.
    """
    actor.require(Right.PERSONAL, branch_id)
    why = a_reason(reason)
    if not _is_there(session, branch_id, what, subject):
        raise Refused("unknown_subject", message("There is no such visit or import in this hall."))
    if is_revealed(session, actor, branch_id, subject):
        return False
    write_event(
        session,
        actor,
        "reveal_personal",
        now=now,
        branch_id=branch_id,
        subject=str(subject),
        after={REVEAL: {"what": what.value}},
        reason=why,
        known_by=session_mark(actor),
    )
    return True


def _is_there(session: Session, branch_id: str, what: Matter, subject: UUID) -> bool:
    if what is Matter.VISIT:
        of_visit = (Interaction.branch_id == branch_id, Interaction.visit_id == subject)
        return session.exec(select(col(Interaction.id)).where(*of_visit).limit(1)).first() is not None
    return what is Matter.REJECTED_ROWS and session.get(ImportRun, (branch_id, subject)) is not None
