"""The first rows of a file as they will be understood, with problems marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

import streamlit as st

from actions.imports import RejectedLine
from analytics.directory import Business
from ingest.fields import TIMES
from ingest.looking import PreviewLine
from standards.message import Worded
from ui.import_words import detail_of, field_name, reason_name
from ui.keys import Key
from ui.language import Translator, translator, words

_ORDER = (
    "outcome",
    "business_type",
    "channel",
    "ticket",
    "arrived_at",
    "called_at",
    "greeted_at",
    "started_at",
    "ended_at",
    "left_at",
    "counter_id",
    "staff_id",
)
_LISTED = 20


def draw_preview(lines: Sequence[PreviewLine], businesses: Sequence[Business], zone: tzinfo) -> None:
    """A row each, in the hall's time; columns of which no row says anything are left out."""
    t = translator().plain
    names = {one.id: t.name(one.name, one.name_en) for one in businesses}
    said = [field for field in _ORDER if any(line.row and line.row.get(field) for line in lines)]
    bad = sum(line.rejected is not None for line in lines)
    if bad:
        st.warning(words("{bad} of the first {n} rows would be rejected.", bad=bad, n=len(lines)))
    else:
        st.caption(words("The first {n} rows as they will be understood, in the hall's time", n=len(lines)))
    st.dataframe(
        [_row(t, line, said, names, zone) for line in lines],
        key=f"{Key.IMPORT_PREVIEW} {' '.join(said)}",
        hide_index=True,
        column_config={
            "line": st.column_config.NumberColumn(words("Line"), width=60),
            "problem": st.column_config.TextColumn(words("Problem"), width="large" if bad else "small"),
            **{field: st.column_config.TextColumn(field_name(t, field)) for field in said},
        },
    )


def _row(
    t: Translator, line: PreviewLine, said: Sequence[str], names: Mapping[str, str], zone: tzinfo
) -> dict[str, Any]:
    shown: dict[str, Any] = {"line": line.number, "problem": _problem(t, line)}
    row = line.row or {}
    return shown | {field: _value(t, field, row.get(field), names, zone) for field in said}


def _problem(t: Translator, line: PreviewLine) -> str:
    if line.rejected is not None:
        return f"⚠ {detail_of(t, line.rejected)}"
    if line.row is None:
        return t.words("Left out")
    return t.words("Clocks set right") if line.adjusted else ""


def _value(t: Translator, field: str, value: object, names: Mapping[str, str], zone: tzinfo) -> str:
    if value is None:
        return ""
    if isinstance(value, Worded):
        return t.label(value)
    if field in TIMES and isinstance(value, datetime):
        return t.moment(value, zone) if field == "arrived_at" else t.exact_time(value, zone)
    return names.get(str(value), str(value)) if field == "business_type" else str(value)


def draw_rejects(rejects: Sequence[RejectedLine]) -> None:
    """The first rejected lines with their reason."""
    t = translator().plain
    st.dataframe(
        [
            {"line": one.line, "reason": reason_name(t, one.reason), "detail": detail_of(t, one)}
            for one in rejects[:_LISTED]
        ],
        key=Key.IMPORT_REFUSED,
        hide_index=True,
        column_config={
            "line": st.column_config.NumberColumn(words("Line"), width=60),
            "reason": st.column_config.TextColumn(words("Reason"), width="medium"),
            "detail": st.column_config.TextColumn(words("What is wrong"), width="large"),
        },
    )
    if len(rejects) > _LISTED:
        st.caption(words("The first {n} are listed; the file holds all of them.", n=_LISTED))
