"""How a file writes its times, what its clocks are forgiven, what names its rows."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import available_timezones

import streamlit as st

from ingest.fields import TIMES
from ingest.guessing import FORMATS, guess_formats
from ingest.mapping import DAY, places_of
from standards.vocabulary import Outcome
from ui.import_fields import FIRST, Form
from ui.import_words import field_name
from ui.language import words

_EXAMPLE = datetime(2026, 2, 13, 10, 31, 4, tzinfo=UTC)


def draw_times(form: Form) -> None:
    """How times are written: guessed from the columns that hold them until somebody says otherwise."""
    chosen = [name for field in TIMES for name in form.columns_of(field)]
    never = set(form.said["times"].get("never", []))
    texts = [
        text
        for name in sorted(set(chosen))
        if (column := form.look.column(name))
        for text in column.texts[:50]
        if text not in never
    ]
    known = list(form.said["times"].get("formats", []))
    default = known or list(guess_formats(texts))
    form.said["times"]["formats"] = st.multiselect(
        words("How times are written"),
        list(dict.fromkeys([*FORMATS, *default])),
        default=default,
        format_func=_EXAMPLE.strftime,
        key=form.key("formats", *([] if known else sorted(set(chosen)))),
        placeholder=words("No way to write times"),
    )


def draw_rules(form: Form) -> None:
    """What a mapping can say beside its columns."""
    left, right = st.columns(2)
    with left:
        _draw_reading(form)
        _reference(form)
    with right:
        _draw_tolerance(form)
        dropped = st.multiselect(
            words("Times that mean nothing for who left"),
            [field for field in FIRST if field in TIMES and field != "arrived_at"],
            default=list(form.said["drop"].get(Outcome.LEFT, [])),
            format_func=lambda field: field_name(form.t.plain, field),
            key=form.key("drop"),
            placeholder=words("None"),
        )
        form.put("drop", Outcome.LEFT.value, dropped)


def _draw_reading(form: Form) -> None:
    """How its times are read."""
    times = form.said["times"]
    zone = st.selectbox(
        words("Time zone"),
        ["", *_zones()],
        index=["", *_zones()].index(times.get("zone", "")),
        format_func=lambda name: name or form.t.plain.words("The hall's"),
        key=form.key("zone"),
    )
    form.put("times", "zone", zone)
    times["never"] = st.multiselect(
        words("Texts that mean: did not happen"),
        list(times.get("never", [])),
        default=list(times.get("never", [])),
        accept_new_options=True,
        key=form.key("never"),
        placeholder=words("None"),
    )


def _draw_tolerance(form: Form) -> None:
    """How far its clocks may disagree."""
    times = form.said["times"]
    times["tolerance_seconds"] = st.number_input(
        words("Clocks may disagree by (seconds)"),
        0,
        3600,
        int(times.get("tolerance_seconds", 0)),
        key=form.key("tolerance"),
    )
    times["past_midnight_hours"] = st.number_input(
        words("A time earlier by more than these hours is of the next day"),
        0,
        24,
        int(times.get("past_midnight_hours", 12)),
        key=form.key("midnight"),
    )


def _reference(form: Form) -> None:
    """The columns that together name a row."""
    known = form.said.get("reference")
    names = [DAY, *(name for name in form.names() if name != DAY and not set(name) & set("{}"))]
    before = [name for name in places_of(known or "") if name in names]
    chosen = st.multiselect(
        words("Columns that name a row (none: all it says)"),
        names,
        default=before,
        format_func=lambda name: form.t.plain.words("the day") if name == DAY else name,
        key=form.key("reference"),
        placeholder=words("None"),
    )
    if chosen != before:
        form.said["reference"] = " ".join(f"{{{name}}}" for name in chosen)
    if not form.said.get("reference"):
        form.said.pop("reference", None)


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))
