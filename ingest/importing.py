"""A whole file into a hall: read, checked, and taken in one transaction, or tried without writing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
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
from ingest.reading import read_bytes, sheet, text_of
from ingest.times import Clock, has_date
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


def import_file(
    store: Store,
    actor: Actor,
    branch_id: str,
    path: Path,
    mapping: Mapping,
    *,
    day: date | None = None,
    dry_run: bool = False,
    now: datetime,
) -> Report:
    """Take a file into a hall; `day` is that of its times without a date, where the mapping's does not hold.

    The write lock is held for the writing alone. Raises BrokenFile, WrongMapping, Refused or NotAllowed; then nothing
    was written.
    """
    content = read_bytes(path)
    with store.reading() as session:
        actor.require(Right.IMPORT, branch_id)
        checker = _checker(session, branch_id, mapping, day, now)
    checked = checker.check(sheet(text_of(content), mapping.delimiter, mapping.needed))
    if dry_run:
        with store.reading() as session:
            return _report(checked, Imported(None, sorted_out(session, branch_id, checked.read)))
    file = ImportFile(
        name=path.name[-255:],
        digest=sha256(content).hexdigest(),
        mapping=f"{mapping.name[:60]} {mapping.digest[:12]}",
        lines=checked.lines,
        skipped=checked.skipped,
    )
    with store.writing() as session:
        taken = add_import(
            session,
            actor,
            branch_id,
            file,
            checked.read,
            checked.rejects,
            reference_of=lambda row: _reference(checker, row),
            began_at=now,
            now=now,
        )
    return _report(checked, taken)


def _checker(session: Session, branch_id: str, mapping: Mapping, day: date | None, now: datetime) -> Checker:
    branch: Branch = branch_of(session, branch_id)
    day = day or mapping.times.day
    undated = not any(has_date(form) for form in mapping.times.formats)
    if day is None and (undated or mapping.names_the_day):
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
