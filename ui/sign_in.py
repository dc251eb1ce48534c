"""Who is let in to the screens: whoever has a session, or in a demo region, on this machine, chooses an account."""

from __future__ import annotations

import streamlit as st

from actions.stations import SCREEN
from analytics.accounts import AccountChoice, accounts, actor_of
from models.actor import Actor
from models.settings import demo_mode
from models.store import store
from standards.vocabulary import Role
from ui import presence
from ui.address import ACCOUNT_PARAMETER
from ui.doorkeeping import came_in
from ui.keeping import Kept
from ui.keys import Key
from ui.language import Translator, translator, words

_KEPT_SECONDS = 5
_listed, _let_in = Kept(_KEPT_SECONDS, most=8), Kept(_KEPT_SECONDS, most=200)


def signed_in() -> Actor | None:
    """Whoever is signed in, or chosen; None where nobody is, or no longer."""
    way = came_in()
    if way.session_id is not None:
        _forget_another(way.session_id)
        return presence.in_session(way.session_id)
    if way.screen is not None:
        _forget_another(SCREEN + way.screen)
        return presence.in_session(SCREEN + way.screen)
    return _chosen_account() if way.may_choose else None


def _forget_another(session_id: str) -> None:
    """A tab that was somebody else's keeps nothing of theirs: its state outlives a new sign-in in another tab."""
    if st.session_state.get(Key.SESSION_ID, session_id) != session_id:
        for kept in list(st.session_state):
            del st.session_state[kept]
    st.session_state[Key.SESSION_ID] = session_id


def _chosen_account() -> Actor | None:
    choices = _choices()
    if not choices:
        return None
    chosen = _chosen(choices)
    st.session_state[Key.SIGNED_IN_AS] = chosen.name
    if st.query_params.get(ACCOUNT_PARAMETER) != chosen.name:
        st.query_params[ACCOUNT_PARAMETER] = chosen.name
    return _actor(chosen.id)


def chooser() -> None:
    """The lists to choose from: the role, then the account with its hall."""
    t, choices = translator().plain, _choices()
    chosen = _chosen(choices)
    roles = list(dict.fromkeys(choice.role for choice in choices))
    st.session_state[Key.ACCOUNT_ROLE] = chosen.role
    st.selectbox(words("Role"), roles, format_func=t.label, key=Key.ACCOUNT_ROLE, on_change=_take_role)
    named = {choice.name: choice for choice in choices if choice.role is chosen.role}
    st.session_state[Key.ACCOUNT] = chosen.name
    st.selectbox(
        words("Account"),
        list(named),
        format_func=lambda name: _account_words(t, named[name]) if name in named else name,
        key=Key.ACCOUNT,
        on_change=_take_account,
    )


def in_a_demo_region() -> bool:
    """Whether what the screens show is made up."""
    return bool(_choices())


def _choices() -> tuple[AccountChoice, ...]:
    """The accounts of a demo region, the same list for everybody."""

    def asked() -> tuple[AccountChoice, ...]:
        with store().reading() as session:
            return accounts(session) if demo_mode(session) else ()

    listed: tuple[AccountChoice, ...] = _listed.value(store().url, asked)
    return listed


def _actor(account_id: str) -> Actor | None:
    """An account's actor with its rights, as they stood at most five seconds ago."""

    def asked() -> Actor | None:
        with store().reading() as session:
            return actor_of(session, account_id)

    actor: Actor | None = _let_in.value((store().url, account_id), asked)
    return actor


def _chosen(choices: tuple[AccountChoice, ...]) -> AccountChoice:
    named = {choice.name: choice for choice in choices}
    for asked in (st.query_params.get(ACCOUNT_PARAMETER), st.session_state.get(Key.SIGNED_IN_AS)):
        if asked in named:
            return named[asked]
    return min(choices, key=lambda choice: (choice.role is not Role.SUPERVISOR, not choice.round_the_clock))


def _take_account() -> None:
    st.session_state[Key.ACCOUNT_IS_NEW] = True
    st.query_params[ACCOUNT_PARAMETER] = st.session_state[Key.ACCOUNT]


def _take_role() -> None:
    """The first account of the role, in the same hall where it has one."""
    choices = _choices()
    hall = _chosen(choices).hall
    wanted = [choice for choice in choices if choice.role is st.session_state[Key.ACCOUNT_ROLE]]
    st.session_state[Key.ACCOUNT_IS_NEW] = True
    st.query_params[ACCOUNT_PARAMETER] = min(wanted, key=lambda choice: choice.hall != hall).name


def _account_words(t: Translator, choice: AccountChoice) -> str:
    name = t.name(choice.display_name, choice.display_name_en)
    hall = t.name(choice.hall_name, choice.hall_name_en)
    return f"{name} · {hall}" if hall and hall not in name else name
