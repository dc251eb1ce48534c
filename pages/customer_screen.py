"""The customers' screen: number and counter, the last calls, who waits how long, notices; with chime and voice."""

import streamlit as st

from analytics.customers import customers_screen, moved
from ui import answers, clock, filters, session
from ui.board_clock import ms
from ui.customer_screen import REFRESH_SECONDS, customers_said, draw_customers

who = session.actor()
hall = filters.hall(who, named=False)
full = session.bare(who)


@st.fragment(run_every=REFRESH_SECONDS)
def draw() -> None:
    """One small question a screen: has the hall moved? All else is made once for all its screens."""
    now = clock.now()
    with session.refusals():
        changes = answers.fresh(moved, who, branch_id=hall.id)
        shown = answers.shared(
            lambda: answers.fresh(customers_screen, who, branch_id=hall.id, now=now), "customers", hall.id, changes
        )
        said = answers.shared(lambda: customers_said(shown), "customers-said", hall.id, shown.as_of)
        draw_customers(said, ms(now), session.Key.CUSTOMERS_SCREEN, full=full)


draw()
