"""Whether the trail is as it was written: walked when somebody asks, and said with when that was."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from analytics.audit_trail import trail_state
from models.actor import Actor
from models.audit_check import Break, ChainFindings
from ui import answers, clock
from ui.audit_filters import View
from ui.keys import Key
from ui.language import Translator, words

_MOST = 20


def draw_state(who: Actor, view: View, t: Translator) -> None:
    """A button, and what the last walk along these halls' trails found."""
    halls = view.sought.branch_ids
    checked: tuple[tuple[str, ...], ChainFindings, datetime] | None = st.session_state.get(Key.AUDIT_CHECKED)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(words("Check the trail now"), key=Key.AUDIT_CHECK, on_click=_check, args=(who, halls))
        if checked is None or checked[0] != halls:
            st.caption(
                words("Each line is linked to the one before it: a check finds lines that were changed or taken away.")
            )
            return
        _, found, at = checked
        moment = t.moment(at, view.zone(halls[0]))
        if not found.count:
            said = words("Whole: {n} lines read at {moment}, none changed.", n=f"{found.lines:,}", moment=moment)
            st.success(said, width="stretch")
    if found.count:
        st.error(words("{n} faults in {m} lines, read at {moment}.", n=found.count, m=found.lines, moment=moment))
        st.markdown("\n".join(f"- {_broken(one, view, t)}" for one in found.breaks[:_MOST]))
    _draw_ends(found, view, t)


def _check(who: Actor, halls: tuple[str, ...]) -> None:
    with st.spinner(words("Reading the trail")):
        st.session_state[Key.AUDIT_CHECKED] = (halls, answers.fresh(trail_state, who, branch_ids=halls), clock.now())


def _broken(one: Break, view: View, t: Translator) -> str:
    hall = view.hall_name(one.branch_id, t)
    if one.line == one.until:
        return t.words("{hall}, line {line}: {fault}", hall=hall, line=one.line, fault=one.fault)
    return t.words(
        "{hall}, lines {line} to {until}: {fault}", hall=hall, line=one.line, until=one.until, fault=one.fault
    )


def _draw_ends(found: ChainFindings, view: View, t: Translator) -> None:
    """Where each trail ends, to be noted elsewhere."""
    with st.expander(words("Last lines and hashes, to be noted elsewhere")):
        st.caption(
            words(
                "Kept where nobody who looks after this database can write, they prove later that nothing was redone."
            )
        )
        for end in found.ends:
            name = view.hall_name(end.branch_id, t.plain)
            told = f"{name}\nTrail {end.branch_id} of {end.chain}: line {end.line}, hash {end.hash}"
            st.code(told, language=None, wrap_lines=True)
