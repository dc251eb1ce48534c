"""The visits behind a figure, each a way to its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analytics.directory import Hall
from analytics.selection import By
from analytics.standard_share import StandardShare
from analytics.visits import VisitLine
from standards.vocabulary import VerdictKind
from ui import address
from ui.keys import Key
from ui.language import Translator, words
from ui.narrowing import Names
from ui.navigation import page

MOST = 200
_KINDS = (VerdictKind.MISSED, VerdictKind.MET, VerdictKind.PENDING, VerdictKind.NOT_JUDGED)


def draw_verdict_choice(whole: StandardShare, t: Translator) -> VerdictKind | None:
    """Which verdict's visits to list, with how many there are; None for standards that judge no single visit."""
    if not whole.standard.judges_interactions:
        return None
    counts = {kind: int(getattr(whole, kind.value)) for kind in _KINDS}
    asked = address.here().verdict
    first = next((kind for kind in _KINDS if counts[kind]), VerdictKind.MISSED)
    chosen = asked if asked in counts else first
    st.session_state[Key.COMPLIANCE_VERDICT] = chosen
    st.segmented_control(
        words("Verdict"),
        _KINDS,
        format_func=lambda kind: f"{t.label(kind)} {counts[kind]:,}",
        key=Key.COMPLIANCE_VERDICT,
        on_change=_take_verdict,
        required=True,
    )
    return chosen


def _take_verdict() -> None:
    address.change(verdict=VerdictKind(st.session_state[Key.COMPLIANCE_VERDICT]))


def draw_visits(lines: Sequence[VisitLine], hall: Hall, names: Names, t: Translator) -> None:
    """The list; a row that is chosen opens its visit, the last column opens it beside this page."""
    if not lines:
        st.info(words("No visits"))
        return
    chosen = st.dataframe(
        [_row(line, hall, names, t.plain) for line in lines],
        hide_index=True,
        key=Key.COMPLIANCE_VISITS,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            t.words("Page"): st.column_config.LinkColumn(t.words("Page"), display_text=t.words("Open"), width="small")
        },
    )
    rows = chosen["selection"]["rows"]
    if rows:
        line = lines[rows[0]]
        query = address.parameters(**address.view(hall=line.branch_id, visit=line.interaction_id))
        st.switch_page(page("visit"), query_params=query)


def _row(line: VisitLine, hall: Hall, names: Names, t: Translator) -> dict[str, Any]:
    row: dict[str, Any] = {
        t.words("Arrived"): t.moment(line.arrived_at, hall.zone),
        t.words("Number"): line.ticket or "–",
        t.words("Business type"): names.of(By.BUSINESS_TYPE, line.business_type, t),
        t.words("Counter"): "–" if line.counter_id is None else str(line.counter_id),
        t.words("Wait"): _time(line.wait, t),
        t.words("Greeting delay"): _time(line.greeting, t),
        t.words("Handling time"): _time(line.handling, t),
        t.words("Outcome"): _outcome(line, t),
        t.words("Source"): t.label(line.source),
    }
    if names.people:
        row[t.words("Counter staff")] = names.of(By.STAFF, line.staff_id, t) if line.staff_id else "–"
    row[t.words("Page")] = address.link("visit", hall=line.branch_id, visit=line.interaction_id)
    return row


def _outcome(line: VisitLine, t: Translator) -> str:
    return f"{t.label(line.outcome)} · {t.words('excluded')}" if line.excluded else t.label(line.outcome)


def _time(value: Any, t: Translator) -> str:
    return "–" if value is None else t.duration(value)
