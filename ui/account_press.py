"""Changes of accounts: carried out once, and what came of them said; a temporary password is shown this once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import streamlit as st

from actions.passwords import reset_password
from actions.refusal import Refused
from models.actor import Actor, NotAllowed
from models.store import StoreAway
from standards.message import Message, message
from ui import answers, clock
from ui.keys import Key
from ui.language import say, words

_AWAY = message("The database could not be reached: nothing was changed. Try again.")


def order(command: Callable[..., Any], who: Actor, done: Message, **named: Any) -> Any:
    """Carry out a command in one transaction; None where it was refused. Either is said with the next drawing."""
    return _carried_out(answers.order, command, who, done, named)


def reset(who: Actor, account_id: str, name: str) -> None:
    """Give an account a temporary password, and keep it for the screen until it is noted."""
    done = message("{name} gets in with the password below and chooses another one at once.", name=name)
    password = _carried_out(answers.in_parts, reset_password, who, done, {"account_id": UUID(account_id)})
    if password is not None:
        kept = {one: noted for one, noted in _unnoted().items() if one != account_id}
        st.session_state[Key.ACCOUNTS_ONCE] = {account_id: (name, password), **kept}


def told(said: Message) -> None:
    """Say this of the press that was just carried out, with the next drawing."""
    st.session_state[Key.ACCOUNTS_SAID] = (True, said)


def last_done() -> bool:
    """Whether the last press was taken."""
    return bool(st.session_state.get(Key.ACCOUNTS_SAID, (True, None))[0])


def _unnoted() -> dict[str, tuple[str, str]]:
    """Name and temporary password by account, the newest first: each stays until it is noted."""
    kept: dict[str, tuple[str, str]] = st.session_state.get(Key.ACCOUNTS_ONCE, {})
    return kept


def _carried_out(way: Callable[..., Any], command: Any, who: Actor, done: Message, named: dict[str, Any]) -> Any:
    try:
        result = way(command, who, **named, now=clock.now())
    except (Refused, NotAllowed) as refusal:
        st.session_state[Key.ACCOUNTS_SAID] = (False, refusal.message)
        return None
    except StoreAway:
        st.session_state[Key.ACCOUNTS_SAID] = (False, _AWAY)
        return None
    answers.forget()
    st.session_state[Key.ACCOUNTS_SAID] = (True, done)
    return True if result is None else result


def draw_said() -> None:
    """What came of the last press, once."""
    done, said = st.session_state.pop(Key.ACCOUNTS_SAID, (True, None))
    if said is not None:
        (st.success if done else st.error)(say(said))


def draw_once(account_id: str | None = None) -> None:
    """The temporary passwords (this account's alone, if it is named), each until somebody says that it is noted."""
    for one, (name, password) in _unnoted().items():
        if account_id in (None, one):
            with st.container(border=True):
                st.markdown(
                    words("The temporary password of {name}. It is shown only now: hand it over on paper.", name=name)
                )
                st.code(password, language=None)
                key = f"{Key.ACCOUNTS_NOTED} {one}"
                st.button(words("It is noted"), key=key, on_click=_forget_once, args=(one,))


def _forget_once(account_id: str) -> None:
    kept = {one: noted for one, noted in _unnoted().items() if one != account_id}
    st.session_state[Key.ACCOUNTS_ONCE] = kept
