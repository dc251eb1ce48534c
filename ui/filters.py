"""The filters: each shows what the address says and writes what is chosen back into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import TypeVar

import streamlit as st

from analytics.directory import Hall, halls
from models.actor import Actor, Right
from standards.message import Worded
from ui import address, answers, clock
from ui.keys import Key
from ui.language import translator, words

Option = TypeVar("Option")


class Preset(Worded):
    """Usual periods; the address keeps their dates, never their names."""

    TODAY = "today", "Today"
    YESTERDAY = "yesterday", "Yesterday"
    LAST_7 = "last_7", "Last 7 days"
    LAST_28 = "last_28", "Last 28 days"
    LAST_90 = "last_90", "Last 90 days"
    THIS_MONTH = "this_month", "This month"
    LAST_MONTH = "last_month", "Last month"
    OTHER = "other", "Other days"


def preset_days(preset: Preset, today: date) -> tuple[date, date]:
    """The days of a preset, both counted; all but today and this month are whole days that have passed."""
    yesterday, month_begins = today - timedelta(days=1), today.replace(day=1)
    month_before_ends = month_begins - timedelta(days=1)
    return {
        Preset.TODAY: (today, today),
        Preset.YESTERDAY: (yesterday, yesterday),
        Preset.LAST_7: (today - timedelta(days=7), yesterday),
        Preset.LAST_28: (today - timedelta(days=28), yesterday),
        Preset.LAST_90: (today - timedelta(days=90), yesterday),
        Preset.THIS_MONTH: (month_begins, today),
        Preset.LAST_MONTH: (month_before_ends.replace(day=1), month_before_ends),
    }[preset]


def hall(who: Actor, *, named: bool = True) -> Hall:
    """The hall to look at, among those the reader may see; where there is none a sentence says so.

    Who has one hall alone reads its name, unless the screen says it itself (`named` False).
    """
    known = {found.id: found for found in answers.answer(halls, who)}
    if not known:
        st.info(words("No hall is set up for you yet."))
        if who.may(Right.OPERATE):
            command = "python -m actions branch add H01 --zone Asia/Shanghai"
            st.markdown(words("Halls are added at the machine itself, for example:") + f" `{command}`")
        st.stop()
    asked = address.here().hall
    if asked is not None and asked not in known:
        st.warning(words("There is no hall {hall} that you may see; another is shown.", hall=asked))
    chosen = next(
        (code for code in (asked, st.session_state.get(Key.LAST_HALL), who.branch_id) if code in known),
        min(known.values(), key=lambda found: (not found.round_the_clock, found.id)).id,
    )
    st.session_state[Key.LAST_HALL] = chosen
    address.change(hall=chosen)
    if len(known) == 1 and named:
        t = translator()
        st.caption(t.text(t.name(known[chosen].name, known[chosen].name_en)))
    elif len(known) > 1:
        t = translator().plain
        names = {code: t.name(found.name, found.name_en) for code, found in known.items()}
        _select("hall", list(known), lambda code: names.get(code, code), words("Hall"), Key.HALL, chosen)
    return known[chosen]


def period(zone: tzinfo, now: datetime, default: Preset = Preset.LAST_28) -> tuple[date, date]:
    """The first and the last day to look at, both counted, in the hall's zone."""
    today, view = clock.day_in(zone, now), address.here()
    if view.first_on is not None and view.last_on is not None:
        days = (view.first_on, view.last_on)
    else:
        days = preset_days(default, today)
        address.change(first_on=days[0], last_on=days[1])
    named = {preset: preset_days(preset, today) for preset in Preset if preset is not Preset.OTHER}
    current = next((preset for preset in named if named[preset] == days), Preset.OTHER)
    offered = [preset for preset in Preset if preset in named or preset is current]
    st.session_state[Key.PERIOD] = current
    st.session_state[Key.PERIOD_DAYS] = days
    t = translator()
    left, right = st.columns(2)
    left.selectbox(words("Period"), offered, format_func=t.label, key=Key.PERIOD, on_change=_take_preset, args=(today,))
    right.date_input(
        words("From and to (both days count)"), key=Key.PERIOD_DAYS, on_change=_take_days, format="YYYY-MM-DD"
    )
    return days


def day(zone: tzinfo, now: datetime) -> date:
    """The one day to look at; today unless the address says another."""
    chosen = address.here().day or clock.day_in(zone, now)
    st.session_state[Key.DAY] = chosen
    st.date_input(words("Day"), key=Key.DAY, on_change=_take, args=("day", Key.DAY), format="YYYY-MM-DD")
    return chosen


def choice(
    field: str,
    options: Sequence[Option],
    format_func: Callable[[Option], str],
    *,
    text: str,
    key: str,
    every: str | None = None,
) -> Option | None:
    """One of stable options that the address keeps in `field`; with `every` also none of them, said in that word."""
    offered: list[Option | None] = [*([None] if every is not None else []), *options]
    if not offered:
        return None
    chosen: Option | None = getattr(address.here(), field)
    if chosen not in offered:
        chosen = offered[0]
    _select(field, offered, lambda option: (every or "") if option is None else format_func(option), text, key, chosen)
    return chosen


def _select(
    field: str, options: Sequence[Option], format_func: Callable[[Option], str], text: str, key: str, chosen: Option
) -> None:
    st.session_state[key] = chosen
    # "Every" is the option None, which a select shows as its placeholder.
    every = format_func(chosen) if chosen is None else ""
    st.selectbox(text, options, format_func=format_func, key=key, placeholder=every, on_change=_take, args=(field, key))


def _take(field: str, key: str) -> None:
    address.change(**{field: st.session_state[key]})


def _take_preset(today: date) -> None:
    chosen = Preset(st.session_state[Key.PERIOD])
    if chosen is not Preset.OTHER:
        first_on, last_on = preset_days(chosen, today)
        address.change(first_on=first_on, last_on=last_on)


def _take_days() -> None:
    chosen = st.session_state[Key.PERIOD_DAYS]
    if len(chosen) == 2:
        address.change(first_on=chosen[0], last_on=chosen[1])
