"""Taking in the rows of a file: once, in one transaction, with every line that was refused kept beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col, select

from actions.audit import record
from actions.bulk import add_interactions
from actions.hall import branch_of
from models.actor import Actor, Right
from models.tables import ImportReject, ImportRun, ImportState, Interaction, new_id

CHUNK = 500
"""References asked for in one statement; stores limit how many values one may hold."""
LONGEST_DETAIL = 500


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line that was not taken: where it stood, why (a code and a sentence), and what it said by column."""

    line: int
    reason: str
    detail: str
    content: Mapping[str, str] = field(hash=False)


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
    """What was taken of a file; a repeated file that adds nothing has its first import's identifier, a trial none."""

    import_id: UUID | None
    accepted: int
    duplicates: int
    adjusted: int


def add_import(
    session: Session,
    actor: Actor,
    branch_id: str,
    file: ImportFile,
    rows: Iterable[Mapping[str, Any]],
    rejects: Iterable[RejectedLine],
    *,
    adjusted: frozenset[str] = frozenset(),
    reference_of: Callable[[Mapping[str, Any]], str | None] | None = None,
    began_at: datetime,
    now: datetime,
) -> Imported:
    """Add the rows whose `external_ref` the hall does not have yet, and keep the rejects.

    `adjusted` are the references of rows whose clocks were set right. With `reference_of` (from a reject's content) the
    rejects that come back mended are marked. Raises NotAllowed without the right to import, Refused for no such hall.
    """
    actor.require(Right.IMPORT, branch_id)
    branch_of(session, branch_id)
    listed = list(rows)
    fresh = _fresh(session, branch_id, listed)
    duplicates, moved = len(listed) - len(fresh), len(adjusted & fresh.keys())
    earlier = None if fresh else _earlier(session, branch_id, file)
    if earlier is not None:
        return Imported(earlier, 0, duplicates, 0)
    kept = list(rejects)
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
        accepted=len(fresh),
        skipped=file.skipped,
        rejected=len(kept),
        adjusted=moved,
        duplicates=duplicates,
    )
    session.add(run)
    session.flush()
    add_interactions(session, actor, branch_id, ({**row, "import_id": run.id} for row in fresh.values()), now=now)
    _keep(session, run, kept)
    if reference_of is not None:
        _mark_mended(session, run, fresh.keys(), reference_of)
    record(session, actor, "import", [run], now=now, branch_id=branch_id, subject=str(run.id))
    return Imported(run.id, len(fresh), duplicates, moved)


def known_references(session: Session, branch_id: str, references: Iterable[str]) -> set[str]:
    """Which of these rows the hall has already."""
    known: set[str] = set()
    for chunk in _chunks(references):
        asked = select(Interaction.external_ref).where(
            Interaction.branch_id == branch_id, col(Interaction.external_ref).in_(chunk)
        )
        known.update(reference for reference in session.exec(asked) if reference is not None)
    return known


def _fresh(session: Session, branch_id: str, rows: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The rows that the hall lacks, by reference; of two with one reference the first."""
    by_reference: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        by_reference.setdefault(row["external_ref"], row)
    for known in known_references(session, branch_id, by_reference):
        del by_reference[known]
    return by_reference


def _chunks(references: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(list(references))
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


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
