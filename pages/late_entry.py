"""Late entry: ten visits at a time from paper, by keyboard, for when the system was away."""

from datetime import timedelta

import streamlit as st

from actions.late_rows import DAYS_BACK
from analytics.directory import business_types
from analytics.late_choices import late_choices
from ui import answers, clock, filters, session
from ui.keys import Key
from ui.language import translator, words
from ui.late_grid import HEADS, Usual, column_config
from ui.late_saving import draw_saved, grid_key, save
from ui.late_slip import draw_slip

who = session.actor()
hall = filters.hall(who)
t = translator()
today = clock.now().astimezone(hall.zone).date()
businesses = {kind.id: t.plain.name(kind.name, kind.name_en) for kind in answers.answer(business_types, who)}
choices = answers.answer(late_choices, who, branch_id=hall.id)
people = {one.staff_id: t.plain.name(one.name, one.name_en) for one in choices.staff}

st.caption(words("Times to the minute, as 932 or 9:32. What is entered late is marked inexact."))
day_place, counter_place, staff_place = st.columns(3)
day = day_place.date_input(
    words("Day of these visits"),
    today,
    min_value=today - timedelta(days=DAYS_BACK),
    max_value=today,
    format="YYYY-MM-DD",
    key=Key.LATE_DAY,
)
counter_id = counter_place.selectbox(
    words("Counter, where a row names none"),
    choices.counters,
    index=None,
    placeholder=words("Choose"),
    key=Key.LATE_COUNTER,
)
staff_id = staff_place.selectbox(
    words("Counter staff, where a row names none"),
    list(people),
    index=0 if len(people) == 1 else None,
    format_func=lambda person: people.get(person, person),
    placeholder=words("Choose"),
    key=Key.LATE_STAFF,
)
if not choices.staff:
    st.info(words("Your account names nobody who serves in this hall."))
key = grid_key()
# Nothing runs between two cells: a run of the page would lose what is being typed meanwhile.
st.session_state[Key.LATE_TYPED] = st.data_editor(
    st.session_state[Key.LATE_BASE],
    key=key,
    column_config=column_config(businesses, choices, t),
    column_order=[name for name in HEADS if name != "staff_id" or len(people) > 1],
    num_rows="fixed",
    hide_index=False,
    on_change="ignore",
    width="stretch",
    height="content",
    placeholder="",
)
row = st.container(horizontal=True)
if row.button(words("Save the rows that are right"), type="primary", key=Key.LATE_SAVE):
    st.session_state[Key.LATE_RESULT] = save(who, hall.id, Usual(day, hall.zone, counter_id, staff_id))
    st.rerun()
with row:
    draw_slip(t.plain.name(hall.name, hall.name_en), t)
if Key.LATE_RESULT in st.session_state:
    draw_saved(st.session_state[Key.LATE_RESULT], t, hall.zone)
