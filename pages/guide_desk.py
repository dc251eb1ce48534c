"""The guide's screen at the door: give tickets, see the queues, settle who waits."""

import streamlit as st

from analytics.directory import business_types
from analytics.door import door
from standards.vocabulary import Channel
from ui import answers, clock, filters, session, store_away
from ui.guide import draw_calls, draw_missed, draw_queues, draw_tickets_to_take
from ui.guide_notices import draw_failure, draw_notices_to_give, draw_standing
from ui.guide_rules import draw_rules
from ui.guide_view import DoorView
from ui.guide_waiting import draw_waiting
from ui.language import translator, words

who = session.actor()
hall = filters.hall(who)
t = translator()
businesses = {
    kind.id: t.plain.name(kind.name, kind.name_en)
    for kind in answers.answer(business_types, who)
    if kind.channel is not Channel.TELEPHONE
}


@st.fragment(run_every=2)
@store_away.held()
def draw_door() -> None:
    """Everything on this screen changes by the minute."""
    now = clock.now()
    last_id = st.session_state.get(session.Key.GUIDE_LAST)
    seen = answers.fresh(door, who, branch_id=hall.id, last_id=last_id, now=now)
    view = DoorView(who, hall.id, hall.name, hall.name_en, hall.zone, seen, businesses, t, now)
    row = st.container(horizontal=True)
    draw_failure(view, row)
    with row.popover(words("Notices and settings"), key=session.Key.GUIDE_MORE):
        draw_notices_to_give(view)
        draw_rules(view)
    left, right = st.columns(2, gap="large")
    with left:
        draw_tickets_to_take(view)
        draw_missed(view)
        draw_calls(view)
    with right:
        draw_standing(view)  # not above the ticket buttons, which must stay where they are
        draw_queues(view)
        draw_waiting(view)


draw_door()
