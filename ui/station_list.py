"""The stations and screens of a hall: how each stands, one more, a code to pair it, in use or not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from actions.stations import CODE_LASTS, add_station, begin_pairing, put_to_use, retire_station
from analytics.directory import Hall
from analytics.station_list import Station
from models.actor import Actor
from models.machines import STATIONS
from standards.message import message
from standards.vocabulary import DeviceKind
from ui import clock
from ui.keys import Key
from ui.language import Translator, translator, words
from ui.station_press import order

PAIR = "/auth/pair"


def draw_stations(who: Actor, hall: Hall, found: Iterable[Station], now: datetime) -> None:
    """A box each with its presses."""
    t, listed = translator(), list(found)
    if not listed:
        st.info(
            words(
                "No station and no screen yet. A station is the computer at a counter: whoever serves there signs on "
                "with a PIN. A screen shows calls or asks for ratings. Neither is an account or has a password."
            )
        )
    for one in listed:
        with st.container(border=True):
            st.markdown(f"**{_named(one, t)}** · {_standing(one, t, now)}")
            st.caption(" · ".join(_told(one, hall, t)))
            row = st.container(horizontal=True)
            key = f"{Key.STATIONS_PRESS}-{one.id}"
            if one.active:
                text = words("Pair anew") if one.paired else words("Pair")
                row.button(text, key=f"{key}-pair", on_click=_pair, args=(who, hall, one.id))
                row.button(words("Take out of use"), key=f"{key}-out", on_click=_retire, args=(who, hall, one.id))
            else:
                row.button(words("Put to use again"), key=f"{key}-in", on_click=_put_to_use, args=(who, hall, one.id))


def _named(one: Station, t: Translator) -> str:
    name = t.text(one.name)
    return name if one.name == one.id else t.words("{name} ({code})", name=one.name, code=one.id)


def _standing(one: Station, t: Translator, now: datetime) -> str:
    if not one.active:
        return t.words("Not in use")
    if one.code_until is not None:
        left = -(-(one.code_until - now) // timedelta(minutes=1))
        return t.words("waits for its code, {minutes} min left", minutes=left)
    return t.words("paired") if one.paired else t.words("not paired yet")


def _told(one: Station, hall: Hall, t: Translator) -> list[str]:
    """Its kind, where it stands, who is on, when it was last there."""
    told = [t.label(one.kind)]
    if one.counter_id is not None:
        told.append(t.words("Counter {counter}", counter=one.counter_id))
    if one.who is not None:
        told.append(t.words("{name} is on", name=t.plain.name(*one.who)))
    elif one.kind is DeviceKind.STATION and one.paired:
        told.append(t.words("nobody is on"))
    if one.last_seen_at is not None:
        told.append(t.words("last seen {time}", time=t.moment(one.last_seen_at, hall.zone)))
    return told


def draw_code(who: Actor, hall: Hall) -> None:
    """The code that was just made, large, with the minutes left; gone when it is too old or somebody says so."""
    kept: tuple[str, str, str, datetime] | None = st.session_state.get(Key.STATIONS_CODE)
    if kept is None or kept[0] != hall.id:
        return
    left = kept[3] + CODE_LASTS - clock.now()
    if left <= timedelta():
        _forget_code()
        return
    with st.container(border=True):
        st.markdown(
            words("Code for {code}: type it in the browser there, on the page {address}", code=kept[1], address=PAIR)
        )
        st.title(f"{kept[2][:4]} {kept[2][4:]}", anchor=False)
        st.caption(words("It works once, for {minutes} min more.", minutes=-(-left // timedelta(minutes=1))))
        st.button(words("It is typed"), key=f"{Key.STATIONS_CODE}-done", on_click=_forget_code)


def _forget_code() -> None:
    st.session_state.pop(Key.STATIONS_CODE, None)


def draw_adding(who: Actor, hall: Hall) -> None:
    """One more station or screen."""
    with st.form(Key.STATIONS_ADD, clear_on_submit=True):
        st.markdown(f"**{words('Add a station or screen')}**")
        kind = st.selectbox(words("Kind"), STATIONS, format_func=translator().plain.label)
        code = st.text_input(words("Code (letters and digits)"), max_chars=32, placeholder="W1")
        name = st.text_input(words("What people call it"), max_chars=120)
        counter = st.number_input(
            words("Counter it stands at (empty: none)"), min_value=1, max_value=9999, value=None, step=1
        )
        if st.form_submit_button(words("Add and show its code"), type="primary"):
            done = message("{code} is added.", code=code.strip())
            named: dict[str, Any] = {"code": code.strip(), "kind": kind, "name": name.strip(), "counter_id": counter}
            if order(add_station, who, done, branch_id=hall.id, **named):
                _pair(who, hall, code.strip())
            st.rerun()


def _pair(who: Actor, hall: Hall, code: str) -> None:
    done = message("The code for {code} stands below.", code=code)
    made = order(begin_pairing, who, done, branch_id=hall.id, code=code)
    if made is not None:
        st.session_state[Key.STATIONS_CODE] = (hall.id, code, made, clock.now())


def _retire(who: Actor, hall: Hall, code: str) -> None:
    done = message("{code} is out of use: whoever was on there is out.", code=code)
    if order(retire_station, who, done, branch_id=hall.id, code=code):
        _forget_code()


def _put_to_use(who: Actor, hall: Hall, code: str) -> None:
    order(put_to_use, who, message("{code} is in use again: pair it.", code=code), branch_id=hall.id, code=code)
