"""Halls side by side: what is missing, which halls lie beyond chance, and the figures behind it; nobody is ranked."""

import streamlit as st

from analytics.completeness import completeness
from analytics.directory import halls
from analytics.side_by_side import comparable_standards, side_by_side
from standards.vocabulary import Aggregation
from ui import (
    answers,
    clock,
    filters,
    hall_charts,
    hall_courses,
    hall_missing,
    hall_place,
    hall_table,
    session,
    standard_choice,
)
from ui.language import translator, words
from ui.share_words import exclusion_words

who = session.actor()
now = clock.now()
t = translator()

st.title(words("Halls side by side"), anchor=False)
known = answers.answer(halls, who)
if not known:
    st.info(words("No hall is set up for you yet."))
    st.stop()
first_on, last_on = filters.period(known[0].zone, now)
offered = answers.answer(comparable_standards, who, first_on=first_on, last_on=last_on)
if not offered:
    st.info(words("No standard is in force in this period."))
    st.stop()
which, against = st.columns([3, 2])
with which:
    standard = standard_choice.standard(offered)
with against:
    centre = hall_place.chosen_centre(standard, len(known))

hall_missing.draw(answers.answer(completeness, who, first_on=first_on, last_on=last_on, now=now), now)
answer = answers.answer(side_by_side, who, standard=standard, first_on=first_on, last_on=last_on, now=now)
if answer.region is None or not answer.region.has_data:
    st.info(words("No data for {code} in this period. Its basis: {basis}.", code=standard.code, basis=standard.basis))
    if answer.region is not None and answer.region.taken_out:
        st.caption(exclusion_words(answer.region, t))
    st.stop()

share = hall_place.centre_share(answer, centre)
placed = hall_place.placed(answer, share) if share is not None else ()
chosen = None
if share is not None:
    signals, picture = st.columns([2, 3])
    with signals:
        hall_place.draw_signals(placed, centre, share)
    with picture:
        chosen = hall_charts.draw_funnel(placed, standard, centre, share)
        st.caption(words("A mark opens its hall. As of {time}.", time=t.time(answer.as_of, known[0].zone)))
elif standard.aggregation is Aggregation.MEAN:
    st.markdown(hall_charts.mean_sentence(answer, standard))
    chosen = hall_charts.draw_times(answer, standard)
    st.caption(words("A mark opens its hall. As of {time}.", time=t.time(answer.as_of, known[0].zone)))
else:
    st.caption(words("A funnel plot is for shares; findings are counted in the table."))
hall_charts.open_hall(chosen, standard, first_on, last_on)

st.subheader(words("The figures behind it"), anchor=False)
hall_table.draw(answer.halls, {hall.figures.hall.id: hall.position for hall in placed}, standard, (first_on, last_on))
st.caption(hall_table.caption(answer, standard))
if standard.aggregation is not Aggregation.COUNT:
    st.subheader(words("Over time"), anchor=False)
    hall_courses.draw_courses(answer, standard)
    st.caption(hall_courses.course_caption(answer, standard))
