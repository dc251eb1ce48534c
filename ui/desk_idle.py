"""What a counter does while nobody is at it: call, begin without a ticket, who may come back, the last visits."""

from __future__ import annotations

from typing import Any

import streamlit as st

from actions.calling import call_next, restore, walk_in
from actions.marking import keep_promise
from actions.serving import resume
from analytics.desk_asides import Aside
from analytics.recent import Recent
from standards.message import Message, message
from standards.vocabulary import Channel
from ui import address, navigation
from ui.desk import ACTIONS, DeskView
from ui.desk_keys import Shortcut
from ui.keys import Key
from ui.language import words
from ui.press import Command, press


def draw_free(view: DeskView) -> None:
    """The counter is free: who is next, and the call."""
    t, desk = view.t, view.desk
    if desk.tiny:
        draw_begin(view)
        return
    if desk.next_ticket is None:
        st.subheader(t.words("Nobody is waiting"), anchor=False)
    else:
        st.subheader(t.words("Next: {ticket}", ticket=desk.next_ticket), anchor=False)
    # Always pressable: somebody may have come since the screen was drawn.
    view.button(st, ACTIONS["call_next"], call_next, "call_next", shortcut=Shortcut.NEXT, primary=True)


def draw_begin(view: DeskView) -> None:
    """Begin without a ticket, at the counter or on the telephone, for the business chosen last.

    In a hall without a queue 小厅 this is the one press with which a visit begins.
    """
    business = st.selectbox(
        words("Business type"),
        list(view.businesses),
        format_func=lambda code: view.businesses.get(code, code),
        key=f"{Key.DESK_INPUT}-begin",
    )
    here: dict[str, Any] = {"business_type": business, "channel": Channel.COUNTER}
    row: Any = st
    if view.desk.tiny:
        view.button(st, message("Serve"), walk_in, "serve", shortcut=Shortcut.NEXT, primary=True, **here)
    else:
        row = st.container(horizontal=True)
        text = message("Without a ticket")
        view.button(row, text, walk_in, f"walk_in-{Channel.COUNTER}", shortcut=Shortcut.WALK_IN, **here)
    by_phone = here | {"channel": Channel.TELEPHONE}
    text = message("Phone call")
    view.button(row, text, walk_in, f"walk_in-{Channel.TELEPHONE}", shortcut=Shortcut.CALL_IN, **by_phone)


def draw_asides(view: DeskView) -> None:
    """Who is away with papers, who did not come when called, and answers promised: each with its press."""
    desk = view.desk
    _asides(view, words("Away with papers"), desk.away, message("Back"), resume)
    if not desk.tiny:
        _asides(view, words("No-shows of today"), desk.no_shows, message("Restore"), restore)
    if desk.promises:
        st.caption(words("Answers promised"))
    for one in desk.promises:

        def take(one: Aside = one) -> None:
            press(keep_promise, view.who, view.hall_id, f"kept:{one.id}", one.version, {"interaction_id": one.id})

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
            t.words(
                "{standard}: {verdict}",
                standard=t.name(verdict.standard.name_zh, verdict.standard.name_en),
                verdict=verdict.kind,
            )
            for verdict in visit.verdicts
        ]
        if said:
            st.caption(" · ".join(said))
