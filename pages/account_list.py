"""Accounts: who may use the product, as what and until when; one more, or many from a file."""

import streamlit as st

from ui import session
from ui.account_card import draw_card
from ui.account_forms import draw_adding
from ui.account_import import draw_import
from ui.account_list import draw_list
from ui.account_settings import draw_access_rules, draw_address_locks, draw_apart
from ui.account_tabs import Part, parts
from ui.keys import Key
from ui.language import translator, words

who = session.actor()
st.title(words("Accounts"), anchor=False)
part, offered = Part.LIST, parts(who)
if len(offered) > 1:
    part = st.segmented_control(
        words("What to do"),
        offered,
        format_func=translator().plain.label,
        default=Part.LIST,
        required=True,
        key=Key.ACCOUNTS_PART,
        label_visibility="collapsed",
    )
if part is Part.ADD:
    draw_adding(who)
elif part is Part.FILE:
    draw_import(who)
elif part is Part.APART:
    draw_apart(who)
    draw_access_rules(who)
    draw_address_locks(who)
elif chosen := draw_list(who):
    draw_card(who, chosen)
