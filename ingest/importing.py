"""A whole file into a hall: read, checked, and taken in one transaction, or tried without writing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from actions.hall import branch_of
from actions.imports import Imported, ImportFile, RejectedLine, add_import, sorted_out
from ingest.checking import Checked, Checker
from ingest.mapping import Mapping, WrongMapping
from ingest.reading import read_bytes, sheet_of
from ingest.times import Clock, has_date
from ingest.workbook import check_name
from models.actor import Actor, Right
from models.store import Store
from models.tables import Branch, BusinessType
from standards.message import message


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file's rows: rows = accepted + skipped + rejected + duplicates. A dry run has no `import_id`."""

    rows: int
    accepted: int
    skipped: int
    rejected: int
    adjusted: int
    duplicates: int
    import_id: UUID | None
    reasons: Dictionary[str, int]
    rejects: tuple[RejectedLine, ...]
    header: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that somebody gave: its name, its bytes, and of a workbook the sheet (none: the first in sight)."""

    name: str
    content: bytes = field(repr=False)
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read and checked for a hall, and is not written yet."""

    branch_id: str
    file: ImportFile
    checker: Checker
    checked: Checked


def import_file(
    store: Store,
    actor: Actor,
    branch_id: str,
    path: Path,
    mapping: Mapping,
    *,
    day: date | None = None,
    sheet_name: str | None = None,
    dry_run: bool = False,
    now: datetime,
) -> Report:
    """Take a file into a hall; `day` is that of its times without a date, where the mapping's does not hold.

    The write lock is held for the writing alone. Raises BrokenFile, WrongMapping, Refused or NotAllowed; then nothing
    was written.
    """
    given = GivenFile(path.name, read_bytes(path), sheet_name)
    with store.reading() as session:
        checker = checker_of(session, actor, branch_id, mapping, day=day, now=now)
    prepared = prepare(branch_id, given, checker)
    if dry_run:
        with store.reading() as session:
            return try_file(session, actor, prepared)
    with store.writing() as session:
        return take_file(session, actor, prepared, now=now)


def checker_of(
    session: Session, actor: Actor, branch_id: str, mapping: Mapping, *, day: date | None, now: datetime
) -> Checker:
    """What a hall's files are held against under a mapping; raises WrongMapping, Refused or NotAllowed."""
    actor.require(Right.IMPORT, branch_id)
    return _checker(session, branch_id, mapping, day, now)


def prepare(branch_id: str, given: GivenFile, checker: Checker) -> Prepared:
    """Read and check every line, without a database; raises BrokenFile."""
    mapping = checker.mapping
    check_name(given.name, given.content)
    read = sheet_of(given.content, mapping.delimiter, mapping.needed, mapping.times.formats, given.sheet)
    checked = checker.check(read)
    file = ImportFile(
        name=given.name[-255:],
        digest=sha256(given.content).hexdigest(),
        mapping=f"{mapping.name[:60]} {mapping.digest[:12]}",
        lines=checked.lines,
        skipped=checked.skipped,
    )
    return Prepared(branch_id, file, checker, checked)


def try_file(session: Session, actor: Actor, prepared: Prepared) -> Report:
    """What would become of it, without writing anything."""
    actor.require(Right.IMPORT, prepared.branch_id)
    return _report(prepared.checked, Imported(None, sorted_out(session, prepared.branch_id, prepared.checked.read)))


def take_file(session: Session, actor: Actor, prepared: Prepared, *, now: datetime) -> Report:
    """Write it; a file that was written before adds nothing and answers with its first import."""
    checker = prepared.checker
    taken = add_import(
        session,
        actor,
        prepared.branch_id,
        prepared.file,
        prepared.checked.read,
        prepared.checked.rejects,
        reference_of=lambda row: _reference(checker, row),
        began_at=now,
        now=now,
    )
    return _report(prepared.checked, taken)


def needs_day(mapping: Mapping) -> bool:
    """Whether no time says its day, or the reference holds one."""
    return mapping.names_the_day or not any(has_date(form) for form in mapping.times.formats)


def _checker(session: Session, branch_id: str, mapping: Mapping, day: date | None, now: datetime) -> Checker:
    branch: Branch = branch_of(session, branch_id)
    day = day or mapping.times.day
    if day is None and needs_day(mapping):
        raise WrongMapping(message("The times have no date: give the day, in the mapping or with --day."))
    clock = Clock(mapping.times, mapping.times.zone or branch.zone_info, day)
    return Checker(mapping, clock, frozenset(session.exec(select(BusinessType.id)).all()), now)


def _reference(checker: Checker, content: Dictionary[str, Any]) -> str | None:
    """The reference of an earlier reject, or None where it lacks the columns (another mapping's)."""
    if not checker.mapping.needed <= content.keys():
        return None
    return checker.mapping.reference_of(content, checker.clock.day)


def _report(checked: Checked, taken: Imported) -> Report:
    rejects = sorted([*checked.rejects, *taken.lines.rejects], key=lambda reject: reject.line)
    return Report(
        rows=checked.lines,
        accepted=len(taken.lines.fresh),
        skipped=checked.skipped,
        rejected=len(rejects),
        adjusted=taken.lines.adjusted,
        duplicates=taken.lines.duplicates,
        import_id=taken.import_id,
        reasons=dict(Counter(reject.reason for reject in rejects).most_common()),
        rejects=tuple(rejects),
        header=checked.header,
    )
