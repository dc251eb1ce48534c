"""What a reader was shown in plain for a reason: the audit trail says so, and nothing else opens it."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import select
from sqlmodel import Session

from models.actor import Actor, Right
from models.base import table_of
from models.trail import AuditEvent

REVEAL = "reveal_personal"
"""The trail's name for giving a reason and seeing in plain what is masked otherwise."""
_EVENTS = table_of(AuditEvent)
_LENGTH = 32


def session_mark(actor: Actor) -> str:
    """What every line of one session begins its key with; without a session, what is common to account and origin."""
    return sha256(repr([actor.name, actor.session_id or actor.origin]).encode()).hexdigest()[:_LENGTH]


def is_revealed(session: Session, actor: Actor, branch_id: str, subject: object) -> bool:
    """Whether the actor, who may, gave a reason in this session to see a visit or an import (by its id) in plain."""
    if not actor.may(Right.PERSONAL, branch_id):
        return False
    events = _EVENTS.c
    about = (events.branch_id == branch_id, events.subject == str(subject), events.action == REVEAL)
    own = events.key.startswith(f"{session_mark(actor)} ", autoescape=True)
    return session.connection().execute(select(events.id).where(*about, own).limit(1)).first() is not None
