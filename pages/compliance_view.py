"""Compliance: which standard is below its target, and where."""

import streamlit as st

from analytics.by_visit import counted_by_visit
from analytics.durations import durations
from analytics.profile import profile
from analytics.shares import chargeable, shares
from analytics.traffic import traffic
from analytics.visits import visits_behind
from analytics.walking import walking_allowances
from standards.vocabulary import Measure
from ui import answers, clock, filters, session
from ui.five_dimensions import draw_profile
from ui.language import translator, words
from ui.narrowing import draw_choices, draw_narrowed, groupings, in_its_channel, names_of, selection
from ui.noted_views import note_results
from ui.share_words import exclusion_words, figure_words, mean_of_words, walking_from_words, walking_words
from ui.standard_words import limit_in_words, name_of
from ui.standards_met import chosen_code, draw_marks, draw_nothing, draw_rest, draw_table, headline, whole_of
from ui.times_taken import abandoned_words, draw_times
from ui.visit_list import MOST, draw_verdict_choice, draw_visits
from ui.where_missed import draw_grouping, draw_groups, draw_worst

who = session.actor()
now = clock.now()
st.title(words("Compliance"))
hall = filters.hall(who)
first_on, last_on = filters.period(hall.zone, now)
t = translator()
names = names_of(who, hall)
draw_choices(names, t)
draw_narrowed(names, t)
asked = selection(hall, first_on, last_on)
with st.spinner(words("Reading the figures")):
    found = answers.answer(shares, who, selection=asked, now=now)
if not any(share.has_data for share in found):
    draw_nothing(found, t)
    st.stop()

st.subheader(headline(found, t))
code = chosen_code(found)
if code in answers.answer(counted_by_visit, who, selection=asked):
    st.caption(words("Counted visit by visit: the sums that are kept do not hold this limit, or this narrowing."))
whole = whole_of(who, asked, found, code, now)
offered = groupings(who, hall, chargeable=chargeable(whole.standard))
in_channel = in_its_channel(asked, whole.standard)
left, right = st.columns(2, gap="large")
with left:
    draw_marks(found, code, t)
    draw_rest(found, t)
with right:
    st.markdown(f"**{name_of(t, whole.standard)}** · {limit_in_words(t, whole.standard)} · {figure_words(whole, t)}")
    if over := " · ".join(filter(None, [exclusion_words(whole, t), mean_of_words(whole, t)])):
        st.caption(over)
    if whole.standard.measure is Measure.WAIT:
        st.caption(abandoned_words(answers.answer(traffic, who, selection=in_channel), t))
    if whole.standard.measure is Measure.GREETING:
        for day, walking in answers.answer(
            walking_allowances, who, branch_id=hall.id, first_on=first_on, last_on=last_on
        ):
            st.caption(walking_words(walking, t) if day == first_on else walking_from_words(day, walking, t))
    with st.container(gap=None):
        draw_worst(who, asked, code, offered, names, t, now)
    by = draw_grouping(offered)
    draw_groups(who, asked, whole, by, names, t, now)

st.subheader(words("Visits behind it: {name}", name=name_of(t, whole.standard)))
kind = draw_verdict_choice(whole, t)
lines = answers.answer(visits_behind, who, selection=asked, standard=code, kind=kind, now=now, limit=MOST)
if kind is None:
    st.caption(words("This standard is judged over the whole period, not visit by visit: all visits are listed."))
if len(lines) == MOST:
    st.caption(words("The newest {n} are listed; narrow down to see others.", n=MOST))
if names.people:
    note_results(who, asked, by, len(lines))
draw_visits(lines, hall, names, t)

st.subheader(words("All standards"))
draw_table(found, t)
left, right = st.columns(2, gap="large")
with left:
    st.subheader(words("Times"))
    draw_times(answers.answer(durations, who, selection=asked), t, waits=not asked.of_one_clerk)
    if not asked.of_one_clerk:
        st.markdown(abandoned_words(answers.answer(traffic, who, selection=asked), t))
with right:
    st.subheader(words("The five service dimensions"))
    draw_profile(profile(found), t)
