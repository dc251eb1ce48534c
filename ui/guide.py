"""The guide's screen: big buttons that give tickets, the queues, and what can be done with who waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

import streamlit as st

from actions.tickets import change_waiting, divert, greet_at_door, left_waiting, take_ticket, void
from analytics.door import Door, Queue, Ticket
from models.actor import Actor
from standards.vocabulary import LeftReason, Priority
from ui.keys import Key
from ui.language import Translator, words
from ui.press import Command, draw_refusal, nonce, press
from ui.stopwatch import waited

_TARGET = 140
_BIG = f"<style>.st-key-{Key.GUIDE_TAKE} button {{ min-height: 3.5rem; }}</style>"


@dataclass(frozen=True)
class DoorView:
    """What the parts of the screen share."""

    who: Actor
    hall_id: str
    zone: tzinfo
    door: Door
    businesses: dict[str, str]
    t: Translator
    now: datetime

    def waited(self, since_at: datetime) -> str:
        """How long somebody has waited, in words."""
        return waited(self.t, since_at, self.now)


def draw_tickets_to_take(view: DoorView) -> None:
    """One press, one ticket; priority needs its reason."""
    st.html(_BIG)
    st.subheader(words("Take a ticket"), anchor=False)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    priority = row.selectbox(
        words("Priority and its reason"),
        list(Priority),
        index=None,
        format_func=view.t.label,
        placeholder=words("None"),
        key=Key.GUIDE_PRIORITY,
        width=260,
    )
    assisted = row.toggle(words("Assisted"), key=Key.GUIDE_ASSISTED)
    greeted = row.toggle(words("Greeted at the door"), key=Key.GUIDE_AT_DOOR)
    draw_refusal()
    _draw_last(view)
    row = st.container(horizontal=True, key=Key.GUIDE_TAKE)
    once = nonce()
    for code, name in view.businesses.items():

        def take(code: str = code) -> None:
            named = {"business_type": code, "priority": priority, "assisted": assisted, "greeted_at_door": greeted}
            if receipt := press(take_ticket, view.who, view.hall_id, f"{once}:{code}", None, named, code):
                st.session_state[Key.GUIDE_LAST] = receipt.interaction_id
                # The next customer is no pregnant soldier because this one was.
                st.session_state[Key.GUIDE_PRIORITY] = None
                st.session_state[Key.GUIDE_ASSISTED] = False
                st.session_state[Key.GUIDE_AT_DOOR] = False

        row.button(
            view.t.text(name),
            key=f"{Key.GUIDE_INPUT}-take-{code}-{once}",
            on_click=take,
            width=_TARGET,
            wrap=True,
            type="primary",
        )


def _draw_last(view: DoorView) -> None:
    """The number to tell the customer."""
    if view.door.last is not None:
        number, code = view.door.last
        business = view.businesses.get(code, code)
        st.markdown(words("Last ticket: **{ticket}** ({business})", ticket=number, business=business))


def draw_queues(view: DoorView) -> None:
    """Who waits by business type, how long, and what a new ticket may expect."""
    st.subheader(words("Queues"), anchor=False)
    open_counters = words("{n} counters open", n=view.door.open_counters)
    st.caption(open_counters + " · " + words("As of {time}", time=view.t.exact_time(view.door.as_of, view.zone)))
    st.table(
        [
            {
                words("Business type"): view.t.text(view.businesses.get(queue.business_type, queue.business_type)),
                words("Waiting, longest"): _waiting(view, queue),
                words("Expected (estimate)"): _expected(view.t, queue.expected),
            }
            for queue in view.door.queues
        ]
    )


def _waiting(view: DoorView, queue: Queue) -> str:
    if queue.longest_since_at is None:
        return "0"
    return f"{queue.waiting} · {view.waited(queue.longest_since_at)}"


def _expected(t: Translator, expected: timedelta | None) -> str:
    if expected is None:
        return words("No counter open")
    return words("about {n} min", n=-(-expected // timedelta(minutes=1)))


def draw_calls(view: DoorView) -> None:
    """The last calls: number to counter."""
    st.subheader(words("Called last"), anchor=False)
    if not view.door.calls:
        st.caption(words("None yet."))
    for call in view.door.calls:
        counter = words("Counter {counter}", counter=call.counter_id)
        st.markdown(f"**{view.t.text(call.ticket)}** → {counter} · {view.t.time(call.called_at, view.zone)}")


def draw_waiting(view: DoorView) -> None:
    """Everybody who waits, in order; one can be chosen and settled."""
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
    return f"{ticket.ticket or '–'} · {business} · {t.time(ticket.waits_since_at, view.zone)}"


def _line(view: DoorView, ticket: Ticket, t: Translator) -> str:
    parts = [
        t.text(ticket.ticket or "–"),
        t.text(view.businesses.get(ticket.business_type, ticket.business_type)),
        t.words("waits {time}", time=view.waited(ticket.waits_since_at)),
        t.words("Priority: {reason}", reason=ticket.priority) if ticket.priority else "",
        t.words("Assisted") if ticket.assisted else "",
        t.words("to counter {counter}", counter=ticket.to_counter_id) if ticket.to_counter_id else "",
        t.words("greeted") if ticket.greeted else "",
        t.words("forgotten: settle this ticket") if ticket.forgotten else "",
    ]
    return " · ".join(part for part in parts if part)


def _draw_acts(view: DoorView, ticket: Ticket) -> None:
    def give(command: Command, name: str, **named: Any) -> None:
        key = f"{ticket.id}:{ticket.version}:{name}"
        press(command, view.who, view.hall_id, key, ticket.version, {"interaction_id": ticket.id, **named}, name)

    def act(place: Any, text: str, command: Command, name: str, disabled: bool = False, **named: Any) -> None:
        place.button(
            text,
            key=f"{Key.GUIDE_INPUT}-{name}-{ticket.id}-{ticket.version}",
            on_click=give,
            args=(command, name),
            kwargs=named,
            disabled=disabled,
        )

    with st.container(border=True):
        row = st.container(horizontal=True)
        act(row, words("Greeted at the door"), greet_at_door, "greet", disabled=ticket.greeted)
        act(row, words("Diverted"), divert, "divert")
        act(row, words("Left while waiting"), left_waiting, "left", why=LeftReason.WAIT_TOO_LONG)
        _draw_change(view, ticket, act)
        why = st.text_input(words("Reason to void"), key=f"{Key.GUIDE_INPUT}-why-{ticket.id}", max_chars=200)
        row = st.container(horizontal=True)
        act(row, words("Void"), void, "void", disabled=not why.strip(), why=why)
        act(row, words("Test ticket"), void, "test", why=words("Test ticket"), test=True)


def _draw_change(view: DoorView, ticket: Ticket, act: Any) -> None:
    codes, reasons = list(view.businesses), [None, *Priority]
    row = st.columns(2)
    business = row[0].selectbox(
        words("Business type"),
        codes,
        index=codes.index(ticket.business_type) if ticket.business_type in codes else None,
        format_func=lambda code: view.businesses.get(code, code),
        key=f"{Key.GUIDE_INPUT}-business-{ticket.id}",
    )
    priority = row[1].selectbox(
        words("Priority and its reason"),
        reasons,
        index=reasons.index(ticket.priority),
        format_func=lambda reason: view.t.words("None") if reason is None else view.t.label(reason),
        key=f"{Key.GUIDE_INPUT}-priority-{ticket.id}",
    )
    same = (business, priority, None) == (ticket.business_type, ticket.priority, ticket.to_counter_id)
    act(
        st,
        words("Change business type"),
        change_waiting,
        f"change-{business}-{priority}",
        disabled=same,
        business_type=business,
        priority=priority,
    )
