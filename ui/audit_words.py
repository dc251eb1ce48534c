"""What a line of the trail says in words: the rows it changed, their columns and values, before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from actions.access import EXPORT, VIEW, Matter
from analytics.audit_trail import TrailLine
from models.trail import ImportState
from standards.message import Message, Worded, message
from standards.vocabulary import (
    Begun,
    Channel,
    CounterState,
    Decision,
    DeviceKind,
    DutyPost,
    EventState,
    NoticeKind,
    PauseReason,
    Role,
    Settlement,
    Source,
)
from ui.corrections import FIELDS, LISTS
from ui.language import Translator

TABLES: dict[str, Message] = {
    "account": message("Account"),
    "branch": message("Hall"),
    "branch_hours": message("Weekly opening hours"),
    "counter": message("Counter"),
    "counter_spell": message("Counter's state"),
    "credential": message("Password or PIN"),
    "dated_change": message("Change of standards and hours"),
    "day_hours": message("Opening hours of a day"),
    "day_report": message("Day's report"),
    "device": message("Machine"),
    "duty": message("Duty"),
    "exclusion": message("Exclusion"),
    "hall_day": message("Day of the hall"),
    "hall_notice": message("Notice"),
    "help_call": message("Call for help"),
    "hold": message("Hold"),
    "import_mapping": message("Mapping"),
    "import_run": message("Import"),
    "interaction": message("Visit"),
    "role_grant": message("Role"),
    "service_standard": message("Standard"),
    "setting": message("Setting"),
    "shift_change": message("Hand-over"),
    "staff": message("Counter staff"),
    EXPORT: message("File taken"),
    VIEW: message("Personal data looked at"),
}
COLUMNS: dict[str, Message] = {
    **FIELDS,
    "active": message("In use"),
    "began_at": message("Began"),
    "begun": message("How it began"),
    "channel": message("Channel"),
    "closed_at": message("Closed"),
    "covering": message("Covering"),
    "day": message("Day"),
    "day_on": message("Day"),
    "decision": message("Decision"),
    "display_name": message("Name"),
    "display_name_en": message("Name in English"),
    "ended_at": message("Ended"),
    "file": message("File"),
    "format": message("Format"),
    "from": message("From"),
    "greeting_ms": message("Greeting delay"),
    "handling_ms": message("Handling time"),
    "kind": message("Kind"),
    "leaving_on": message("Leaving date"),
    "name": message("Name"),
    "name_en": message("Name in English"),
    "note": message("Note"),
    "opened_at": message("Opened"),
    "pause_reason": message("Reason of the pause"),
    "post": message("Post"),
    "rating": message("Rating"),
    "reason": message("Reason"),
    "role": message("Role"),
    "rows": message("Rows"),
    "scope": message("Scope"),
    "settled": message("How it was settled"),
    "signed_at": message("Signed"),
    "since_at": message("Since"),
    "source": message("Source"),
    "staff": message("Counter staff"),
    "state": message("State"),
    "ticket": message("Number"),
    "to": message("Until"),
    "value": message("Value"),
    "wait_ms": message("Wait"),
}
_LISTS: dict[str, tuple[type[Worded], ...]] = {
    "begun": (Begun,),
    "channel": (Channel,),
    "decision": (Decision,),
    "kind": (DeviceKind, NoticeKind),
    "pause_reason": (PauseReason,),
    "post": (DutyPost,),
    "role": (Role,),
    "settled": (Settlement,),
    "source": (Source,),
    "state": (CounterState, ImportState, EventState),
}
_LISTS |= {name: (kind,) for name, kind in LISTS.items()}
_LONGEST = 300


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


def changed(line: TrailLine, t: Translator, zone: tzinfo) -> Iterator[Changed]:
    """Every column that is not as it was, row by row."""
    for key in dict.fromkeys([*line.before, *line.after]):
        before, after = line.before.get(key), line.after.get(key)
        row = _row_words(key, t)
        was, became = (value if isinstance(value, dict) else {} for value in (before, after))
        for name in dict.fromkeys([*was, *became]):
            if was.get(name) != became.get(name) or name in became:
                said = (_value(name, value.get(name), t, zone) for value in (was, became))
                yield Changed(row, column_words(name, t), *said)


def column_words(name: str, t: Translator) -> str:
    """A column's word; one that has none as it is stored."""
    known = COLUMNS.get(name)
    return t.text(name) if known is None else t.say(known)


def _row_words(key: str, t: Translator) -> str:
    """A table's word, and what tells the row from others."""
    table, _, rest = key.partition(" ")
    known = TABLES.get(table)
    return t.text(key) if known is None else t.joined(" ", (t.say(known), t.text(rest)))


def _value(name: str, value: Any, t: Translator, zone: tzinfo) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return t.words("Yes") if value else t.words("No")
    if not isinstance(value, str):
        return t.text(json.dumps(value, ensure_ascii=False)[:_LONGEST])
    for kind in _LISTS.get(name, ()):
        if value in set(kind):
            return t.label(kind(value))
    return _time(name, value, t, zone) or t.text(value[:_LONGEST])


def _time(name: str, value: str, t: Translator, zone: tzinfo) -> str:
    """An instant or a day, where the column holds one that can be read."""
    try:
        if name.endswith("_at"):
            return t.moment(datetime.fromisoformat(value), zone)
        return t.day(date.fromisoformat(value)) if name.endswith("_on") else ""
    except ValueError:
        return ""
