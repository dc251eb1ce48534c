"""The lines of a file: told apart by what the hall has already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, true
from sqlmodel import Session, select

from actions.hall import branch_of
from models.base import table_of
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
_TABLE = table_of(Interaction)
_FEW = 20
_ANY = (
    select(_TABLE.c.day_on)
    .where(_TABLE.c.branch_id == bindparam("hall"), _TABLE.c.day_on == bindparam("day", type_=_TABLE.c.day_on.type))
    .limit(1)
)


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
    """A line that can be taken: `row` is what it means, as columns of an interaction with an `external_ref`, a text."""

    line: int
    content: Mapping[str, str] = field(hash=False)
    row: Mapping[str, Any] = field(hash=False)
    adjusted: bool = False

    @property
    def reference(self) -> str:
        """What names it within its hall."""
        return self.row["external_ref"]  # type: ignore[no-any-return]  # a row's values are of many kinds


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


class Firsts(Protocol):
    """The first line of each reference."""

    def first(self, line: ReadLine) -> tuple[int, Mapping[str, Any]]:
        """The number and the columns of the first line of this line's reference: its own, where none came before."""


@dataclass(frozen=True, slots=True)
class FirstsInMemory:
    """The first lines of a few."""

    lines: dict[str, ReadLine] = field(default_factory=dict)

    def first(self, line: ReadLine) -> tuple[int, Mapping[str, Any]]:
        """As `Firsts` says."""
        found = self.lines.setdefault(line.reference, line)
        return found.line, found.row


def sorted_out(
    session: Session,
    branch_id: str,
    lines: Sequence[ReadLine],
    firsts: Firsts | None = None,
    import_id: UUID | None = None,
) -> Sorted:
    """Tell lines apart: there already is only what says the same as the hall, or an earlier line, of its reference.

    `firsts` knows the lines before these; those of `import_id`, the import that they are of, the hall has already.
    """
    firsts = firsts or FirstsInMemory()
    stored = _stored(session, branch_id, lines)
    recorded = _recorded(session, branch_id, [line for line in lines if line.reference not in stored], import_id)
    fresh: list[ReadLine] = []
    duplicates, rejects = 0, list(recorded.values())
    for line in lines:
        if line.line in recorded:
            continue
        known = stored.get(line.reference)
        number, first = (None, known) if known is not None else firsts.first(line)
        if number == line.line:
            fresh.append(line)
        elif other := _differences(line.row, first):
            own = known is not None and known.get("import_id") == import_id is not None
            said = _contradiction(line.reference, other, number, own=own)
            rejects.append(RejectedLine(line.line, OTHER_CONTENT, str(said), line.content, said))
        else:
            duplicates += 1
    return Sorted(tuple(fresh), duplicates, tuple(sorted(rejects, key=lambda reject: reject.line)))


def _recorded(
    session: Session, branch_id: str, lines: Sequence[ReadLine], import_id: UUID | None
) -> dict[int, RejectedLine]:
    """The lines, by number, whose tickets somebody else told the hall of: a machine, its people, another file."""
    zone = branch_of(session, branch_id).zone_info
    by_day: dict[date, dict[str, list[ReadLine]]] = {}
    for line in lines:
        if (ticket := line.row.get("ticket")) and line.row["channel"] is not Channel.TELEPHONE:
            by_day.setdefault(day_on(line.row["arrived_at"], zone), {}).setdefault(ticket, []).append(line)
    elsewhere = true() if import_id is None else _TABLE.c.import_id.is_distinct_from(import_id)
    found: dict[int, RejectedLine] = {}
    asked = {day: by_ticket for day, by_ticket in by_day.items() if _has_any(session, branch_id, day, len(by_ticket))}
    for day, chunk in ((day, chunk) for day, by_ticket in asked.items() for chunk in _chunks(by_ticket)):
        known = select(_TABLE.c.ticket, _TABLE.c.outcome).where(
            _TABLE.c.branch_id == branch_id,
            _TABLE.c.ticket.in_(chunk),
            _TABLE.c.day_on == day,
            _TABLE.c.outcome.not_in(NEVER_JUDGED),
            elsewhere,
        )
        for ticket, outcome in session.execute(known):
            for line in by_day[day][ticket]:
                said = message("This ticket is recorded already: {ticket}, {outcome}.", ticket=ticket, outcome=outcome)
                found[line.line] = RejectedLine(line.line, RECORDED, str(said), line.content, said)
    return found


def _has_any(session: Session, branch_id: str, day: date, tickets: int) -> bool:
    """Whether the hall has anything of a day that so many tickets are looked for; for a few it is not worth asking."""
    return tickets < _FEW or session.execute(_ANY, {"hall": branch_id, "day": day}).first() is not None


def _stored(session: Session, branch_id: str, lines: Sequence[ReadLine]) -> dict[str, Mapping[str, Any]]:
    """What the hall has under these references; of a visit that was worked on since, what no correction changes."""
    if not lines:
        return {}
    known = _known(tuple(sorted({"version", "import_id", *lines[0].row})))
    found: dict[str, Mapping[str, Any]] = {}
    for chunk in _chunks(dict.fromkeys([line.reference for line in lines])):
        for row in session.execute(known, {"hall": branch_id, "references": chunk}).mappings():
            corrected = row["version"] > 1
            kept = {name: row[name] for name in (*_LASTING, "import_id")} if corrected else dict(row)
            found[row["external_ref"]] = kept
    return found


@lru_cache(maxsize=8)
def _known(columns: tuple[str, ...]) -> Any:
    """What the `hall` has under `references`; built once, for every part of a file asks it."""
    references: Any = bindparam("references", expanding=True)
    asked = select(*(_TABLE.c[name] for name in columns))
    return asked.where(_TABLE.c.branch_id == bindparam("hall"), _TABLE.c.external_ref.in_(references))


def _differences(row: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in row.keys() & known.keys() if row[name] != known[name])


def _contradiction(reference: str, other: list[str], line: int | None, *, own: bool) -> Message:
    columns = ", ".join(other)
    if line is not None:
        return message(
            "Line {line} is {reference} too, and it says otherwise: {columns}.",
            line=line,
            reference=reference,
            columns=columns,
        )
    if own:
        return message(
            "An earlier line is {reference} too, and it says otherwise: {columns}.",
            reference=reference,
            columns=columns,
        )
    return message(
        "The hall has {reference} already, and it says otherwise: {columns}.", reference=reference, columns=columns
    )


def _chunks(references: Iterable[Key]) -> Iterator[list[Key]]:
    remaining = iter(list(references))
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
