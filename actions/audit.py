"""The trail of commands that belong to no press: what was set up, by whom, before and after."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from actions.hall import move_pulse
from actions.press import Image, image, row_key
from models.actor import EVERYWHERE, Actor
from models.audit_chain import write_line
from models.tables import Base, new_id

LONGEST_SUBJECT = 80
Images = dict[str, Image | None]


def images(rows: Iterable[Base]) -> Images:
    """Rows as they are now, by table and key."""
    return {row_key(row): image(row) for row in rows}


def record(
    session: Session,
    actor: Actor,
    action: str,
    rows: Iterable[Base],
    *,
    now: datetime,
    branch_id: str = EVERYWHERE,
    subject: str = "",
    before: Images | None = None,
    reason: str | None = None,
    answer: dict[str, Any] | None = None,
) -> None:
    """Write what a command made of `rows`; rows that are not in `before` are new. A hall's change counter moves."""
    after = images(rows)
    identifier = new_id()
    session.flush()
    write_line(
        session,
        {
            "branch_id": branch_id,
            "id": identifier,
            "key": str(identifier),
            "at": now,
            "actor": actor.name,
            "origin": actor.origin,
            "action": action,
            "subject": subject[:LONGEST_SUBJECT],
            "before": dict.fromkeys(after) | (before or {}),
            "after": after,
            "answer": answer or {},
            "reason": reason,
        },
    )
    if branch_id != EVERYWHERE:
        move_pulse(session, branch_id, now)
    session.flush()
