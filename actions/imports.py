"""Taking in the rows of a file: once, in one transaction, with every line that was refused kept beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col, select

from actions.audit import record
from actions.bulk import add_interactions
from actions.hall import branch_of
from actions.import_lines import OTHER_CONTENT, RECORDED, ReadLine, RejectedLine, Sorted, sorted_out
from models.actor import Actor, Right
from models.tables import (
    ImportReject,
    ImportRun,
    ImportState,
    new_id,
)

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
    run = _run(branch_id, actor, file, found, len(kept), began_at, now)
    session.add(run)
    session.flush()
    add_interactions(session, actor, branch_id, ({**line.row, "import_id": run.id} for line in found.fresh), now=now)
    _keep(session, run, kept)
    if reference_of is not None:
        _mark_mended(session, run, (line.reference for line in found.fresh), reference_of)
    record(session, actor, "import", [run], now=now, branch_id=branch_id, subject=str(run.id))
    return Imported(run.id, found)


def _run(
    branch_id: str, actor: Actor, file: ImportFile, found: Sorted, rejected: int, began_at: datetime, now: datetime
) -> ImportRun:
    """What the history keeps of an import that is done."""
    return ImportRun(
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
        rejected=rejected,
        adjusted=found.adjusted,
        duplicates=found.duplicates,
    )


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
