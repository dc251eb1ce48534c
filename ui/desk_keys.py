"""The keys of the counter: function keys, and a number pad that alone is enough."""

from __future__ import annotations

from enum import StrEnum


class Shortcut(StrEnum):
    """F1, F3, F5, F6, F7, F10, F11 and F12 belong to the browser, letters fail while Chinese is typed."""

    NEXT = "F8"
    GREET = "F9"
    FINISH = "Shift+F8"
    CALL_AGAIN = "Shift+F9"
    NO_SHOW = "F4"
    HOLD = "F2"
    PHONE = "Shift+F2"
    UNDO = "Ctrl+F9"
    WALK_IN = "Ctrl+F8"
    CALL_IN = "Shift+F4"
    HELP = "Ctrl+F2"


class Pad(StrEnum):
    """The keys of the number pad by their face; `code` is what a browser calls them, with NumLock on or off."""

    NEXT = "Enter"
    GREET = "+"
    FINISH = "0"
    HOLD = "1"
    PHONE = "2"
    CALL_AGAIN = "3"
    NO_SHOW = "4"
    ATTENTION = "7"
    CALL_IN = "8"
    HELP = "9"
    WALK_IN = "."
    UNDO = "-"
    ITEMS = "*"
    NUMBER = "/"

    @property
    def code(self) -> str:
        """`KeyboardEvent.code`."""
        return f"Numpad{_SIGNS.get(self.value, self.value)}"


_SIGNS = {"+": "Add", "-": "Subtract", "*": "Multiply", "/": "Divide", ".": "Decimal"}

PRESSES: dict[Pad, tuple[str, ...]] = {
    Pad.NEXT: ("finish_next", "call_next", "reopen", "serve", "finish"),
    Pad.GREET: ("greet",),
    Pad.FINISH: ("finish",),
    Pad.HOLD: ("hold", "resume", "found"),
    Pad.PHONE: ("phone", "resume"),
    Pad.CALL_AGAIN: ("call_again",),
    Pad.NO_SHOW: ("no_show",),
    Pad.ATTENTION: ("attention",),
    Pad.CALL_IN: ("walk_in-telephone",),
    Pad.HELP: ("help",),
    Pad.WALK_IN: ("walk_in-counter",),
    Pad.UNDO: ("undo",),
}
"""Which buttons a key presses: the newest of them that stands on the screen, of those as new the first."""
