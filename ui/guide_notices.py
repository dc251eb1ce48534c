"""The hall's notices on the guide's desk: what stands, one press for a failure, and what follows when it is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from actions.notices import LONGEST_WORDS, begin_notice, end_notice
from analytics.notices import NoticeNow, call_backs
from standards.vocabulary import NoticeKind
from ui import address, answers, navigation
from ui.guide_view import DoorView
from ui.keys import Key
from ui.language import words
from ui.press import nonce

_USUAL = (NoticeKind.POWER_CUT, NoticeKind.MIDDAY_DUTY)
_LASTS = (0, 30, 60, 120)


def draw_failure(view: DoorView, place: Any) -> None:
    """The business system has failed: one press, always at hand."""
    _begin(view, place, NoticeKind.SYSTEM_FAILURE)


def _begin(view: DoorView, place: Any, kind: NoticeKind) -> None:
    standing = any(notice.kind is kind for notice in view.door.notices)
    view.button(place, view.t.label(kind), begin_notice, f"notice-{kind}", nonce(), None, kind=kind, disabled=standing)


def draw_standing(view: DoorView) -> None:
    """What the customers read now, each with its end; then the failures that are over, while they matter."""
    for notice in view.door.notices:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(_standing(view, notice), width="stretch")
            text = words("It is over") if notice.failure else words("Take down")
            view.button(st, text, end_notice, "end", notice.id, None, notice_id=notice.id)
    for notice in view.door.ended[:1]:
        _draw_ended(view, notice)


def _standing(view: DoorView, notice: NoticeNow) -> str:
    t = view.t
    since = t.words("{kind} since {time}", kind=notice.kind, time=t.time(notice.from_at, view.zone))
    until = "" if notice.until_at is None else t.words("until {time}", time=t.time(notice.until_at, view.zone))
    return t.joined(" · ", [f"**{since}**", until, t.name(notice.words, notice.words_en)])


def _draw_ended(view: DoorView, notice: NoticeNow) -> None:
    until_at = notice.until_at or view.now
    t = view.t
    begin, end = t.time(notice.from_at, view.zone), t.time(until_at, view.zone)
    with st.container(border=True):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(
            t.words("{kind} from {begin} to {end}: over.", kind=notice.kind, begin=begin, end=end), width="stretch"
        )
        exclusions = next((one for one in navigation.screens_for(view.who.roles) if one.url_path == "exclusions"), None)
        if exclusions is not None:
            row.page_link(
                exclusions.path,
                label=words("Ask for an exclusion"),
                query_params=address.parameters(hall=view.hall_id, from_at=notice.from_at, until_at=until_at),
            )
        if row.toggle(words("Call-back list"), key=f"{Key.GUIDE_INPUT}-call-back-{notice.id}"):
            _draw_call_backs(view, notice.from_at, until_at)


def _draw_call_backs(view: DoorView, from_at: datetime, until_at: datetime) -> None:
    listed = answers.fresh(call_backs, view.who, branch_id=view.hall_id, from_at=from_at, until_at=until_at)
    if not listed:
        st.caption(words("Nobody waited or was at a counter."))
        return
    st.caption(words("Who waited or was at a counter: {n}", n=len(listed)))
    st.table(
        [
            {
                words("Ticket"): view.t.text(one.ticket or "–"),
                words("Business type"): view.business(one.business_type),
                words("Arrived"): view.t.time(one.arrived_at, view.zone),
                words("State"): view.t.label(one.outcome),
                words("Counter"): str(one.counter_id or "–"),
            }
            for one in listed
        ]
    )


def draw_notices_to_give(view: DoorView) -> None:
    """A power cut or midday duty by one press; a notice in one's own words."""
    once = nonce()
    row = st.container(horizontal=True)
    for kind in _USUAL:
        _begin(view, row, kind)
    said = st.text_input(words("Notice in Chinese"), key=Key.GUIDE_NOTICE, max_chars=LONGEST_WORDS)
    said_en = st.text_input(words("Notice in English"), key=Key.GUIDE_NOTICE_EN, max_chars=LONGEST_WORDS)
    minutes = st.segmented_control(
        words("How long"),
        _LASTS,
        default=0,
        required=True,
        format_func=lambda n: view.t.words("until taken down") if not n else view.t.words("{n} minutes", n=n),
        key=Key.GUIDE_NOTICE_FOR,
    )

    def show() -> None:
        until = None if not minutes else view.now + timedelta(minutes=minutes)
        named = {"kind": NoticeKind.NOTICE, "words": said, "words_en": said_en, "until": until}
        if view.give(begin_notice, "notice", once, None, **named):
            st.session_state[Key.GUIDE_NOTICE] = st.session_state[Key.GUIDE_NOTICE_EN] = ""

    st.button(
        words("Show this notice"),
        key=f"{Key.GUIDE_INPUT}-notice-own-{once}",
        on_click=show,
        disabled=not (said.strip() or said_en.strip()),
    )
