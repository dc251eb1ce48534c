"""Taking in the rows of a file part by part: each in a transaction of its own, with the lines that were refused.

An import is begun, its parts are added, and it is ended. It keeps the last line that is in, in the transaction that put
it in: one that was stopped goes on from there, and where two bring the same file at once, each line still counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from actions.audit import record
from actions.bulk import add_interactions
from actions.hall import branch_of
from actions.import_lines import (
    OTHER_CONTENT,
    RECORDED,
    Firsts,
    FirstsInMemory,
    ReadLine,
    RejectedLine,
    Sorted,
    sorted_out,
)
from actions.refusal import Refused
from models.actor import Actor, Right
from models.base import table_of
from models.bulk_rows import insert_rows
from models.tables import ImportReject, ImportRun, ImportState, new_id
from standards.message import message

__all__ = [
    "OTHER_CONTENT",
    "RECORDED",
    "Begun",
    "Firsts",
    "FirstsInMemory",
    "ImportFile",
    "Part",
    "ReadLine",
    "RejectedLine",
    "Sorted",
    "add_part",
    "begin_import",
    "done_imports",
    "end_import",
    "sorted_out",
]

LONGEST_DETAIL = 500
_REJECTS = table_of(ImportReject)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """A file of so many `rows`: `digest` is its SHA-256, `mapping` names the mapping in its version."""

    name: str
    digest: str
    mapping: str
    rows: int


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that follow each other in a file: those that can be taken, the numbers of those to skip, the rejected."""

    read: list[ReadLine] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    rejects: list[RejectedLine] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.read) + len(self.skipped) + len(self.rejects)

    @property
    def reached(self) -> int:
        """The number of the last; 0 where there is none."""
        ends = [lines[-1].line for lines in (self.read, self.rejects) if lines]
        return max([*ends, *self.skipped[-1:]], default=0)

    def after(self, line: int) -> Part:
        """Those that come after a line."""
        return Part(
            [one for one in self.read if one.line > line],
            [one for one in self.skipped if one > line],
            [one for one in self.rejects if one.line > line],
        )


@dataclass(frozen=True, slots=True)
class Begun:
    """An import under way: the last line that is in, and how many rows those are; 0 where it has just begun.

    `rejects` are the lines of the part just added that contradict what the hall has.
    """

    import_id: UUID
    reached: int
    rows: int
    rejects: tuple[RejectedLine, ...] = ()


def done_imports(session: Session, actor: Actor, branch_id: str, file: ImportFile) -> tuple[UUID, ...] | None:
    """The imports of the same file by the same mapping that were ended, oldest first; None while one is under way."""
    actor.require(Right.IMPORT, branch_id)
    runs = _runs(session, branch_id, file)
    if any(run.state is ImportState.RUNNING for run in runs):
        return None
    return tuple(run.id for run in runs)


def begin_import(
    session: Session,
    actor: Actor,
    branch_id: str,
    file: ImportFile,
    *,
    besides: tuple[UUID, ...] = (),
    now: datetime,
) -> Begun | None:
    """Begin an import, or go on with one of the same file by the same mapping that is under way or was stopped.

    None where one of them was ended `besides` those that are known: whether there is anything to add is open again.
    Raises NotAllowed without the right to import, Refused for no such hall.
    """
    actor.require(Right.IMPORT, branch_id)
    branch_of(session, branch_id, alone=True)
    runs = _runs(session, branch_id, file)
    for run in runs:
        if run.state is ImportState.RUNNING:
            return Begun(run.id, run.reached, run.rows)
    if tuple(run.id for run in runs) != besides:
        return None
    run = ImportRun(
        branch_id=branch_id,
        id=new_id(),
        file_name=file.name,
        digest=file.digest,
        mapping=file.mapping,
        by=actor.name,
        began_at=now,
        of_rows=file.rows,
        reached_at=now,
    )
    session.add(run)
    session.flush()
    return Begun(run.id, 0, 0)


def add_part(
    session: Session, actor: Actor, branch_id: str, import_id: UUID, part: Part, *, now: datetime, at: datetime
) -> Begun:
    """Add the lines of a part that the hall does not have yet, keep its rejects; how far the import has come.

    `now` is when the import began, `at` when the part came. Lines that are in already, by whomever, are passed over.
    Raises Refused where the import was taken back meanwhile.
    """
    actor.require(Right.IMPORT, branch_id)
    branch_of(session, branch_id, alone=True)
    run = _under_way(session, branch_id, import_id)
    left = part.after(run.reached) if run.reached else part
    if run.state is not ImportState.RUNNING or not left.rows:
        return Begun(run.id, run.reached, run.rows)
    rejects = _take_in(session, actor, run, left, now)
    run.reached, run.reached_at = left.reached, at
    return Begun(run.id, run.reached, run.rows, rejects)


def _take_in(session: Session, actor: Actor, run: ImportRun, part: Part, now: datetime) -> tuple[RejectedLine, ...]:
    found = sorted_out(session, run.branch_id, part.read, import_id=run.id)
    if found.fresh:
        rows = (line.row for line in found.fresh)
        add_interactions(session, actor, run.branch_id, rows, now=now, import_id=run.id)
    _keep(session, run, [*part.rejects, *found.rejects])
    run.rows += part.rows
    run.accepted += len(found.fresh)
    run.skipped += len(part.skipped)
    run.rejected += len(part.rejects) + len(found.rejects)
    run.adjusted += found.adjusted
    run.duplicates += found.duplicates
    return found.rejects


def end_import(session: Session, actor: Actor, branch_id: str, import_id: UUID, *, at: datetime) -> None:
    """End an import whose parts are all in; the trail keeps it. Whoever comes second changes nothing."""
    actor.require(Right.IMPORT, branch_id)
    branch_of(session, branch_id, alone=True)
    run = _under_way(session, branch_id, import_id)
    if run.state is ImportState.RUNNING:
        run.state, run.ended_at = ImportState.DONE, at
        record(session, actor, "import", [run], now=at, branch_id=branch_id, subject=str(run.id))


def _runs(session: Session, branch_id: str, file: ImportFile) -> list[ImportRun]:
    """The imports of the same file by the same mapping that stand, oldest first."""
    asked = (
        select(ImportRun)
        .where(
            ImportRun.branch_id == branch_id,
            ImportRun.digest == file.digest,
            ImportRun.mapping == file.mapping,
            col(ImportRun.state).in_([ImportState.RUNNING, ImportState.DONE]),
        )
        .order_by(col(ImportRun.began_at), col(ImportRun.id))
    )
    return list(session.exec(asked).all())


def _under_way(session: Session, branch_id: str, import_id: UUID) -> ImportRun:
    """The import as it is now, or Refused where it stands no longer."""
    run = session.get_one(ImportRun, (branch_id, import_id), populate_existing=True, with_for_update=True)
    if run.state not in (ImportState.RUNNING, ImportState.DONE):
        raise Refused("undone", message("This import was taken back while it ran: nothing more of it is added."))
    return run


def _keep(session: Session, run: ImportRun, rejects: Iterable[RejectedLine]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "branch_id": run.branch_id,
            "import_id": run.id,
            "line": reject.line,
            "reason": reject.reason,
            "detail": reject.detail[:LONGEST_DETAIL],
            "content": dict(reject.content),
            "mended_by_import_id": None,
        }
        for reject in rejects
    ]
    insert_rows(session, _REJECTS, rows)
