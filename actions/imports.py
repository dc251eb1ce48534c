"""Taking in the rows of a file: once, in one transaction, with every line that was refused kept beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert
from sqlmodel import Session, col, select

from actions.audit import record
from actions.bulk import add_interactions
from actions.hall import branch_of
from models.actor import Actor, Right
from models.tables import ImportReject, ImportRun, ImportState, Interaction, new_id
from standards.message import Message, message

CHUNK = 500
"""References asked for in one statement; stores limit how many values one may hold."""
LONGEST_DETAIL = 500
OTHER_CONTENT = "other_content"
"""The reason of a line whose reference is known with other content."""
_LASTING = frozenset({"begun", "channel", "ticket", "arrived_at", "counter_id", "staff_id"})
_TABLE: Table = Interaction.__table__  # type: ignore[attr-defined]  # SQLModel makes it at run time


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line that was not taken: where it stood, why (a code and a sentence), and what it said by column."""

    line: int
    reason: str
    detail: str
    content: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line that can be taken: `row` is what it means, as columns of an interaction with an `external_ref`."""

    line: int
    content: Mapping[str, str] = field(hash=False)
    row: Mapping[str, Any] = field(hash=False)
    adjusted: bool = False

    @property
    def reference(self) -> str:
        """What names it within its hall."""
        return str(self.row["external_ref"])


@dataclass(frozen=True, slots=True)
class Sorted:
    """Lines by what becomes of them: the `fresh`, how many are there already, and those that contradict what is."""

    fresh: tuple[ReadLine, ...]
    duplicates: int
    rejects: tuple[RejectedLine, ...]

    @property
    def adjusted(self) -> int:
        """How many of the fresh had their clocks set right."""
        return sum(line.adjusted for line in self.fresh)


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
    branch_of(session, branch_id)
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


def sorted_out(session: Session, branch_id: str, lines: list[ReadLine]) -> Sorted:
    """Tell lines apart: there already is only what says the same as the hall, or an earlier line, of its reference."""
    stored = _stored(session, branch_id, lines)
    first: dict[str, ReadLine] = {}
    duplicates, rejects = 0, []
    for line in lines:
        known, earlier = stored.get(line.reference), first.setdefault(line.reference, line)
        if known is None and earlier is line:
            continue
        other = _differences(line.row, earlier.row if known is None else known)
        if other:
            said = _contradiction(line.reference, other, None if known is not None else earlier.line)
            rejects.append(RejectedLine(line.line, OTHER_CONTENT, str(said), line.content))
        else:
            duplicates += 1
    fresh = tuple(line for reference, line in first.items() if reference not in stored)
    return Sorted(fresh, duplicates, tuple(rejects))


def _stored(session: Session, branch_id: str, lines: list[ReadLine]) -> dict[str, Mapping[str, Any]]:
    """What the hall has under these references; of a visit that was worked on since, what no correction changes."""
    if not lines:
        return {}
    columns = [_TABLE.c[name] for name in sorted({"version", *lines[0].row})]
    found: dict[str, Mapping[str, Any]] = {}
    for chunk in _chunks(dict.fromkeys(line.reference for line in lines)):
        asked = select(*columns).where(_TABLE.c.branch_id == branch_id, _TABLE.c.external_ref.in_(chunk))
        for row in session.execute(asked).mappings():
            corrected = row["version"] > 1
            found[row["external_ref"]] = {name: row[name] for name in _LASTING} if corrected else dict(row)
    return found


def _differences(row: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in row.keys() & known.keys() if row[name] != known[name])


def _contradiction(reference: str, other: list[str], line: int | None) -> Message:
    columns = ", ".join(other)
    if line is None:
        return message(
            "The hall has {reference} already, and it says otherwise: {columns}.", reference=reference, columns=columns
        )
    return message(
        "Line {line} is {reference} too, and it says otherwise: {columns}.",
        line=line,
        reference=reference,
        columns=columns,
    )


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
