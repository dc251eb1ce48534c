"""What is known of the reader: language, light or dark, and whether the screen is a bare strip."""

from __future__ import annotations

from contextvars import ContextVar

import streamlit as st

from charts.theme import DARK, LIGHT, Theme
from ui.keys import Key
from ui.wording import Language

LANGUAGE_PARAMETER = "lang"
STRIP_PARAMETER = "strip"
_settled: ContextVar[Language | None] = ContextVar("settled", default=None)
"""The language of the run that goes on in this thread: every sentence asks for it, and Streamlit's state is slow."""


def browser_language() -> Language:
    """What the browser asks for; Chinese where it does not say."""
    locale = st.context.locale
    return Language.EN if locale and not locale.lower().startswith("zh") else Language.ZH


def usual_language() -> Language:
    """What was chosen on the pages around the sign-in (their cookie), else what the browser asks for."""
    kept = st.context.cookies.get(LANGUAGE_PARAMETER)
    return Language(kept) if kept in set(Language) else browser_language()


def language() -> Language:
    """The language chosen in this session, else the reader's usual one."""
    return _settled.get() or _language()


def _language() -> Language:
    chosen = st.session_state.get(Key.CHOSEN_LANGUAGE)
    return chosen if isinstance(chosen, Language) else usual_language()


def choose_language(chosen: Language) -> None:
    """Keep it for the session; the frame writes it into the address."""
    st.session_state[Key.CHOSEN_LANGUAGE] = chosen
    _settled.set(chosen)


def strip() -> bool:
    """Whether sidebar and header are hidden: the clerk's narrow strip, the wall."""
    return bool(st.session_state.get(Key.STRIP, False))


def theme() -> Theme:
    """The charts' colours for the reader's light or dark screen."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def settle() -> None:
    """Take over what the address says, so that a link or a reload shows the same; each run of the frame begins so."""
    asked = st.query_params.get(LANGUAGE_PARAMETER)
    if asked in set(Language):
        choose_language(Language(asked))
    _settled.set(_language())
    if STRIP_PARAMETER in st.query_params:
        st.session_state[Key.STRIP] = st.query_params[STRIP_PARAMETER] == "1"


def parameters() -> dict[str, str]:
    """What a link must carry for its reader to see the same kind of screen."""
    carried: dict[str, str] = {}
    if language() is not usual_language():
        carried[LANGUAGE_PARAMETER] = language()
    if strip():
        carried[STRIP_PARAMETER] = "1"
    return carried
