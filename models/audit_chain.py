"""The one way into the audit trail: every line is numbered and linked to the one before it, hall by hall.

A line's hash is the SHA-256 of the hash before it and of all that the line says. Whoever edits a line, takes one away
or slips one in, breaks the chain there; `audit_head` says where it ends, so that the last lines can't be cut off
unseen either. Each installation has a chain of its own in a hall, so that halls copied into one store keep theirs.

A transaction that writes in halls and in what belongs to none (`*`) writes the halls' lines first, in their order, and
those of `*` last: so no two of them wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from models.base import new_id, table_of
from models.organisation import Setting
from models.settings import setting
from models.trail import AuditEvent, AuditHead

INSTALLATION = "installation"
_NAME_LENGTH = 12
# Built once and past the mapper: every press asks and writes them.
_EVENTS, _HEADS, _SETTINGS = table_of(AuditEvent), table_of(AuditHead), table_of(Setting)
_TRAIL = insert(_EVENTS)
_OF_CHAIN = (_HEADS.c.branch_id == bindparam("hall"), _HEADS.c.chain == bindparam("of_chain"))
_HEAD = select(_HEADS.c.line, _HEADS.c.hash).where(*_OF_CHAIN).with_for_update()
_MOVE = update(_HEADS).where(*_OF_CHAIN).values(line=bindparam("last_line"), hash=bindparam("last_hash"))
_UNLESS_THERE = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
SAID = (
    "branch_id", "chain", "line", "id", "key", "at", "actor", "action", "subject", "counter_id",
    "before", "after", "answer", "reason", "undoes", "origin",
)  # fmt: skip
"""The columns that a line's hash is made of, in their order: every column but the hash itself."""
_installations: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()
_encoded = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def write_line(session: Session, event: Mapping[str, Any]) -> None:
    """Add an event (the columns of `AuditEvent` that its writer knows) at the end of its hall's chain.

    It belongs to the caller's transaction; two writers of one chain wait for each other.
    """
    chain, hall = installation(session), event["branch_id"]
    connection = session.connection()
    place = {"hall": hall, "of_chain": chain}
    last, before = connection.execute(_HEAD, place).first() or _begun(connection, hall, chain)
    line = {
        "subject": "",
        "counter_id": None,
        "before": {},
        "after": {},
        "answer": {},
        "reason": None,
        "undoes": None,
        "origin": "",
        **event,
        "chain": chain,
        "line": last + 1,
    }
    line["hash"] = linked(before, line)
    connection.execute(_TRAIL, line)
    connection.execute(_MOVE, {**place, "last_line": line["line"], "last_hash": line["hash"]})


def drop_lines_let_go(session: Session, branch_id: str) -> int:
    """Remove a hall's lines that stand before the oldest of their chain that is kept; how many there were."""
    heads = (
        _HEADS.c.branch_id == _EVENTS.c.branch_id,
        _HEADS.c.chain == _EVENTS.c.chain,
        _EVENTS.c.line < _HEADS.c.first,
    )
    gone = delete(_EVENTS).where(_EVENTS.c.branch_id == branch_id, exists().where(*heads))
    return session.connection().execute(gone).rowcount


def linked(before: str, line: Mapping[str, Any]) -> str:
    """The hash of a line, given the one before it: 64 hexadecimal digits."""
    return sha256((before + _encoded([_plain(line[name]) for name in SAID])).encode()).hexdigest()


def installation(session: Session) -> str:
    """This installation's name in the chains; made at the first line that it writes, if nobody has yet."""
    engine = session.get_bind().engine
    known: str | None = _installations.get(engine)
    if known is not None:
        return known
    stored = setting(session, INSTALLATION)
    if stored is not None:
        _installations[engine] = stored
        return stored
    # Not remembered: the caller's transaction may yet be taken back.
    _put_unless_there(session.connection(), _SETTINGS, {"name": INSTALLATION, "value": new_id().hex[-_NAME_LENGTH:]})
    made = select(_SETTINGS.c.value).where(_SETTINGS.c.name == INSTALLATION)
    return str(session.connection().scalars(made).one())


def _begun(connection: Connection, hall: str, chain: str) -> tuple[int, str]:
    """The end of a chain that has no line yet, locked; another writer may just have begun it."""
    empty = {"branch_id": hall, "chain": chain, "line": 0, "hash": "", "first": 1, "before_first": ""}
    _put_unless_there(connection, _HEADS, empty)
    end = connection.execute(_HEAD, {"hall": hall, "of_chain": chain}).one()
    return end.line, end.hash


def _put_unless_there(connection: Connection, table: Any, row: Mapping[str, Any]) -> None:
    put: Any = _UNLESS_THERE[connection.dialect.name](table)
    connection.execute(put.on_conflict_do_nothing(), row)


def _plain(value: Any) -> Any:
    """A value as every store gives it back: instants in UTC to the microsecond, ids as text."""
    if value is None or isinstance(value, (str, dict, list, int)):
        return value
    if hasattr(value, "astimezone"):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
