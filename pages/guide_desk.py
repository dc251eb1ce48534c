"""The guide's screen at the door: give tickets, see the queues, settle who waits."""

import streamlit as st

from analytics.directory import business_types
from analytics.door import door
from standards.vocabulary import Channel
from ui import answers, clock, filters, session
from ui.guide import DoorView, draw_calls, draw_queues, draw_tickets_to_take, draw_waiting
from ui.language import translator

who = session.actor()
hall = filters.hall(who)
t = translator()
businesses = {
    kind.id: t.plain.name(kind.name, kind.name_en)
    for kind in answers.answer(business_types, who)
    if kind.channel is not Channel.TELEPHONE
}


@st.fragment(run_every=2)
def draw_door() -> None:
    """Everything on this screen changes by the minute."""
    now = clock.now()
    last_id = st.session_state.get(session.Key.GUIDE_LAST)
    seen = answers.fresh(door, who, branch_id=hall.id, last_id=last_id, now=now)
    view = DoorView(who, hall.id, hall.zone, seen, businesses, t, now)
    left, right = st.columns(2, gap="large")
    with left:
        draw_tickets_to_take(view)
        draw_calls(view)
    with right:
        draw_queues(view)
        draw_waiting(view)


draw_door()
