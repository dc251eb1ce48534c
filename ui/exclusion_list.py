"""The requests of a hall: what waits with its decision, what counts with its reversal, and the trail of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from analytics.directory import Hall
from analytics.exclusions import Request, RequestState, exclusion_preview
from models.actor import Actor, Right
from standards.vocabulary import Decision
from ui import address, answers, exclusion_press
from ui.exclusion_press import why_key
from ui.exclusion_words import STATE_COLOURS, change_lines, days_words, request_title, step_words, taken_words
from ui.keys import Key
from ui.language import label, translator, words
from ui.navigation import page

_OVER = frozenset({RequestState.REFUSED, RequestState.REVERSED})
MOST = 50


def draw_waiting_elsewhere(waiting: Sequence[tuple[str, int]], hall: Hall, names: dict[str, str]) -> None:
    """Where else something waits for the reader's decision."""
    for branch_id, count in waiting:
        if branch_id != hall.id:
            name = names.get(branch_id, branch_id)
            st.page_link(
                page("exclusions"),
                label=words("{hall}: {n} waiting for your decision", hall=name, n=count),
                query_params=address.parameters(hall=branch_id),
            )


def draw_requests(who: Actor, hall: Hall, requests: Sequence[Request], now: datetime) -> None:
    """Those that wait first, then those that count; what was refused or reversed on demand."""
    over = [one for one in requests if one.state in _OVER]
    shown = [one for one in requests if one.state not in _OVER]
    if not shown:
        st.info(words("Nothing is taken out of this hall's figures, and nothing waits."))
    for request in shown[:MOST]:
        _draw(who, hall, request, now)
    if over and st.toggle(words("Show {n} that were refused or reversed", n=len(over)), key=Key.EXCLUSION_OLD):
        for request in over[:MOST]:
            _draw(who, hall, request, now)


def _draw(who: Actor, hall: Hall, request: Request, now: datetime) -> None:
    t = translator()
    may_decide = who.may(Right.APPROVE, hall.id)
    with st.container(border=True):
        badge = f":{STATE_COLOURS[request.state]}-badge[{label(request.state)}]"
        st.markdown(f"**{request_title(request, hall.zone, t)}** {badge}")
        if request.state not in _OVER:
            st.markdown(taken_words(request.takes, t))
        if request.state is RequestState.ASKED:
            _draw_changes(who, hall, request, now)
        st.markdown("\n".join(f"- :small[{step_words(step, hall.zone, t)}]" for step in request.steps))
        if request.visit is not None:
            query = address.parameters(hall=hall.id, visit=request.visit.interaction_id)
            st.page_link(page("visit"), label=words("See the visit"), query_params=query)
        if request.state is RequestState.APPROVED:
            _draw_figures(hall, request)
        if request.state is RequestState.ASKED and may_decide:
            _draw_decision(who, request)
        elif request.state is RequestState.APPROVED and may_decide:
            _draw_reversal(who, request)


def _draw_changes(who: Actor, hall: Hall, request: Request, now: datetime) -> None:
    found = answers.fresh(exclusion_preview, who, branch_id=hall.id, taken=request.taken, now=now)
    lines = list(change_lines(found, translator()))
    if lines:
        st.markdown("\n".join([days_words(found.takes, translator()), "", *(f"- {line}" for line in lines)]))


def _draw_figures(hall: Hall, request: Request) -> None:
    """The way to the figures of its days, before and after."""
    first_on, last_on = request.takes.first_on, request.takes.last_on
    if first_on is not None and last_on is not None:
        query = address.parameters(hall=hall.id, first_on=first_on, last_on=last_on)
        text = words("See the figures of {days}, before and after", days=translator().period(first_on, last_on))
        st.page_link(page("compliance"), label=text, query_params=query)


def _draw_decision(who: Actor, request: Request) -> None:
    if request.asked_by == who.name:
        st.caption(words("You asked for this yourself: somebody else decides it."))
        return
    st.text_input(words("Reason for the decision (required)"), key=why_key(request), max_chars=500)
    with st.container(horizontal=True):
        for decision, text, kind in (
            (Decision.APPROVED, words("Approve"), "primary"),
            (Decision.REFUSED, words("Refuse"), "secondary"),
        ):
            st.button(
                text,
                key=f"{Key.EXCLUSION_PRESS} {request.id} {decision}",
                type="primary" if kind == "primary" else "secondary",
                on_click=exclusion_press.decide,
                args=(who, request, decision),
            )


def _draw_reversal(who: Actor, request: Request) -> None:
    with st.popover(words("Reverse …")):
        st.markdown(words("The visits count again. The request stays in the list with its trail."))
        st.text_input(words("Reason for the reversal (required)"), key=why_key(request), max_chars=500)
        st.button(
            words("Reverse"),
            key=f"{Key.EXCLUSION_PRESS} {request.id}",
            on_click=exclusion_press.take_back,
            args=(who, request),
        )
