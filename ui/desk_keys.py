"""The function keys of the counter: one a press, none that the browser or a Chinese input method takes."""

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
