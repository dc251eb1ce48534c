"""Who is at the counter: the clock, the one next step, the few presses beside it, and the rare ones folded away."""

from __future__ import annotations

from typing import Any

import streamlit as st

from actions.calling import call_again, no_show
from actions.help import call_for_help
from actions.marking import mark_attention
from actions.serving import finish, greet, hold, resume
from analytics.counter_places import CounterPlace
from analytics.desk import Present
from standards.message import message
from standards.vocabulary import Begun, Channel, HoldKind, Outcome
from ui.desk import ACTIONS, DeskView
from ui.desk_keys import Shortcut
from ui.desk_more import draw_more, note_key
from ui.keys import Key
from ui.language import Translator, words
from ui.press import press
from ui.stopwatch import draw_stopwatch


def draw_present(view: DeskView, here: Present, places: tuple[CounterPlace, ...]) -> None:
    """The number, the clock, the next step, then the presses beside it in short rows."""
    t = view.t
    draw_stopwatch(
        number=here.ticket or _without_ticket(t, here),
        business=view.businesses.get(here.business_type, here.business_type),
        state=t.label(here.outcome),
        marks=_marks(view, here),
        clock=here.clock,
        now=view.now,
    )
    first, beside = st.container(), st.container(horizontal=True)
    if here.outcome is Outcome.CALLED:
        _called(view, first, beside)
    elif here.outcome is Outcome.SERVING:
        _serving(view, first, beside)
    else:
        _held(view, here, first, beside)
    _attention(view, here, beside)
    draw_help(view, beside)
    with beside.popover(words("More"), width="stretch", key=_popover(view)):
        draw_more(view, here, places)


def _popover(view: DeskView) -> str:
    """A new one, closed, after every press: it would cover what came of it."""
    return f"{Key.DESK_INPUT}-more-{view.desk.version}"


def _without_ticket(t: Translator, here: Present) -> str:
    return t.label(Channel.TELEPHONE if here.channel is Channel.TELEPHONE else Begun.WALK_IN)


def _marks(view: DeskView, here: Present) -> str:
    t = view.t
    marks = [
        t.label(here.hold_kind) if here.hold_kind else "",
        t.label(here.priority) if here.priority else "",
        t.words("Assisted") if here.assisted else "",
        t.words("On behalf of many") if here.bulk else "",
        t.words("{n} items", n=here.items) if here.items > 1 else "",
        t.words("Called {n} times", n=here.recalls + 1) if here.recalls else "",
        t.words("Promised for {time}", time=t.moment(here.promised_at, view.zone)) if here.promised_at else "",
        t.words("Marked for attention") if here.attention else "",
        _walking(view, here),
    ]
    return " · ".join(mark for mark in marks if mark)


def _walking(view: DeskView, here: Present) -> str:
    """The clock of a greeting begins after the walk to the counter."""
    if here.outcome is not Outcome.CALLED or not view.desk.walking:
        return ""
    return view.t.words("{time} to walk to the counter", time=view.desk.walking)


def _called(view: DeskView, first: Any, beside: Any) -> None:
    view.button(first, ACTIONS["greet"], greet, "greet", shortcut=Shortcut.GREET, primary=True)
    view.button(beside, ACTIONS["call_again"], call_again, "call_again", shortcut=Shortcut.CALL_AGAIN)
    view.button(beside, ACTIONS["no_show"], no_show, "no_show", shortcut=Shortcut.NO_SHOW)
    _phone(view, beside)


def _serving(view: DeskView, first: Any, beside: Any) -> None:
    if view.desk.waiting:
        text = ACTIONS["finish_and_call_next"]
        view.button(first, text, finish, "finish_next", shortcut=Shortcut.NEXT, primary=True, then_call=True)
        view.button(beside, ACTIONS["finish"], finish, "finish", shortcut=Shortcut.FINISH)
    else:
        # Whoever has come since the screen was drawn is called: the key is the same.
        queue = not view.desk.tiny
        view.button(first, ACTIONS["finish"], finish, "finish", shortcut=Shortcut.NEXT, primary=True, then_call=queue)
    view.button(beside, ACTIONS["hold"], hold, "hold", shortcut=Shortcut.HOLD, kind=HoldKind.WAITING)
    _phone(view, beside)


def _phone(view: DeskView, place: Any) -> None:
    text = message("Phone interruption")
    view.button(place, text, hold, "phone", shortcut=Shortcut.PHONE, kind=HoldKind.PHONE)


def _held(view: DeskView, here: Present, first: Any, beside: Any) -> None:
    key = Shortcut.PHONE if here.hold_kind is HoldKind.PHONE else Shortcut.HOLD
    view.button(first, ACTIONS["resume"], resume, "resume", shortcut=key, primary=True)
    view.button(beside, ACTIONS["finish"], finish, "finish", shortcut=Shortcut.FINISH)


def _attention(view: DeskView, here: Present, place: Any) -> None:
    """Neutral words: the counter is open and the customer reads along."""

    def take() -> None:
        note = st.session_state.get(note_key(view), "")
        named = {"interaction_id": here.id, "note": note, "marked": not here.attention}
        press(mark_attention, view.who, view.hall_id, f"attention:{here.id}:{here.version}", here.version, named)

    text = words("Take the mark away") if here.attention else words("Mark for attention")
    place.button(text, key=f"{Key.DESK_PRESS}-attention-{here.version}", on_click=take, width="stretch")


def draw_help(view: DeskView, place: Any) -> None:
    """Call the floor; while a call stands there is nothing more to press."""
    asked = view.desk.help
    standing = asked is not None and not asked.answered
    text = ACTIONS["call_for_help"]
    if asked is not None and standing:
        text = message("Help called at {time}", time=view.t.time(asked.asked_at, view.zone))
    view.button(place, text, call_for_help, "help", shortcut=Shortcut.HELP, disabled=standing)
