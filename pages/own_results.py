"""One's own results: what is in one's own hand, beside one's own past; behind the PIN, and closed by itself."""

import streamlit as st

from analytics.directory import business_types
from analytics.own_results import own_results
from ui import answers, clock, session
from ui.language import translator, words
from ui.own_results import Span, draw_corrections_of, draw_standards, draw_visits, hall_of
from ui.own_time import draw_closed, draw_time_left, opened

who = session.actor()
st.title(words("My results"), anchor=False)
if not opened(who):
    draw_closed(who)
    st.stop()
draw_time_left()
span = st.segmented_control(
    words("Period"),
    list(Span),
    format_func=translator().plain.label,
    default=Span.LAST_28,
    required=True,
    key=session.Key.OWN_PERIOD,
    label_visibility="collapsed",
)
found = answers.fresh(own_results, who, days=span.days, now=clock.now())
hall = hall_of(who)
draw_visits(found)
draw_standards(found)
draw_corrections_of(found, answers.answer(business_types, who), hall.zone)
