"""What was changed afterwards, with the first record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from itertools import groupby

import streamlit as st

from analytics.directory import Business
from analytics.visit_part import Corrected
from standards.message import Message, Worded, message
from standards.vocabulary import CorrectionKind, HoldKind, LeftReason, Outcome, Priority, Stage
from ui.language import Translator, translator

FIELDS: dict[str, Message] = {
    "business_type": message("Business type"),
    "items": message("Items"),
    "outcome": message("Outcome"),
    "assisted": message("Assisted"),
    "inaccurate": message("Stamps marked inaccurate"),
    "priority": message("Priority"),
    "counter_id": message("Counter"),
    "to_counter_id": message("Sent to counter"),
    "staff_id": message("Counter staff"),
    "mentor_id": message("Mentor"),
    "bulk": message("On behalf of many"),
    "owner_id": message("Who answers for it"),
    "left_reason": message("Reason for leaving"),
    "held_since_at": message("On hold since"),
    "hold_kind": message("Kind of hold"),
    "held_ms": message("Time on hold"),
    "attention": message("Marked for attention"),
    "attention_note": message("Note"),
    "promised_at": message("Promised answer time"),
    "promise_kept_at": message("Answer given"),
    **{stage.value: Message(stage.label) for stage in Stage},
}
LISTS: dict[str, type[Worded]] = {
    "outcome": Outcome,
    "priority": Priority,
    "left_reason": LeftReason,
    "hold_kind": HoldKind,
}
_YES_NO = {"True": message("Yes"), "False": message("No")}


def draw_corrections(made: Iterable[Corrected], businesses: Mapping[str, Business], zone: tzinfo) -> None:
    """Each correction with who, when and why; every change from the first record on."""
    t = translator()
    for (at, by, kind, why), changes in groupby(made, key=lambda one: (one.at, one.by, one.kind, one.why)):
        reason = t.text(why) if why else t.label(kind)
        who = "" if kind is CorrectionKind.RULE else t.text(by)  # the rule is no person
        st.markdown(" · ".join(part for part in (f"**{t.moment(at, zone)}**", who, reason) if part))
        st.markdown("\n".join(f"- {change_words(change, businesses, t, zone)}" for change in changes))


def change_words(change: Corrected, businesses: Mapping[str, Business], t: Translator, zone: tzinfo) -> str:
    """Field: from → to."""
    name = t.say(FIELDS.get(change.field, Message(change.field)))
    was = _value(change.field, change.was, businesses, t, zone)
    became = _value(change.field, change.became, businesses, t, zone)
    return t.words("{field}: {was} → {became}", field=name, was=was, became=became)


def _value(field: str, text: str | None, businesses: Mapping[str, Business], t: Translator, zone: tzinfo) -> str:
    if text is None or text == "":
        return t.words("(nothing)")
    if field.endswith("_at"):
        return t.moment(datetime.fromisoformat(text), zone)
    if field in LISTS:
        return t.label(LISTS[field](text))
    if field == "inaccurate":
        return t.words(", ").join(t.label(Stage(value)) for value in text.split())
    if field == "business_type" and text in businesses:
        return t.name(businesses[text].name, businesses[text].name_en)
    return t.say(_YES_NO[text]) if text in _YES_NO else t.text(text)
