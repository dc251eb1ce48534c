"""The stand-in for sign-in: in a demo region, and on this machine only, an account is chosen from a list."""

from __future__ import annotations

import streamlit as st

from analytics.accounts import AccountChoice, accounts, actor_of
from models.actor import Actor
from models.settings import demo_mode
from models.store import store
from standards.vocabulary import Role
from ui.address import ACCOUNT_PARAMETER
from ui.keys import Key
from ui.language import Translator, translator, translator_of, words
from ui.wording import Language

COMMANDS = (
    "python -m seed demo",
    "python -m actions branch add CODE --zone ZONE",
    "python -m actions account add NAME --role ROLE --scope CODE",
)


def signed_in() -> Actor | None:
    """The chosen account's actor; None where nobody can be let in."""
    # Streamlit names only addresses that are not this machine's own.
    from_elsewhere = isinstance(st.context.ip_address, str)
    choices = () if from_elsewhere else _choices(store().url)
    if not choices:
        return None
    chosen = _chosen(choices)
    st.session_state[Key.SIGNED_IN_AS] = chosen.name
    if st.query_params.get(ACCOUNT_PARAMETER) != chosen.name:
        st.query_params[ACCOUNT_PARAMETER] = chosen.name
    return _actor(store().url, chosen.id)


def chooser() -> None:
    """The lists to choose from: the role, then the account with its hall."""
    t, choices = translator().plain, _choices(store().url)
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


def draw_closed_door() -> None:
    """What stands there while nobody can be let in, in both languages."""
    for language in Language:
        speak = translator_of(language).words
        st.header(speak("No sign-in is set up yet"))
        st.markdown(
            speak(
                "This database holds no demo region, and signing in comes with a later version. "
                "With these commands you build a demo region, or your own halls and accounts:"
            )
        )
        st.code("\n".join(COMMANDS), language="bash")


@st.cache_data(ttl=5, max_entries=8, show_spinner=False)
def _choices(url: str) -> tuple[AccountChoice, ...]:
    with store(url).reading() as session:
        return accounts(session) if demo_mode(session) else ()


@st.cache_data(ttl=5, max_entries=200, show_spinner=False)
def _actor(url: str, account_id: str) -> Actor | None:
    with store(url).reading() as session:
        return actor_of(session, account_id)


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
    choices = _choices(store().url)
    hall = _chosen(choices).hall
    wanted = [choice for choice in choices if choice.role is st.session_state[Key.ACCOUNT_ROLE]]
    st.session_state[Key.ACCOUNT_IS_NEW] = True
    st.query_params[ACCOUNT_PARAMETER] = min(wanted, key=lambda choice: choice.hall != hall).name


def _account_words(t: Translator, choice: AccountChoice) -> str:
    name = t.name(choice.display_name, choice.display_name_en)
    hall = t.name(choice.hall_name, choice.hall_name_en)
    return f"{name} · {hall}" if hall and hall not in name else name
