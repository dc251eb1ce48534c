"""Live board: who waits, each counter, who is near a limit, and the day so far."""

import streamlit as st

from analytics.board import board, changes
from analytics.directory import Hall
from ui import answers, clock, drawing, filters, session
from ui.board_clock import ms
from ui.board_component import draw_board, finished
from ui.board_figures import arrivals, waits
from ui.board_words import board_said
from ui.language import translator, words

REFRESH_SECONDS = 2

who = session.actor()
t, theme = translator(), session.theme()
hall = filters.hall(who)


@st.fragment(run_every=REFRESH_SECONDS)
def live(hall: Hall) -> None:
    """One small question a viewer: has the hall moved? All else is made once for everybody who looks at it."""
    now = clock.now()
    with session.refusals():
        moved = answers.fresh(changes, who, branch_id=hall.id)

        shown = answers.shared(lambda: answers.fresh(board, who, branch_id=hall.id, now=now), "board", hall.id, moved)
        said = answers.shared(lambda: finished(board_said(shown, t)), "board-said", hall.id, t.language, shown.as_of)
        draw_board(said, ms(now), key=session.Key.BOARD)
        left, right = st.columns(2)
        look = (hall.id, t.language, theme.name, moved)
        with left:
            st.markdown(f"###### {words('Customers by hour of arrival')}")
            drawing.draw(
                answers.shared(lambda: arrivals(shown, t, theme), "board-arrivals", *look),
                key=session.Key.BOARD_ARRIVALS,
                alt=words("Customers by hour of arrival"),
            )
        with right:
            st.markdown(f"###### {words('Waits by hour of arrival')}")
            drawing.draw(
                answers.shared(lambda: waits(shown, t, theme), "board-waits", *look),
                key=session.Key.BOARD_WAITS,
                alt=words("Waits by hour of arrival"),
            )


live(hall)
