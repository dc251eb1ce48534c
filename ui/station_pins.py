"""The people of a hall with their PINs: who has one, a temporary one for whoever needs it, a lock opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import streamlit as st

from actions.pins import reset_pin, unlock_pin
from analytics.directory import Hall
from analytics.station_list import PinHolder
from models.actor import Actor
from standards.message import message
from ui.keys import Key
from ui.language import Translator, translator, words
from ui.station_press import order


def draw_people(who: Actor, hall: Hall, people: Iterable[PinHolder], now: datetime) -> None:
    """A line each: the name, how the PIN stands, the presses."""
    t, listed = translator(), list(people)
    if not listed:
        st.info(words("Nobody with an account serves in this hall yet."))
    for one in listed:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(t.joined(" · ", [_person(one, t), _standing(one, hall, t, now)]))
            key = f"{Key.STATIONS_PRESS}-{one.account_id}"
            if one.locked_until is not None:
                st.button(words("Unlock"), key=f"{key}-unlock", on_click=_unlock, args=(who, one))
            text = words("Reset PIN") if one.has_pin else words("Give a PIN")
            if one.serves:
                st.button(text, key=f"{key}-reset", on_click=_reset, args=(who, hall, one))
    st.caption(
        words(
            "A PIN opens nothing but the work at the counters and the door of this hall. Whoever signs in with a "
            "password sets their own beside it, under their name."
        )
    )


def _person(one: PinHolder, t: Translator) -> str:
    """Name, staff number and roles: two of one name are told apart."""
    roles = t.joined(t.words(", "), (t.label(role) for role in one.roles))
    return t.joined(" · ", [f"**{t.text(t.name(*one.called))}**", t.text(one.staff_id), *([roles] if roles else [])])


def _standing(one: PinHolder, hall: Hall, t: Translator, now: datetime) -> str:
    if not one.serves and not one.has_pin:
        return t.words("no PIN: the roles serve neither at a counter nor at the door")
    if one.locked_until is not None:
        left = -(-(one.locked_until - now) // timedelta(minutes=1))
        return t.words("locked after wrong PINs, {minutes} min left", minutes=left)
    if not one.has_pin or one.set_at is None:
        return t.words("no PIN")
    day = one.set_at.astimezone(hall.zone).date()
    return t.words("temporary PIN since {day}", day=day) if one.temporary else t.words("PIN since {day}", day=day)


def draw_once(hall: Hall) -> None:
    """The temporary PIN that was just made, until somebody says that it is noted."""
    kept: tuple[str, tuple[str, str], str] | None = st.session_state.get(Key.STATIONS_ONCE)
    if kept is None or kept[0] != hall.id:
        return
    t = translator()
    with st.container(border=True):
        name = t.plain.name(*kept[1])
        st.markdown(words("Temporary PIN of {name}. It is shown only now: hand it over on paper.", name=name))
        st.title(kept[2], anchor=False)
        st.caption(words("At its first use another one is chosen."))
        st.button(words("It is noted"), key=Key.STATIONS_NOTED, on_click=_forget_once)


def _forget_once() -> None:
    st.session_state.pop(Key.STATIONS_ONCE, None)


def _reset(who: Actor, hall: Hall, one: PinHolder) -> None:
    first, next_one = message("The PIN is made."), message("The PIN is made: whoever was on with the old one is out.")
    done = next_one if one.has_pin else first
    made = order(reset_pin, who, done, in_parts=True, account_id=one.account_id)
    if made is not None:
        st.session_state[Key.STATIONS_ONCE] = (hall.id, one.called, made)


def _unlock(who: Actor, one: PinHolder) -> None:
    order(unlock_pin, who, message("The next try counts again."), account_id=one.account_id)
