"""The audit trail: who did what, when, from where and why, and whether it is as it was written."""

import streamlit as st

from analytics.audit_trail import audited_halls
from analytics.directory import halls
from models.actor import EVERYWHERE
from ui import answers, clock, session
from ui.audit_file import draw_files
from ui.audit_filters import draw_filters
from ui.audit_lines import draw_lines
from ui.audit_state import draw_state
from ui.language import translator, words

who = session.actor()
now = clock.now()
t = translator()
st.title(words("Audit trail"), anchor=False)
reach = answers.answer(audited_halls, who)
if not reach:
    st.info(words("There is no trail that you may read."))
    st.stop()
known = {hall.id: hall for hall in answers.answer(halls, who)}
view = draw_filters(reach, known, t.plain, now)
if EVERYWHERE not in reach:
    st.caption(words("Lines that belong to no hall (sign-ins and accounts above the halls) are not shown to you."))
draw_state(who, view, t)
draw_lines(who, view, t)
draw_files(who, view, t)
