"""The one way into the audit trail: every line is numbered and linked to the one before it, hall by hall.

A line's hash is the SHA-256 of the hash before it and of all that the line says. Whoever edits a line, takes one away
or slips one in, breaks the chain there; `audit_head` says where it ends, so that the last lines can't be cut off
unseen either. Each installation has a chain of its own in a hall, so that halls copied into one store keep theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from models.base import new_id, table_of
from models.settings import put_setting, setting
from models.trail import AuditEvent, AuditHead

INSTALLATION = "installation"
_NAME_LENGTH = 12
# Built once and past the mapper: every press asks and writes them.
_EVENTS, _HEADS = table_of(AuditEvent), table_of(AuditHead)
_TRAIL = insert(_EVENTS)
_OF_CHAIN = (_HEADS.c.branch_id == bindparam("hall"), _HEADS.c.chain == bindparam("of_chain"))
_HEAD = select(_HEADS.c.line, _HEADS.c.hash).where(*_OF_CHAIN).with_for_update()
_MOVE = update(_HEADS).where(*_OF_CHAIN).values(line=bindparam("last_line"), hash=bindparam("last_hash"))
_BEGIN = insert(_HEADS)
_SAID = (
    "branch_id", "chain", "line", "id", "key", "at", "actor", "action", "subject", "counter_id",
    "before", "after", "answer", "reason", "undoes", "origin",
)  # fmt: skip
_installations: dict[str, str] = {}


def write_line(session: Session, event: Mapping[str, Any]) -> None:
    """Add an event (the columns of `AuditEvent` that its writer knows) at the end of its hall's chain.

    It belongs to the caller's transaction; two writers of one chain wait for each other.
    """
    chain, hall = installation(session), event["branch_id"]
    connection = session.connection()
    place = {"hall": hall, "of_chain": chain}
    head = connection.execute(_HEAD, place).first()
    blank: dict[str, Any] = {
        "subject": "",
        "counter_id": None,
        "before": {},
        "after": {},
        "answer": {},
        "reason": None,
        "undoes": None,
    }
    line = {**blank, "origin": "", **event, "chain": chain, "line": 1 if head is None else head.line + 1}
    line["hash"] = linked("" if head is None else head.hash, line)
    connection.execute(_TRAIL, line)
    if head is None:
        connection.execute(_BEGIN, {"branch_id": hall, "chain": chain, "line": 1, "hash": line["hash"]})
    else:
        connection.execute(_MOVE, {**place, "last_line": line["line"], "last_hash": line["hash"]})


def linked(before: str, line: Mapping[str, Any]) -> str:
    """The hash of a line, given the one before it: 64 hexadecimal digits."""
    said = [_plain(line[name]) for name in _SAID]
    return sha256((before + json.dumps(said, sort_keys=True, separators=(",", ":"))).encode()).hexdigest()


def installation(session: Session) -> str:
    """This installation's name in the chains: made at the first line that it writes."""
    address = str(session.get_bind().engine.url)
    if (known := _installations.get(address)) is None:
        known = setting(session, INSTALLATION)
        if known is None:
            known = new_id().hex[-_NAME_LENGTH:]
            put_setting(session, INSTALLATION, known)
            session.flush()
        _installations[address] = known
    return known


def _plain(value: Any) -> Any:
    """A value as every store gives it back: instants in UTC to the microsecond, ids as text."""
    if value is None or isinstance(value, (dict, list, int)):
        return value
    if hasattr(value, "astimezone"):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
