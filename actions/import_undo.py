"""Taking back a whole import: its interactions go, what it was and why it went stay in the trail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, update
from sqlmodel import Session, col, select

from actions.audit import images, record
from actions.hall import branch_of
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
from models.dirty import mark_visits
from models.store import LONG, have_patience
from models.tables import (
    Correction,
    Exclusion,
    HelpCall,
    Hold,
    ImportReject,
    ImportRun,
    ImportState,
    Interaction,
    Observation,
)
from standards.message import message

LONGEST_WHY = 500


def undo_import(session: Session, actor: Actor, branch_id: str, import_id: UUID, why: str, *, now: datetime) -> int:
    """Take a whole import back: its visits go, the import itself and its rejects stay; how many visits went.

    The same file may be imported again afterwards. Raises NotAllowed without the right to import, Refused without a
    reason, where there is no such import or it is taken back already, and where its visits were worked on since.
    """
    actor.require(Right.IMPORT, branch_id)
    have_patience(session, LONG)
    branch_of(session, branch_id, alone=True)
    run = _undoable(session, branch_id, import_id)
    if not a_text(why, LONGEST_WHY):
        raise Refused("no_reason", message("A reason is needed."))
    before = images([run])
    removed = _remove(session, branch_id, import_id)
    run.state, run.undone_at, run.undone_by = ImportState.UNDONE, now, actor.name[:64]
    record(
        session,
        actor,
        "undo_import",
        [run],
        now=now,
        branch_id=branch_id,
        subject=str(import_id),
        before=before,
        reason=a_text(why, LONGEST_WHY),
        answer={"removed": removed},
    )
    return removed


def _undoable(session: Session, branch_id: str, import_id: UUID) -> ImportRun:
    run = session.get(ImportRun, (branch_id, import_id), populate_existing=True)
    if run is None:
        raise Refused("unknown_import", message("There is no import {import_id}.", import_id=str(import_id)))
    if run.state is ImportState.UNDONE:
        raise Refused("undone", message("This import is taken back already."))
    if worked_on := _worked_on(session, branch_id, import_id):
        said = message(
            "{n} of its visits were worked on since (corrected, observed, excluded or continued): undo that first.",
            n=worked_on,
        )
        raise Refused("worked_on", said)
    return run


def _worked_on(session: Session, branch_id: str, import_id: UUID) -> int:
    """How many of an import's visits somebody has done something with."""
    own = select(Interaction.id).where(Interaction.branch_id == branch_id, Interaction.import_id == import_id)
    touched = [
        select(table.interaction_id).where(table.branch_id == branch_id)
        for table in (Correction, Observation, HelpCall)
    ]
    continued = [
        select(column).where(Interaction.branch_id == branch_id, column.is_not(None), col(Interaction.id).not_in(own))
        for column in (col(Interaction.previous_id), col(Interaction.merged_into_id))
    ]
    visits = select(Exclusion.visit_id).where(Exclusion.branch_id == branch_id, col(Exclusion.visit_id).is_not(None))
    return session.exec(
        select(func.count()).where(
            Interaction.branch_id == branch_id,
            Interaction.import_id == import_id,
            or_(
                col(Interaction.version) > 1,
                *(col(Interaction.id).in_(one) for one in (*touched, *continued)),
                col(Interaction.visit_id).in_(visits),
            ),
        )
    ).one()


def _remove(session: Session, branch_id: str, import_id: UUID) -> int:
    """Delete an import's visits and what hangs on them; rejects that they had mended are unmended again."""
    own = select(Interaction.id).where(Interaction.branch_id == branch_id, Interaction.import_id == import_id)
    session.execute(delete(Hold).where(col(Hold.branch_id) == branch_id, col(Hold.interaction_id).in_(own)))
    mark_visits(session, branch_id, col(Interaction.import_id) == import_id)
    removed = session.scalar(select(func.count()).select_from(own.subquery())) or 0
    session.execute(
        delete(Interaction).where(col(Interaction.branch_id) == branch_id, col(Interaction.import_id) == import_id)
    )
    session.execute(
        update(ImportReject)
        .where(col(ImportReject.branch_id) == branch_id, col(ImportReject.mended_by_import_id) == import_id)
        .values(mended_by_import_id=None)
    )
    return removed
