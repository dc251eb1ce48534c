"""The hall's day as its screen sees it: who looks, what stands, and a press bound to the version that was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from hashlib import blake2s
from typing import Any, Literal

import streamlit as st

from analytics.directory import Hall
from analytics.hall_day import DayNow
from models.actor import Actor, Right
from standards.message import Message, Worded
from standards.vocabulary import Begun, Channel
from ui.escaping import in_markdown
from ui.keys import Key
from ui.language import Translator, say
from ui.press import Command, press


class DayStep(Worded):
    """The steps of a hall's day."""

    OPEN = "open", "Opening"
    DUTY = "duty", "Roster"
    HAND_OVER = "hand_over", "Shift change"
    CLOSE = "close", "Closing"


@dataclass(frozen=True)
class DayView:
    """What the parts of the screen share."""

    who: Actor
    hall: Hall
    day: DayNow
    businesses: dict[str, str]
    t: Translator
    now: datetime

    @property
    def zone(self) -> tzinfo:
        return self.hall.zone

    @property
    def runs(self) -> bool:
        """Whether the reader opens, runs and closes this hall."""
        return self.who.may(Right.RUN_HALL, self.hall.id)

    def person(self, account: str | None) -> str:
        """Who signed, by name; empty where the reader may not know."""
        return self.t.name(*self.day.people.of_account(account))

    def staff(self, staff_id: str | None) -> str:
        """A member of the staff by name."""
        return self.t.name(*self.day.people.of_staff(staff_id))

    def number(self, ticket: str | None, channel: Channel) -> str:
        """What a visit is called in a table: its ticket, or that it has none."""
        t = self.t.plain
        return ticket or t.label(Channel.TELEPHONE if channel is Channel.TELEPHONE else Begun.WALK_IN)

    def business(self, code: str) -> str:
        return self.t.text(self.businesses.get(code, code))

    def at(self, at: datetime) -> str:
        """A time of today, or with its day."""
        time = self.t.time(at, self.zone)
        on = at.astimezone(self.zone).date()
        return time if on == self.day.today else f"{self.t.short_day(on)} {time}"

    def give(self, command: Command, name: str, named: dict[str, Any], seen: int | None) -> bool:
        """A press on this day, bound to what was shown, and whether it was taken; the same one again is the same."""
        key = digest(self.who.name, self.day.day_on, seen, name)
        return press(command, self.who, self.hall.id, f"day:{key}", seen, named, name) is not None

    def _press(self, command: Command, name: str, named: dict[str, Any], seen: int | None) -> None:
        self.give(command, name, named, seen)

    def button(
        self,
        place: Any,
        text: Message,
        command: Command,
        name: str,
        *,
        primary: bool = False,
        disabled: bool = False,
        bound: bool = True,
        width: Literal["stretch", "content"] = "content",
        **named: Any,
    ) -> None:
        """A button of this day; `bound` gives the command the day and its version."""
        seen = self.day.version if bound else None
        place.button(
            say(text),
            key=self.key(f"press-{name}"),
            type="primary" if primary else "secondary",
            disabled=disabled,
            width=width,
            on_click=self._press,
            args=(command, name, {"of_day": self.day.day_on, **named} if bound else named, seen),
        )

    def key(self, name: str) -> str:
        """A widget's key, anew whenever the day has moved on, so that a late press finds nothing to press."""
        return f"{Key.HALL_DAY_INPUT}-{name}-{self.day.day_on}-{self.day.version}"

    def kept(self, name: str) -> str:
        """The key of what somebody is typing: it stays while the day moves on."""
        return f"{Key.HALL_DAY_INPUT}-{name}-{self.hall.id}"


def digest(*parts: object) -> str:
    """A short name for what is too long to be a key."""
    return blake2s(repr(parts).encode(), digest_size=12).hexdigest()


def rows(lines: list[dict[str, object]]) -> None:
    """A table of texts as they were typed, at most some twelve lines high, without columns in which nothing stands.

    No data frame: its tools (files, hidden columns) have no part here, and speak English alone.
    """
    said = [column for column in lines[0] if any(line[column] for line in lines)]
    cells = [{column: in_markdown(str(line[column])) for column in said} for line in lines]
    st.table(cells, border="horizontal", hide_index=True, height="content" if len(lines) <= 12 else 440)


def shown_day(view: DayView, on: date) -> str:
    """A day with its weekday."""
    return f"{view.t.day(on)} {view.t.weekday(on)}"
