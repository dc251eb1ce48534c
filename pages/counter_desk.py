"""The counter's screen: who is next, the time against the limit, two presses a visit."""

import streamlit as st

from analytics.counter_places import counter_places
from analytics.desk import desk
from analytics.directory import business_types
from analytics.recent import recent_visits, undoable
from ui import answers, clock, filters, session
from ui.desk import DeskView, draw_free, draw_present, draw_queue, draw_undo
from ui.desk_idle import draw_asides, draw_begin, draw_recent, draw_rest, draw_sign_on
from ui.desk_more import draw_more
from ui.language import translator, words

WIDE_ENOUGH = 460

who = session.actor()
hall = filters.hall(who)
t = translator()
businesses = {kind.id: t.plain.name(kind.name, kind.name_en) for kind in answers.answer(business_types, who)}


@st.fragment(run_every=2)
def draw_desk() -> None:
    """The whole screen: state is always what the open row says, never what this session remembers."""
    now = clock.now()
    places = answers.fresh(counter_places, who, branch_id=hall.id)
    mine = next((place for place in places if place.staff_id is not None and place.staff_id == who.staff_id), None)
    if mine is None:
        draw_sign_on(who, hall.id, places, t)
        return
    shown = answers.fresh(desk, who, branch_id=hall.id, counter_id=mine.id, now=now)
    if shown is None:
        return
    view = DeskView(who, hall.id, hall.zone, shown, businesses, t, now)
    st.caption(words("Counter {counter}", counter=mine.id) + " · " + t.name(mine.staff_name, mine.staff_name_en))
    if shown.present is not None:
        draw_present(view, shown.present)
        draw_more(view, shown.present, places)
    else:
        draw_free(view)
    draw_queue(view)
    draw_undo(view, answers.fresh(undoable, who, branch_id=hall.id, counter_id=mine.id, now=now))
    if shown.present is None:
        draw_begin(view)
        draw_asides(view)
        draw_rest(view)
        draw_recent(view, answers.fresh(recent_visits, who, branch_id=hall.id, staff_id=mine.staff_id, now=now))


with st.container(width=WIDE_ENOUGH):
    draw_desk()
