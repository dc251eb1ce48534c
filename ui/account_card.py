"""One account's card: its roles, where it is signed in, and what an administrator may do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import streamlit as st

from actions.accounts import close_account, end_account_sessions, reopen_account, set_leaving, unlock_account
from actions.people import grant, revoke
from analytics.account_card import AccountCard, account_card
from analytics.account_places import places, zone_name
from models.actor import Actor
from standards.message import Message, message
from standards.vocabulary import Role
from ui import answers, clock
from ui.account_forms import draw_profile
from ui.account_press import draw_once, draw_said, order, reset
from ui.account_words import (
    Places,
    by_code,
    password_words,
    place_words,
    role_words,
    scope_words,
    session_words,
    standing_words,
)
from ui.keys import Key
from ui.language import translator, words

_LONGEST = 500


def draw_card(who: Actor, account_id: str) -> None:
    """The account in full; who may only read sees it without what changes it."""
    card = answers.fresh(account_card, who, account_id=account_id, now=clock.now())
    if card is None:
        return
    known, zone = by_code(answers.fresh(places, who)), ZoneInfo(answers.answer(zone_name, who))
    with st.container(border=True):
        _draw_head(card, known, zone)
        draw_said()
        draw_once(card.line.id)
        roles, access = st.columns(2, gap="large")
        with roles:
            _draw_roles(who, card, known)
        with access:
            _draw_access(who, card, known, zone)
        if card.managed:
            _draw_rest(who, card, known)
        elif card.erased:
            st.caption(words("The person of this account was erased: what is left names nobody."))


def _draw_head(card: AccountCard, known: Places, zone: ZoneInfo) -> None:
    t, line = translator(), card.line
    st.subheader(t.name(*line.called), anchor=False)
    hall = place_words(t, known, line.branch_id) if line.branch_id else ""
    said = [t.text(line.name), hall, t.text(line.post), standing_words(t, line, zone)]
    st.markdown(t.joined(" · ", said))


def _draw_roles(who: Actor, card: AccountCard, known: Places) -> None:
    t, line = translator(), card.line
    st.markdown(f"**{words('Roles')}**")
    if not line.roles:
        st.caption(words("No role: nothing can be seen or done by this account."))
    for role, scope in line.roles:
        st.markdown(f"- {role_words(t, known, role, scope)}")
    if card.own:
        st.caption(words("This is your own account: another administrator changes its roles or closes it."))
    if not card.managed or card.own:
        return
    with st.container(horizontal=True):
        _draw_giving(who, card)
        if line.roles:
            _draw_taking(who, card, known)


def _draw_giving(who: Actor, card: AccountCard) -> None:
    t = translator().plain
    offered = by_code(answers.fresh(places, who, to_give=True))
    with st.popover(words("Give a role …")):
        st.selectbox(
            words("Role in the system"),
            [role for role in Role if role is not Role.DEVICE],
            format_func=t.label,
            key=_key(Key.ACCOUNTS_GIVE_ROLE, card),
        )
        codes = sorted(offered, key=lambda code: code != card.line.branch_id)
        st.selectbox(
            words("Where it holds"),
            codes,
            format_func=lambda code: scope_words(t, offered, code),
            key=_key(Key.ACCOUNTS_GIVE_SCOPE, card),
        )
        st.button(
            words("Give the role"), key=_key(Key.ACCOUNTS_GIVE, card), type="primary", on_click=_give, args=(who, card)
        )


def _give(who: Actor, card: AccountCard) -> None:
    role = st.session_state[_key(Key.ACCOUNTS_GIVE_ROLE, card)]
    scope = st.session_state[_key(Key.ACCOUNTS_GIVE_SCOPE, card)]
    order(grant, who, message("The role is given."), account_id=UUID(card.line.id), role=role, scope=scope)


def _draw_taking(who: Actor, card: AccountCard, known: Places) -> None:
    t = translator().plain
    with st.popover(words("Take a role away …")):
        st.selectbox(
            words("Which one"),
            list(card.line.roles),
            format_func=lambda held: role_words(t, known, *held),
            key=_key(Key.ACCOUNTS_TAKE_ROLE, card),
        )
        _draw_reasoned(card, Key.ACCOUNTS_TAKE, words("Take it away"), lambda: _take(who, card))


def _take(who: Actor, card: AccountCard) -> None:
    role, scope = st.session_state[_key(Key.ACCOUNTS_TAKE_ROLE, card)]
    done = message("The role is taken away, from open sessions too.")
    named = {"role": role, "scope": scope, "reason": _reason(Key.ACCOUNTS_TAKE, card)}
    order(revoke, who, done, account_id=UUID(card.line.id), **named)


def _draw_access(who: Actor, card: AccountCard, known: Places, zone: ZoneInfo) -> None:
    t, line = translator(), card.line
    st.markdown(f"**{words('Sign-in')}**")
    last = line.last_sign_in_at
    st.markdown(words("Not signed in yet.") if last is None else words("Last sign-in: {at}", at=last.astimezone(zone)))
    st.markdown(password_words(t, card))
    if line.locked_until is not None:
        until = line.locked_until.astimezone(zone)
        st.warning(words("Locked after too many wrong passwords, until {until}.", until=until))
    for one in card.sessions:
        st.markdown(f"- {session_words(t, one, known, zone)}")
    if not card.managed:
        return
    with st.container(horizontal=True):
        if not card.own and not line.closed:
            _draw_reset(who, card)
        if card.sessions and not card.own:
            done = message("Signed out everywhere.")
            text = words("Sign out everywhere …")
            _draw_sure(card, Key.ACCOUNTS_END, text, words("Sign out now"), end_account_sessions, who, done)
        if line.locked_until is not None:
            st.button(
                words("Unlock"),
                key=_key(Key.ACCOUNTS_UNLOCK, card),
                on_click=order,
                args=(unlock_account, who, message("Unlocked: the next try counts.")),
                kwargs={"account_id": UUID(line.id)},
            )


def _draw_reset(who: Actor, card: AccountCard) -> None:
    with st.popover(words("Reset the password …")):
        st.markdown(words("A temporary password is made and shown once. All sessions of the account end."))
        st.button(
            words("Make a temporary password"),
            key=_key(Key.ACCOUNTS_RESET, card),
            type="primary",
            on_click=reset,
            args=(who, card.line.id, card.line.name),
        )


def _draw_rest(who: Actor, card: AccountCard, known: Places) -> None:
    line = card.line
    with st.container(horizontal=True):
        with st.popover(words("Change name, hall or post …")):
            draw_profile(who, card, known)
        if not card.own:
            with st.popover(words("Leaving date …")):
                _draw_leaving(who, card)
            if line.active:
                with st.popover(words("Close the account …")):
                    st.markdown(words("Nobody gets in by it any more, and its sessions end at once. Records stay."))
                    _draw_reasoned(card, Key.ACCOUNTS_CLOSE, words("Close it"), lambda: _close(who, card))
            else:
                done = message("Open again, with the roles that it has.")
                text = words("Open it again …")
                _draw_sure(card, Key.ACCOUNTS_OPEN, text, words("Open it again"), reopen_account, who, done)


def _close(who: Actor, card: AccountCard) -> None:
    done = message("Closed: nobody gets in by it any more.")
    order(close_account, who, done, account_id=UUID(card.line.id), reason=_reason(Key.ACCOUNTS_CLOSE, card))


def _draw_leaving(who: Actor, card: AccountCard) -> None:
    st.date_input(
        words("Last day (empty: stays)"),
        value=card.line.leaving_on,
        key=_key(Key.ACCOUNTS_LEAVING_DAY, card),
        format="YYYY-MM-DD",
    )
    text = words("Save the leaving date")
    _draw_reasoned(card, Key.ACCOUNTS_LEAVING, text, lambda: _leave(who, card))


def _leave(who: Actor, card: AccountCard) -> None:
    day: date | None = st.session_state[_key(Key.ACCOUNTS_LEAVING_DAY, card)]
    done = message("The leaving date is saved.")
    reason = _reason(Key.ACCOUNTS_LEAVING, card)
    order(set_leaving, who, done, account_id=UUID(card.line.id), leaving_on=day, reason=reason)


def _draw_reasoned(card: AccountCard, key: Key, text: str, press: Callable[[], None]) -> None:
    st.text_input(words("Why (kept in the trail)"), key=_key(key, card, "why"), max_chars=_LONGEST)
    st.button(text, key=_key(key, card), type="primary", on_click=press)


def _draw_sure(
    card: AccountCard, key: Key, text: str, sure: str, command: Callable[..., Any], who: Actor, done: Message
) -> None:
    """A press in two steps."""
    with st.popover(text):
        st.button(
            sure,
            key=_key(key, card),
            type="primary",
            on_click=order,
            args=(command, who, done),
            kwargs={"account_id": UUID(card.line.id)},
        )


def _reason(key: Key, card: AccountCard) -> str:
    return str(st.session_state.get(_key(key, card, "why"), ""))


def _key(key: Key, card: AccountCard, part: str = "") -> str:
    """A widget of this card alone: what was typed for one account is never another's."""
    return " ".join(filter(None, (key, card.line.id, part)))
