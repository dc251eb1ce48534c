"""Walk the chains of the audit trail and name every line that is not as it was written, was taken away or slipped in.

What a walk can't see: somebody who may write to the database and works every later line and the head out again. Against
that, each chain's last line and hash are told, to be noted elsewhere and compared by a later walk (`Noted`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from models.audit_chain import linked
from models.base import table_of
from models.copy_rows import Shape
from models.trail import AuditEvent, AuditHead
from standards.message import Worded

AT_A_TIME = 2_000
MOST_NAMED = 100
_EVENTS, _HEADS = table_of(AuditEvent), table_of(AuditHead)
_LINE = Shape(_EVENTS)
Of = tuple[str, str]
"""A chain: the hall (`*` for none) and the installation that wrote it."""


class ChainFault(Worded):
    """What is wrong with a line, or with the lines up to it."""

    EDITED = "edited", "It was changed, or the line before it was"
    MISSING = "missing", "Lines are missing"
    DOUBLED = "doubled", "The line is there twice"
    SLIPPED_IN = "slipped_in", "It was slipped in"
    CUT_OFF = "cut_off", "The end of the trail was cut off or changed"
    OUTSIDE = "outside", "It belongs to no trail"
    NOT_AS_NOTED = "not_as_noted", "It is not the line that was noted"


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain is broken: the line, the last line of a gap, the event's id where there is one."""

    branch_id: str
    chain: str
    fault: ChainFault
    line: int
    until: int
    event: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """A chain as it is told: its oldest line kept, its last line, and that line's hash, to be noted elsewhere."""

    branch_id: str
    chain: str
    first: int
    line: int
    hash: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A line's hash that somebody noted elsewhere at another time."""

    branch_id: str
    chain: str
    line: int
    hash: str


@dataclass(slots=True)
class ChainFindings:
    """What a walk found: `lines` are those it looked at; all breaks are counted, the first hundred named."""

    lines: int = 0
    count: int = 0
    breaks: list[Break] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)

    def add(self, found: Break) -> None:
        self.count += 1
        if len(self.breaks) < MOST_NAMED:
            self.breaks.append(found)


def check_chains(
    session: Session, branch_id: str | None = None, *, newest: int | None = None, noted: Iterable[Noted] = ()
) -> ChainFindings:
    """Walk every chain of a hall (None: of all there is), or its `newest` lines, and compare what was noted.

    Streams in batches: what is in memory does not grow with the trail. Lines before a head's `first` were let go after
    their time; the oldest that is left is linked to the head's `before_first`.
    """
    found = ChainFindings()
    heads = _heads(session, branch_id)
    for of in sorted(heads.keys() | _chains(session, branch_id), key=str):
        if (head := heads.get(of)) is None:
            _outside(session, of, found)
            continue
        _Walk(of, head, found).through(session, newest)
        found.ends.append(End(*of, head.first, head.line, head.hash))
    for one in noted:
        if branch_id in (None, one.branch_id):
            _compare(session, one, heads.get((one.branch_id, one.chain)), found)
    return found


class _Walk:
    """One chain, line by line: which line comes next, and the hash that it is linked to."""

    def __init__(self, of: Of, head: Any, found: ChainFindings) -> None:
        self.of, self.head, self.found = of, head, found
        self.next, self.before = head.first, head.before_first

    def through(self, session: Session, newest: int | None) -> None:
        if newest is not None and (start := self.head.line - newest + 1) > self.next:
            self.next, self.before = start, None  # the line before is not looked at
        for line in _lines(session, self.of, self.next if self.before is None else None):
            self.found.lines += 1
            self._take(line)
        if self.next <= self.head.line:
            self._broken(ChainFault.MISSING, self.next, self.head.line)
        elif self.before != self.head.hash:
            self._broken(ChainFault.CUT_OFF, self.head.line)

    def _take(self, line: Mapping[str, Any]) -> None:
        number: int = line["line"] if isinstance(line["line"], int) else 0
        if number == self.next - 1 >= self.head.first:
            self._broken(ChainFault.DOUBLED, number, event=line["id"])
        elif not self.next <= number <= self.head.line:
            self._broken(ChainFault.SLIPPED_IN, number, event=line["id"])
        else:
            if number > self.next:
                self._broken(ChainFault.MISSING, self.next, number - 1)
            elif self.before is not None and not _fits(self.before, line):
                self._broken(ChainFault.EDITED, number, event=line["id"])
            self.next, self.before = number + 1, line["hash"]

    def _broken(self, fault: ChainFault, line: int, until: int | None = None, *, event: object = "") -> None:
        self.found.add(Break(*self.of, fault, line, line if until is None else until, str(event)))


def _heads(session: Session, branch_id: str | None) -> dict[Of, Any]:
    asked = select(_HEADS) if branch_id is None else select(_HEADS).where(_HEADS.c.branch_id == branch_id)
    return {(head.branch_id, head.chain): head for head in session.connection().execute(asked)}


def _chains(session: Session, branch_id: str | None) -> set[Of]:
    """The chains that lines say they belong to."""
    asked = select(_EVENTS.c.branch_id, _EVENTS.c.chain).distinct()
    if branch_id is not None:
        asked = asked.where(_EVENTS.c.branch_id == branch_id)
    return {(hall, chain) for hall, chain in session.connection().execute(asked)}


def _lines(session: Session, of: Of, start: int | None = None) -> Iterator[dict[str, Any]]:
    """A chain's lines in their order, from a line on, in batches: as stored, since what was tampered with may not be
    readable as what it should be.
    """
    asked = select(*_LINE.columns(session.get_bind().dialect.name)).where(
        _EVENTS.c.branch_id == of[0], _EVENTS.c.chain == of[1]
    )
    if start is not None:
        asked = asked.where(_EVENTS.c.line >= start)
    ordered = asked.order_by(_EVENTS.c.line, _EVENTS.c.id).execution_options(yield_per=AT_A_TIME)
    for line in session.connection().execute(ordered).mappings():
        yield dict(line)


def _fits(before: str, line: Mapping[str, Any]) -> bool:
    """Whether a stored line has the hash that it must have after the one before it."""
    try:
        said = dict(line) | {
            "id": UUID(line["id"]),
            "at": datetime.fromisoformat(line["at"]).replace(tzinfo=UTC),
            "undoes": None if line["undoes"] is None else UUID(line["undoes"]),
            **{name: json.loads(line[name]) for name in ("before", "after", "answer")},
        }
        return linked(before, said) == str(line["hash"])
    except (ValueError, TypeError):  # no writer of ours wrote that
        return False


def _outside(session: Session, of: Of, found: ChainFindings) -> None:
    for line in _lines(session, of):
        found.lines += 1
        found.add(Break(*of, ChainFault.OUTSIDE, line["line"], line["line"], str(line["id"])))


def _compare(session: Session, noted: Noted, head: Any, found: ChainFindings) -> None:
    """A noted line must be there with its hash, unless it was let go after its time."""
    if head is not None and noted.line < head.first - 1:
        return
    if head is not None and noted.line == head.first - 1:
        hashes = [head.before_first]
    else:
        of_line = (_EVENTS.c.branch_id == noted.branch_id, _EVENTS.c.chain == noted.chain, _EVENTS.c.line == noted.line)
        hashes = list(session.connection().scalars(select(_EVENTS.c.hash).where(*of_line)))
    if hashes != [noted.hash]:
        found.add(Break(noted.branch_id, noted.chain, ChainFault.NOT_AS_NOTED, noted.line, noted.line))
