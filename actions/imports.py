"""Taking in the rows of a file: once, in one transaction, with every line that was refused kept beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, update
from sqlmodel import Session, col, select

from actions.audit import images, record
from actions.bulk import add_interactions
from actions.hall import branch_of
from actions.import_lines import OTHER_CONTENT, RECORDED, ReadLine, RejectedLine, Sorted, sorted_out
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
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
    new_id,
)
from standards.message import message

__all__ = [
    "OTHER_CONTENT",
    "RECORDED",
    "ImportFile",
    "Imported",
    "ReadLine",
    "RejectedLine",
    "Sorted",
    "add_import",
    "sorted_out",
    "undo_import",
]

LONGEST_DETAIL = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """A file that was read: `digest` is its SHA-256, `mapping` names the mapping in its version."""

    name: str
    digest: str
    mapping: str
    lines: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What was taken of a file; one sent again that adds nothing has its first import's identifier, a trial none."""

    import_id: UUID | None
    lines: Sorted


def add_import(
    session: Session,
    actor: Actor,
    branch_id: str,
    file: ImportFile,
    lines: Iterable[ReadLine],
    rejects: Iterable[RejectedLine],
    *,
    reference_of: Callable[[Mapping[str, Any]], str | None] | None = None,
    began_at: datetime,
    now: datetime,
) -> Imported:
    """Add the lines that the hall does not have yet; keep the rejects, and those that say otherwise with them.

    With `reference_of` (from a reject's content) the rejects that come back mended are marked. Raises NotAllowed
    without the right to import, Refused for no such hall.
    """
    actor.require(Right.IMPORT, branch_id)
    branch_of(session, branch_id, alone=True)
    found = sorted_out(session, branch_id, list(lines))
    earlier = None if found.fresh else _earlier(session, branch_id, file)
    if earlier is not None:
        return Imported(earlier, found)
    kept = [*rejects, *found.rejects]
    run = ImportRun(
        branch_id=branch_id,
        id=new_id(),
        file_name=file.name,
        digest=file.digest,
        mapping=file.mapping,
        state=ImportState.DONE,
        by=actor.name,
        began_at=began_at,
        ended_at=now,
        rows=file.lines,
        accepted=len(found.fresh),
        skipped=file.skipped,
        rejected=len(kept),
        adjusted=found.adjusted,
        duplicates=found.duplicates,
    )
    session.add(run)
    session.flush()
    add_interactions(session, actor, branch_id, ({**line.row, "import_id": run.id} for line in found.fresh), now=now)
    _keep(session, run, kept)
    if reference_of is not None:
        _mark_mended(session, run, (line.reference for line in found.fresh), reference_of)
    record(session, actor, "import", [run], now=now, branch_id=branch_id, subject=str(run.id))
    return Imported(run.id, found)


def _earlier(session: Session, branch_id: str, file: ImportFile) -> UUID | None:
    """The import of the same file by the same mapping, if there was one."""
    return session.exec(
        select(ImportRun.id)
        .where(
            ImportRun.branch_id == branch_id,
            ImportRun.digest == file.digest,
            ImportRun.mapping == file.mapping,
            ImportRun.state == ImportState.DONE,
        )
        .order_by(col(ImportRun.began_at))
    ).first()


def _keep(session: Session, run: ImportRun, rejects: Iterable[RejectedLine]) -> None:
    rows = [
        {
            "branch_id": run.branch_id,
            "import_id": run.id,
            "line": reject.line,
            "reason": reject.reason,
            "detail": reject.detail[:LONGEST_DETAIL],
            "content": dict(reject.content),
        }
        for reject in rejects
    ]
    if rows:
        session.execute(insert(ImportReject), rows)


def _mark_mended(
    session: Session, run: ImportRun, accepted: Iterable[str], reference_of: Callable[[Mapping[str, Any]], str | None]
) -> None:
    """Earlier rejects whose row has come in now."""
    new = set(accepted)
    unmended = select(ImportReject).where(
        ImportReject.branch_id == run.branch_id,
        ImportReject.import_id != run.id,
        col(ImportReject.mended_by_import_id).is_(None),
    )
    for reject in session.exec(unmended) if new else ():
        if reference_of(reject.content) in new:
            reject.mended_by_import_id = run.id


def undo_import(session: Session, actor: Actor, branch_id: str, import_id: UUID, why: str, *, now: datetime) -> int:
    """Take a whole import back: its visits go, the import itself and its rejects stay; how many visits went.

    The same file may be imported again afterwards. Raises NotAllowed without the right to import, Refused without a
    reason, where there is no such import or it is taken back already, and where its visits were worked on since.
    """
    actor.require(Right.IMPORT, branch_id)
    branch_of(session, branch_id, alone=True)
    run = _undoable(session, branch_id, import_id)
    if not a_text(why, LONGEST_DETAIL):
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
        reason=a_text(why, LONGEST_DETAIL),
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
