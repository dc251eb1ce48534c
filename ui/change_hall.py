"""The forms for a hall's opening hours, those of one day, and its walking allowance."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from actions.hours import EVERY_DAY, openings_of
from actions.refusal import Refused
from analytics.change_subjects import HallSettings, hall_settings
from analytics.directory import Hall
from models.actor import Actor
from standards.derive import Opening
from standards.message import Worded
from standards.vocabulary import ChangeKind
from ui import answers
from ui.change_draft import field, propose, refuse
from ui.change_words import MONDAY, day_words, intervals_typed, week_words
from ui.keys import Key
from ui.language import translator, words

_AHEAD = 5


class WeekGrid(Worded):
    """Whether a week is typed once or day by day."""

    SAME = "same", "The same every day"
    BY_DAY = "by_day", "Day by day"


class DayRule(Worded):
    """What holds on one day."""

    OWN = "own", "Hours of its own"
    CLOSED = "closed", "Closed all day"
    WEEKDAY = "weekday", "As its weekday"


def draw_hours_form(who: Actor, hall: Hall, today: date) -> None:
    """A week of opening hours from a day on."""
    t = translator().plain
    now = answers.fresh(hall_settings, who, branch_id=hall.id, day=today)
    st.caption(words("In force now: {hours}", hours=week_words(translator().plain, _listed(now))))
    by_day = [_of_weekday(now.week, weekday) for weekday in EVERY_DAY]
    st.session_state.setdefault(Key.CHANGE_WEEK, WeekGrid.SAME if len(set(by_day)) == 1 else WeekGrid.BY_DAY)
    grid = st.segmented_control(words("Week"), list(WeekGrid), format_func=t.label, key=Key.CHANGE_WEEK, required=True)
    with st.form(Key.CHANGE_FORM, border=False):
        if grid is WeekGrid.SAME:
            _text(words("Every day"), "hours", by_day[0])
        else:
            left, right = st.columns(2)
            for weekday in EVERY_DAY:
                with left if weekday < 4 else right:
                    _text(t.weekday(MONDAY + timedelta(days=weekday)), f"hours{weekday}", by_day[weekday])
        st.caption(words("Write 08:30-12:00,13:30-17:30; leave a day empty where the hall is closed."))
        draw_when(today)
        st.form_submit_button(words("See what it changes"), on_click=_take_hours, args=(who, hall.id, grid))


def draw_day_form(who: Actor, hall: Hall, today: date) -> None:
    """The hours of one day, instead of its weekday's."""
    t = translator().plain
    with st.form(Key.CHANGE_FORM, border=False):
        st.segmented_control(
            words("On that day"),
            list(DayRule),
            format_func=t.label,
            key=field("rule"),
            default=DayRule.OWN,
            required=True,
        )
        _text(words("Opening hours of a day"), "hours", "08:30-12:00,13:30-17:30")
        draw_when(today, words("Day"))
        st.form_submit_button(words("See what it changes"), on_click=_take_day, args=(who, hall.id))
    shown = st.session_state[field("from_on")]
    settings = answers.fresh(hall_settings, who, branch_id=hall.id, day=shown)
    own = settings.own
    weekday = [(each.opens, each.closes) for each in settings.week if each.weekday == shown.weekday()]
    hours = day_words(t, weekday if own is None else own)
    st.caption(words("{day} as it stands: {hours}", day=shown, hours=hours))


def draw_walking_form(who: Actor, hall: Hall, today: date) -> None:
    """The walking allowance from a day on."""
    now = answers.fresh(hall_settings, who, branch_id=hall.id, day=today)
    st.caption(words("In force now: {time}", time=now.walking))
    with st.form(Key.CHANGE_FORM, border=False):
        st.session_state.setdefault(field("seconds"), int(now.walking.total_seconds()))
        st.number_input(words("From the seat to the counter, in seconds"), 0, 300, key=field("seconds"))
        draw_when(today)
        st.form_submit_button(words("See what it changes"), on_click=_take_walking, args=(who, hall.id))


def draw_when(today: date, text: str | None = None) -> None:
    """From which day, and why: every change says both."""
    st.session_state.setdefault(field("from_on"), today + timedelta(days=1))
    left, right = st.columns([1, 3])
    left.date_input(
        text or words("From (this day counts)"),
        min_value=date(1990, 1, 1),
        max_value=today + timedelta(days=_AHEAD * 366),
        key=field("from_on"),
        format="YYYY-MM-DD",
    )
    right.text_input(words("Reason (required)"), key=field("why"), max_chars=500)


def when() -> tuple[date, str]:
    """What the form says of day and reason."""
    return st.session_state[field("from_on")], str(st.session_state[field("why")])


def _text(label: str, name: str, filled: str) -> None:
    st.session_state.setdefault(field(name), filled)
    st.text_input(label, key=field(name), max_chars=120)


def _listed(now: HallSettings) -> list[list[int]]:
    return [[each.weekday, each.opens, each.closes] for each in now.week]


def _of_weekday(week: tuple[Opening, ...], weekday: int) -> str:
    return intervals_typed(sorted((each.opens, each.closes) for each in week if each.weekday == weekday))


def _take_hours(who: Actor, branch_id: str, grid: WeekGrid) -> None:
    typed = {
        weekday: str(st.session_state[field("hours" if grid is WeekGrid.SAME else f"hours{weekday}")]).strip()
        for weekday in EVERY_DAY
    }
    try:
        openings = [each for weekday, text in typed.items() if text for each in openings_of(text, [weekday])]
    except Refused as refusal:
        refuse(refusal.message)
        return
    content = {"openings": [[each.weekday, each.opens, each.closes] for each in openings]}
    propose(who, ChangeKind.HOURS, "", content, *when(), branch_id)


def _take_day(who: Actor, branch_id: str) -> None:
    rule = st.session_state[field("rule")]
    intervals: list[list[int]] | None = None if rule is DayRule.WEEKDAY else []
    if rule is DayRule.OWN:
        try:
            own = openings_of(str(st.session_state[field("hours")]), [0])
        except Refused as refusal:
            refuse(refusal.message)
            return
        intervals = [[each.opens, each.closes] for each in own]
    propose(who, ChangeKind.DAY_HOURS, "", {"intervals": intervals}, *when(), branch_id)


def _take_walking(who: Actor, branch_id: str) -> None:
    content = {"walking_ms": int(st.session_state[field("seconds")]) * 1000}
    propose(who, ChangeKind.WALKING, "", content, *when(), branch_id)
