"""What was refused of an imported file."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.tables import ImportReject, ImportRun


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that was not taken: where it stood, why, and what it said by column."""

    line: int
    reason: str
    detail: str
    content: dict[str, str] = field(hash=False)


def refused_lines(session: Session, actor: Actor, import_id: UUID) -> tuple[RefusedLine, ...] | None:
    """The refused lines of an import in their order, or None where there is no such import."""
    run = session.exec(select(ImportRun).where(ImportRun.id == import_id)).first()
    if run is None:
        return None
    actor.require(Right.IMPORT, run.branch_id)
    kept = select(ImportReject).where(ImportReject.branch_id == run.branch_id, ImportReject.import_id == import_id)
    rows = session.exec(kept.order_by(col(ImportReject.line)))
    return tuple(RefusedLine(row.line, row.reason, row.detail, row.content) for row in rows)
