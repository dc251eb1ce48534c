"""What a line of the trail says in words: the rows it changed, their columns and values, before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from actions.access import EXPORT, VIEW, Matter
from analytics.audit_trail import TrailLine, identifier_of
from models.actor import BY_ITSELF, COMMAND_LINE
from standards.vocabulary import Source
from ui.audit_columns import COLUMNS, LISTS, TABLES
from ui.language import Translator

_LONGEST = 300
_SHORT_ID = 13
_HIDDEN = "•••"
"""What stands for a password's, a PIN's or a token's digest: that it changed is said, never what it is."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One column of one row, before and after, in words."""

    row: str
    column: str
    before: str
    after: str


def subject_words(line: TrailLine, t: Translator) -> str:
    """What it was about: a word for what was looked at, else as it is stored."""
    known = line.action in {EXPORT, VIEW} and line.subject in set(Matter)
    return t.label(Matter(line.subject)) if known else t.text(line.subject)


def about_words(line: TrailLine, t: Translator, zone: tzinfo) -> str:
    """The same for readers: a visit by its ticket and its time, any other id shortened (it is found as it begins)."""
    if line.visit is not None:
        ticket = t.text(line.visit.ticket) if line.visit.ticket else t.words("Without a ticket")
        return t.joined(" · ", (ticket, t.moment(line.visit.arrived_at, zone)))
    known = identifier_of(line.subject)
    return subject_words(line, t) if known is None else t.text(f"{line.subject[:_SHORT_ID]}…")


def origin_words(line: TrailLine, t: Translator) -> str:
    """From where: an address, a station, the machine's own command line, or the application by itself."""
    named = {COMMAND_LINE: t.words("command line"), BY_ITSELF: t.words("by the application")}
    return named.get(line.origin) or t.text(line.origin)


def changed(line: TrailLine, t: Translator, zone: tzinfo) -> Iterator[Changed]:
    """Every column that is not as it was, row by row."""
    for key in dict.fromkeys([*line.before, *line.after]):
        before, after = line.before.get(key), line.after.get(key)
        row = _row_words(key, line, t)
        was, became = (value if isinstance(value, dict) else {} for value in (before, after))
        for name in dict.fromkeys([*was, *became]):
            if was.get(name) != became.get(name) or name in became:
                said = (_value(name, value.get(name), t, zone) for value in (was, became))
                yield Changed(row, column_words(name, t), *said)


def column_words(name: str, t: Translator) -> str:
    """A column's word; one that has none as it is stored."""
    known = COLUMNS.get(name)
    return t.text(name) if known is None else t.say(known)


def _row_words(key: str, line: TrailLine, t: Translator) -> str:
    """A table's word, and what tells the row from others: not the hall, nor what the line says it is about."""
    table, *rest = key.split(" ")
    known = TABLES.get(table)
    if known is None:
        return t.text(key)
    return t.joined(" ", (t.say(known), *(t.text(part) for part in rest if part not in {line.branch_id, line.subject})))


def _value(name: str, value: Any, t: Translator, zone: tzinfo) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return t.words("Yes") if value else t.words("No")
    if name.endswith("digest"):
        return _HIDDEN
    if isinstance(value, int):
        return _number(name, value, t)
    if not isinstance(value, str):
        return t.text(json.dumps(value, ensure_ascii=False)[:_LONGEST])
    if name == "stamp_sources":
        return _stamps(value, t)
    for kind in LISTS.get(name, ()):
        if value in set(kind):
            return t.label(kind(value))
    return _time(name, value, t, zone) or t.text(value[:_LONGEST])


def _number(name: str, value: int, t: Translator) -> str:
    """Milliseconds as a time that was taken, minutes after midnight as a time of day, any other number as it is."""
    if name.endswith("_ms"):
        return t.duration(timedelta(milliseconds=value))
    return f"{value // 60:02d}:{value % 60:02d}" if name in {"opens", "closes"} else str(value)


def _stamps(value: str, t: Translator) -> str:
    """Each stamp that came from elsewhere than its row, with where that was."""
    told = (stamp.partition("=") for stamp in value.split())
    known = set(Source)
    said = (
        t.words("{stamp}: {source}", stamp=column_words(name, t), source=t.label(Source(source)))
        if source in known
        else t.text(f"{name}{between}{source}")
        for name, between, source in told
    )
    return t.joined(t.words("; "), said)


def _time(name: str, value: str, t: Translator, zone: tzinfo) -> str:
    """An instant or a day, where the column holds one that can be read."""
    try:
        if name.endswith("_at"):
            return t.moment(datetime.fromisoformat(value), zone)
        return t.day(date.fromisoformat(value)) if name.endswith("_on") else ""
    except ValueError:
        return ""
