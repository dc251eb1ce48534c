"""An address that leads to no screen, or to one of other roles: said in the reader's language, with the way on."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import streamlit as st

from models.actor import Actor
from ui import address
from ui.language import words
from ui.navigation import SCREENS, first_screen

_NAME = re.compile(r"[^/?#]{1,200}")


def asked_for(url: str | None) -> str | None:
    """The name that a browser's address asks for; None where it names none that can be a screen's."""
    name = unquote(urlsplit(url or "").path.rstrip("/").rsplit("/", 1)[-1])
    return name if _NAME.fullmatch(name) else None


def draw_unknown(who: Actor, name: str) -> None:
    """Say that it is no screen, or none of the reader's, and name theirs."""
    known = next((screen for screen in SCREENS if screen.url_path == name), None)
    if known is None:
        st.info(words("There is no page “{name}” here.", name=name))
    else:
        st.info(words("The page “{title}” is not for your role.", title=known.title))
    first = first_screen(who.roles, who.roles_everywhere)
    st.page_link(first.path, label=words("Go to: {title}", title=first.title), query_params=address.carried())
