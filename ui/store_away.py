"""The store away in the middle of a screen: one sentence, what was typed stays, and the screen goes on by itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from models.migrate import revision
from models.store import StoreAway, store
from models.store_trouble import cause_of
from ui.language import words

LOOK_EVERY_SECONDS = 2.0
_LOG = logging.getLogger(__name__)


@contextmanager
def held() -> Iterator[None]:
    """Hold a screen's run while the store is away, then run it again.

    As long as the run has not ended, the browser keeps what stands on the screen and what was typed into it.
    """
    try:
        yield
    except StoreAway as away:
        _LOG.warning("A screen waits for the store: %s", type(away.orig).__name__)
        said = st.empty()
        while True:
            # Drawn each time: this is where Streamlit stops a run that nobody waits for any more.
            said.error(words("{why} What you typed stays; this goes on by itself.", why=cause_of(away)))
            time.sleep(LOOK_EVERY_SECONDS)
            if answers():
                break
        st.rerun()


def answers() -> bool:
    """Whether the store can be read."""
    try:
        revision(store())
    except Exception:  # whatever keeps it from answering
        return False
    return True
