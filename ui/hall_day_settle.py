"""Settling one visit that is still open: what became of it, and when, as far as somebody knows."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from actions.closing import settle
from analytics.hall_day import OpenVisit
from standards.hall_day import Settle
from standards.message import Worded, message
from standards.vocabulary import LeftReason, Outcome
from ui.correction_form import read_time
from ui.hall_day_view import DayView
from ui.language import words


class When(Worded):
    """What somebody knows of the end."""

    UNKNOWN = "unknown", "Nobody knows"
    NOW = "now", "Just now"
    AT = "at", "At a time"


_TIMED = {Settle.SERVED, Settle.LEFT, Settle.CARRY_OVER}


def draw_one(view: DayView) -> None:
    """Choose one, say what became of it, press."""
    known = {str(visit.id): visit for visit in view.day.open}
    chosen = st.selectbox(
        words("Settle one visit"),
        list(known),
        index=None,
        format_func=lambda one: _named(view, known[one]) if one in known else "",
        placeholder=words("Choose a visit"),
        key=view.kept("one"),
    )
    if chosen in known:
        with st.container(border=True):
            _draw_how(view, known[chosen])


def _named(view: DayView, visit: OpenVisit) -> str:
    t = view.t.plain
    business = view.businesses.get(visit.business_type, visit.business_type)
    number = view.number(visit.ticket, visit.channel)
    return f"{number} · {business} · {t.label(visit.outcome)} · {view.at(visit.since_at)}"


def _draw_how(view: DayView, visit: OpenVisit) -> None:
    t = view.t.plain
    impossible = {
        *([] if visit.outcome is Outcome.CALLED else [Settle.NO_SHOW]),
        *([Settle.SERVED] if visit.outcome is Outcome.WAITING else []),
    }
    ways = [way for way in Settle if way not in impossible]
    usual = Settle.NO_SHOW if visit.outcome is Outcome.CALLED else Settle.LEFT
    how = st.segmented_control(
        words("What became of it"),
        ways,
        default=Settle.SERVED if visit.outcome is Outcome.SERVING else usual,
        format_func=t.label,
        key=view.kept(f"how-{visit.id}"),
        required=True,
    )
    why = None
    if how in {Settle.LEFT, Settle.CARRY_OVER}:
        why = st.selectbox(
            words("Reason"),
            list(LeftReason),
            index=None,
            format_func=t.label,
            placeholder=words("Not known"),
            key=view.kept(f"why-{visit.id}"),
        )
    at, readable = _draw_when(view, visit) if how in _TIMED else (None, True)
    view.button(
        st,
        message("Settle this visit"),
        settle,
        f"one-{visit.id}",
        primary=True,
        disabled=not readable,
        visits=((visit.id, visit.version),),
        how=how,
        at=at,
        why=why,
    )


def _draw_when(view: DayView, visit: OpenVisit) -> tuple[datetime | None, bool]:
    """The end, or None where nobody knows; and whether what was typed is a time."""
    when = st.segmented_control(
        words("When did it end, or when did the customer leave?"),
        list(When),
        default=When.UNKNOWN,
        format_func=view.t.plain.label,
        key=view.kept(f"when-{visit.id}"),
        required=True,
    )
    if when is not When.AT:
        return (view.now if when is When.NOW else None), True
    typed = st.text_input(words("Time, such as 17:05"), key=view.kept(f"at-{visit.id}"), max_chars=8).strip()
    if not typed:
        return None, False
    try:
        return read_time(typed, visit.since_at, view.zone), True
    except ValueError:
        st.caption(words("This is no time of day: write it as 17:05."))
        return None, False
