"""Opening and closing the hall: what has to be done now, the duty roster, the hand-over."""

import streamlit as st

from analytics.directory import business_types
from analytics.hall_day import hall_day
from ui import answers, clock, filters, session
from ui.hall_day_close import draw_closing
from ui.hall_day_duty import draw_duty
from ui.hall_day_open import draw_now, draw_opening, first_step
from ui.hall_day_shift import draw_hand_over
from ui.hall_day_view import DayStep, DayView
from ui.language import translator, words
from ui.press import draw_refusal

who = session.actor()
hall = filters.hall(who)
t = translator()
businesses = {kind.id: t.plain.name(kind.name, kind.name_en) for kind in answers.answer(business_types, who)}
DRAW = {
    DayStep.OPEN: draw_opening,
    DayStep.DUTY: draw_duty,
    DayStep.HAND_OVER: draw_hand_over,
    DayStep.CLOSE: draw_closing,
}


@st.fragment(run_every=5)
def draw_day() -> None:
    """Others work in the hall meanwhile: what stands is read anew every few seconds."""
    now = clock.now()
    with session.refusals():
        view = DayView(who, hall, answers.fresh(hall_day, who, branch_id=hall.id, now=now), businesses, t, now)
        draw_now(view)
        draw_refusal()
        key = f"{session.Key.HALL_DAY_STEP}-{hall.id}"
        st.session_state.setdefault(key, first_step(view))
        step = st.segmented_control(
            words("Step"),
            list(DayStep),
            format_func=t.label,
            key=key,
            required=True,
            label_visibility="collapsed",
        )
        DRAW[step or DayStep.OPEN](view)


draw_day()
