"""The forms of accounts: one more, and who somebody is."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from actions.accounts import Profile, open_account, set_profile
from analytics.account_card import AccountCard
from analytics.account_places import places
from models.actor import Actor
from standards.message import Message, message
from standards.vocabulary import Role
from ui import answers
from ui.account_press import draw_once, draw_said, last_done, order, reset, told
from ui.account_words import Places, by_code, place_words, scope_words
from ui.keys import Key
from ui.language import translator, words

_SERVES = frozenset({Role.CLERK, Role.GUIDE, Role.SUPERVISOR})


def draw_adding(who: Actor) -> None:
    """One more account; its temporary password is shown this once."""
    draw_said()
    draw_once()
    t, offered = translator().plain, by_code(answers.fresh(places, who, to_give=True))
    left, right = st.columns(2)
    with left:
        st.text_input(words("Staff number (also the account's name)"), key=Key.ACCOUNTS_NEW_NAME, max_chars=32)
        st.text_input(words("Name"), key=Key.ACCOUNTS_NEW_CALLED, max_chars=120)
        st.text_input(words("Name in English (if any)"), key=Key.ACCOUNTS_NEW_CALLED_EN, max_chars=120)
        st.text_input(words("Post"), key=Key.ACCOUNTS_NEW_POST, max_chars=64)
    with right:
        st.selectbox(
            words("Where it holds"),
            sorted(offered, key=lambda code: (not offered[code].hall, code)),
            format_func=lambda code: scope_words(t, offered, code),
            key=Key.ACCOUNTS_NEW_SCOPE,
        )
        st.multiselect(
            words("Roles"),
            [role for role in Role if role is not Role.DEVICE],
            format_func=t.label,
            key=Key.ACCOUNTS_NEW_ROLES,
            placeholder=words("At least one"),
            select_all=False,
        )
        st.date_input(words("Leaving date (if known)"), value=None, key=Key.ACCOUNTS_NEW_LEAVING, format="YYYY-MM-DD")
    st.button(
        words("Add and show the password"),
        key=Key.ACCOUNTS_NEW_ADD,
        type="primary",
        on_click=_add,
        args=(who, offered),
        disabled=not st.session_state.get(Key.ACCOUNTS_NEW_ROLES),
    )


def _add(who: Actor, offered: Places) -> None:
    """Add what stands in the form; taken, the form is empty again: the next person's roles are their own."""
    typed = {
        key: str(st.session_state.get(key) or "").strip()
        for key in (
            Key.ACCOUNTS_NEW_NAME,
            Key.ACCOUNTS_NEW_CALLED,
            Key.ACCOUNTS_NEW_CALLED_EN,
            Key.ACCOUNTS_NEW_POST,
        )
    }
    name, scope, roles = typed[Key.ACCOUNTS_NEW_NAME], st.session_state[Key.ACCOUNTS_NEW_SCOPE], _chosen()
    hall = scope if scope in offered and offered[scope].hall else None
    number = name if hall is not None and roles & _SERVES else None
    profile = Profile(
        typed[Key.ACCOUNTS_NEW_CALLED] or name,
        typed[Key.ACCOUNTS_NEW_CALLED_EN],
        hall,
        number,
        typed[Key.ACCOUNTS_NEW_POST],
    )
    account_id = order(
        open_account,
        who,
        message("The account is added."),
        name=name,
        profile=profile,
        roles=[(role, scope) for role in roles],
        leaving_on=st.session_state[Key.ACCOUNTS_NEW_LEAVING],
    )
    if account_id is not None:
        reset(who, str(account_id), name)
        if last_done():
            told(_added(name, roles, scope, offered))
        st.session_state.update(dict.fromkeys(typed, ""))
        st.session_state.update({Key.ACCOUNTS_NEW_ROLES: [], Key.ACCOUNTS_NEW_LEAVING: None})
        st.session_state.pop(Key.ACCOUNTS_NEW_SCOPE, None)


def _added(name: str, roles: frozenset[Role], scope: str, offered: Places) -> Message:
    """Who was added with which roles, so that a wrong one is seen at once."""
    t = translator().plain
    given = t.joined(t.words(", "), (t.label(role) for role in Role if role in roles))
    return message(
        "{name} is added. Roles: {roles} · {place}. The password stands below.",
        name=name,
        roles=given,
        place=scope_words(t, offered, scope),
    )


def _chosen() -> frozenset[Role]:
    return frozenset(Role(role) for role in st.session_state.get(Key.ACCOUNTS_NEW_ROLES, ()))


def draw_profile(who: Actor, card: AccountCard, known: Places) -> None:
    """Who somebody is; another hall must be one that the reader manages."""
    t, line = translator().plain, card.line
    offered = by_code(answers.fresh(places, who, to_give=True))
    halls = [None, *(code for code, place in offered.items() if place.hall)]
    if line.branch_id not in halls:
        halls.append(line.branch_id)
    with st.form(f"{Key.ACCOUNTS_PROFILE} {line.id}", border=False):
        called = st.text_input(words("Name"), value=line.called[0], max_chars=120)
        called_en = st.text_input(words("Name in English (if any)"), value=line.called[1], max_chars=120)
        hall = st.selectbox(
            words("Hall"),
            halls,
            index=halls.index(line.branch_id),
            format_func=lambda code: place_words(t, known, code),
            help=words("Roles stay where they hold: give and take them apart."),
        )
        number = st.text_input(words("Staff number at the counter"), value=line.staff_id or "", max_chars=32)
        post = st.text_input(words("Post"), value=line.post, max_chars=64)
        outside = st.text_input(
            words("Name in the company's own sign-in"), value=card.external_name or "", max_chars=200
        )
        if st.form_submit_button(words("Save"), type="primary"):
            profile = Profile(called, called_en, hall, number.strip() or None, post, outside.strip() or None)
            done = message("Saved.")
            order(set_profile, who, done, account_id=UUID(line.id), profile=profile)
            st.rerun()
