"""The day's report: counted, amended with a trail, signed, reviewed, and carried away as a document."""

import streamlit as st

from analytics.day_report import day_report
from ui import answers, clock, filters, session
from ui.day_report import ReportView, draw_amendments, draw_figures, draw_incidents, draw_state
from ui.language import words

who = session.actor()
now = clock.now()
st.title(words("Day's report"))
row = st.columns([2, 1])
with row[0]:
    hall = filters.hall(who)
with row[1]:
    day = filters.day(hall.zone, now)
if day > clock.day_in(hall.zone, now):
    st.info(words("This day has not begun."))
    st.stop()
report = answers.fresh(day_report, who, branch_id=hall.id, day_on=day, now=now)
if report is None:
    st.stop()
view = ReportView(who, hall, report, now)
draw_state(view)
draw_figures(view)
draw_incidents(view)
draw_amendments(view)
