"""Ending what is open: one's own session and one's others."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlmodel import Session

from actions.audit import record
from models.actor import EVERYWHERE, Actor
from models.sessions import actor_at, end_sessions, sessions_of
from models.tables import AccountSession, Credential, CredentialKind, SessionEnd, SignInWay


class Standing(Enum):
    """What a session lets its owner do."""

    OPEN = "open"
    MUST_CHANGE = "must_change"
    """Only to choose a password of their own."""
    MUST_CHANGE_PIN = "must_change_pin"
    """Only to choose a PIN of their own."""
    OVER = "over"


_SHOWN = {
    SignInWay.PASSWORD: (CredentialKind.PASSWORD, Standing.MUST_CHANGE),
    SignInWay.PIN: (CredentialKind.PIN, Standing.MUST_CHANGE_PIN),
}


def standing(session: Session, session_id: str, *, now: datetime) -> Standing:
    """Whether somebody is signed in by a session, and may go on."""
    actor = actor_at(session, session_id, now=now)
    if actor is None:
        return Standing.OVER
    row = session.get_one(AccountSession, session_id)
    kind, must = _SHOWN.get(row.way, (None, Standing.OPEN))
    kept = None if kind is None else session.get(Credential, (row.account_id, kind))
    return must if kept is not None and kept.temporary else Standing.OPEN


def sign_out(session: Session, session_id: str, *, now: datetime) -> bool:
    """End one's own session; whether it was open. Whoever brings its token may."""
    actor = actor_at(session, session_id, now=now)
    row = session.get(AccountSession, session_id)
    if row is None or not end_sessions(session, [row], SessionEnd.SIGNED_OUT, now=now):
        return False
    if actor is not None:
        record(session, actor, "sign_out", [], branch_id=actor.branch_id or EVERYWHERE, subject=actor.name, now=now)
    return True


def end_other_sessions(session: Session, actor: Actor, *, now: datetime) -> int:
    """End one's own sessions but the one that asks; how many that were."""
    others = [row for row in sessions_of(session, UUID(actor.account_id)) if row.id != actor.session_id]
    ended = end_sessions(session, others, SessionEnd.ENDED, now=now)
    if ended:
        hall, told = actor.branch_id or EVERYWHERE, {"ended": ended}
        record(session, actor, "end_sessions", [], branch_id=hall, subject=actor.name, answer=told, now=now)
    return ended
