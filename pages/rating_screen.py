"""The customer's rating, on a second screen or a tablet at a counter."""

import streamlit as st

from analytics.ratings import asked_now, counters_to_rate
from ui import address, answers, clock, filters, session
from ui.keys import Key
from ui.language import words
from ui.rating import draw_rating

who = session.actor()
asked_counter = address.here().counter
hall = filters.hall(who, named=False)
counters = answers.answer(counters_to_rate, who, branch_id=hall.id)
if not counters:
    st.info(words("This hall has no counter yet."))
    st.stop()
if asked_counter is None or asked_counter not in counters:
    question = words("At which counter does this screen stand?")
    st.subheader(question, anchor=False)
    stands_at = st.pills(question, counters, key=Key.RATING_COUNTER, label_visibility="collapsed")
    if stands_at is not None:
        address.change(counter=stands_at)
        st.rerun()
    st.caption(words("The address then names the counter: keep it as this screen's first page."))
    st.stop()


@st.fragment(run_every=1)
def draw(counter_id: int) -> None:
    """Ask as soon as a service has ended here, and stop when the time is over."""
    with session.refusals():
        asked = answers.fresh(asked_now, who, branch_id=hall.id, counter_id=counter_id, now=clock.now())
        draw_rating(who, hall.id, asked)


draw(asked_counter)
