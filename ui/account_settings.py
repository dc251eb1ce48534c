"""The option that keeps giving roles and auditing apart."""

from __future__ import annotations

import streamlit as st

from actions.separation import keep_duties_apart
from analytics.account_list import apart
from models.actor import Actor
from standards.message import message
from ui import answers
from ui.account_press import draw_said, order
from ui.keys import Key
from ui.language import words


def draw_apart(who: Actor) -> None:
    """Whether one person may give roles and audit; either way it is changed in two steps."""
    draw_said()
    st.markdown(f"**{words('Giving roles and auditing')}**")
    if answers.fresh(apart, who):
        st.markdown(words("Kept apart: nobody has both roles, and administrators do not read the audit trail."))
        with st.popover(words("Keep them apart no longer …")):
            st.text_input(words("Why (kept in the trail)"), key=Key.ACCOUNTS_APART_WHY, max_chars=500)
            st.button(
                words("Keep them apart no longer"), key=Key.ACCOUNTS_APART, type="primary", on_click=_let, args=(who,)
            )
    else:
        st.markdown(words("Not kept apart: administrators read the audit trail, and one person may have both roles."))
        with st.popover(words("Keep them apart …")):
            st.markdown(words("Administrators will no longer read the audit trail; auditors do."))
            st.button(words("Keep them apart"), key=Key.ACCOUNTS_APART, type="primary", on_click=_keep, args=(who,))


def _keep(who: Actor) -> None:
    order(keep_duties_apart, who, message("Kept apart from now on."), apart=True)


def _let(who: Actor) -> None:
    reason = str(st.session_state.get(Key.ACCOUNTS_APART_WHY, ""))
    order(keep_duties_apart, who, message("No longer kept apart."), apart=False, reason=reason)
