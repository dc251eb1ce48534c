"""The imports of a hall, what was refused of their files, and the mappings that were saved for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from analytics.accounts import called
from models.actor import EVERYWHERE, Actor, Right
from models.revealed import is_revealed
from models.tables import AuditEvent, ImportMapping, ImportReject, ImportRun, ImportState
from standards.masking import masked, masked_line

UNDO = "undo_import"
"""The trail's name for taking back an import."""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that was not taken: where it stood, why, and what it said by column."""

    line: int
    reason: str
    detail: str
    content: dict[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import as the history lists it: rows = accepted + skipped + rejected + duplicates, of `of_rows` in the file.

    One that is under way, or was stopped, has fewer rows than its file; its last ones came in at `reached_at`.
    `mended` counts the rejects that came in later. Who took it back, when and why stands in `undone_…`. `called` and
    `undone_called` are what the accounts are called, in Chinese and English.
    """

    id: UUID
    began_at: datetime
    by: str
    file_name: str
    mapping: str
    state: ImportState
    rows: int
    accepted: int
    skipped: int
    rejected: int
    adjusted: int
    duplicates: int
    of_rows: int
    reached_at: datetime | None
    mended: int
    undone_at: datetime | None
    undone_by: str | None
    undone_why: str
    called: tuple[str, str]
    undone_called: tuple[str, str]


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """The newest version of a mapping that was made on the screen; `branch_id` is `*` for one of every hall."""

    branch_id: str
    name: str
    version: int
    content: str
    by: str
    at: datetime


def refused_lines(session: Session, actor: Actor, import_id: UUID) -> tuple[RefusedLine, ...] | None:
    """The refused lines of an import in their order, or None where there is no such import.

    What tells of customers is masked, unless the reader gave a reason in this session (`actions.revealing`).
    """
    run = session.exec(select(ImportRun).where(ImportRun.id == import_id)).first()
    if run is None:
        return None
    actor.require(Right.IMPORT, run.branch_id)
    kept = select(ImportReject).where(ImportReject.branch_id == run.branch_id, ImportReject.import_id == import_id)
    rows = session.exec(kept.order_by(col(ImportReject.line)))
    if is_revealed(session, actor, run.branch_id, import_id):
        return tuple(RefusedLine(row.line, row.reason, row.detail, row.content) for row in rows)
    return tuple(RefusedLine(row.line, row.reason, masked(row.detail), masked_line(row.content)) for row in rows)


def imports(session: Session, actor: Actor, branch_id: str, limit: int = 100) -> tuple[ImportLine, ...]:
    """The imports of a hall, newest first."""
    actor.require(Right.READ_HALL, branch_id)
    runs = session.exec(
        select(ImportRun)
        .where(ImportRun.branch_id == branch_id)
        .order_by(col(ImportRun.began_at).desc(), col(ImportRun.id).desc())
        .limit(limit)
    ).all()
    identifiers = [run.id for run in runs]
    mended = _mended(session, branch_id, identifiers)
    whys = _whys(session, branch_id, [str(run.id) for run in runs if run.state is ImportState.UNDONE])
    names = called(session, (name for run in runs for name in (run.by, run.undone_by)))
    return tuple(
        ImportLine(
            run.id,
            run.began_at,
            run.by,
            run.file_name,
            run.mapping.rpartition(" ")[0] or run.mapping,
            run.state,
            run.rows,
            run.accepted,
            run.skipped,
            run.rejected,
            run.adjusted,
            run.duplicates,
            run.of_rows,
            run.reached_at,
            mended.get(run.id, 0),
            run.undone_at,
            run.undone_by,
            masked(whys.get(str(run.id), "")),
            names[run.by],
            names.get(run.undone_by or "", ("", "")),
        )
        for run in runs
    )


def _mended(session: Session, branch_id: str, identifiers: list[UUID]) -> dict[UUID, int]:
    counted = select(ImportReject.import_id, func.count()).where(
        ImportReject.branch_id == branch_id,
        col(ImportReject.import_id).in_(identifiers),
        col(ImportReject.mended_by_import_id).is_not(None),
    )
    return dict(session.exec(counted.group_by(col(ImportReject.import_id))).all())


def _whys(session: Session, branch_id: str, subjects: list[str]) -> dict[str, str]:
    asked = select(AuditEvent.subject, AuditEvent.reason).where(
        AuditEvent.branch_id == branch_id, col(AuditEvent.subject).in_(subjects), AuditEvent.action == UNDO
    )
    return {subject: why or "" for subject, why in session.exec(asked)}


def saved_mappings(session: Session, actor: Actor, branch_id: str) -> tuple[SavedMapping, ...]:
    """The mappings that a hall may use, by name; the hall's own goes before one of the same name for all."""
    actor.require(Right.IMPORT, branch_id)
    rows = session.exec(
        select(ImportMapping)
        .where(col(ImportMapping.branch_id).in_([EVERYWHERE, branch_id]))
        .order_by(col(ImportMapping.name), col(ImportMapping.branch_id) != branch_id, col(ImportMapping.version).desc())
    )
    newest: dict[str, SavedMapping] = {}
    for row in rows:
        newest.setdefault(row.name, SavedMapping(row.branch_id, row.name, row.version, row.content, row.by, row.at))
    return tuple(newest.values())
