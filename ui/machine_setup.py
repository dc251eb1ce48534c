"""Setting machines up: one more, a new token, in use or not; its token is shown once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import streamlit as st

from actions.devices import add_device, renew_token, set_in_use
from actions.refusal import Refused
from analytics.directory import Hall
from analytics.machines import Machine
from analytics.reconciliation import Reconciliation
from models.actor import Actor, NotAllowed
from models.machines import MACHINES
from models.store import StoreAway
from standards.message import Worded
from ui import answers
from ui.keys import Key
from ui.language import say, translator, words
from ui.machine_files import draw_folder, draw_names
from ui.machine_words import machine_name

ADDRESS = "/api/events"


class Part(Worded):
    """What of a machine is set up."""

    TOKEN = "token", "Token"
    NAMES = "names", "Names"
    FILES = "files", "Files"


def draw_setup(who: Actor, hall: Hall, found: Reconciliation, now: datetime) -> None:
    """Adding a machine, and changing the one that is chosen."""
    st.subheader(words("Set up machines"), anchor=False)
    _draw_token(hall)
    if said := st.session_state.pop(Key.MACHINES_SAID, None):
        st.success(say(said))

    def order(command: Callable[..., Any], **named: Any) -> Any:
        return _order(command, who, branch_id=hall.id, now=now, **named)

    left, right = st.columns(2)
    with left:
        _draw_adding(hall, order)
    with right:
        machines = [one.machine for one in found.machines]
        if machines:
            _draw_changing(who, hall, machines, found, order)


def _order(command: Callable[..., Any], who: Actor, **named: Any) -> Any:
    """Carry out a command; None where it was refused, which is said."""
    try:
        done = answers.order(command, who, **named)
    except (Refused, NotAllowed) as refusal:
        st.error(say(refusal.message))
        return None
    except StoreAway:
        st.error(words("The database could not be reached: nothing was changed. Try again."))
        return None
    return True if done is None else done


def _draw_token(hall: Hall) -> None:
    """The token that was just made, until somebody says that it is copied."""
    kept: tuple[str, str, str] | None = st.session_state.get(Key.MACHINES_ONCE)
    if kept is None or kept[0] != hall.id:
        return
    with st.container(border=True):
        st.markdown(words("The token of {code}. It is shown only now: copy it into the machine.", code=kept[1]))
        st.code(kept[2], language=None)
        st.caption(
            words(
                "The machine sends its events to {address} with the header Authorization: Bearer and this token.",
                address=ADDRESS,
            )
        )
        if st.button(words("It is copied"), key=Key.MACHINES_COPIED):
            del st.session_state[Key.MACHINES_ONCE]
            st.rerun()


def _keep_token(hall: Hall, code: str, token: str | None) -> None:
    if token is not None:
        st.session_state[Key.MACHINES_ONCE] = (hall.id, code, token)
        st.rerun()


def _draw_adding(hall: Hall, order: Callable[..., Any]) -> None:
    t = translator()
    with st.form(Key.MACHINES_ADD, clear_on_submit=False):
        st.markdown(f"**{words('Add a machine')}**")
        kind = st.selectbox(words("Kind of machine"), MACHINES, format_func=t.plain.label)
        code = st.text_input(words("Code (letters and digits)"), max_chars=32, placeholder="Q1")
        name = st.text_input(words("What people call it"), max_chars=120)
        counter = st.number_input(
            words("Counter it stands at (empty: none)"), min_value=1, max_value=9999, value=None, step=1
        )
        if st.form_submit_button(words("Add and show its token"), type="primary"):
            token = order(add_device, code=code.strip(), kind=kind, name=name.strip(), counter_id=counter)
            _keep_token(hall, code.strip(), token)


def _draw_changing(
    who: Actor, hall: Hall, machines: list[Machine], found: Reconciliation, order: Callable[..., Any]
) -> None:
    t = translator()
    names = {machine.id: machine_name(t.plain, machine) for machine in machines}
    code = st.selectbox(
        words("Machine"), list(names), format_func=lambda code: names.get(code, code), key=Key.MACHINES_CHOSEN
    )
    machine = next(machine for machine in machines if machine.id == code)
    part = st.segmented_control(
        words("What to change"),
        list(Part),
        format_func=t.plain.label,
        default=Part.TOKEN,
        key=Key.MACHINES_PART,
        label_visibility="collapsed",
    )
    if part is Part.NAMES:
        draw_names(who, machine, found, order)
    elif part is Part.FILES:
        draw_folder(hall, machine, order)
    else:
        _draw_use(hall, machine, order)


def _draw_use(hall: Hall, machine: Machine, order: Callable[..., Any]) -> None:
    st.caption(words("A new token shuts out the old one at once: the machine sends nothing until it has the new one."))
    sure = st.checkbox(words("Somebody is at the machine now"), key=Key.MACHINES_SURE)
    if st.button(words("New token"), key=Key.MACHINES_RENEW, disabled=not sure):
        _keep_token(hall, machine.id, order(renew_token, code=machine.id))
    label = words("Take out of use") if machine.active else words("Put to use again")
    if st.button(label, key=Key.MACHINES_USE, help=words("What it sent stays.")) and order(
        set_in_use, code=machine.id, in_use=not machine.active
    ):
        st.rerun()
