"""The counter's screen: who is next, the time against the limit, two presses a visit."""

import streamlit as st

from analytics.counter_places import counter_places, signing_on
from analytics.desk import desk
from analytics.directory import business_types
from analytics.recent import recent_visits, undoable
from standards.vocabulary import CounterState
from ui import answers, clock, filters, session, store_away
from ui.desk import DeskView, draw_head, draw_queue, draw_undo
from ui.desk_found import draw_find
from ui.desk_idle import draw_asides, draw_begin, draw_free, draw_recent
from ui.desk_pad import draw_keycaps, draw_pad
from ui.desk_pause import draw_paused, draw_rest
from ui.desk_present import draw_present
from ui.desk_sign_on import draw_sign_on
from ui.language import translator

WIDE_ENOUGH = 460

who = session.actor()
hall = filters.hall(who)
t = translator()
businesses = {kind.id: t.plain.name(kind.name, kind.name_en) for kind in answers.answer(business_types, who)}
draw_keycaps()


@st.fragment(run_every=2)
@store_away.held()
def draw_desk() -> None:
    """The whole screen: state is always what the open row says, never what this session remembers."""
    now = clock.now()
    places = answers.fresh(counter_places, who, branch_id=hall.id)
    mine = next((place for place in places if place.staff_id is not None and place.staff_id == who.staff_id), None)
    if mine is None:
        draw_sign_on(who, hall, places, answers.fresh(signing_on, who, branch_id=hall.id, now=now), t)
        return
    shown = answers.fresh(desk, who, branch_id=hall.id, counter_id=mine.id, now=now)
    if shown is None:
        return
    view = DeskView(who, hall.id, hall.zone, shown, businesses, t, now)
    draw_head(view, t.name(mine.staff_name, mine.staff_name_en))
    paused = shown.state is CounterState.PAUSED
    if shown.present is not None:
        draw_present(view, shown.present, places)
    elif paused:
        draw_paused(view)
    else:
        draw_free(view)
    draw_queue(view)
    draw_undo(view, answers.fresh(undoable, who, branch_id=hall.id, counter_id=mine.id, now=now))
    if shown.present is None:
        if not shown.tiny:
            draw_find(view)
            draw_begin(view)
        draw_asides(view)
        draw_rest(view)
        draw_recent(view, answers.fresh(recent_visits, who, branch_id=hall.id, staff_id=mine.staff_id, now=now))
    draw_pad(view)


with st.container(width=WIDE_ENOUGH):
    draw_desk()
