"""Exclusions 剔除: what a hall asked to take out of its figures, what the level above said, and what that changed."""

import streamlit as st

from analytics.directory import halls
from analytics.exclusions import exclusion_requests, requests_waiting
from models.actor import Right
from ui import answers, clock, filters, session
from ui.exclusion_form import draw_form
from ui.exclusion_list import draw_requests, draw_waiting_elsewhere
from ui.exclusion_press import draw_done
from ui.language import translator, words
from ui.press import draw_refusal

who = session.actor()
now = clock.now()
t = translator()
st.title(words("Exclusions"), anchor=False)
hall = filters.hall(who)
st.caption(
    words(
        "What is taken out is judged by no standard. Wherever it would have counted, the figure before and the number "
        "taken out stand beside the figure."
    )
)
draw_refusal()
draw_done()
names = {one.id: t.name(one.name, one.name_en) for one in answers.answer(halls, who)}
draw_waiting_elsewhere(answers.fresh(requests_waiting, who), hall, names)
if who.may(Right.RUN_HALL, hall.id):
    draw_form(who, hall, now)
draw_requests(who, hall, answers.fresh(exclusion_requests, who, branch_id=hall.id), now)
