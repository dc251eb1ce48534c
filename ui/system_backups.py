"""Backups on the administrator's screen: the last verified one, one more now, the schedule, the key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from actions.backup_settings import MOST_KEPT, set_schedule, take_key
from actions.backups import Made, back_up
from actions.refusal import Refused
from analytics.system_state import BackupState
from models.actor import Actor, NotAllowed
from models.backup_key import KEY_NAME
from models.store import StoreAway
from models.store_trouble import said_of
from standards.message import Message
from ui import answers, clock
from ui.keys import Key
from ui.language import say, translator, words
from ui.system_words import ago, size_words


def draw_backups(who: Actor, state: BackupState, now: datetime) -> None:
    """When and where the last verified backup is, and what can be done."""
    st.subheader(words("Backups"), anchor=False)
    _draw_last(state, now)
    outcome = st.container()  # always there, so that nothing below it moves
    if said := st.session_state.pop(Key.SYSTEM_TOLD, None):
        with outcome:
            _draw_outcome(said)
    with outcome:
        _draw_key_file()
    left, middle, right = st.columns(3)
    with left:
        ready = state.schedule.folder is not None
        if st.button(words("Back up now"), key=Key.SYSTEM_BACK_UP, type="primary", disabled=not ready, width="stretch"):
            with st.spinner(words("Copying, encrypting and reading back. This may take minutes.")):
                st.session_state[Key.SYSTEM_TOLD] = _back_up(who)
            st.rerun()
        if not ready:
            st.caption(words("First name a folder for the backups."))
    with middle, st.popover(words("Folder, hour, how many"), width="stretch"):
        _draw_schedule(who, state, now)
    with right, st.popover(words("Copy of the key"), width="stretch"):
        _draw_key(who, state, now)


def _draw_last(state: BackupState, now: datetime) -> None:
    t, zone = translator(), ZoneInfo(state.zone_name)
    last = state.verified
    if last is None:
        st.markdown(words("There is no verified backup yet."))
    else:
        when, how_long = t.moment(last.began_at, zone), ago(t, last.began_at, now)
        st.markdown(words("Last verified backup: **{when}**, {how_long}.", when=when, how_long=how_long))
        path = Path(last.path)
        said = words("{name} in {folder}, {size}, encrypted, read back whole.", name=path.name, folder=str(path.parent),
                     size=size_words(t, last.size))  # fmt: skip
        st.caption(said)
    plan = state.schedule
    if plan.folder is not None:
        st.caption(
            words(
                "Every day at {hour} ({zone}) to {folder}. One is kept of each of the last {days} days, {weeks} "
                "weeks and {months} months.",
                hour=_hour_words(plan.hour),
                zone=state.zone_name,
                folder=str(plan.folder),
                days=plan.days,
                weeks=plan.weeks,
                months=plan.months,
            )
        )


def _hour_words(hour: int) -> str:
    return f"{hour:02}:00"


def _back_up(who: Actor) -> Made | Message:
    try:
        return answers.in_parts(back_up, who, clock=clock.now)
    except (Refused, NotAllowed) as refusal:
        return refusal.message
    except StoreAway as away:
        return said_of(away)


def _draw_outcome(made: Made | Message) -> None:
    if isinstance(made, Message):
        st.warning(say(made))
    elif made.trouble is None:
        size = size_words(translator(), made.size)
        st.success(words("Backed up and read back whole: {name}, {size}.", name=Path(made.path).name, size=size))
    else:
        detail = say(made.detail) if made.detail is not None else ""
        st.error(" ".join([words("No backup was made: {why}", why=made.trouble), detail]))


def _draw_schedule(who: Actor, state: BackupState, now: datetime) -> None:
    plan = state.schedule
    refused = st.container()  # above the fields: below them it would stand outside the popover
    with st.form(Key.SYSTEM_SCHEDULE, border=False):
        folder = st.text_input(
            words("Folder or share, as the server names it (empty: none)"),
            value=str(plan.folder or ""),
            max_chars=400,
            placeholder="/mnt/share/monitor",
        )
        hour = st.selectbox(
            words("At what hour ({zone})", zone=state.zone_name), range(24), plan.hour, format_func=_hour_words
        )
        by_day, by_week, by_month = st.columns(3, vertical_alignment="bottom")
        days = by_day.number_input(words("Days of which one is kept"), 0, MOST_KEPT, plan.days, 1)
        weeks = by_week.number_input(words("Weeks of which one is kept"), 0, MOST_KEPT, plan.weeks, 1)
        months = by_month.number_input(words("Months of which one is kept"), 0, MOST_KEPT, plan.months, 1)
        if st.form_submit_button(words("Save"), type="primary"):
            keep = {"days": days, "weeks": weeks, "months": months}
            with refused:
                done = _ordered(set_schedule, who, folder=folder, hour=hour, **keep, now=now)
            if done is not None:
                st.rerun()


def _draw_key(who: Actor, state: BackupState, now: datetime) -> None:
    t = translator()
    st.markdown(
        words(
            "Whoever has the key can read every backup; without it nobody can. Keep a copy where neither this machine "
            "nor the backups are."
        )
    )
    if state.key_taken_at is not None:
        taken = t.moment(state.key_taken_at, ZoneInfo(state.zone_name))
        st.caption(words("A copy was last taken on {when}.", when=taken))
    with st.form(Key.SYSTEM_KEY, border=False, clear_on_submit=True):
        reason = st.text_input(words("Why, and where it will be kept"), max_chars=200)
        if st.form_submit_button(words("Make the copy")):
            text = _ordered(take_key, who, reason=reason, now=now)
            if isinstance(text, str):
                st.session_state[Key.SYSTEM_KEY_TEXT] = text
                st.rerun()


def _draw_key_file() -> None:
    """The copy that was made, until it is downloaded."""
    if text := st.session_state.get(Key.SYSTEM_KEY_TEXT):
        st.download_button(
            words("Download {name}", name=KEY_NAME),
            text,
            file_name=KEY_NAME,
            mime="text/plain",
            key=Key.SYSTEM_KEY_FILE,
            on_click=_forget_key,
            type="primary",
        )


def _forget_key() -> None:
    st.session_state.pop(Key.SYSTEM_KEY_TEXT, None)


def _ordered(command: Callable[..., Any], who: Actor, **named: Any) -> Any:
    """What a command answered (True where it answers nothing); None where it was refused, which is said."""
    try:
        done = answers.order(command, who, **named)
    except (Refused, NotAllowed) as refusal:
        st.error(say(refusal.message))
        return None
    except StoreAway as away:
        st.error(say(said_of(away)))
        return None
    return True if done is None else done
