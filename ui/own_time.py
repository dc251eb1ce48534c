"""How long one's own page stays open: a minute, and once a minute more; at a station it opens with the PIN alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from actions.pins import check_own_pin
from actions.refusal import Refused
from models.actor import Actor
from models.sessions import at_station
from models.store import StoreAway
from ui import answers, clock
from ui.keys import Key
from ui.language import say, words

OPEN_FOR = timedelta(seconds=60)


def opened(who: Actor) -> bool:
    """Whether the page may be read now: at a station after the PIN, elsewhere from its opening on; for a minute."""
    until = _until()
    if until is not None and clock.now() < until:
        return True
    if until is not None:
        _close()
    if at_station(who) or st.session_state.get(Key.OWN_CLOSED):
        return False
    _open()
    return True


def draw_closed(who: Actor) -> None:
    """What stands there while it is closed: that it is, and how it opens."""
    if st.session_state.get(Key.OWN_CLOSED):
        st.info(words("Closed, so that nobody else reads it."))
    if not at_station(who):
        st.button(words("See it again"), key=Key.OWN_OPEN, type="primary", on_click=_open)
        return
    st.markdown(
        words(
            "Your supervisor and those above see your figures too; nobody else in the hall does. It opens with your "
            "PIN for a minute."
        )
    )
    if said := st.session_state.pop(Key.OWN_SAID, None):
        st.error(say(said))
    # A new field after every try: what was typed stands nowhere.
    key = f"{Key.OWN_PIN}-{st.session_state.get(Key.OWN_ROUND, 0)}"
    with st.form(Key.OWN_FORM, width=320):
        st.text_input(words("PIN"), key=key, type="password", max_chars=8, autocomplete="off")
        st.form_submit_button(words("See it"), type="primary", on_click=_try, args=(who, key))


@st.fragment(run_every=1)
def draw_time_left() -> None:
    """The seconds left, a minute more once, and the press that closes it; at the end it closes by itself."""
    until, now = _until(), clock.now()
    if until is None or now >= until:
        _close()
        st.rerun()
    row = st.container(horizontal=True, vertical_alignment="center")
    left = -(-(until - now) // timedelta(seconds=1))
    row.caption(words("Closes by itself in {seconds} s", seconds=left), width="content")
    if not st.session_state.get(Key.OWN_MORE):
        row.button(words("60 s more"), key=Key.OWN_ADD, on_click=_add)
    row.button(words("Close now"), key=Key.OWN_CLOSE, on_click=_close)


def _until() -> datetime | None:
    until: datetime | None = st.session_state.get(Key.OWN_UNTIL)
    return until


def _open() -> None:
    st.session_state[Key.OWN_UNTIL] = clock.now() + OPEN_FOR
    st.session_state.pop(Key.OWN_MORE, None)
    st.session_state.pop(Key.OWN_CLOSED, None)


def _add() -> None:
    until = _until()
    if until is not None:
        st.session_state[Key.OWN_UNTIL] = until + OPEN_FOR
        st.session_state[Key.OWN_MORE] = True


def _close() -> None:
    st.session_state.pop(Key.OWN_UNTIL, None)
    st.session_state[Key.OWN_CLOSED] = True


def _try(who: Actor, key: str) -> None:
    typed = str(st.session_state.get(key) or "").strip()
    st.session_state[Key.OWN_ROUND] = st.session_state.get(Key.OWN_ROUND, 0) + 1
    try:
        answers.in_parts(check_own_pin, who, pin=typed, now=clock.now())
    except Refused as refused:
        st.session_state[Key.OWN_SAID] = refused.message
    except StoreAway:
        return
    else:
        _open()
