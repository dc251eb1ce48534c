"""The form in which a file's columns get their meaning: each field with a column, each value with a word of ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from analytics.directory import Business
from ingest.fields import FIELDS, TIMES
from ingest.guessing import guess_outcome
from ingest.looking import Column, Look
from standards.message import Worded
from standards.vocabulary import OPEN, Begun, Channel, LeftReason, Outcome, Priority, Source
from ui.import_words import field_name
from ui.keys import Key
from ui.language import Translator, words

FIRST = (
    "arrived_at",
    "called_at",
    "greeted_at",
    "started_at",
    "ended_at",
    "left_at",
    "outcome",
    "business_type",
    "channel",
)
"""The fields that nearly every file has; others stand below, closed, unless a column is known for them."""
REST = (
    "ticket",
    "counter_id",
    "staff_id",
    "begun",
    "items",
    *sorted(FIELDS.keys() - {*FIRST, "ticket", "counter_id", "staff_id", "begun", "items"}),
)
_LISTS: dict[str, type[Worded]] = {
    "outcome": Outcome,
    "channel": Channel,
    "begun": Begun,
    "priority": Priority,
    "left_reason": LeftReason,
    "source": Source,
}
_SKIP = "\x00skip"
_MOST_COLUMNS = 4


class Form:
    """The fields of one file's mapping while it is made: `said` is what a mapping's file would say of it."""

    def __init__(
        self, look: Look, said: dict[str, Any], businesses: Sequence[Business], t: Translator, key: str
    ) -> None:
        self.look, self.said, self.businesses, self.t, self._of = look, said, businesses, t, key
        for section in ("times", "columns", "constants", "values", "skip", "drop"):
            said[section] = dict(said.get(section, {}))

    def draw(self) -> None:
        """Every field with its column; what was drawn stands in `said`."""
        there = [field for field in REST if self.columns_of(field)]
        self._rows((*FIRST, *there))
        with st.expander(words("More fields")):
            self._rows(field for field in REST if field not in there)

    def key(self, *name: str) -> str:
        """A widget's key within this form."""
        return " ".join((Key.IMPORT_FIELD, self._of, *name))

    def _rows(self, fields: Iterable[str]) -> None:
        for field in fields:
            left, right = st.columns([2, 3], vertical_alignment="center")
            with left:
                self._time(field) if field in TIMES else self._fact(field)
            names = self.columns_of(field)
            samples = [text for name in names[:1] if (column := self.look.column(name)) for text in column.samples]
            right.caption(" · ".join(self.t.text(text) for text in samples))
            if names and (field in _LISTS or field == "business_type"):
                self._meanings(field, self.look.column(names[0]))

    def columns_of(self, field: str) -> list[str]:
        """The columns in which a field is looked for."""
        found = self.said["columns"].get(field, [])
        return [found] if isinstance(found, str) else list(found)

    def names(self) -> list[str]:
        """The columns to choose from."""
        return [column.name for column in self.look.columns]

    def _time(self, field: str) -> None:
        chosen = st.multiselect(
            field_name(self.t, field),
            self.names(),
            default=[name for name in self.columns_of(field) if name in self.names()],
            key=self.key(field),
            placeholder=words("No column"),
            max_selections=_MOST_COLUMNS,
        )
        self.put("columns", field, chosen)

    def _fact(self, field: str) -> None:
        """A column, or for what comes of a list also one value for every row."""
        constant = self.said["constants"].get(field, "")
        always = self._always(field) | (
            {f"={constant}": self._always(field).get(f"={constant}", constant)} if constant else {}
        )
        offered = ["", *self.names(), *always]
        known = (self.columns_of(field) or [f"={constant}"])[0]
        chosen = st.selectbox(
            field_name(self.t, field),
            offered,
            index=offered.index(known) if known in offered else 0,
            format_func=lambda option: self._option(option, always),
            key=self.key(field),
        )
        names = self.columns_of(field)
        self.put("columns", field, [] if chosen in always or not chosen else [chosen, *names[1:]])
        self.put("constants", field, chosen[1:] if chosen in always else "")

    def _always(self, field: str) -> dict[str, str]:
        """What may be the same in every row, by its option."""
        if field == "outcome":
            return {f"={Outcome.COMPLETED}": self.t.plain.label(Outcome.COMPLETED)}
        named = self._words_of(field) if field in _LISTS or field == "business_type" else {}
        return {f"={value}": name for value, name in named.items()}

    def _option(self, option: str, always: dict[str, str]) -> str:
        plain = self.t.plain
        if option in always:
            return plain.words("Always: {value}", value=always[option])
        return option or plain.words("No column")

    def put(self, section: str, field: str, value: Any) -> None:
        """Say something of a field, or (empty) nothing."""
        if value:
            self.said[section][field] = value
        else:
            self.said[section].pop(field, None)

    def _meanings(self, field: str, column: Column | None) -> None:
        """A word of ours for each text of a column."""
        if column is None:
            return
        if column.meanings is None:
            st.caption(words("{column} says too many different things to give each a meaning.", column=column.name))
            return
        given = dict(self.said["values"].get(field, {}))
        skipped = set(self.said["skip"].get(column.name, ()))
        with st.container(border=True, horizontal=True):
            for text in column.meanings:
                self._meaning(field, text, given, skipped)
        self.put("values", field, given)
        if field == "outcome":
            self.put("skip", column.name, sorted(skipped))

    def _meaning(self, field: str, text: str, given: dict[str, str], skipped: set[str]) -> None:
        names = self._words_of(field)
        guess = _SKIP if text in skipped else given.get(text) or self._guess(field, text)
        chosen = st.selectbox(
            self.t.text(text),
            ["", *names],
            index=["", *names].index(guess) if guess in names else 0,
            format_func=lambda value: names.get(value, self.t.plain.words("No meaning yet")),
            key=self.key(field, text),
            width=220,
        )
        skipped.discard(text)
        given.pop(text, None)
        if chosen == _SKIP:
            skipped.add(text)
        elif chosen:
            given[text] = chosen

    def _words_of(self, field: str) -> dict[str, str]:
        """What a text may mean, by the value that is stored."""
        plain = self.t.plain
        if field == "business_type":
            return {one.id: plain.name(one.name, one.name_en) for one in self.businesses}
        names = {str(member): plain.label(member) for member in _LISTS[field] if member not in OPEN}
        return names | {_SKIP: plain.words("Leave the row out")} if field == "outcome" else names

    def _guess(self, field: str, text: str) -> str:
        if field == "outcome":
            return str(guess_outcome(text) or "")
        if field == "business_type":
            said = text.lower()
            return next((one.id for one in self.businesses if said in {one.id, one.name, one.name_en.lower()}), "")
        return text.lower() if text.lower() in set(_LISTS[field]) else ""
