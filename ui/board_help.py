"""Calls for help, for those who have the floor to answer."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from actions.help import answer_help
from analytics.help_now import HelpNow
from models.actor import Actor, Right
from ui.keys import Key
from ui.language import words
from ui.press import draw_refusal, press


def draw_help_calls(who: Actor, hall_id: str, calls: Iterable[HelpNow]) -> None:
    """One press a call says that somebody comes; the counter that called sees it."""
    if not who.may(Right.GUIDE, hall_id):
        return
    for call in calls:

        def come(call: HelpNow = call) -> None:
            press(answer_help, who, hall_id, f"help:{call.id}", None, {"call_id": call.id})

        text = words("Counter {counter} calls for help: I am coming", counter=call.counter_id)
        st.button(text, key=f"{Key.BOARD_HELP}-{call.id}", type="primary", on_click=come, width="stretch")
    draw_refusal()
