"""The lines of a file: told apart by what the hall has already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlmodel import Session, select

from actions.hall import branch_of
from models.tables import Interaction
from standards.derive import day_on
from standards.message import Message, message
from standards.vocabulary import NEVER_JUDGED, Channel

Key = TypeVar("Key")

CHUNK = 500
"""References asked for in one statement; stores limit how many values one may hold."""
OTHER_CONTENT = "other_content"
"""The reason of a line whose reference is known with other content."""
RECORDED = "recorded"
"""The reason of a line whose ticket of that day is in the hall already, from elsewhere."""
_LASTING = frozenset({"begun", "channel", "ticket", "arrived_at", "counter_id", "staff_id"})
_TABLE: Table = Interaction.__table__  # type: ignore[attr-defined]  # SQLModel makes it at run time


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line that was not taken: where it stood, why (a code and a sentence), and what it said by column.

    `said` is the sentence as it can be translated; what was stored has it in English alone.
    """

    line: int
    reason: str
    detail: str
    content: Mapping[str, str] = field(hash=False)
    said: Message | None = field(default=None, compare=False)


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
            rejects.append(RejectedLine(line.line, OTHER_CONTENT, str(said), line.content, said))
        else:
            duplicates += 1
    fresh = [line for reference, line in first.items() if reference not in stored]
    twice = _recorded(session, branch_id, fresh)
    rejects += twice.values()
    return Sorted(tuple(line for line in fresh if line.line not in twice), duplicates, tuple(rejects))


def _recorded(session: Session, branch_id: str, lines: list[ReadLine]) -> dict[int, RejectedLine]:
    """The lines, by number, whose tickets somebody else told the hall of: a machine, its people, another file."""
    zone = branch_of(session, branch_id).zone_info
    by_ticket: dict[tuple[str, date], list[ReadLine]] = {}
    for line in lines:
        if (ticket := line.row.get("ticket")) and line.row["channel"] is not Channel.TELEPHONE:
            by_ticket.setdefault((ticket, day_on(line.row["arrived_at"], zone)), []).append(line)
    found: dict[int, RejectedLine] = {}
    for chunk in _chunks(by_ticket):
        days = [day for _, day in chunk]
        known = select(_TABLE.c.ticket, _TABLE.c.day_on, _TABLE.c.outcome).where(
            _TABLE.c.branch_id == branch_id,
            _TABLE.c.ticket.in_({ticket for ticket, _ in chunk}),
            _TABLE.c.day_on.between(min(days), max(days)),
            _TABLE.c.outcome.not_in(NEVER_JUDGED),
        )
        for ticket, day, outcome in session.execute(known):
            for line in by_ticket.get((ticket, day), ()):
                said = message("This ticket is recorded already: {ticket}, {outcome}.", ticket=ticket, outcome=outcome)
                found[line.line] = RejectedLine(line.line, RECORDED, str(said), line.content, said)
    return found


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


def _chunks(references: Iterable[Key]) -> Iterator[list[Key]]:
    remaining = iter(list(references))
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
