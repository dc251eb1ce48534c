"""For how long each kind is kept: changed by who keeps the installation, who sees first how much would go."""

from __future__ import annotations

import streamlit as st

from actions.retention import set_period
from analytics.stored import StoredFor, would_go
from models.actor import Actor
from models.retention import MOST_DAYS, Kept
from standards.message import message
from ui import answers, clock
from ui.keys import Key
from ui.language import translator, words
from ui.privacy_press import draw_said, order


def draw_periods(who: Actor, stored: StoredFor) -> None:
    """One kind at a time: its days, what is usual and least, and what the next night would let go."""
    st.subheader(words("How long it is kept"), anchor=False)
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    kept = left.selectbox(words("Kind"), list(Kept), format_func=translator().plain.label, key=Key.PRIVACY_PERIOD)
    period = next(one for one in stored.periods if one.kept is kept)
    days = right.number_input(
        words("Days"), period.least, MOST_DAYS, period.days, 1, key=f"{Key.PRIVACY_DAYS} {kept} {period.days}"
    )
    n = answers.fresh(would_go, who, kept=kept, days=days, now=clock.now())
    st.caption(
        words(
            "Usual: {usual} days, at least {least}. With {days} days the next night lets go {n} records, for good.",
            usual=period.usual,
            least=period.least,
            days=days,
            n=n,
        )
    )
    st.button(
        words("Keep it for {days} days", days=days),
        key=Key.PRIVACY_SAVE,
        disabled=days == period.days,
        on_click=_set,
        args=(who, kept, days),
    )
    draw_said(Key.PRIVACY_PERIOD)


def _set(who: Actor, kept: Kept, days: int) -> None:
    done = message("From now on it is kept for {days} days.", days=days)
    order(set_period, who, done, beside=Key.PRIVACY_PERIOD, kept=kept, days=days)
