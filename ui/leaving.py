"""Leaving a station: the session that a PIN began ends, and the browser is back where the next one signs on."""

from __future__ import annotations

import streamlit as st

from actions.pins import end_at_station
from models.actor import Actor, NotAllowed
from models.sessions import at_station
from models.store import StoreAway
from ui import answers, clock, presence
from ui.component import component
from ui.keys import Key
from ui.language import words

SIGN_ON = "auth/station"
_onward = component("onward")


def draw_leave(who: Actor) -> None:
    """For whoever signed on at a station and stands at no counter."""
    if at_station(who):
        st.button(words("Sign off"), key=Key.STATION_LEAVE, on_click=_leave, args=(who,), width="stretch")


def _leave(who: Actor) -> None:
    try:
        answers.order(end_at_station, who, now=clock.now())
    except (NotAllowed, StoreAway):  # it is over already, or the screen says that the store is away
        return
    presence.look_again()


def go_to_sign_on() -> None:
    """Lead the browser of a station to its sign-on."""
    _onward(key=Key.STATION_ONWARD, data={"to": SIGN_ON})
