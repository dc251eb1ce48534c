"""A customer who comes back, found by number at any counter: continued, restored, or told where they stand."""

from __future__ import annotations

import streamlit as st

from actions.calling import restore
from actions.serving import resume
from analytics.found_ticket import Found, found_tickets
from standards.message import message
from standards.queueing import FREES_COUNTER
from standards.vocabulary import HoldKind, Outcome
from ui import answers
from ui.desk import DeskView
from ui.keys import Key
from ui.language import words

NUMBER = f"{Key.DESK_INPUT}-number"


def draw_find(view: DeskView) -> None:
    """The field for a number, and what became of today's tickets that have it."""
    number = st.text_input(words("Find a customer by number"), key=NUMBER, max_chars=16, placeholder="A0012")
    if not number.strip():
        return
    found = answers.fresh(found_tickets, view.who, branch_id=view.hall_id, number=number, now=view.now)
    if not found:
        st.caption(view.t.words("No ticket {number} today.", number=number))
    alone = sum(_can_be_taken(view, one) for one in found) == 1
    for one in found:
        _draw(view, one, alone)


def _can_be_taken(view: DeskView, one: Found) -> bool:
    return one.outcome is Outcome.NO_SHOW or _held_for_here(view, one)


def _held_for_here(view: DeskView, one: Found) -> bool:
    if one.outcome is not Outcome.HELD or one.hold_kind not in FREES_COUNTER:
        return False
    return one.hold_kind is HoldKind.AWAY_FOR_PAPERS or one.counter_id == view.desk.counter_id


def _draw(view: DeskView, one: Found, alone: bool) -> None:
    """Where a ticket stands; the number pad may press it where it is the only one that can be taken."""
    business = view.businesses.get(one.business_type, one.business_type)
    t = view.t
    st.markdown(
        t.words(
            "**{ticket}** · {business} · {standing}",
            ticket=one.ticket,
            business=t.text(business),
            standing=_standing(view, one),
        )
    )
    name = "found" if alone else f"found_{one.id}"
    if one.outcome is Outcome.NO_SHOW:
        text = message("{press}: {ticket}", press=message("Restore"), ticket=one.ticket)
        view.button(st, text, restore, name, interaction_id=one.id)
    elif _held_for_here(view, one):
        text = message("{press}: {ticket}", press=message("Resume"), ticket=one.ticket)
        view.button(st, text, resume, name, interaction_id=one.id)


def _standing(view: DeskView, one: Found) -> str:
    t, at = view.t, view.t.time(one.since_at, view.zone)
    if one.ahead is not None:
        return t.words("waiting, {n} before it: it is called in its turn", n=one.ahead)
    if one.counter_id is None:
        return t.words("{outcome} at {time}", outcome=one.outcome, time=at)
    return t.words("{outcome} at counter {counter}, {time}", outcome=one.outcome, counter=one.counter_id, time=at)
