"""The fields of a file in words, and what was said of a line in the reader's language."""

from __future__ import annotations

from dataclasses import replace

from actions.imports import RejectedLine
from ingest.rejects import Reason
from standards.message import Message, message
from ui.corrections import FIELDS
from ui.language import Translator

FIELD_NAMES: dict[str, Message] = FIELDS | {
    "channel": message("Channel"),
    "begun": message("How it began"),
    "ticket": message("Ticket number"),
    "source": message("Source"),
    "rating": message("Rating"),
    "held_seconds": message("Seconds on hold"),
}


def field_name(t: Translator, field: str) -> str:
    """The word for a field of a mapping."""
    return t.say(FIELD_NAMES.get(field, Message(field)))


def said_of_fields(t: Translator, said: Message) -> str:
    """A sentence in which fields are called by their words."""
    return t.say(Message(said.text, tuple((place, _named(t, value)) for place, value in said.values)))


def _named(t: Translator, value: object) -> object:
    parts = value.split(", ") if isinstance(value, str) else []
    if parts and all(part in FIELD_NAMES for part in parts):
        return ", ".join(field_name(t.plain, part) for part in parts)
    return value


def reason_name(t: Translator, reason: str) -> str:
    """The kind of a reject."""
    return t.label(Reason(reason)) if reason in set(Reason) else t.text(reason)


def detail_of(t: Translator, rejected: RejectedLine) -> str:
    """Why a line was not taken, in the reader's language as far as it is known there."""
    return t.text(rejected.detail) if rejected.said is None else said_of_fields(t, rejected.said)


def in_words(t: Translator, rejected: RejectedLine) -> RejectedLine:
    """The line with its reason in the reader's language, for a file that people mend."""
    return replace(rejected, reason=reason_name(t.plain, rejected.reason), detail=detail_of(t.plain, rejected))
