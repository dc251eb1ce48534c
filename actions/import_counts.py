"""What an import has come to, as it was kept beside its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, func, select

from actions.import_lines import RejectedLine
from models.actor import Actor, Right
from models.tables import ImportReject, ImportRun

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of an import's rows so far, and of those that were refused, how many for which reason."""

    rows: int
    accepted: int
    skipped: int
    rejected: int
    adjusted: int
    duplicates: int
    reasons: dict[str, int]


def import_counts(session: Session, actor: Actor, branch_id: str, import_id: UUID) -> Counts:
    """What became of an import's rows."""
    actor.require(Right.IMPORT, branch_id)
    run = session.get_one(ImportRun, (branch_id, import_id))
    counted = (
        select(ImportReject.reason, func.count())
        .where(ImportReject.branch_id == branch_id, ImportReject.import_id == import_id)
        .group_by(ImportReject.reason)
    )
    reasons = Counter(dict(session.exec(counted).all()))
    return Counts(
        run.rows,
        run.accepted,
        run.skipped,
        run.rejected,
        run.adjusted,
        run.duplicates,
        dict(reasons.most_common()),
    )


def kept_rejects(session: Session, actor: Actor, branch_id: str, import_id: UUID) -> Iterator[RejectedLine]:
    """The rejects of an import in their order, some at a time."""
    actor.require(Right.IMPORT, branch_id)
    after = 0
    while True:
        some = session.exec(
            select(ImportReject)
            .where(
                ImportReject.branch_id == branch_id, ImportReject.import_id == import_id, col(ImportReject.line) > after
            )
            .order_by(col(ImportReject.line))
            .limit(_AT_ONCE)
        ).all()
        yield from (RejectedLine(row.line, row.reason, row.detail, row.content) for row in some)
        if not some:
            return
        after = some[-1].line
        session.expunge_all()
