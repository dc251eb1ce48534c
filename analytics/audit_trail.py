"""The audit trail as it is searched: newest first, page by page, in the halls where the reader may audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlmodel import Session, col

from models.actor import EVERYWHERE, Actor, Right
from models.audit_check import ChainFindings, check_chains
from models.base import table_of
from models.tables import AuditEvent, Branch, Interaction
from standards.masking import masked, masked_value

_EVENTS = table_of(AuditEvent)
_SHOWN = tuple(
    _EVENTS.c[name]
    for name in (
        "branch_id", "id", "at", "actor", "action", "subject", "counter_id", "before", "after", "reason", "undoes",
        "origin", "chain", "line", "hash",
    )
)  # fmt: skip
_CALLED = tuple(table_of(Interaction).c[name] for name in ("branch_id", "id", "ticket", "arrived_at"))
Place = tuple[datetime, UUID]
"""A line's place in the order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for, from `since` until before `until`; None where everything is.

    `branch_ids` are halls, `*` for what belongs to none. `account` is who did it, `subject` what it was about (a
    visit's id, an account's name): each as it begins. `text` stands somewhere in the reason.
    """

    branch_ids: tuple[str, ...]
    since: datetime
    until: datetime
    account: str | None = None
    action: str | None = None
    subject: str | None = None
    counter_id: int | None = None
    origin: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class VisitNamed:
    """What people call a visit by: its ticket, and when the customer arrived."""

    ticket: str | None
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One line; `before` and `after` are rows' columns by table and key, as JSON. `visit` is the one it is about."""

    branch_id: str
    id: UUID
    at: datetime
    actor: str
    action: str
    subject: str
    counter_id: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str | None
    undoes: UUID | None
    origin: str
    chain: str
    line: int
    hash: str
    visit: VisitNamed | None = None

    @property
    def place(self) -> Place:
        return (self.at, self.id)


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Lines, newest first, and whether there are older ones."""

    lines: tuple[TrailLine, ...]
    more: bool


def audited_halls(session: Session, actor: Actor) -> tuple[str, ...]:
    """The halls whose trail the actor may read, by code; with `*` at the end for who may everywhere."""
    halls = session.connection().scalars(select(col(Branch.id)).order_by(col(Branch.id)))
    everywhere = (EVERYWHERE,) if actor.may(Right.READ_AUDIT) else ()
    return (*(hall for hall in halls if actor.may(Right.READ_AUDIT, hall)), *everywhere)


def audit_trail(
    session: Session, actor: Actor, sought: Sought, *, older_than: Place | None = None, limit: int = 50
) -> TrailPage:
    """The newest lines, or those after a line's place. Needs the right to audit in every hall that is asked for."""
    _require(actor, sought.branch_ids)
    each = (_places(session, branch_id, sought, older_than, limit + 1) for branch_id in sought.branch_ids)
    newest = list(islice(merge(*each, key=lambda found: found[:2], reverse=True), limit + 1))
    lines = _lines(session, [(branch_id, identifier) for _, identifier, branch_id in newest[:limit]])
    return TrailPage(lines, len(newest) > limit)


def whole_trail(
    session: Session, actor: Actor, sought: Sought, *, most: int, batch: int = 1_000
) -> Iterator[TrailLine]:
    """All that is found, newest first, up to `most` lines."""
    given, page = 0, audit_trail(session, actor, sought, limit=min(batch, most))
    while True:
        yield from page.lines
        given += len(page.lines)
        if not page.more or given >= most:
            return
        limit = min(batch, most - given)
        page = audit_trail(session, actor, sought, older_than=page.lines[-1].place, limit=limit)


def trail_state(session: Session, actor: Actor, branch_ids: tuple[str, ...]) -> ChainFindings:
    """Walk the chains of these halls now: where each ends, and whatever is not as it was written."""
    _require(actor, branch_ids)
    found = ChainFindings()
    for branch_id in branch_ids:
        of_hall = check_chains(session, branch_id)
        found.lines += of_hall.lines
        found.count += of_hall.count - len(of_hall.breaks)
        found.ends += of_hall.ends
        for broken in of_hall.breaks:
            found.add(broken)
    return found


def _require(actor: Actor, branch_ids: tuple[str, ...]) -> None:
    for branch_id in branch_ids:
        actor.require(Right.READ_AUDIT, None if branch_id == EVERYWHERE else branch_id)


def _places(
    session: Session, branch_id: str, sought: Sought, older_than: Place | None, limit: int
) -> list[tuple[datetime, UUID, str]]:
    """The places of a hall's newest lines: by the index of time, without what they say."""
    columns = _EVENTS.c
    wanted = [columns.branch_id == branch_id, columns.at >= sought.since, columns.at < sought.until, *_narrowed(sought)]
    if older_than is not None:
        at, identifier = older_than
        wanted.append(or_(columns.at < at, and_(columns.at == at, columns.id < identifier)))
    asked = select(columns.at, columns.id).where(*wanted).order_by(columns.at.desc(), columns.id.desc()).limit(limit)
    return [(at, identifier, branch_id) for at, identifier in session.connection().execute(asked)]


def _narrowed(sought: Sought) -> Iterator[ColumnElement[bool]]:
    columns = _EVENTS.c
    if sought.action is not None:
        yield columns.action == sought.action
    if sought.counter_id is not None:
        yield columns.counter_id == sought.counter_id
    for column, begins in (
        (columns.actor, sought.account),
        (columns.subject, sought.subject),
        (columns.origin, sought.origin),
    ):
        if begins is not None:
            yield column.istartswith(begins, autoescape=True)
    if sought.text is not None:
        yield columns.reason.icontains(sought.text, autoescape=True)


def _lines(session: Session, keys: list[tuple[str, UUID]]) -> tuple[TrailLine, ...]:
    """The lines of some keys, in the same order."""
    found: dict[tuple[str, UUID], TrailLine] = {}
    for start in range(0, len(keys), 500):  # below the number of values that SQLite takes in a statement
        asked = select(*_SHOWN).where(tuple_(_EVENTS.c.branch_id, _EVENTS.c.id).in_(keys[start : start + 500]))
        for row in session.connection().execute(asked):
            found[(row.branch_id, row.id)] = _masked(TrailLine(*row))
    visits = _visits(session, found.values())
    return tuple(replace(found[key], visit=visits.get((key[0], found[key].subject))) for key in keys)


def _visits(session: Session, lines: Iterable[TrailLine]) -> dict[tuple[str, str], VisitNamed]:
    """The visits that lines are about, by hall and by the id as the line has it."""
    keys = list({(line.branch_id, known) for line in lines if (known := identifier_of(line.subject)) is not None})
    found: dict[tuple[str, str], VisitNamed] = {}
    for start in range(0, len(keys), 500):
        asked = select(*_CALLED).where(tuple_(*_CALLED[:2]).in_(keys[start : start + 500]))
        for branch_id, identifier, ticket, arrived_at in session.connection().execute(asked):
            found[(branch_id, str(identifier))] = VisitNamed(ticket, arrived_at)
    return found


def identifier_of(subject: str) -> UUID | None:
    """The id that a line is about, where it is about one."""
    try:
        known = UUID(subject)
    except ValueError:
        return None
    return known if str(known) == subject else None


def _masked(line: TrailLine) -> TrailLine:
    """Without the telephone numbers and the like that somebody typed: in the trail nobody sees them in plain."""
    said = None if line.reason is None else masked(line.reason)
    return replace(line, reason=said, before=masked_value(line.before), after=masked_value(line.after))
