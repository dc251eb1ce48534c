"""Whoever a session or a paired screen stands for, looked up now; and that they were there."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from actions.stations import SCREEN, note_seen, screen_actor, screen_by, seen_long_ago
from models.actor import Actor
from models.sessions import TOUCH_EVERY, actor_at, touch
from models.tables import AccountSession


def present(session: Session, session_id: str, *, now: datetime) -> Actor | None:
    """The actor with the rights of now; None where the session is over or the screen no longer paired."""
    if not session_id.startswith(SCREEN):
        return actor_at(session, session_id, now=now)
    device = screen_by(session, session_id)
    return None if device is None else screen_actor(device)


def at_work(session: Session, session_id: str, *, now: datetime) -> Actor | None:
    """The same for who does something just now, in the transaction of what they do."""
    actor = present(session, session_id, now=now)
    if actor is not None:
        note_present(session, session_id, now=now)
    return actor


def note_present(session: Session, session_id: str, *, now: datetime) -> None:
    """That they were there: a person's idle time begins anew, a screen was seen. Written once a minute at most."""
    if not session_id.startswith(SCREEN):
        touch(session, session_id, now=now)
    elif (device := screen_by(session, session_id)) is not None:
        note_seen(session, device, now=now)


def noted_long_ago(session: Session, session_id: str, *, now: datetime) -> bool:
    """Whether `note_present` would write."""
    if session_id.startswith(SCREEN):
        device = screen_by(session, session_id)
        return device is not None and seen_long_ago(device, now)
    row = session.get(AccountSession, session_id)
    return row is not None and now - row.seen_at >= TOUCH_EVERY
