"""Machines: who of the hall's devices sends, whether tickets there are visits here, and setting them up."""

import streamlit as st

from analytics.reconciliation import reconciliation
from models.actor import Right
from ui import answers, clock, filters, session
from ui.language import words
from ui.machine_events import draw_open_events
from ui.machine_lines import draw_clocks, draw_machines, draw_reconciled
from ui.machine_setup import draw_setup

who = session.actor()
now = clock.now()
st.title(words("Machines"), anchor=False)
for_hall, on_day = st.columns([3, 2])
with for_hall:
    hall = filters.hall(who)
with on_day:
    day = filters.day(hall.zone, now)
found = answers.fresh(reconciliation, who, branch_id=hall.id, day=day)
if found.machines:
    draw_reconciled(found)
    draw_clocks(found)
    draw_machines(found, hall.zone, now)
    draw_open_events(found, hall.zone)
else:
    st.info(
        words(
            "No machine is set up: the hall runs on what people press. A queue machine, call pad or rating device that "
            "is added here sends its events by itself, and nothing is typed twice."
        )
    )
if who.may(Right.SET_UP, hall.id):
    draw_setup(who, hall, found, now)
elif not found.machines:
    st.caption(words("An administrator adds machines on this page."))
