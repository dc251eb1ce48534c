"""What is pressed on the page about privacy: carried out once, and what came of it said with the next drawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from actions.refusal import Refused
from models.actor import Actor, NotAllowed
from models.store import StoreAway
from models.store_trouble import said_of
from standards.message import Message
from ui import answers, clock
from ui.keys import Key
from ui.language import say


def order(command: Callable[..., Any], who: Actor, done: Message, *, beside: Key, **named: Any) -> bool:
    """Carry out a command in one transaction; whether it was taken. What came of it is said beside that form."""
    try:
        answers.order(command, who, **named, now=clock.now())
    except (Refused, NotAllowed) as refusal:
        st.session_state[Key.PRIVACY_SAID] = (beside, False, refusal.message)
        return False
    except StoreAway as away:
        st.session_state[Key.PRIVACY_SAID] = (beside, False, said_of(away))
        return False
    answers.forget()
    st.session_state[Key.PRIVACY_SAID] = (beside, True, done)
    return True


def draw_said(beside: Key) -> None:
    """What came of the last press in this form, once."""
    kept: tuple[Key, bool, Message] | None = st.session_state.get(Key.PRIVACY_SAID)
    if kept is not None and kept[0] == beside:
        del st.session_state[Key.PRIVACY_SAID]
        (st.success if kept[1] else st.error)(say(kept[2]))
