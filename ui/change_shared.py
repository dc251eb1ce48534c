"""The forms for what every hall shares: the days of the calendar, and the business types."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta
from typing import Any

import streamlit as st

from analytics.change_subjects import (
    BusinessTypeNow,
    CalendarDayNow,
    business_types_now,
    calendar_days,
    calendars,
    first_provisional,
)
from models.actor import EVERYWHERE, Actor
from standards.message import Worded
from standards.vocabulary import ChangeKind, Channel
from ui import answers
from ui.change_draft import field, propose
from ui.change_hall import draw_when, when
from ui.change_words import holiday_words
from ui.keys import Key
from ui.language import Translator, translator, words


class DayKind(Worded):
    """What a day of the calendar is."""

    WORKING = "working", "Working day"
    FREE = "free", "Day off"
    MADE_UP = "made_up", "Made-up working day"


def draw_calendar_form(who: Actor, today: date) -> None:
    """The month of the day that is chosen, and what that day is to be."""
    t = translator().plain
    listed = answers.answer(calendars, who)
    if not listed:
        st.info(words("There is no working calendar."))
        return
    calendar = listed[0] if len(listed) == 1 else st.selectbox(words("Calendar"), listed, key=Key.CHANGE_CALENDAR)
    first = answers.answer(first_provisional, who, calendar=calendar)
    if first is not None:
        st.caption(words("Days from {day} on are provisional: their holidays are not published yet.", day=first))
    st.session_state.setdefault(field("from_on"), today + timedelta(days=1))
    chosen = st.session_state[field("from_on")]
    with st.form(Key.CHANGE_FORM, border=False):
        left, right = st.columns(2, vertical_alignment="bottom")
        left.segmented_control(
            words("This day is"),
            list(DayKind),
            format_func=t.label,
            key=field("day_kind"),
            default=DayKind.FREE,
            required=True,
        )
        right.text_input(words("Name of the holiday, if any"), key=field("holiday"), max_chars=80)
        draw_when(today, words("Day"))
        st.form_submit_button(words("See what it changes"), on_click=_take_day, args=(who, calendar))
    month = chosen.replace(day=1)
    last_on = month.replace(day=months.monthrange(month.year, month.month)[1])
    days = answers.fresh(calendar_days, who, calendar=calendar, first_on=month, last_on=last_on)
    st.markdown(f"**{t.month(month)}**")
    st.dataframe([_day_row(t, day) for day in days], hide_index=True, height=360)


def _day_row(t: Translator, day: CalendarDayNow) -> dict[str, str]:
    kind = DayKind.MADE_UP if day.made_up else DayKind.WORKING if day.working else DayKind.FREE
    marks = [t.words("Provisional") if day.provisional else "", t.words("Edited") if day.edited else ""]
    return {
        t.words("Day"): f"{t.short_day(day.day_on)} {t.weekday(day.day_on)}",
        t.words("This day is"): t.label(kind),
        t.words("Holiday"): holiday_words(t, day.holiday) if day.holiday else "",
        t.words("Mark"): t.words(", ").join(mark for mark in marks if mark),
    }


def _take_day(who: Actor, calendar: str) -> None:
    kind = st.session_state[field("day_kind")]
    content = {
        "working": kind is not DayKind.FREE,
        "holiday": str(st.session_state[field("holiday")]) or None,
        "made_up": kind is DayKind.MADE_UP,
    }
    propose(who, ChangeKind.CALENDAR, calendar, content, *when(), EVERYWHERE)


def draw_business_form(who: Actor, today: date) -> None:
    """Every business type, and a form for one of them or a new one."""
    t = translator().plain
    known = {one.code: one for one in answers.fresh(business_types_now, who)}
    st.dataframe([_business_row(t, one) for one in known.values()], hide_index=True, height=320)
    code = st.selectbox(
        words("Change"),
        ["", *known],
        format_func=lambda code: (
            t.name(known[code].name, known[code].name_en) if code in known else t.words("A new one")
        ),
        key=Key.CHANGE_BUSINESS,
    )
    filled = known.get(code)
    with st.form(Key.CHANGE_FORM, border=False):
        _draw_business(t, code, filled)
        st.text_input(words("Reason (required)"), key=field("why"), max_chars=500)
        st.form_submit_button(words("See what it changes"), on_click=_take_business, args=(who, code, today))


def _draw_business(t: Translator, code: str, filled: BusinessTypeNow | None) -> None:
    first, second, third = st.columns(3)
    if filled is None:
        first.text_input(words("Code"), key=field("code"), max_chars=32, help=words("Letters and digits; it stays."))
    values: dict[str, Any] = {
        "name": filled.name if filled else "",
        "name_en": filled.name_en if filled else "",
        "channel": (filled.channel or "") if filled else "",
        "letter": filled.ticket_letter if filled else "A",
        "minutes": filled.expected.total_seconds() / 60 if filled else 10.0,
        "active": filled.active if filled else True,
    }
    for name, value in values.items():
        st.session_state.setdefault(_of(code, name), value)
    (second if filled is None else first).text_input(words("Chinese name"), key=_of(code, "name"), max_chars=120)
    (third if filled is None else second).text_input(words("English name"), key=_of(code, "name_en"), max_chars=120)
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    left.selectbox(
        words("Channel"),
        ["", *Channel],
        format_func=lambda channel: t.label(Channel(channel)) if channel else t.words("All"),
        key=_of(code, "channel"),
    )
    middle.text_input(words("Letter of its tickets"), key=_of(code, "letter"), max_chars=4)
    right.number_input(words("Expected time, in minutes"), 0.5, 480.0, step=0.5, key=_of(code, "minutes"))
    st.checkbox(words("Offered (retire it by taking this away; it is never deleted)"), key=_of(code, "active"))


def _of(code: str, name: str) -> str:
    return field(f"{name}-{code}")


def _business_row(t: Translator, one: BusinessTypeNow) -> dict[str, str]:
    return {
        t.words("Code"): one.code,
        t.words("Business type"): t.name(one.name, one.name_en),
        t.words("Channel"): t.words("All") if one.channel is None else t.label(one.channel),
        t.words("Letter of its tickets"): one.ticket_letter,
        t.words("Expected time"): t.duration(one.expected),
        t.words("State"): t.words("Offered") if one.active else t.words("Retired"),
    }


def _take_business(who: Actor, code: str, today: date) -> None:
    state = st.session_state
    content = {
        "name": state[_of(code, "name")],
        "name_en": state[_of(code, "name_en")],
        "channel": state[_of(code, "channel")] or None,
        "ticket_letter": state[_of(code, "letter")],
        "expected_ms": round(state[_of(code, "minutes")] * 60_000),
        "active": state[_of(code, "active")],
    }
    subject = code or str(state[field("code")]).strip()
    propose(who, ChangeKind.BUSINESS_TYPE, subject, content, today, str(state[field("why")]), EVERYWHERE)
