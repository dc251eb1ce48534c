"""A whole file into a hall: read through once, then checked and taken part by part, or tried without writing."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from actions.hall import branch_of
from actions.import_counts import import_counts, kept_rejects
from actions.import_mending import mark_mended
from actions.imports import (
    Begun,
    ImportFile,
    RejectedLine,
    add_part,
    begin_import,
    done_imports,
    end_import,
    sorted_out,
)
from ingest.at_rest import collector_at_rest
from ingest.checking import Checker, header_of
from ingest.mapping import Mapping, WrongMapping
from ingest.reporting import KEPT_REJECTS, Progress, Report, Tally, Watched
from ingest.scratch import scratch
from ingest.surveying import GivenFile, Survey, surveyed
from ingest.time_formats import has_date
from ingest.times import Clock
from models.actor import Actor, Right
from models.store import Store
from models.tables import Branch, BusinessType
from standards.message import message

__all__ = [
    "Progress",
    "Report",
    "Taking",
    "Watched",
    "checker_of",
    "import_file",
    "needs_day",
    "take_file",
    "taking",
    "try_file",
]
PART = 2000
"""Rows taken in one transaction: a fraction of a second, for presses wait behind it."""


@dataclass(frozen=True, slots=True)
class Taking:
    """A file that was read through, on its way into a hall under a mapping; `now` is when it was given."""

    store: Store
    actor: Actor
    branch_id: str
    checker: Checker
    survey: Survey
    now: datetime
    watched: Watched = field(default_factory=Watched)
    began: float = field(default_factory=monotonic)

    @property
    def file(self) -> ImportFile:
        """What the history keeps of the file."""
        mapping = self.checker.mapping
        return ImportFile(
            name=self.survey.name[-255:],
            digest=self.survey.digest,
            mapping=f"{mapping.name[:60]} {mapping.digest[:12]}",
            rows=self.survey.rows,
        )

    @property
    def at(self) -> datetime:
        """The time by now."""
        return self.now + timedelta(seconds=monotonic() - self.began)


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
    watched: Watched | None = None,
) -> Report:
    """Take a file into a hall; `day` is that of its times without a date, where the mapping's does not hold.

    Raises BrokenFile, WrongMapping, Refused or NotAllowed; then nothing was written, unless it was taken back
    meanwhile. Any other fault leaves what is in: given again, the file goes on from there.
    """
    with store.reading() as session:
        checker = checker_of(session, actor, branch_id, mapping, day=day, now=now)
    given = GivenFile(path.name, sheet=sheet_name, path=path)
    with taking(store, actor, branch_id, given, checker, now=now, watched=watched) as work:
        return try_file(work) if dry_run else take_file(work)


def checker_of(
    session: Session, actor: Actor, branch_id: str, mapping: Mapping, *, day: date | None, now: datetime
) -> Checker:
    """What a hall's files are held against under a mapping; raises WrongMapping, Refused or NotAllowed."""
    actor.require(Right.IMPORT, branch_id)
    branch: Branch = branch_of(session, branch_id)
    day = day or mapping.times.day
    if day is None and needs_day(mapping):
        raise WrongMapping(message("The times have no date: give the day, in the mapping or with --day."))
    clock = Clock(mapping.times, mapping.times.zone or branch.zone_info, day)
    return Checker(mapping, clock, frozenset(session.exec(select(BusinessType.id)).all()), now)


@contextmanager
def taking(
    store: Store,
    actor: Actor,
    branch_id: str,
    given: GivenFile,
    checker: Checker,
    *,
    now: datetime,
    watched: Watched | None = None,
) -> Iterator[Taking]:
    """A file read through, open within the block; raises BrokenFile."""
    with surveyed(given, checker.mapping) as survey:
        yield Taking(store, actor, branch_id, checker, survey, now, watched or Watched())


def needs_day(mapping: Mapping) -> bool:
    """Whether no time says its day, or the reference holds one."""
    return mapping.names_the_day or not any(has_date(form) for form in mapping.times.formats)


def try_file(work: Taking, import_id: UUID | None = None) -> Report:
    """What would become of it, without writing anything; `import_id` is the answer where that is nothing."""
    with work.store.reading() as session:
        begun = done_imports(session, work.actor, work.branch_id, work.file) is None
    sheet = work.survey.again()
    header = header_of(sheet, work.checker.mapping).own
    tried = Tally(work.watched.rejects, header)
    with scratch() as remembered:
        for part in work.checker.parts(sheet, PART, remembered):
            with work.store.reading() as session:
                tried.add(part, sorted_out(session, work.branch_id, part.read, remembered))
            work.watched.progress(Progress(tried.rows, work.survey.rows))
    return tried.report(header, import_id, begun=begun)


def take_file(work: Taking) -> Report:
    """Write it; a file that was written before adds nothing and answers with its first import.

    One that was stopped half-way goes on behind the last line that is in.
    """
    begun = None
    while begun is None:
        with work.store.reading() as session:
            earlier = done_imports(session, work.actor, work.branch_id, work.file)
        if earlier:
            tried = try_file(work, earlier[0])
            if not tried.accepted:
                return tried
        with work.store.writing() as session:
            begun = begin_import(session, work.actor, work.branch_id, work.file, besides=earlier or (), now=work.now)
    said = _take_parts(work, begun)
    _mark_mended(work, begun.import_id)
    with work.store.writing() as session:
        end_import(session, work.actor, work.branch_id, begun.import_id, at=work.at)
    return _taken(work, begun.import_id, said)


def _take_parts(work: Taking, begun: Begun) -> dict[int, RejectedLine]:
    """Add what is left of a file part by part; the first rejects of its lines, with what can be translated of them."""
    said: dict[int, RejectedLine] = {}
    progress = partial(Progress, rows=work.survey.rows, continued=begun.rows)
    work.watched.progress(progress(begun.rows))
    with scratch() as remembered:
        for part in work.checker.parts(work.survey.again(), PART, remembered, begun.reached):
            with collector_at_rest(), work.store.writing() as session:
                reached = add_part(session, work.actor, work.branch_id, begun.import_id, part, now=work.now, at=work.at)
            rejects = sorted([*part.rejects, *reached.rejects], key=lambda reject: reject.line)
            said.update((one.line, one) for one in rejects[: KEPT_REJECTS - len(said)])
            work.watched.progress(progress(reached.rows))
    return said


def _mark_mended(work: Taking, import_id: UUID) -> None:
    """Mark earlier rejects that came in now; each look is a transaction of its own."""
    reference_of = partial(_reference, work.checker)
    with work.store.reading() as session:
        came = import_counts(session, work.actor, work.branch_id, import_id).accepted
    after, over = None, not came
    while not over:
        with work.store.writing() as session:
            after = mark_mended(session, work.actor, work.branch_id, import_id, after, reference_of)
        over = after is None


def _reference(checker: Checker, content: Dictionary[str, Any]) -> str | None:
    """The reference of an earlier reject, or None where it lacks the columns (another mapping's)."""
    if not checker.mapping.needed <= content.keys():
        return None
    return checker.mapping.reference_of(content, checker.clock.day)


def _taken(work: Taking, import_id: UUID, said: Dictionary[int, RejectedLine]) -> Report:
    """What became of the whole file, by what was kept of it."""
    header = header_of(work.survey.again(), work.checker.mapping).own
    with work.store.reading() as session:
        counts = import_counts(session, work.actor, work.branch_id, import_id)
        kept = kept_rejects(session, work.actor, work.branch_id, import_id)
        first = tuple(said.get(one.line, one) for one in islice(kept, KEPT_REJECTS))
        if work.watched.rejects is not None:
            work.watched.rejects.restart(header)
            work.watched.rejects.put(first)
            work.watched.rejects.put(kept)
    return Report(
        rows=counts.rows,
        accepted=counts.accepted,
        skipped=counts.skipped,
        rejected=counts.rejected,
        adjusted=counts.adjusted,
        duplicates=counts.duplicates,
        import_id=import_id,
        reasons=counts.reasons,
        rejects=first,
        header=header,
    )
