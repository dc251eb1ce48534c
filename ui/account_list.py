"""The list of accounts: searched, filtered, a page at a time; the one that is chosen opens as a card."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from analytics.account_list import AccountLine, AccountPage, AccountState, account_page
from analytics.account_places import places, zone_name
from models.actor import Actor
from standards.vocabulary import Role
from ui import answers, clock
from ui.account_words import Places, by_code, place_words, roles_words, standing_words
from ui.keys import Key
from ui.language import Translator, translator, words

_A_PAGE = 50


def draw_list(who: Actor) -> str | None:
    """Filters and the lines that fit; the id of the account that is chosen, or that alone fits a search."""
    known = by_code(answers.fresh(places, who))
    zone = ZoneInfo(answers.answer(zone_name, who))
    asked = _draw_filters(known)
    found = _page(who, asked)
    if not found.total:
        st.info(words("No account fits.") if any(asked.values()) else words("There is no account in your scope yet."))
        return None
    chosen = _draw_table(found, known, zone)
    _draw_pages(found)
    alone = found.lines[0] if found.total == 1 and asked["search"] else None
    line = chosen or alone
    if line is None:
        st.caption(
            words("Choose a line to see the account and to change it.")
            if answers.answer(places, who, to_give=True)
            else words("Choose a line to see the account.")
        )
    return None if line is None else line.id


def _page(who: Actor, asked: dict[str, Any]) -> AccountPage:
    """The page that is turned to; the last one where there are no longer so many."""
    turned = int(st.session_state.get(Key.ACCOUNTS_PAGE, 1)) - 1
    named = {**asked, "limit": _A_PAGE, "now": clock.now()}
    found: AccountPage = answers.fresh(account_page, who, offset=turned * _A_PAGE, **named)
    if not found.lines and found.total:
        st.session_state[Key.ACCOUNTS_PAGE] = 1
        found = answers.fresh(account_page, who, offset=0, **named)
    return found


def _draw_filters(known: Places) -> dict[str, Any]:
    t = translator().plain
    search, hall, role, state = st.columns([3, 2, 2, 2])
    halls = [place.code for place in known.values() if place.hall]
    every = words("All")
    return {
        "search": search.text_input(
            words("Search: name, staff number or post"), key=Key.ACCOUNTS_SEARCH, max_chars=64, on_change=_first_page
        ),
        "branch_id": hall.selectbox(
            words("Hall"),
            halls,
            index=None,
            format_func=lambda code: place_words(t, known, code),
            placeholder=every,
            key=Key.ACCOUNTS_HALL,
            on_change=_first_page,
        ),
        "role": role.selectbox(
            words("Role in the system"),
            [role for role in Role if role is not Role.DEVICE],
            index=None,
            format_func=t.label,
            placeholder=every,
            key=Key.ACCOUNTS_ROLE,
            on_change=_first_page,
        ),
        "state": state.selectbox(
            words("State"),
            list(AccountState),
            index=None,
            format_func=t.label,
            placeholder=every,
            key=Key.ACCOUNTS_STATE,
            on_change=_first_page,
        ),
    }


def _first_page() -> None:
    st.session_state[Key.ACCOUNTS_PAGE] = 1


def _draw_table(found: AccountPage, known: Places, zone: ZoneInfo) -> AccountLine | None:
    t = translator().plain
    text = st.column_config.TextColumn
    marks = " ".join(line.id for line in found.lines)
    shown = st.dataframe(
        [_row(t, line, known, zone) for line in found.lines],
        key=f"{Key.ACCOUNTS_TABLE} {hash(marks)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "called": text(words("Name"), pinned=True),
            "account": text(words("Account")),
            "hall": text(words("Hall")),
            "post": text(words("Post")),
            "roles": text(words("Roles"), width=260),
            "standing": text(words("State")),
            "last": text(words("Last sign-in")),
        },
    )
    rows = shown["selection"]["rows"]
    return found.lines[rows[0]] if rows and rows[0] < len(found.lines) else None


def _row(t: Translator, line: AccountLine, known: Places, zone: ZoneInfo) -> dict[str, str]:
    last = line.last_sign_in_at
    return {
        "called": t.name(*line.called),
        "account": line.name,
        "hall": place_words(t, known, line.branch_id) if line.branch_id else "",
        "post": line.post,
        "roles": roles_words(t, known, line),
        "standing": standing_words(t, line, zone),
        "last": "" if last is None else t.moment(last, zone),
    }


def _draw_pages(found: AccountPage) -> None:
    """Where the list stands among thousands, and the way on."""
    first, last = found.offset + 1, found.offset + len(found.lines)
    pages = -(-found.total // _A_PAGE)
    said, turn = st.columns([3, 1], vertical_alignment="center")
    if pages > 1:
        said.caption(words("Accounts {first} to {last} of {n}", first=first, last=last, n=f"{found.total:,}"))
        turn.number_input(words("Page number"), min_value=1, max_value=pages, step=1, key=Key.ACCOUNTS_PAGE)
    elif found.total > 1:
        said.caption(words("{n} accounts", n=found.total))
