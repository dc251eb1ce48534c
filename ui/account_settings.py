"""The installation's options for accounts: duties kept apart, how long a sign-in lasts, and addresses to unlock."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from actions.access_rules import set_access_rule
from actions.address_locks import unlock_address
from actions.separation import keep_duties_apart
from analytics.access_rules import access_rules
from analytics.account_places import apart, zone_name
from analytics.address_locks import address_locks
from models.actor import Actor
from standards.message import message
from ui import answers, clock
from ui.account_press import draw_said, order
from ui.keys import Key
from ui.language import say, translator, words


def draw_apart(who: Actor) -> None:
    """Whether one person may give roles and audit; either way it is changed in two steps."""
    draw_said()
    st.markdown(f"**{words('Giving roles and auditing')}**")
    if answers.fresh(apart, who):
        st.markdown(words("Kept apart: nobody has both roles, and administrators do not read the audit trail."))
        with st.popover(words("Keep them apart no longer …")):
            st.text_input(words("Why (kept in the trail)"), key=Key.ACCOUNTS_APART_WHY, max_chars=500)
            st.button(
                words("Keep them apart no longer"), key=Key.ACCOUNTS_APART, type="primary", on_click=_let, args=(who,)
            )
    else:
        st.markdown(words("Not kept apart: administrators read the audit trail, and one person may have both roles."))
        with st.popover(words("Keep them apart …")):
            st.markdown(words("Administrators will no longer read the audit trail; auditors do."))
            st.button(words("Keep them apart"), key=Key.ACCOUNTS_APART, type="primary", on_click=_keep, args=(who,))


def draw_access_rules(who: Actor) -> None:
    """How long a sign-in lasts and how many tries there are, each with its bounds; what is open keeps its times."""
    rules = answers.fresh(access_rules, who)
    st.markdown(f"**{words('Signing in')}**")
    with st.form(Key.ACCOUNTS_RULES, border=False):
        for rule, value in rules:
            st.number_input(say(rule.said), rule.fewest, rule.most, value, key=f"{Key.ACCOUNTS_RULES}-{rule.name}")
        st.caption(words("Whoever is signed in keeps the times that held when they did."))
        st.form_submit_button(words("Save"), on_click=_set_rules, args=(who, {rule.name: was for rule, was in rules}))


def draw_address_locks(who: Actor) -> None:
    """The addresses that are locked, each to be unlocked: a whole hall may stand behind one."""
    locks = answers.fresh(address_locks, who, now=clock.now())
    st.markdown(f"**{words('Locked addresses')}**")
    if not locks:
        st.caption(words("No address is locked."))
        return
    zone = ZoneInfo(answers.answer(zone_name, who))
    for lock in locks:
        said, press = st.columns([3, 1], vertical_alignment="center")
        until = translator().time(lock.until, zone)
        told = words(
            "{address}: {n} wrong sign-ins, locked until {time}", address=lock.address, n=lock.failures, time=until
        )
        said.markdown(told)
        key, args = f"{Key.ACCOUNTS_ADDRESS}-{lock.address}", (who, lock.address)
        press.button(words("Unlock"), key=key, on_click=_unlock, args=args)


def _unlock(who: Actor, address: str) -> None:
    order(unlock_address, who, message("Unlocked: the next try counts."), address=address)


def _set_rules(who: Actor, were: dict[str, int]) -> None:
    for name, was in were.items():
        value = st.session_state.get(f"{Key.ACCOUNTS_RULES}-{name}", was)
        if value != was and order(set_access_rule, who, message("Saved."), name=name, value=int(value)) is None:
            return


def _keep(who: Actor) -> None:
    order(keep_duties_apart, who, message("Kept apart from now on."), apart=True)


def _let(who: Actor) -> None:
    reason = str(st.session_state.get(Key.ACCOUNTS_APART_WHY, ""))
    order(keep_duties_apart, who, message("No longer kept apart."), apart=False, reason=reason)
