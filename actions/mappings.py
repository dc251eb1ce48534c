"""Mappings of files that were made on the screen: kept by name, every change as a version of its own."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlmodel import Session, col, select

from actions.audit import record
from actions.hall import branch_of
from actions.refusal import Refused
from models.actor import EVERYWHERE, Actor, Right
from models.tables import ImportMapping
from standards.message import message

LONGEST_NAME, LONGEST_CONTENT = 50, 100_000


def save_mapping(session: Session, actor: Actor, branch_id: str, name: str, content: str, *, now: datetime) -> int:
    """Keep a mapping (as its file says it) under a name, for a hall or (`*`) for all; the version it is then.

    What says the same as the newest version stays that version. Raises NotAllowed without the right to import there,
    Refused for a name or content that can't be kept.
    """
    actor.require(Right.IMPORT, None if branch_id == EVERYWHERE else branch_id)
    name = _checked_name(name)
    if len(content) > LONGEST_CONTENT:
        raise Refused("too_long", message("The mapping is too long to be kept."))
    if branch_id != EVERYWHERE:
        branch_of(session, branch_id, alone=True)
    known = session.exec(
        select(ImportMapping)
        .where(ImportMapping.branch_id == branch_id, ImportMapping.name == name)
        .order_by(col(ImportMapping.version).desc())
    ).first()
    if known is not None and known.content == content:
        return known.version
    version = 1 if known is None else known.version + 1
    row = ImportMapping(branch_id=branch_id, name=name, version=version, content=content, by=actor.name[:64], at=now)
    session.add(row)
    session.flush()
    record(session, actor, "save_mapping", [row], now=now, branch_id=branch_id, subject=f"{name} {version}")
    return version


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise Refused("no_name", message("Give the mapping a name."))
    if len(name) > LONGEST_NAME:
        raise Refused("long_name", message("The name is longer than {n} characters.", n=LONGEST_NAME))
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise Refused("bad_name", message("The name holds characters that can't be seen."))
    return name
