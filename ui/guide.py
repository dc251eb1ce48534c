"""The guide's screen: big buttons that give tickets, the queues, who is called, who may be restored."""

from __future__ import annotations

from typing import Any

import streamlit as st

from actions.restoring import restore_at_door
from actions.tickets import take_ticket
from analytics.door import Missed
from analytics.queues import Queue
from standards.vocabulary import Priority
from ui.customer_screen import about
from ui.guide_slip import draw_slip
from ui.guide_view import DoorView
from ui.keys import Key
from ui.language import words
from ui.press import draw_refusal, nonce, press

_AT_HAND = 6
# Big targets that fill the width; the row of the last ticket has its place before there is one, so that nothing jumps.
_LOOK = f"""<style>
.st-key-{Key.GUIDE_TAKE} {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); gap: 0.75rem; }}
.st-key-{Key.GUIDE_TAKE} > div {{ width: 100%; }}
.st-key-{Key.GUIDE_TAKE} button {{ min-height: 3.5rem; width: 100%; }}
.st-key-{Key.GUIDE_TAKEN} {{ min-height: 3rem; }}
</style>"""


def draw_tickets_to_take(view: DoorView) -> None:
    """One press, one ticket; priority needs its reason."""
    st.html(_LOOK)
    st.subheader(words("Take a ticket"), anchor=False)
    if view.door.closed_at is not None:
        st.info(words("Closed at {time}", time=view.t.time(view.door.closed_at, view.zone)))
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
    row.toggle(words("Print every slip"), key=Key.GUIDE_PRINT_EVERY)
    _draw_businesses(view, priority, assisted, greeted)
    with st.container(key=Key.GUIDE_TAKEN):
        draw_slip(view)
    draw_refusal()


def _draw_businesses(view: DoorView, priority: Priority | None, assisted: bool, greeted: bool) -> None:
    """A button for each business; what a press leads to is said beneath them, so that they stay where they are."""
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
            width="stretch",
            wrap=True,
            disabled=view.door.closed_at is not None,
            type="primary",
        )


def draw_queues(view: DoorView) -> None:
    """Who waits by business type, how long, and what a new ticket may expect."""
    st.subheader(words("Queues"), anchor=False)
    open_counters = words("{n} counters open", n=view.door.open_counters)
    st.caption(open_counters + " · " + words("As of {time}", time=view.t.exact_time(view.door.as_of, view.zone)))
    st.table(
        [
            {
                words("Business type"): view.business(queue.business_type),
                words("Waiting, longest"): _waiting(view, queue),
                words("Expected (estimate)"): view.t.say(about(queue.expected)),
            }
            for queue in view.door.queues
        ]
    )


def _waiting(view: DoorView, queue: Queue) -> str:
    if queue.longest_since_at is None:
        return "0"
    return f"{queue.waiting} · {view.waited(queue.longest_since_at)}"


def draw_calls(view: DoorView) -> None:
    """The last calls: number to counter."""
    st.subheader(words("Called last"), anchor=False)
    if not view.door.calls:
        st.caption(words("None yet."))
    for call in view.door.calls:
        counter = words("Counter {counter}", counter=call.counter_id)
        st.markdown(f"**{view.t.text(call.ticket)}** → {counter} · {view.t.time(call.called_at, view.zone)}")


def draw_missed(view: DoorView) -> None:
    """The no-shows of the day: one press each for who came after all, the earlier ones found by their number."""
    if not view.door.missed or view.door.closed_at is not None:
        return
    st.subheader(words("No-shows of today"), anchor=False)
    st.caption(words("Who comes back: {rule}.", rule=view.door.rules.restore_rule))
    row = st.container(horizontal=True)
    for one in view.door.missed[:_AT_HAND]:
        text = f"{_named(view, one)} · {view.t.time(one.called_at, view.zone)}"
        _restore_button(view, row, text, one)
    earlier = {str(one.id): one for one in view.door.missed[_AT_HAND:]}
    if earlier:
        row = st.container(horizontal=True, vertical_alignment="bottom")
        chosen = row.selectbox(
            words("Earlier no-shows"),
            list(earlier),
            index=None,
            format_func=lambda one_id: earlier[one_id].ticket or "–" if one_id in earlier else "",
            placeholder=words("Choose"),
            key=f"{Key.GUIDE_INPUT}-missed",
            width=200,
        )
        if chosen in earlier:
            _restore_button(view, row, words("Restore ticket"), earlier[chosen])


def _named(view: DoorView, one: Missed) -> str:
    return view.t.text(one.ticket or view.businesses.get(one.business_type, one.business_type))


def _restore_button(view: DoorView, place: Any, text: str, one: Missed) -> None:
    key = f"{Key.GUIDE_INPUT}-restore-{one.id}-{one.version}"
    place.button(text, key=key, on_click=_restore, args=(view, one), help=words("Restore ticket"))


def _restore(view: DoorView, one: Missed) -> None:
    receipt = view.give(restore_at_door, "restore", one.id, one.version, interaction_id=one.id)
    if receipt is not None and receipt.interaction_id != one.id:
        st.session_state[Key.GUIDE_LAST] = receipt.interaction_id  # a new number, with a slip of its own
