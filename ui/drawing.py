"""Figures on the screen: our settings, the reader's dates, nothing fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from babel import Locale

from ui import reader
from ui.wording import Language


def draw(figure: go.Figure, key: str, alt: str | None = None, *, choose: bool | Callable[[], None] = False) -> Any:
    """Show a figure; with `choose` its points can be clicked, and the selection is given back (or told to it)."""
    return st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        theme=None,
        config=settings(reader.language()),
        on_select=choose if callable(choose) else "rerun" if choose else "ignore",
        selection_mode="points",
    )


@cache
def settings(language: Language) -> dict[str, Any]:
    """Plotly's settings; a locale's name alone does nothing, its dictionary must come along."""
    plain: dict[str, Any] = {"displaylogo": False, "displayModeBar": False, "responsive": True}
    if language is Language.EN:
        return plain
    name = "zh-CN"
    return plain | {"locale": name, "locales": {name: {"dictionary": {}, "format": _format(language.locale)}}}


def _format(locale: Locale) -> dict[str, Any]:
    days, months = locale.days["stand-alone"], locale.months["stand-alone"]
    # Plotly's weeks begin on Sunday, Babel's on Monday.
    order = (6, 0, 1, 2, 3, 4, 5)
    months_in_order = range(1, 13)
    year, month, day = (locale.date_formats["long"].pattern.replace("'", "").split(letter)[1][:1] for letter in "yMd")
    return {
        "days": [days["wide"][number] for number in order],
        "shortDays": [days["abbreviated"][number] for number in order],
        "months": [months["wide"][number] for number in months_in_order],
        "shortMonths": [months["abbreviated"][number] for number in months_in_order],
        "date": f"%Y{year}%m{month}%d{day}",
        "dayMonth": f"%m{month}%d{day}",
        "yearMonth": f"%Y{year}%m{month}",
        "year": f"%Y{year}",
    }
