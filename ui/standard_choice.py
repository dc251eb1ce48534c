"""The choice of one standard among those that are judged on interactions."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from standards.standard import Standard
from ui import address, filters
from ui.keys import Key
from ui.language import translator, words
from ui.standard_words import limit_in_words, titled


def standard(offered: Sequence[Standard]) -> Standard:
    """The standard that the address asks for, else the first headline; each named with its limit."""
    t = translator().plain
    by_code = {row.code: row for row in sorted(offered, key=lambda row: (not row.headline, row.code))}
    asked = address.here().standard
    if asked is not None and asked not in by_code:
        st.warning(words("{code} judges no interaction in this period; another standard is shown.", code=asked))
    chosen = filters.choice(
        "standard",
        list(by_code),
        lambda code: f"{titled(t, by_code[code])} · {limit_in_words(t, by_code[code])}",
        text=words("Standard"),
        key=Key.HALLS_STANDARD,
    )
    return by_code.get(chosen or "", offered[0])
