"""Live board: who waits, each counter, who is near a limit, and the day so far."""

import streamlit as st

from analytics.board import board, changes, so_far
from analytics.directory import Hall
from ui import answers, clock, drawing, filters, session
from ui.board_clock import ms
from ui.board_component import REFRESH_SECONDS, draw_board, finished
from ui.board_figures import arrivals, waits
from ui.board_help import draw_help_calls
from ui.board_words import board_said
from ui.language import translator, words

who = session.actor()
t, theme = translator(), session.theme()
hall = filters.hall(who, named=False)


@st.fragment(run_every=REFRESH_SECONDS)
def live(hall: Hall) -> None:
    """One small question a viewer: has the hall moved? All else is made once for everybody who looks at it."""
    now = clock.now()
    with session.refusals():
        moved = answers.fresh(changes, who, branch_id=hall.id)
        stands = (hall.id, clock.day_in(hall.zone, now), moved)
        day = answers.of_the_day(lambda: answers.fresh(so_far, who, branch_id=hall.id, now=now), "so-far", *stands)
        shown = answers.shared(
            lambda: answers.fresh(board, who, branch_id=hall.id, known=day, now=now), "board", *stands
        )
        seen = (hall.id, t.language, shown.as_of)
        said = answers.shared(lambda: finished(board_said(shown, t.plain)), "board-said", *seen)
        draw_help_calls(who, hall.id, shown.help)
        draw_board(said, ms(now), key=session.Key.BOARD)
        note = st.container()  # always there, so that what follows keeps its place
        if not shown.hours:
            # The charts stand empty all the same: loading what draws them takes a browser seconds, and now it has them.
            note.caption(words("Nobody has come yet today."))
        left, right = st.columns(2)
        with left:
            title = words("Customers by hour of arrival")
            st.markdown(f"###### {title}")
            figure = answers.of_the_day(lambda: arrivals(shown, theme), "board-arrivals", theme.name, *stands)
            drawing.draw(figure, key=session.Key.BOARD_ARRIVALS, alt=title)
        if shown.queueless:
            return
        with right:
            title = words("Waits by hour of arrival (minutes)")
            st.markdown(f"###### {title}")
            look = (t.language, theme.name, *stands)
            figure = answers.of_the_day(lambda: waits(shown, t, theme), "board-waits", *look)
            drawing.draw(figure, key=session.Key.BOARD_WAITS, alt=title)


live(hall)
