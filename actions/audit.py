"""The trail of commands that belong to no press: what was set up, by whom, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    session.flush()
    was: Images = dict.fromkeys(after) | (before or {})
    write_event(
        session,
        actor,
        action,
        now=now,
        branch_id=branch_id,
        subject=subject,
        before=was,
        after=after,
        reason=reason,
        answer=answer,
    )
    if branch_id != EVERYWHERE:
        move_pulse(session, branch_id, now)
    session.flush()


def write_event(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    branch_id: str = EVERYWHERE,
    subject: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
    answer: Mapping[str, Any] | None = None,
    known_by: str = "",
) -> None:
    """A line of the trail that moves no change counter: what was looked at, let go, or is of no hall.

    `known_by` begins its key, for a line that is looked for again.
    """
    identifier = new_id()
    write_line(
        session,
        {
            "branch_id": branch_id,
            "id": identifier,
            "key": f"{known_by} {identifier.hex}" if known_by else str(identifier),
            "at": now,
            "actor": actor.name,
            "origin": actor.origin,
            "action": action,
            "subject": subject[:LONGEST_SUBJECT],
            "before": dict(before or {}),
            "after": dict(after or {}),
            "answer": dict(answer or {}),
            "reason": reason,
        },
    )
