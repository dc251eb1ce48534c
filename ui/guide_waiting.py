"""Everybody who waits, and what the guide does with one of them: a few acts at hand, the rare ones in a choice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import streamlit as st

from actions.waiting import change_waiting, divert, greet_at_door, left_waiting, merge, move_waiting, void
from analytics.door import Ticket
from standards.message import Worded
from standards.vocabulary import LeftReason, Priority, VoidReason
from ui.guide_view import DoorView
from ui.keys import Key
from ui.language import Translator, words


class Act(Worded):
    """What else is done with a waiting ticket."""

    BUSINESS = "business", "Wrong business"
    QUEUE = "queue", "Another queue"
    PRIORITY = "priority", "Priority"
    MERGE = "merge", "Several tickets"
    LEFT = "left", "Left while waiting"
    VOID = "void", "Void"


def draw_waiting(view: DoorView) -> None:
    """Everybody who waits, in the order of the calls; one can be chosen and settled."""
    st.subheader(words("Waiting: {n}", n=len(view.door.tickets)), anchor=False)
    if not view.door.tickets:
        st.caption(words("Nobody is waiting"))
        return
    known = {str(ticket.id): ticket for ticket in view.door.tickets}
    chosen = st.selectbox(
        words("Ticket"),
        list(known),
        index=None,
        format_func=lambda ticket_id: _named(view, known[ticket_id]) if ticket_id in known else "",
        placeholder=words("Choose a ticket to change it"),
        key=f"{Key.GUIDE_INPUT}-ticket",
    )
    if chosen in known:
        _draw_acts(view, known[chosen])
    for ticket in view.door.tickets:
        st.markdown(_line(view, ticket, view.t))


def _named(view: DoorView, ticket: Ticket) -> str:
    """How a ticket is chosen: words that stay the same while it waits, or the choice would be lost."""
    t = view.t.plain
    business = view.businesses.get(ticket.business_type, ticket.business_type)
    return f"{ticket.ticket or '–'} · {business} · {t.time(ticket.arrived_at, view.zone)}"


def _line(view: DoorView, ticket: Ticket, t: Translator) -> str:
    queue = view.businesses.get(ticket.queued_as, ticket.queued_as) if ticket.queued_as else ""
    parts = [
        t.text(ticket.ticket or "–"),
        view.business(ticket.business_type),
        t.words("waits {time}", time=view.waited(ticket.waits_since_at)),
        t.words("Priority: {reason}", reason=ticket.priority) if ticket.priority else "",
        t.words("Assisted") if ticket.assisted else "",
        t.words("to counter {counter}", counter=ticket.to_counter_id) if ticket.to_counter_id else "",
        t.words("in the queue {business}", business=queue) if queue else "",
        _restored(ticket, t) if ticket.restored else "",
        t.words("greeted") if ticket.greeted else "",
        t.words("forgotten: settle this ticket") if ticket.forgotten else "",
    ]
    return " · ".join(part for part in parts if part)


def _restored(ticket: Ticket, t: Translator) -> str:
    if ticket.let_pass:
        return t.words("restored, after {n} others", n=ticket.let_pass)
    return t.words("restored, called next")


def _draw_acts(view: DoorView, ticket: Ticket) -> None:
    with st.container(border=True):
        row = st.container(horizontal=True)
        _act(view, ticket, row, words("Greeted at the door"), greet_at_door, "greet", disabled=ticket.greeted)
        _act(view, ticket, row, words("Diverted"), divert, "divert")
        act = st.segmented_control(
            words("What else?"),
            list(Act),
            format_func=view.t.label,
            key=f"{Key.GUIDE_INPUT}-act-{ticket.id}",
            label_visibility="collapsed",
        )
        if act is not None:
            _FORMS[act](view, ticket)


def _act(view: DoorView, ticket: Ticket, place: Any, text: str, command: Any, name: str, **named: Any) -> None:
    view.button(place, text, command, name, ticket.id, ticket.version, interaction_id=ticket.id, **named)


def _input(ticket: Ticket, name: str) -> str:
    return f"{Key.GUIDE_INPUT}-{name}-{ticket.id}"


def _business(view: DoorView, ticket: Ticket) -> None:
    """Given the wrong business: same number, same arrival, judged as what it is."""
    st.caption(words("The ticket was taken for the wrong business. Its number and its arrival stay."))
    codes = list(view.businesses)
    business = st.selectbox(
        words("Business type"),
        codes,
        index=codes.index(ticket.business_type) if ticket.business_type in codes else None,
        format_func=lambda code: view.businesses.get(code, code),
        key=_input(ticket, "business"),
    )
    same = (business, None, None) == (ticket.business_type, ticket.to_counter_id, ticket.queued_as)
    named = {"business_type": business, "priority": ticket.priority}
    text = words("Change business type")
    _act(view, ticket, st, text, change_waiting, f"change-{business}", disabled=same or business is None, **named)


def _queue(view: DoorView, ticket: Ticket) -> None:
    """To one counter or to another business's queue: the business stays."""
    st.caption(words("The business stays; only the queue changes. The ticket stands there by its arrival."))
    options: list[int | str] = [*view.businesses, *view.door.counters]

    def named(option: int | str) -> str:
        if isinstance(option, int):
            return view.t.words("Counter {counter}", counter=option)
        return view.t.plain.words("Queue: {business}", business=view.businesses.get(option, option))

    target = st.selectbox(
        words("To a counter or a queue"),
        options,
        index=None,
        format_func=named,
        placeholder=words("Choose"),
        key=_input(ticket, "queue"),
    )
    where: dict[str, Any] = {"business_type": target} if isinstance(target, str) else {"to_counter_id": target}
    _act(view, ticket, st, words("Move"), move_waiting, f"move-{target}", disabled=target is None, **where)


def _priority(view: DoorView, ticket: Ticket) -> None:
    reasons = [None, *Priority]
    priority = st.selectbox(
        words("Priority and its reason"),
        reasons,
        index=reasons.index(ticket.priority),
        format_func=lambda reason: view.t.words("None") if reason is None else view.t.label(reason),
        key=_input(ticket, "priority"),
    )
    named = {"business_type": ticket.business_type, "priority": priority}
    same = priority is ticket.priority
    _act(view, ticket, st, words("Set the priority"), change_waiting, f"priority-{priority}", disabled=same, **named)


def _merge(view: DoorView, ticket: Ticket) -> None:
    """Which later tickets are this customer's too: the first taken is kept."""
    others = {str(one.id): one for one in view.door.tickets if one.id != ticket.id}
    chosen = st.multiselect(
        words("This customer's other tickets"),
        list(others),
        format_func=lambda other: _named(view, others[other]) if other in others else "",
        placeholder=words("Choose"),
        key=_input(ticket, "merge"),
    )
    text = words("Keep {ticket}, void the others", ticket=ticket.ticket or "–")

    def take() -> None:
        # What is chosen when it is pressed: a press comes faster than the screen that knows of the choice.
        ids = tuple(UUID(other) for other in st.session_state.get(_input(ticket, "merge"), chosen))
        named = {"keep_id": ticket.id, "other_ids": ids}
        view.give(merge, f"merge-{len(ids)}", ticket.id, ticket.version, **named)

    st.button(text, key=f"{Key.GUIDE_INPUT}-merge-press-{ticket.id}-{ticket.version}", on_click=take)


def _left(view: DoorView, ticket: Ticket) -> None:
    row = st.container(horizontal=True)
    for why in LeftReason:
        _act(view, ticket, row, view.t.label(why), left_waiting, f"left-{why}", why=why)


def _void(view: DoorView, ticket: Ticket) -> None:
    why = st.text_input(words("In your own words"), key=_input(ticket, "why"), max_chars=200)
    row = st.container(horizontal=True)
    for reason in VoidReason:
        unsaid = reason is VoidReason.OTHER and not why.strip()
        named = {"why": why, "reason": reason}
        _act(view, ticket, row, view.t.label(reason), void, f"void-{reason}", disabled=unsaid, **named)


_FORMS = {
    Act.BUSINESS: _business,
    Act.QUEUE: _queue,
    Act.PRIORITY: _priority,
    Act.MERGE: _merge,
    Act.LEFT: _left,
    Act.VOID: _void,
}
