"""Changes of standards, hours and the calendar by date: what was asked, what waits, and the forms to ask for more."""

import streamlit as st

from analytics.changes import changes
from models.actor import Right
from standards.vocabulary import ChangeKind
from ui import answers, clock, filters, navigation, session
from ui.change_draft import draw_answer, draw_draft, shared_day
from ui.change_hall import draw_day_form, draw_hours_form, draw_walking_form
from ui.change_list import draw_list
from ui.change_shared import draw_business_form, draw_calendar_form
from ui.language import translator, words

_OF_HALL = {
    ChangeKind.HOURS: draw_hours_form,
    ChangeKind.DAY_HOURS: draw_day_form,
    ChangeKind.WALKING: draw_walking_form,
}
_OF_ALL = {ChangeKind.CALENDAR: draw_calendar_form, ChangeKind.BUSINESS_TYPE: draw_business_form}

who = session.actor()
now = clock.now()
t = translator()
st.title(words("Changes of standards and hours"), anchor=False)
lines = answers.fresh(changes, who, now=now)
owner = who.may(Right.SET_UP)
forms = [kind for kind in (*_OF_HALL, *_OF_ALL) if owner]
shown = ""
if forms:
    shown = st.segmented_control(
        words("Show"),
        ["", *forms],
        format_func=lambda kind: t.plain.label(ChangeKind(kind)) if kind else t.plain.words("All changes"),
        key=session.Key.CHANGE_SHOWN,
        required=True,
        default="",
        label_visibility="collapsed",
    )
draw_answer()
if not shown:
    draw_list(who, lines, now)
    if owner:
        st.page_link(navigation.page("standards"), label=words("Change a standard on its page of the catalogue"))
elif (kind := ChangeKind(shown)) in _OF_HALL:
    hall = filters.hall(who)
    _OF_HALL[kind](who, hall, clock.day_in(hall.zone, now))
    draw_draft(who, kind, now, branch_id=hall.id)
else:
    _OF_ALL[kind](who, shared_day(who, now))
    draw_draft(who, kind, now)
