"""What a counter does while nobody is at it: begin without a ticket, who may come back, the last visits, a pause."""

from __future__ import annotations

import streamlit as st

from actions.calling import restore, walk_in
from actions.counters import pause, sign_off, sign_on
from actions.marking import keep_promise
from actions.serving import resume
from analytics.counter_places import CounterPlace
from analytics.desk_asides import Aside
from analytics.recent import Recent
from models.actor import Actor
from standards.message import Message, message
from standards.vocabulary import Channel, CounterState, PauseReason
from ui import address, navigation
from ui.desk import ACTIONS, DeskView
from ui.desk_keys import Shortcut
from ui.keys import Key
from ui.language import Translator, words
from ui.press import Command, draw_refusal, press


def draw_sign_on(who: Actor, hall_id: str, places: tuple[CounterPlace, ...], t: Translator) -> None:
    """The counters to sign on at; one that somebody has is shown with their name."""
    st.subheader(words("Sign on at a counter"), anchor=False)
    draw_refusal()
    if not places:
        st.info(words("This hall has no counters yet."))
    for place in places:
        taken = place.staff_id is not None

        def take(place: CounterPlace = place) -> None:
            key = f"{place.id}:{place.version}:sign_on"
            press(sign_on, who, hall_id, key, place.version, {"counter_id": place.id})

        name = t.name(place.staff_name, place.staff_name_en)
        text = (
            words("Counter {counter}: {name}", counter=place.id, name=name)
            if taken
            else words("Counter {counter}", counter=place.id)
        )
        st.button(
            text, key=f"{Key.DESK_PRESS}-on-{place.id}-{place.version}", disabled=taken, on_click=take, width="stretch"
        )


def draw_begin(view: DeskView) -> None:
    """Begin without a ticket, at the counter or on the telephone, for the business chosen last."""
    business = st.selectbox(
        words("Business type"),
        list(view.businesses),
        format_func=lambda code: view.businesses.get(code, code),
        key=f"{Key.DESK_INPUT}-begin",
    )
    row = st.container(horizontal=True)
    for place, channel, text, shortcut in (
        (row, Channel.COUNTER, message("Without a ticket"), Shortcut.WALK_IN),
        (row, Channel.TELEPHONE, message("Phone call"), Shortcut.CALL_IN),
    ):
        view.button(
            place, text, walk_in, f"walk_in-{channel}", shortcut=shortcut, business_type=business, channel=channel
        )


def draw_asides(view: DeskView) -> None:
    """Who is away with papers, who did not come when called, and answers promised: each with its press."""
    desk = view.desk
    _asides(view, words("Away with papers"), desk.away, message("Back"), resume)
    _asides(view, words("No-shows of today"), desk.no_shows, message("Restore"), restore)
    if desk.promises:
        st.caption(words("Answers promised"))
    for one in desk.promises:

        def take(one: Aside = one) -> None:
            press(keep_promise, view.who, view.hall_id, f"kept:{one.id}", None, {"interaction_id": one.id})

        text = words(
            "{ticket} by {time}: answered", ticket=_named(view, one), time=view.t.time(one.since_at, view.zone)
        )
        st.button(text, key=f"{Key.DESK_PRESS}-kept-{one.id}", on_click=take, width="stretch")


def _asides(view: DeskView, title: str, asides: tuple[Aside, ...], text: Message, command: Command) -> None:
    if not asides:
        return
    st.caption(title)
    row = st.container(horizontal=True)
    for one in asides:
        said = message("{press}: {ticket}", press=text, ticket=_named(view, one))
        view.button(row, said, command, f"aside-{one.id}", width="content", interaction_id=one.id)


def _named(view: DeskView, one: Aside) -> str:
    return one.ticket or view.businesses.get(one.business_type, one.business_type)


def draw_recent(view: DeskView, visits: tuple[Recent, ...]) -> None:
    """The person's last visits of today with the verdicts they can influence, each with its page."""
    st.caption(words("My last visits today"))
    if not visits:
        st.caption(words("None yet."))
    t = view.t
    for visit in visits:
        head = " · ".join(
            [
                t.text(visit.ticket or words("Without a ticket")),
                t.text(view.businesses.get(visit.business_type, visit.business_type)),
                t.label(visit.outcome),
                t.time(visit.ended_at, view.zone),
            ]
        )
        st.page_link(
            navigation.page("visit"),
            label=head,
            query_params=address.parameters(hall=view.hall_id, visit=str(visit.id)),
        )
        said = [
            f"{t.name(verdict.standard.name_zh, verdict.standard.name_en)}: {t.label(verdict.kind)}"
            for verdict in visit.verdicts
        ]
        if said:
            st.caption(" · ".join(said))


def draw_rest(view: DeskView) -> None:
    """Pause with a reason, or sign off."""
    row = st.container(horizontal=True)
    if view.desk.state is not CounterState.PAUSED:
        with row.popover(words("Pause"), width="stretch", key=f"{Key.DESK_INPUT}-pause"):
            for reason in PauseReason:
                view.button(st, message("{reason}", reason=reason), pause, f"pause_{reason}", why=reason)
    view.button(row, ACTIONS["sign_off"], sign_off, "sign_off")
