"""Imports: a file taken into a hall's records, and those that were taken before."""

import streamlit as st

from models.actor import Right
from ui import clock, filters, session
from ui.import_file import draw_import
from ui.import_history import draw_history
from ui.language import words

who = session.actor()
now = clock.now()
st.title(words("Imports"), anchor=False)
hall = filters.hall(who)
if who.may(Right.IMPORT, hall.id):
    draw_import(who, hall, now)
draw_history(who, hall)
