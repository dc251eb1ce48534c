"""Whether whoever looks is still signed in: looked up for every run, every refresh and within every write.

An actor without a session (the demo region's chooser, the machine itself) stays as it is.
"""

from __future__ import annotations

import logging
from datetime import datetime

import streamlit as st
from sqlmodel import Session

from models.access import AccountSession
from models.actor import Actor, NotAllowed
from models.sessions import TOUCH_EVERY, actor_at, touch
from models.store import StoreAway, store
from standards.message import message
from ui import clock
from ui.keeping import Kept

_KEPT_SECONDS = 0.5
"""Shorter than any screen's refresh: the questions of one run share a look, the next run has its own."""
_looked = Kept(_KEPT_SECONDS, most=2000)
_LOG = logging.getLogger(__name__)


class SignedOut(NotAllowed):
    """The session is over: signed out elsewhere, ended by somebody, or past its time."""

    def __init__(self) -> None:
        super().__init__(message("You are signed out: nothing was changed. Sign in again to go on."))


def in_session(session_id: str) -> Actor | None:
    """Whoever is signed in by a session, looked up now; None where it is over."""
    now = clock.now()
    with store().reading() as session:
        actor = actor_at(session, session_id, now=now)
        if actor is not None:
            row = session.get_one(AccountSession, session_id)
            if now - row.seen_at < TOUCH_EVERY:
                return actor
    if actor is not None:
        _touch(session_id, now)
    return actor


def still_here(who: Actor) -> Actor:
    """The same with the rights they have now, for what is read. Where the session is over the whole screen is run
    anew, and its frame says so; SignedOut where it can't be, in a press's callback.
    """
    if who.session_id is None:
        return who
    key = (store().url, who.session_id)
    found: Actor | None = _looked.value(key, lambda: _looked_up(who.session_id or ""))
    if found is None:
        st.rerun()
        raise SignedOut
    return found


def within_write(session: Session, who: Actor) -> Actor:
    """The same for a write, in its own transaction; it is something that a person does."""
    if who.session_id is None:
        return who
    now = clock.now()
    found = actor_at(session, who.session_id, now=now)
    if found is None:
        raise SignedOut
    touch(session, who.session_id, now=now)
    return found


def right_now(who: Actor) -> Actor:
    """The same for work that opens its own transactions."""
    if who.session_id is None:
        return who
    found = _looked_up(who.session_id)
    if found is None:
        raise SignedOut
    return found


def _looked_up(session_id: str) -> Actor | None:
    with store().reading() as session:
        return actor_at(session, session_id, now=clock.now())


def _touch(session_id: str, now: datetime) -> None:
    """Whoever reads must not fail because nobody can write just now."""
    try:
        with store().writing() as session:
            touch(session, session_id, now=now)
    except StoreAway:
        _LOG.exception("A session's time could not be written")
