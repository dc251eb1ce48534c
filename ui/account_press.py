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
        st.session_state[Key.ACCOUNTS_ONCE] = (account_id, name, password)


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
    """The temporary password that was just made (for this account), until somebody says that it is noted."""
    kept: tuple[str, str, str] | None = st.session_state.get(Key.ACCOUNTS_ONCE)
    if kept is None or account_id not in (None, kept[0]):
        return
    with st.container(border=True):
        said = words("The temporary password of {name}. It is shown only now: hand it over on paper.", name=kept[1])
        st.markdown(said)
        st.code(kept[2], language=None)
        st.button(words("It is noted"), key=Key.ACCOUNTS_NOTED, on_click=_forget_once)


def _forget_once() -> None:
    st.session_state.pop(Key.ACCOUNTS_ONCE, None)
