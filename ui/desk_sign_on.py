"""Signing on: the hall's counters, and for a trainee who guides them."""

from __future__ import annotations

import streamlit as st

from actions.counters import sign_on
from analytics.counter_places import CounterPlace, SignOn
from analytics.directory import Hall
from models.actor import Actor
from ui.keys import Key
from ui.language import Translator, words
from ui.leaving import draw_leave
from ui.press import draw_refusal, press


def draw_sign_on(who: Actor, hall: Hall, places: tuple[CounterPlace, ...], how: SignOn, t: Translator) -> None:
    """The counters to sign on at; one that somebody has is shown with their name."""
    st.subheader(words("Sign on at a counter"), anchor=False)
    draw_refusal()
    if how.closed_at is not None:
        st.info(t.words("Closed at {time}", time=t.time(how.closed_at, hall.zone)))
    if not places:
        st.info(words("This hall has no counters yet."))
    if how.covering:
        st.caption(words("You sign on as covering: your own post is another one."))
    mentor_id = _mentor(how, t) if how.trainee else None
    for place in places:
        taken = place.staff_id is not None

        def take(place: CounterPlace = place) -> None:
            key = f"{place.id}:{place.version}:sign_on:{mentor_id}"
            press(sign_on, who, hall.id, key, place.version, {"counter_id": place.id, "mentor_id": mentor_id})

        name = t.name(place.staff_name, place.staff_name_en)
        text = (
            words("Counter {counter}: {name}", counter=place.id, name=name)
            if taken
            else words("Counter {counter}", counter=place.id)
        )
        key = f"{Key.DESK_PRESS}-on-{place.id}-{place.version}"
        st.button(text, key=key, disabled=taken or how.closed_at is not None, on_click=take, width="stretch")
    draw_leave(who)


def _mentor(how: SignOn, t: Translator) -> str | None:
    """A trainee's visits are in nobody's own figures; the name of the mentor stands on them."""
    names = {one.staff_id: t.plain.name(one.name, one.name_en) for one in how.mentors}
    chosen: str | None = st.selectbox(
        words("Who guides you today"),
        list(names),
        index=None,
        format_func=lambda staff_id: names.get(staff_id, staff_id),
        placeholder=words("Choose"),
        key=f"{Key.DESK_INPUT}-mentor",
    )
    return chosen
