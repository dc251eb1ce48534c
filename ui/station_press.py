"""Setting up stations and PINs: a command carried out, and what came of it kept for the next drawing to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from actions.refusal import Refused
from models.actor import Actor, NotAllowed
from models.store import StoreAway
from standards.message import Message, Worded, message
from ui import answers, clock
from ui.keys import Key

_AWAY = message("The database could not be reached: nothing was changed. Try again.")


class Part(Worded):
    """What the page is about."""

    DEVICES = "devices", "Stations and screens"
    PEOPLE = "people", "PINs of the hall"


def order(command: Callable[..., Any], who: Actor, done: Message, *, in_parts: bool = False, **named: Any) -> Any:
    """Carry out a command; None where it was refused."""
    way = answers.in_parts if in_parts else answers.order
    try:
        result = way(command, who, **named, now=clock.now())
    except (Refused, NotAllowed) as refusal:
        st.session_state[Key.STATIONS_SAID] = (False, refusal.message)
        return None
    except StoreAway:
        st.session_state[Key.STATIONS_SAID] = (False, _AWAY)
        return None
    st.session_state[Key.STATIONS_SAID] = (True, done)
    return True if result is None else result
