"""What a hall chooses for itself, set by who runs it: how no-shows come back, a queue or none, the paper's width."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from actions.hall_rules import SLIP_WIDTHS, set_rules
from actions.refusal import Refused
from analytics.door import HallRules
from models.actor import Right
from standards.vocabulary import RestoreRule
from ui import answers, clock
from ui.guide_view import DoorView
from ui.keys import Key
from ui.language import words


def draw_rules(view: DoorView) -> None:
    """The settings of this hall, for who may run it; nothing for others."""
    if not view.who.may(Right.RUN_HALL, view.hall_id):
        return
    rules = view.door.rules
    st.markdown(f"**{words('Settings of this hall')}**")
    rule = st.selectbox(
        words("A no-show who comes back is called"),
        list(RestoreRule),
        index=list(RestoreRule).index(rules.restore_rule),
        format_func=view.t.label,
        key=Key.GUIDE_RULE,
    )
    slip_mm = st.segmented_control(
        words("Ticket paper"),
        SLIP_WIDTHS,
        default=rules.slip_mm,
        format_func=lambda mm: view.t.words("{n} mm", n=mm),
        key=Key.GUIDE_SLIP_MM,
        required=True,
    )
    tiny = st.toggle(words("Hall without a queue: one press in, one press out"), value=rules.tiny, key=Key.GUIDE_TINY)
    chosen = HallRules(rule or rules.restore_rule, tiny, slip_mm or rules.slip_mm)
    st.button(
        words("Save the settings"),
        key=Key.GUIDE_RULES,
        on_click=_save,
        args=(view, chosen),
        disabled=chosen == rules,
    )


def _save(view: DoorView, chosen: HallRules) -> None:
    now = clock.now()
    try:
        answers.order(set_rules, view.who, branch_id=view.hall_id, **asdict(chosen), now=now)
    except Refused as refusal:
        st.session_state[Key.DESK_SAID] = (refusal.message, now)
