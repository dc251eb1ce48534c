"""Texts that a spreadsheet program would take for formulas: marked in the files that people open, and read back."""

from __future__ import annotations

_BEGINS = ("=", "+", "-", "@", "\t", "\r")
_MARK = "'"


def inert(text: str) -> str:
    """A cell as it is written: an apostrophe before what would be a formula (and before what looks so marked)."""
    return _MARK + text if text.lstrip(_MARK).startswith(_BEGINS) else text


def as_said(text: str) -> str:
    """A cell as it was before `inert`."""
    return text[1:] if text.startswith(_MARK) and text.lstrip(_MARK).startswith(_BEGINS) else text
