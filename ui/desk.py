"""A counter's screen: what its parts share, the presses by name, the queue in a line, and the last press undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

import streamlit as st

from actions.amending import undo
from analytics.desk import Desk
from analytics.recent import Undoable
from models.actor import Actor
from standards.message import Message, message
from ui.desk_keys import Shortcut
from ui.keys import Key
from ui.language import Translator, say
from ui.press import Command, draw_refusal, press
from ui.stopwatch import waited

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
    "mark_bulk": message("On behalf of many"),
    "call_for_help": message("Call for help"),
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


def draw_queue(view: DeskView) -> None:
    """My queue in one line."""
    desk, t = view.desk, view.t
    if desk.tiny and not desk.waiting:
        return
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


def draw_head(view: DeskView, name: str) -> None:
    """Which counter, who stands there and how; the answer to a call for help beside it."""
    t, desk = view.t, view.desk
    mentor = t.name(*desk.mentor)
    head = [
        t.words("Counter {counter}", counter=desk.counter_id),
        name,
        t.words("Covering") if desk.covering else "",
        t.words("guided by {name}", name=mentor) if mentor else "",
    ]
    st.caption(t.joined(" · ", head))
    if desk.help is None:
        return
    asked = t.time(desk.help.asked_at, view.zone)
    if desk.help.answered:
        helper = t.name(desk.help.name, desk.help.name_en)
        st.caption(t.words("Help was called at {time}: {name} is coming.", time=asked, name=helper))
    else:
        st.caption(t.words("Help was called at {time}: nobody has answered yet.", time=asked))
