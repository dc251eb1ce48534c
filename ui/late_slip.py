"""The blank slip sheet: ten lines with the grid's columns on A4, for when the system is down."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui.keys import Key
from ui.language import Translator
from ui.late_grid import HEADS, LINES

_FOLDER = Path(__file__).parent / "components"
_slip = st.components.v2.component(
    "late_slip",
    css=(_FOLDER / "late_slip.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "late_slip.js").read_text(encoding="utf-8"),
)


def draw_slip(hall_name: str, t: Translator) -> None:
    """A button that prints the sheet in the reader's language."""
    plain = t.plain
    _slip(
        key=Key.LATE_SLIP,
        data={
            "button": plain.words("Print a blank slip sheet (A4)"),
            "title": plain.words("Visits on paper, to be entered late"),
            "hall": hall_name,
            "day": plain.words("Date:"),
            "note": plain.words("Times to the minute. Outcome: finished, left, no-show or diverted."),
            "heads": [plain.say(head) for head in HEADS.values()],
            "lines": LINES,
            "signed": [plain.words("Written by"), plain.words("Entered by"), plain.words("Entered on")],
            "language": t.language.value,
        },
    )
