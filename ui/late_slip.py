"""The blank slip sheet: ten lines with the grid's columns on A4, for when the system is down."""

from __future__ import annotations

import json
from functools import lru_cache

from ui.component import component
from ui.keys import Key
from ui.language import Translator, translator_of
from ui.late_grid import HEADS, LINES
from ui.wording import Language

_slip = component("late_slip")


def draw_slip(hall_name: str, t: Translator) -> None:
    """A button that prints the sheet in the reader's language."""
    _slip(key=Key.LATE_SLIP, data=_printed(t.language, hall_name))


@lru_cache(maxsize=64)
def _printed(language: Language, hall_name: str) -> str:
    """What the sheet says."""
    plain = translator_of(language).plain
    said = {
        "hall": hall_name,
        "button": plain.words("Print a blank slip sheet (A4)"),
        "title": plain.words("Visits on paper, to be entered late"),
        "day": plain.words("Date:"),
        "note": plain.words("Times to the minute. Outcome: finished, left, no-show or diverted."),
        "heads": [plain.say(head) for head in HEADS.values()],
        "lines": LINES,
        "signed": [plain.words("Written by"), plain.words("Entered by"), plain.words("Entered on")],
        "language": language.value,
    }
    return json.dumps(said, ensure_ascii=False)
