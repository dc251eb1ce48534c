"""What is stored of people, why, for how long, and who sees it; for who may: how long it is kept, and erasing."""

import streamlit as st

from analytics.directory import halls
from analytics.stored import stored_for
from models.actor import Right
from ui import answers, session
from ui.language import words
from ui.privacy_erasing import draw_erasing
from ui.privacy_periods import draw_periods
from ui.privacy_table import draw_stored

who = session.actor()
st.title(words("What is stored, and how long"), anchor=False)
stored = answers.fresh(stored_for, who)
draw_stored(stored)
if who.may(Right.OPERATE):
    draw_periods(who, stored)
if any(who.may(Right.ERASE, hall.id) for hall in answers.answer(halls, who)):
    draw_erasing(who)
