"""What people and machines write in their own words, as it can be stored."""

from __future__ import annotations

from unicodedata import category

from actions.refusal import Refused
from standards.message import message

LONGEST_REASON = 500
_KEPT = "\n"
_NOTHING = frozenset({"Cc", "Cs"})
"""Control characters and halves of pairs: no store takes all of them, and no reader sees any."""


def a_text(text: str, most: int) -> str:
    """The text without control characters (lines stay lines) and without blanks at its ends, `most` long at most."""
    lines = text.replace("\r\n", "\n").replace("\t", " ")
    kept = "".join(letter for letter in lines if letter in _KEPT or category(letter) not in _NOTHING)
    return kept.strip()[:most].rstrip()


def a_reason(why: str) -> str:
    """Why something is done, in somebody's own words; Refused where nothing is said."""
    said = a_text(why, LONGEST_REASON)
    if not said:
        raise Refused("no_reason", message("A reason is needed."))
    return said
