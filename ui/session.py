"""Who looks at the screen: the actor that the frame lets in for a run, and what is known of the reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from analytics.cells import TooMany
from models.actor import Actor, NotAllowed
from standards.vocabulary import Role
from ui import store_away
from ui.keys import Key
from ui.language import say, words
from ui.reader import language, strip, theme

__all__ = ["Key", "actor", "bare", "forget_actor", "language", "put_actor", "refusals", "strip", "theme"]


def forget_actor() -> None:
    """The frame begins every run with nobody signed in."""
    st.session_state.pop(Key.ACTOR, None)


def put_actor(actor: Actor) -> None:
    """The frame lets this actor in for the run (and for its fragments' runs)."""
    st.session_state[Key.ACTOR] = actor


def close_own_results() -> None:
    """Whoever leaves their own page leaves it closed."""
    for key in (Key.OWN_UNTIL, Key.OWN_MORE, Key.OWN_CLOSED):
        st.session_state.pop(key, None)


def actor() -> Actor:
    """Who looks at this page; without the frame's mark nothing more is drawn."""
    who = st.session_state.get(Key.ACTOR)
    if not isinstance(who, Actor):
        st.error(words("This page opens only within the application, after sign-in."))
        st.stop()
    return who


def bare(who: Actor) -> bool:
    """Whether nothing stands round the screen: a strip, a wall, and every screen that only shows."""
    return strip() or who.roles == {Role.DISPLAY}


@contextmanager
def refusals() -> Iterator[None]:
    """Say in words what the reader may not do, or asked too much of; wait while the store is away."""
    try:
        with store_away.held():
            yield
    except NotAllowed as refusal:
        st.error(say(refusal.message))
    except TooMany as refusal:
        st.warning(say(refusal.message))
