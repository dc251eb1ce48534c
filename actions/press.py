"""One command: authorised, harmless when repeated, with its trail, in the caller's transaction.

A press carries a key and the version of the counter (or row) that the person saw. A key that was used before gives
the first answer again and does nothing; a version that has passed is refused as Stale. So a double press, a second
tab and a lost answer never log twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import bindparam, inspect, select
from sqlmodel import Session

from actions.excluding import mark_excluded
from actions.hall import begin, branch_of, derive_times, move_pulse
from actions.refusal import Refused, Stale
from actions.stamp_sources import note_changes, source_of
from models.actor import Actor, Right
from models.audit_chain import write_line
from models.base import table_of
from models.tables import AuditEvent, Base, Branch, Counter, Interaction, new_id
from standards.message import Message, message

LONGEST_KEY = 80
Image = dict[str, Any]
# Built once and past the mapper: every press asks and writes them.
_EVENTS = table_of(AuditEvent)
_ANSWERED = (_EVENTS.c.id, _EVENTS.c.action, _EVENTS.c.at, _EVENTS.c.counter_id, _EVENTS.c.answer)
_PERFORMED = select(*_ANSWERED).where(_EVENTS.c.branch_id == bindparam("hall"), _EVENTS.c.key == bindparam("key"))
_json: Callable[[Image], Image] = to_jsonable_python
Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where, when and under which key a command is given, and the version its giver saw (None: bound to nothing)."""

    branch_id: str
    key: str
    now: datetime
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command answers: the row it was about, the counter's version after it, and what is to be told, if any."""

    event_id: UUID
    action: str
    at: datetime
    interaction_id: UUID | None = None
    counter_id: int | None = None
    counter_version: int | None = None
    repeated: bool = False
    said: Message | None = None


@dataclass
class Press:
    """A command under way: what it has touched, with the values before; `subject` where it is about no interaction.

    `said` is what whoever pressed is told where the screen can't show it, `occupants` who was found at each counter.
    """

    session: Session
    actor: Actor
    branch: Branch
    now: datetime
    seen: int | None = None
    interaction_id: UUID | None = None
    counter: Counter | None = None
    subject: str = ""
    said: Message | None = None
    occupants: dict[int, Interaction | None] = field(default_factory=dict)
    _before: dict[str, tuple[Base, Image]] = field(default_factory=dict)
    _added: dict[str, Base] = field(default_factory=dict)
    _removed: dict[str, Image] = field(default_factory=dict)

    def touch(self, row: Row) -> Row:
        """Remember a row as it is, before it is changed."""
        self._before.setdefault(row_key(row), (row, _as_it_is(row)))
        return row

    def add(self, row: Row) -> Row:
        """Add a new row."""
        self.session.add(row)
        self._added[row_key(row)] = row
        return row

    def drop(self, row: Base) -> None:
        """Take a row away that a command had added."""
        self.session.delete(row)
        self._before.pop(row_key(row), None)

    def remove(self, row: Base) -> None:
        """Take a row away; what it said stays in the trail."""
        self._removed[row_key(row)] = _as_it_is(row)
        self.session.delete(row)

    def settle(self) -> tuple[dict[str, Image | None], dict[str, Image]]:
        """Derive, count versions up, flush; the changed columns before and after, by row."""
        for row in self._added.values():
            if isinstance(row, Interaction):
                begin(self.session, self.branch, row)
        before: dict[str, Image | None] = {}
        after: dict[str, Image] = {}
        for key, (row, was) in self._before.items():
            if isinstance(row, Interaction):
                note_changes(row, was, source_of(self.actor))
                derive_times(self.branch, row)
            if changed := {name: value for name, value in _as_it_is(row).items() if was[name] != value}:
                if isinstance(row, Interaction):
                    row.version += 1
                before[key] = _json({name: was[name] for name in changed})
                after[key] = _json(changed)
        for key, row in self._added.items():
            before[key] = None
            after[key] = _json(
                {name: value for name, value in _as_it_is(row).items() if value not in (None, "", 0, False)}
            )
        for key, gone in self._removed.items():
            before[key], after[key] = _json(gone), {}
        self.session.flush()
        written = (*(row for row, _ in self._before.values()), *self._added.values())
        mark_excluded(self.session, self.branch.id, [row for row in written if isinstance(row, Interaction)])
        return before, after


def image(row: Base) -> Image:
    """A row's columns as JSON values, without its version."""
    return row.model_dump(mode="json", exclude={"version"})


def _as_it_is(row: Base) -> Image:
    """A row's columns as they stand, without its version: cheap enough for every press."""
    loaded, names = row.__dict__, _columns_of(type(row))
    if names.keys() <= loaded.keys():
        return {name: loaded[name] for name in names}
    return {name: getattr(row, name) for name in names}


@cache
def _columns_of(table: type[Base]) -> dict[str, None]:
    """The names of a table's columns without its version, in their order."""
    return dict.fromkeys(name for name in table.model_fields if name != "version")


def row_key(row: Base) -> str:
    """How the trail names a row: its table and its primary key."""
    mapper = inspect(type(row))
    return " ".join([mapper.local_table.name, *(str(part) for part in mapper.primary_key_from_instance(row))])


def perform(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    action: str,
    work: Callable[[Press], UUID | None],
    *,
    right: Right,
    reason: str | None = None,
) -> Receipt:
    """Do `work` once for its key and write the trail; the caller's transaction keeps all of it or nothing.

    `work` returns the event it undoes, where it undoes one.

    Raises NotAllowed without the right, Refused or Stale where the command can't be done as things stand.
    """
    actor.require(right, stamp.branch_id)
    if len(stamp.key) > LONGEST_KEY or not stamp.key.isprintable():
        raise Refused("bad_key", message("This command's key is not one."))
    branch = branch_of(session, stamp.branch_id, alone=True)
    if earlier := _performed(session, stamp.branch_id, stamp.key):
        return _again(earlier, action)
    press = Press(session, actor, branch, stamp.now, stamp.seen)
    undoes = work(press)
    if press.counter is not None:
        press.counter.version += 1
    event = _event(press, stamp, action, reason, undoes)
    write_line(session, event)
    move_pulse(session, branch.id, stamp.now)
    return _receipt(event)


def _event(press: Press, stamp: Stamp, action: str, reason: str | None, undoes: UUID | None) -> Image:
    """The trail of a command that is done, by its columns."""
    before, after = press.settle()
    counter, subject = press.counter, str(press.interaction_id) if press.interaction_id else None
    return {
        "branch_id": stamp.branch_id,
        "id": new_id(),
        "key": stamp.key,
        "at": stamp.now,
        "actor": press.actor.name,
        "origin": press.actor.origin,
        "action": action,
        "subject": subject or press.subject,
        "counter_id": counter.id if counter else None,
        "before": before,
        "after": after,
        "answer": {
            "interaction_id": subject,
            "counter_version": counter.version if counter else None,
            **({"said": [press.said.text, dict(press.said.values)]} if press.said else {}),
        },
        "reason": reason,
        "undoes": undoes,
    }


def _performed(session: Session, branch_id: str, key: str) -> Image | None:
    """What a command with this key answered, if one was done."""
    found = session.connection().execute(_PERFORMED, {"hall": branch_id, "key": key}).first()
    return None if found is None else found._asdict()


def _again(event: Image, action: str) -> Receipt:
    if event["action"] != action:
        raise Refused("key_used", message("This command's key was used for something else."))
    return _receipt(event, repeated=True)


def _receipt(event: Image, repeated: bool = False) -> Receipt:
    interaction, said = event["answer"].get("interaction_id"), event["answer"].get("said")
    return Receipt(
        event_id=event["id"],
        action=event["action"],
        at=event["at"],
        interaction_id=UUID(interaction) if interaction else None,
        counter_id=event["counter_id"],
        counter_version=event["answer"].get("counter_version"),
        repeated=repeated,
        said=Message(said[0], tuple(said[1].items())) if said else None,
    )


def unless_stale(version: int, seen: int | None) -> None:
    """Refuse a press that saw another version than the present one; None is bound to nothing."""
    if seen is not None and seen != version:
        raise Stale("stale", message("This had moved on before the press arrived; nothing was logged twice."))
