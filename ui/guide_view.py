"""What the parts of the guide's desk share: the reader, the hall as it was read, and how a press is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from actions.press import Receipt
from analytics.door import Door
from models.actor import Actor
from ui.keys import Key
from ui.language import Translator
from ui.press import Command, press
from ui.stopwatch import waited


@dataclass(frozen=True)
class DoorView:
    """The guide's desk at one moment, in the words of its reader; `businesses` are plain names by code."""

    who: Actor
    hall_id: str
    hall_name: str
    hall_name_en: str
    zone: tzinfo
    door: Door
    businesses: dict[str, str]
    t: Translator
    now: datetime

    def waited(self, since_at: datetime) -> str:
        """How long somebody has waited, in words."""
        return waited(self.t, since_at, self.now)

    def business(self, code: str) -> str:
        """The name of a business type, for a place that reads markup."""
        return self.t.text(self.businesses.get(code, code))

    def give(self, command: Command, name: str, of: object, seen: int | None, **named: Any) -> Receipt | None:
        """A press about something (`of`), bound to the version on the screen; the same again is the same press."""
        return press(command, self.who, self.hall_id, f"{of}:{seen}:{name}", seen, named, f"{name}:{of}")

    def button(
        self, place: Any, text: str, command: Command, name: str, of: object, seen: int | None, **named: Any
    ) -> None:
        """A button for such a press; `disabled` and `type` are the button's own."""
        look = {part: named.pop(part) for part in ("disabled", "type", "width") if part in named}
        place.button(
            text,
            key=f"{Key.GUIDE_INPUT}-{name}-{of}-{seen}",
            on_click=self.give,
            args=(command, name, of, seen),
            kwargs=named,
            **look,
        )
