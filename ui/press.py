"""A press on a desk: carried out once, bound to what its screen showed, and its refusal said in words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import streamlit as st

from actions.pins import leave_counter
from actions.press import Receipt, Stamp
from actions.refusal import Refused
from models.actor import Actor, NotAllowed
from models.store import StoreAway
from models.store_trouble import said_of
from ui import answers, clock, presence
from ui.keys import Key
from ui.language import say

_SAID_FOR = timedelta(seconds=8)
# A second press of one key or button within this time is a bounce: the screen may already offer something else there.
_BOUNCE = timedelta(milliseconds=600)

Command = Callable[..., Receipt]


def press(
    command: Command,
    who: Actor,
    hall_id: str,
    key: str,
    seen: int | None,
    named: dict[str, Any],
    finger: str = "",
) -> Receipt | None:
    """Carry out a command with the server's time, bound to what was seen; `finger` is the key or button pressed.

    None where it was not taken: why is kept for the screen to say.
    """
    now = clock.now()
    last = st.session_state.get(Key.DESK_PRESSED)
    if last is not None and last[0] == finger and now - last[1] < _BOUNCE:
        return None
    stamp = Stamp(hall_id, key, now, seen)
    st.session_state.pop(Key.DESK_SAID, None)
    st.session_state.pop(Key.DESK_TOLD, None)
    try:
        receipt: Receipt = answers.order(command, who, stamp=stamp, **named)
    except (Refused, NotAllowed) as refusal:
        st.session_state[Key.DESK_SAID] = (refusal.message, now)
        return None
    except StoreAway as away:
        logging.getLogger(__name__).exception("a press was not stored")
        st.session_state[Key.DESK_SAID] = (said_of(away), now)
        return None
    if command is leave_counter:
        presence.look_again()
    if receipt.said is not None:
        st.session_state[Key.DESK_TOLD] = (receipt.said, now)
    st.session_state[Key.DESK_PRESSED] = (finger, now)
    st.session_state[Key.DESK_NONCE] = uuid4().hex
    return receipt


def nonce() -> str:
    """The key of this screen's next press; a double press carries the same one."""
    kept: str = st.session_state.setdefault(Key.DESK_NONCE, uuid4().hex)
    return kept


def draw_refusal() -> None:
    """Say what the last press was refused for, or what came of it, while that is news."""
    for key, draw in ((Key.DESK_SAID, st.warning), (Key.DESK_TOLD, st.info)):
        said = st.session_state.get(key)
        if said is not None and clock.now() - said[1] < _SAID_FOR:
            draw(say(said[0]))
