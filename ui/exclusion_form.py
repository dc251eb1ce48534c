"""Asking to take something out: a period or a visit, its reason, and what it would do to the figures, seen first."""

from __future__ import annotations

from datetime import date, datetime, time

import streamlit as st

from analytics.directory import Hall
from analytics.exclusions import NamedVisit, exclusion_preview, visit_named, visits_numbered
from models.actor import Actor
from models.stays import Taken
from standards.message import Worded
from standards.vocabulary import ExclusionReason
from ui import address, answers, clock, exclusion_press
from ui.exclusion_words import change_lines, days_words, taken_words, visit_words
from ui.keys import Key
from ui.language import translator, words

_MINUTE = 60


class What(Worded):
    """What is asked for."""

    PERIOD = "period", "A period"
    VISIT = "visit", "One visit"


def draw_form(who: Actor, hall: Hall, now: datetime) -> None:
    """The form, open where a link filled it in; the button stands below what it would do."""
    view = address.here()
    linked = view.visit is not None or (view.from_at is not None and view.until_at is not None)
    _fill(hall, now)
    with st.expander(words("Ask to take something out"), expanded=linked, icon=":material/content_cut:"):
        t = translator()
        left, right = st.columns(2)
        with left:
            st.segmented_control(
                words("To take out"), list(What), format_func=t.label, key=Key.EXCLUSION_WHAT, required=True
            )
        right.selectbox(words("Reason"), list(ExclusionReason), format_func=t.label, key=Key.EXCLUSION_REASON)
        is_visit = st.session_state[Key.EXCLUSION_WHAT] == What.VISIT
        taken = _visit(who, hall) if is_visit else _period(hall)
        if taken is not None:
            _draw_preview(who, hall, taken, now)
        st.text_input(words("What happened (required)"), key=Key.EXCLUSION_WHY, max_chars=500)
        reason = st.session_state[Key.EXCLUSION_REASON]
        st.button(
            words("Ask for it"),
            key=Key.EXCLUSION_PRESS,
            type="primary",
            disabled=taken is None,
            on_click=exclusion_press.ask,
            args=(who, hall.id, taken, reason),
        )


def _fill(hall: Hall, now: datetime) -> None:
    """Fill the form by the link once; without one it begins with today. What was not drawn last is filled anew."""
    view, today = address.here(), clock.day_in(hall.zone, now)
    from_at, until_at = (at and at.astimezone(hall.zone) for at in (view.from_at, view.until_at))
    filled: dict[Key, object] = {
        Key.EXCLUSION_WHAT: What.VISIT if view.visit else What.PERIOD,
        Key.EXCLUSION_FROM_DAY: from_at.date() if from_at else today,
        Key.EXCLUSION_FROM_TIME: _minute(from_at),
        Key.EXCLUSION_UNTIL_DAY: until_at.date() if until_at else today,
        Key.EXCLUSION_UNTIL_TIME: _minute(until_at),
        Key.EXCLUSION_DAY: today,
        Key.EXCLUSION_NUMBER: "",
        Key.EXCLUSION_REASON: ExclusionReason.SYSTEM_FAILURE,
    }
    linked = (hall.id, view.visit, view.from_at, view.until_at)
    if st.session_state.get(Key.EXCLUSION_PREFILL) != linked:
        st.session_state[Key.EXCLUSION_PREFILL] = linked
        st.session_state.update({str(key): value for key, value in filled.items()})
    for key, value in filled.items():
        st.session_state.setdefault(key, value)


def _minute(at: datetime | None) -> time | None:
    return None if at is None else at.time().replace(second=0, microsecond=0)


def _period(hall: Hall) -> Taken | None:
    """A beginning and an end by the hall's clock; None until both are there and in order."""
    columns = st.columns(4)
    for column, text, day, of_day in (
        (columns[:2], words("From"), Key.EXCLUSION_FROM_DAY, Key.EXCLUSION_FROM_TIME),
        (columns[2:], words("Until"), Key.EXCLUSION_UNTIL_DAY, Key.EXCLUSION_UNTIL_TIME),
    ):
        column[0].date_input(text, key=day, format="YYYY-MM-DD")
        column[1].time_input(words("at"), key=of_day, step=_MINUTE)
    from_at = _instant(hall, Key.EXCLUSION_FROM_DAY, Key.EXCLUSION_FROM_TIME)
    until_at = _instant(hall, Key.EXCLUSION_UNTIL_DAY, Key.EXCLUSION_UNTIL_TIME)
    if from_at is None or until_at is None:
        st.caption(words("Enter both times to see what the period would take."))
        return None
    if from_at >= until_at:
        st.warning(words("The period must end after it begins."))
        return None
    return Taken(from_at, until_at)


def _instant(hall: Hall, day: Key, of_day: Key) -> datetime | None:
    chosen_on: date | None = st.session_state[day]
    chosen: time | None = st.session_state[of_day]
    return None if chosen_on is None or chosen is None else datetime.combine(chosen_on, chosen, hall.zone)


def _visit(who: Actor, hall: Hall) -> Taken | None:
    """The visit of the link, or one found by its number and day; None until one is found."""
    linked = address.here().visit
    visit: NamedVisit | None
    if linked is not None:
        visit = answers.fresh(visit_named, who, branch_id=hall.id, interaction_id=linked)
    else:
        visit = _numbered(who, hall)
    if visit is None:
        return None
    st.markdown(f"**{visit_words(visit, hall.zone, translator())}**")
    return Taken(visit_id=visit.visit_id)


def _numbered(who: Actor, hall: Hall) -> NamedVisit | None:
    left, right = st.columns(2)
    left.date_input(words("Day"), key=Key.EXCLUSION_DAY, format="YYYY-MM-DD")
    right.text_input(words("Number on the ticket"), key=Key.EXCLUSION_NUMBER, max_chars=32)
    number, day_on = str(st.session_state[Key.EXCLUSION_NUMBER]).strip(), st.session_state[Key.EXCLUSION_DAY]
    if not number or day_on is None:
        return None
    found: tuple[NamedVisit, ...] = answers.fresh(visits_numbered, who, branch_id=hall.id, day_on=day_on, ticket=number)
    if not found:
        st.warning(words("No visit of that day has this number."))
        return None
    if len(found) == 1:
        return found[0]
    t = translator().plain
    return st.selectbox(
        words("Visit"), found, format_func=lambda one: visit_words(one, hall.zone, t), key=Key.EXCLUSION_VISIT
    )


def _draw_preview(who: Actor, hall: Hall, taken: Taken, now: datetime) -> None:
    found = answers.fresh(exclusion_preview, who, branch_id=hall.id, taken=taken, now=now)
    t = translator()
    lines = "\n".join(f"- {line}" for line in change_lines(found, t))
    st.markdown(f"{taken_words(found.takes, t)}\n\n{days_words(found.takes, t)}\n{lines}")
