"""The catalogue as a table; the row that is chosen stands in the address."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from analytics.catalogue import CatalogueLine
from standards.vocabulary import Aggregation
from ui import address
from ui.keys import Key
from ui.language import Translator, translator, words
from ui.standard_words import days_in_words, edition_of, limit_in_words, name_of, target_in_words

ROW_PIXELS, MOST_PIXELS = 35, 640


def draw(lines: Sequence[CatalogueLine]) -> None:
    """A line each; choosing one opens its code, and the code that is open is marked."""
    t = translator().plain
    codes = tuple(line.standard.code for line in lines)
    opened = address.here().standard
    # Other lines are another table: a choice by place must not outlive the lines it was made among.
    key = f"{Key.CATALOGUE_TABLE} {' '.join(codes)}"
    st.dataframe(
        [_row(t, line) for line in lines],
        key=key,
        hide_index=True,
        height=min(MOST_PIXELS, ROW_PIXELS * (len(lines) + 1) + 3),
        column_config=_columns(),
        column_order=list(_columns()),
        on_select=partial(_take, key, codes),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [codes.index(opened)] if opened in codes else []}},
    )


def _row(t: Translator, line: CatalogueLine) -> dict[str, Any]:
    row = line.standard
    return {
        "code": row.code,
        "name": name_of(t, row),
        "limit": limit_in_words(t, row),
        "target": "–" if row.aggregation in {Aggregation.MEAN, Aggregation.COUNT} else target_in_words(t, row),
        "grade": f"{row.grade} · {t.label(row.grade)}",
        "standing": t.label(line.standing),
        "collection": t.label(line.collection),
        "basis": t.label(row.basis),
        "counted": t.label(row.aggregation),
        "critical": t.words("Critical") if row.critical else "",
        "dimension": t.label(row.dimension),
        "issuer": t.label(row.issuer),
        "edition": edition_of(t, row),
        "days": days_in_words(t, row.in_force_from, line.ends_on),
        "source": row.source,
    }


def _columns() -> dict[str, Any]:
    text = st.column_config.TextColumn
    return {
        "code": text(words("Code"), width=60),
        "name": text(words("Standard"), width=165),
        "limit": text(words("Limit"), width=115),
        "grade": text(words("Grade"), width=120),
        "target": text(words("Target"), width=65),
        "collection": text(words("Data"), width=130),
        "standing": text(words("On that day"), width=130),
        "basis": text(words("Basis"), width=110),
        "counted": text(words("Judged as"), width=150),
        "critical": text(words("Critical"), width=70),
        "dimension": text(words("Dimension"), width=110),
        "issuer": text(words("Issuer"), width=120),
        "edition": text(words("Edition"), width=90),
        "days": text(words("In force"), width=200),
        "source": text(words("Source"), width=260),
    }


def _take(key: str, codes: tuple[str, ...]) -> None:
    rows = st.session_state[key].selection.rows
    address.change(standard=codes[rows[0]] if rows else None)
