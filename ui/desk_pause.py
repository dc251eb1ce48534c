"""A counter's pause: its reason, when it ends, and signing off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st

from actions.counters import pause, reopen
from actions.pins import leave_counter
from standards.message import message
from standards.vocabulary import CounterState, PauseReason
from ui.desk import ACTIONS, DeskView
from ui.desk_keys import Shortcut
from ui.desk_present import draw_help
from ui.keys import Key
from ui.language import words
from ui.stopwatch import waited

BACK_IN_MINUTES = (5, 10, 15, 30, 60)


def draw_paused(view: DeskView) -> None:
    """Why and until when the counter is paused, and the press that ends it."""
    t, desk = view.t, view.desk
    reason = t.label(desk.pause_reason) if desk.pause_reason else ""
    st.subheader(t.words("Paused: {reason}", reason=reason), anchor=False)
    if desk.back_at is not None:
        back = t.time(desk.back_at, view.zone)
        if desk.back_at < view.now:
            st.warning(t.words("Was due back at {time}, {late} ago", time=back, late=waited(t, desk.back_at, view.now)))
        else:
            st.caption(t.words("back at {time}", time=back))
    view.button(st, ACTIONS["reopen"], reopen, "reopen", shortcut=Shortcut.NEXT, primary=True)


def draw_rest(view: DeskView) -> None:
    """Pause (or say anew for how long), call for help, or sign off."""
    row = st.container(horizontal=True)
    paused = view.desk.state is CounterState.PAUSED
    text = words("Change the pause") if paused else words("Pause")
    # A new one, closed, after every press: it would cover what came of it.
    with row.popover(text, width="stretch", key=f"{Key.DESK_INPUT}-pause-{view.desk.version}"):
        _choose(view)
    draw_help(view, row)
    view.button(row, ACTIONS["sign_off"], leave_counter, "sign_off")


def _choose(view: DeskView) -> None:
    """The reason, then the return with the press itself."""
    why = st.pills(
        words("Reason for the pause"),
        list(PauseReason),
        default=view.desk.pause_reason or PauseReason.LUNCH,
        required=True,
        format_func=view.t.label,
        key=f"{Key.DESK_INPUT}-why-{view.desk.version}",
    )
    st.caption(words("Back in"))
    row: Any = st.container(horizontal=True)
    for minutes in BACK_IN_MINUTES:
        back_at = view.now + timedelta(minutes=minutes)
        text = message("{minutes} min", minutes=minutes)
        view.button(row, text, pause, f"pause_{minutes}", why=why, back_at=back_at, width="content")
    view.button(st, message("Not known yet"), pause, "pause", why=why)
