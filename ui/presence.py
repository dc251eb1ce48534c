"""Whether whoever looks is still signed in: looked up for every run, every refresh and within every write.

A screen that is paired stands where a session stands: it is looked up as often. An actor without a session (the demo
region's chooser, the machine itself) stays as it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import streamlit as st

from actions.presence import note_present, noted_long_ago, present
from actions.stations import SCREEN
from models.actor import Actor, NotAllowed
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
    """Whoever is signed in by a session, or the screen of a digest, looked up now; None where it is over.

    For the run of a whole screen: that somebody is there is written down.
    """
    now = clock.now()
    with store().reading() as session:
        actor = present(session, session_id, now=now)
        due = actor is not None and noted_long_ago(session, session_id, now=now)
    if due:
        _note(session_id, now)
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


def within_write(who: Actor, look: Callable[[str, datetime], Actor | None]) -> Actor:
    """The same for a write: `look` finds whoever is signed in by a session, in the write's own transaction."""
    if who.session_id is None:
        return who
    found = look(who.session_id, clock.now())
    if found is None:
        raise SignedOut
    return found


def look_again() -> None:
    """Somebody has just left: the next question of any screen has a look of its own."""
    _looked.clear()


def right_now(who: Actor) -> Actor:
    """The same for work that opens its own transactions."""
    if who.session_id is None:
        return who
    found = _looked_up(who.session_id)
    if found is None:
        raise SignedOut
    return found


def forget() -> None:
    """Drop what was looked up for the run that is over: the next question looks again."""
    _looked.clear()


def _looked_up(session_id: str) -> Actor | None:
    """A screen shows for weeks without anybody touching it, so that its refreshes are what is seen of it."""
    now = clock.now()
    with store().reading() as session:
        actor = present(session, session_id, now=now)
        due = actor is not None and session_id.startswith(SCREEN) and noted_long_ago(session, session_id, now=now)
    if due:
        _note(session_id, now)
    return actor


def _note(session_id: str, now: datetime) -> None:
    """Whoever reads must not fail because nobody can write just now."""
    try:
        with store().writing() as session:
            note_present(session, session_id, now=now)
    except StoreAway:
        _LOG.exception("That somebody is there could not be written")
