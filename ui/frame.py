"""The frame round every screen: who looks, in which language, the menu of their role, then the screen itself."""

from __future__ import annotations

import streamlit as st

from models.actor import Actor
from standards.vocabulary import Role
from ui import account_panel, address, connection, reader, session, sign_in, store_away
from ui.icon import ICON
from ui.keys import Key
from ui.language import translator, words
from ui.menu import entry, section
from ui.navigation import Screen, first_screen, screens_for
from ui.unknown import asked_for, draw_unknown
from ui.wording import Language

SAYS_IT_ITSELF, OWN_RESULTS = "live-board", "my-results"
"""The screen whose own banner says how old its figures are, and the one that closes when it is left."""
BARE = """<style>
[data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none; }
[data-testid="stMainBlockContainer"] { padding: 0.5rem 0.75rem; }
</style>"""

NARROW = """<style>
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding-top: 4.25rem; } }
</style>"""
"""A telephone shows the first words of a screen right under the header."""


def open_frame() -> None:
    """Let the reader in and run the screen they asked for."""
    session.forget_actor()
    reader.settle()
    who = sign_in.signed_in()
    if who is None:
        _configure()
        st.html(connection.ASIDE + account_panel.HIDDEN_MENU)
        st.navigation([st.Page(account_panel.draw_signed_out, title=words("Sign in"))], position="hidden").run()
        return
    session.put_actor(who)
    _keep_in_address()
    _run_screen(who)


def _configure(title: str | None = None) -> None:
    st.set_page_config(page_title=title, page_icon=ICON, layout="wide")


def _keep_in_address() -> None:
    """Language and kind of screen outlive a reload; a turn of the page has cleared them."""
    for name, value in reader.parameters().items():
        if st.query_params.get(name) != value:
            st.query_params[name] = value


def _run_screen(who: Actor) -> None:
    screens = screens_for(who.roles, who.roles_everywhere)
    if not screens:
        _configure()
        st.navigation([st.Page(account_panel.draw_no_role, title=words("Start"))], position="hidden").run()
        return
    if st.session_state.pop(Key.ACCOUNT_IS_NEW, False):
        _navigate(screens_for(Role), who)
        st.switch_page(first_screen(who.roles, who.roles_everywhere).path)
    current = _navigate(screens, who)
    _configure(f"{current.title} · {words('Service-counter monitor')}")
    st.html(connection.ASIDE + (BARE if session.bare(who) else NARROW))
    if not session.bare(who):
        _sidebar(who)
    if current.url_path != OWN_RESULTS:
        session.close_own_results()
    if current.url_path != SAYS_IT_ITSELF:
        connection.watch_connection()
    address.complaints()
    with session.refusals():
        current.run()


def _navigate(screens: tuple[Screen, ...], who: Actor) -> st.Page:
    def start() -> None:
        st.switch_page(first_screen(who.roles, who.roles_everywhere).path)

    # The root has a page of its own, so that every screen keeps its address whoever sees it first.
    hidden = [st.Page(start, title=words("Start"), url_path="start", default=True, visibility="hidden")]
    pages: dict[str, list[st.Page]] = {"": hidden}
    language = reader.language()
    for screen in screens:
        pages.setdefault(section(screen, language), []).append(entry(screen, language))
    asked = asked_for(st.context.url)
    if asked is not None and asked not in {page.url_path for listed in pages.values() for page in listed}:

        def unknown() -> None:
            draw_unknown(who, asked)

        # Caught by a page of its own: else Streamlit says it in English and leaves the address for the first screen.
        hidden.append(st.Page(unknown, title=words("No such page"), url_path=asked, visibility="hidden"))
    return st.navigation(pages, position="hidden" if session.bare(who) else "sidebar", expanded=True)


def _sidebar(who: Actor) -> None:
    with st.sidebar:
        if who.session_id is None:
            sign_in.chooser()
        else:
            account_panel.draw_panel(who)
        st.session_state[Key.LANGUAGE] = reader.language()
        st.segmented_control(
            words("Language"),
            list(Language),
            format_func=lambda language: language.own_name,
            key=Key.LANGUAGE,
            on_change=_take_language,
            required=True,
        )
        if sign_in.in_a_demo_region():
            st.caption(translator().words("Demo region: its halls and people are made up."))


def _take_language() -> None:
    chosen = Language(st.session_state[Key.LANGUAGE])
    reader.choose_language(chosen)
    st.query_params[reader.LANGUAGE_PARAMETER] = chosen


with store_away.held():
    open_frame()
