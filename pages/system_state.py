"""The administrator's first screen: is the installation well, when was the last verified backup, what is to be done."""

import streamlit as st

from analytics.system_state import system_state, trail_breaks
from models.actor import Right
from ui import answers, clock, session
from ui.language import words
from ui.system_backups import draw_backups
from ui.system_lines import draw_lines
from ui.system_trouble import draw_trouble

who = session.actor()
now = clock.now()
st.title(words("System"), anchor=False)
who.require(Right.OPERATE)
found = answers.fresh(system_state, who, now=now)
st.caption(words("All times are of {zone}.", zone=found.backups.zone_name))
draw_trouble(found, now)
if found.store.embedded:
    draw_backups(who, found.backups, now)
else:
    st.info(
        words(
            "The database is a server's: its backups are made there, with PostgreSQL's own tools (docs/postgresql.md)."
        )
    )
draw_lines(found, answers.answer(trail_breaks, who), now)
