"""A counter's screen: one big next step with its key, the clock, the queue; the rest when nobody is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

import streamlit as st

from actions.amending import undo
from actions.calling import call_again, call_next, no_show
from actions.counters import reopen
from actions.serving import finish, greet, hold, resume
from analytics.desk import Desk, Present
from analytics.recent import Undoable
from models.actor import Actor
from standards.message import Message, message
from standards.vocabulary import Begun, Channel, CounterState, HoldKind, Outcome
from ui.desk_keys import Shortcut
from ui.keys import Key
from ui.language import Translator, say
from ui.press import Command, draw_refusal, press
from ui.stopwatch import draw_stopwatch, waited

ACTIONS = {
    "call_next": message("Call"),
    "call_again": message("Call again"),
    "no_show": message("No-show"),
    "restore": message("Restore ticket"),
    "walk_in": message("Begin without a ticket"),
    "greet": message("Greet"),
    "finish": message("Finish"),
    "finish_and_call_next": message("Finish and call next"),
    "hold": message("Hold"),
    "resume": message("Resume"),
    "add_business": message("Add business"),
    "transfer": message("Transfer"),
    "left": message("Customer left"),
    "change_business": message("Change business type"),
    "set_items": message("Items"),
    "promise": message("Promise an answer time"),
    "assist": message("Assisted"),
    "sign_on": message("Sign on"),
    "sign_off": message("Sign off"),
    "pause": message("Pause"),
    "reopen": message("End the pause"),
}


@dataclass(frozen=True)
class DeskView:
    """What the parts of the screen share: the reader, the desk as it was read, and words for business types."""

    who: Actor
    hall_id: str
    zone: tzinfo
    desk: Desk
    businesses: dict[str, str]
    t: Translator
    now: datetime

    def give(self, command: Command, name: str, finger: str = "", **named: Any) -> None:
        """A press at this counter, bound to the version on the screen; the same one again is the same press."""
        key = f"{self.desk.counter_id}:{self.desk.version}:{name}"
        named = {"counter_id": self.desk.counter_id, **named}
        press(command, self.who, self.hall_id, key, self.desk.version, named, finger or name)

    def button(
        self,
        place: Any,
        text: Message,
        command: Command,
        name: str,
        *,
        shortcut: str | None = None,
        primary: bool = False,
        disabled: bool = False,
        width: Literal["stretch", "content"] = "stretch",
        **named: Any,
    ) -> None:
        """A button of this desk: its key holds the version, so that a late second press finds nothing to press."""
        place.button(
            say(text),
            key=f"{Key.DESK_PRESS}-{name}-{self.desk.version}",
            type="primary" if primary else "secondary",
            shortcut=shortcut,
            disabled=disabled,
            width=width,
            on_click=self.give,
            args=(command, name, shortcut or name),
            kwargs=named,
        )


def draw_present(view: DeskView, here: Present) -> None:
    """Who is at the counter: the number, the clock, the next step and the few presses beside it."""
    t = view.t
    draw_stopwatch(
        number=here.ticket or _without_ticket(t, here),
        business=view.businesses.get(here.business_type, here.business_type),
        state=t.label(here.outcome),
        marks=_marks(view, here),
        clock=here.clock,
        now=view.now,
    )
    if here.outcome is Outcome.CALLED:
        _called(view)
    elif here.outcome is Outcome.SERVING:
        _serving(view)
    else:
        _held(view, here)


def _without_ticket(t: Translator, here: Present) -> str:
    return t.label(Channel.TELEPHONE if here.channel is Channel.TELEPHONE else Begun.WALK_IN)


def _marks(view: DeskView, here: Present) -> str:
    t = view.t
    marks = [
        t.label(here.hold_kind) if here.hold_kind else "",
        t.label(here.priority) if here.priority else "",
        t.words("Assisted") if here.assisted else "",
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


def _called(view: DeskView) -> None:
    view.button(st, ACTIONS["greet"], greet, "greet", shortcut=Shortcut.GREET, primary=True)
    row = st.container(horizontal=True)
    view.button(row, ACTIONS["call_again"], call_again, "call_again", shortcut=Shortcut.CALL_AGAIN)
    view.button(row, ACTIONS["no_show"], no_show, "no_show", shortcut=Shortcut.NO_SHOW)
    _phone(view, st)


def _serving(view: DeskView) -> None:
    row = st.container()
    beside = st.container(horizontal=True)
    if view.desk.waiting:
        text = ACTIONS["finish_and_call_next"]
        view.button(row, text, finish, "finish_next", shortcut=Shortcut.NEXT, primary=True, then_call=True)
        view.button(beside, ACTIONS["finish"], finish, "finish", shortcut=Shortcut.FINISH)
    else:
        # Whoever has come since the screen was drawn is called: the key is the same.
        view.button(row, ACTIONS["finish"], finish, "finish", shortcut=Shortcut.NEXT, primary=True, then_call=True)
    view.button(beside, ACTIONS["hold"], hold, "hold", shortcut=Shortcut.HOLD, kind=HoldKind.WAITING)
    _phone(view, beside)


def _phone(view: DeskView, place: Any) -> None:
    text = message("Phone interruption")
    view.button(place, text, hold, "phone", shortcut=Shortcut.PHONE, kind=HoldKind.PHONE)


def _held(view: DeskView, here: Present) -> None:
    key = Shortcut.PHONE if here.hold_kind is HoldKind.PHONE else Shortcut.HOLD
    view.button(st, ACTIONS["resume"], resume, "resume", shortcut=key, primary=True)
    view.button(st, ACTIONS["finish"], finish, "finish", shortcut=Shortcut.FINISH)


def draw_free(view: DeskView) -> None:
    """The counter is free or paused: call, or end the pause."""
    t, desk = view.t, view.desk
    if desk.state is CounterState.PAUSED:
        reason = t.label(desk.pause_reason) if desk.pause_reason else ""
        st.subheader(t.words("Paused: {reason}", reason=reason), anchor=False)
        view.button(st, ACTIONS["reopen"], reopen, "reopen", shortcut=Shortcut.NEXT, primary=True)
        return
    if desk.next_ticket is None:
        st.subheader(t.words("Nobody is waiting"), anchor=False)
    else:
        st.subheader(t.words("Next: {ticket}", ticket=desk.next_ticket), anchor=False)
    # Always pressable: somebody may have come since the screen was drawn.
    view.button(st, ACTIONS["call_next"], call_next, "call_next", shortcut=Shortcut.NEXT, primary=True)


def draw_queue(view: DeskView) -> None:
    """My queue in one line."""
    desk, t = view.desk, view.t
    if desk.longest_since_at is None:
        st.caption(t.words("My queue: nobody waiting"))
        return
    longest = waited(t, desk.longest_since_at, view.now)
    st.caption(t.words("My queue: {n} waiting, longest {time}", n=desk.waiting, time=longest))


def draw_undo(view: DeskView, last: Undoable | None) -> None:
    """The last press can be taken back for a minute."""
    draw_refusal()
    if last is None or last.action not in ACTIONS:
        return
    text = message("Undo: {action}", action=ACTIONS[last.action])
    view.button(st, text, undo, "undo", shortcut=Shortcut.UNDO)
