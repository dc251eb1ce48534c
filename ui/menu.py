"""The menu's entries, made once a process: each run of the frame is handed copies."""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Literal

import streamlit as st

from ui.language import translator_of
from ui.navigation import Screen
from ui.wording import Language


def entry(screen: Screen, language: Language) -> st.Page:
    """A screen's entry in a language; a copy, for a page remembers whether it has been run."""
    return copy(_entry(screen, language))


def section(screen: Screen, language: Language) -> str:
    """The part of the menu that a screen stands in."""
    return translator_of(language).say(screen.section)


@cache
def _entry(screen: Screen, language: Language) -> st.Page:
    shown: Literal["visible", "hidden"] = "visible" if screen.in_menu else "hidden"
    title = translator_of(language).say(screen.title)
    return st.Page(screen.path, title=title, url_path=screen.url_path, visibility=shown)
