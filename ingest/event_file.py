"""A file of events, one a row, as a machine that only writes files leaves it: the events, and the rows to mend."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from ingest.broken import BrokenFile
from ingest.event_map import EventMap
from ingest.events import Event
from ingest.formulas import as_said
from ingest.reading import Line, Sheet, sheet_of
from standards.message import message

BECAUSE = "refused_because"
"""The column that a file of rows to mend has more than the one they came from; it is not read back."""
_YES, _NO = frozenset({"1", "true", "yes", "y", "是"}), frozenset({"0", "false", "no", "n", "否"})
_BETWEEN_TAGS = re.compile(r"[\s,;、，；|]+")


class Unreadable(Exception):
    """A row says no event; the text says why."""


@dataclass(slots=True)
class EventFile:
    """What a file holds: its events in their order, and the rows that say none, each with its reason."""

    header: tuple[str, ...]
    events: list[Event] = field(default_factory=list)
    unreadable: list[tuple[list[str], str]] = field(default_factory=list)


def read_events(content: bytes, mapping: EventMap, zone: ZoneInfo) -> EventFile:
    """The events of a CSV or XLSX file; times without a zone of their own are in the mapping's, else in `zone`.

    A row without a number of its own is known by what it says: the same row again is the same event, and equal rows
    of one file are so many events. Raises BrokenFile where the file can't be read as a whole.
    """
    found = _mended(sheet_of(content, mapping.delimiter, frozenset(), mapping.formats))
    header = tuple(name for name in found.header if name != BECAUSE)
    columns = mapping.headings(header)
    if lacking := [named for name, named in mapping.where_from.items() if name not in columns]:
        raise BrokenFile(message("The file lacks columns: {columns}.", columns=", ".join(lacking)))
    return _read(found, EventFile(header), columns, mapping, mapping.zone or zone)


def _mended(found: Sheet) -> Sheet:
    """A file of rows that were mended, without the marks that it was written with; any other as it is."""
    if BECAUSE not in found.header:
        return found
    lines = (Line(line.number, [as_said(text) for text in line.fields]) for line in found.lines)
    return Sheet(found.header, lines)


def _read(
    found: Sheet, read: EventFile, columns: dict[str, tuple[str, ...]], mapping: EventMap, zone: ZoneInfo
) -> EventFile:
    equal: Counter[str] = Counter()
    for line in found.lines:
        content = dict(zip(found.header, line.fields, strict=False))
        try:
            _whole(line, found.header)
            read.events.append(_event(content, columns, mapping, zone, equal))
        except Unreadable as why:
            read.unreadable.append(([content.get(name, "") for name in read.header], str(why)))
    return read


def _whole(line: Line, header: tuple[str, ...]) -> None:
    if len(line.fields) < len(header) or any(text.strip() for text in line.fields[len(header) :]):
        raise Unreadable(f"line {line.number} has {len(line.fields)} fields, the header {len(header)}")


def _event(
    content: dict[str, str],
    columns: dict[str, tuple[str, ...]],
    mapping: EventMap,
    zone: ZoneInfo,
    equal: Counter[str],
) -> Event:
    said: dict[str, Any] = dict(mapping.constants)
    for name, parts in columns.items():
        text = " ".join(content[part].strip() for part in parts).strip()
        text = mapping.values.get(name, {}).get(text, text)
        if text:
            said[name] = text
    if "at" not in said:
        raise Unreadable("at: there is no time")
    said["at"] = _moment(said["at"], mapping.formats, zone)
    if "assisted" in said:
        said["assisted"] = _yes(said["assisted"])
    if "tags" in said:
        said["tags"] = tuple(tag for tag in _BETWEEN_TAGS.split(said["tags"]) if tag)
    return _numbered(said, equal)


def _numbered(said: dict[str, Any], equal: Counter[str]) -> Event:
    """The event by its own number, else by what it says and how many equal ones came before it in the file."""
    own = said.pop("id", None)
    try:
        event = Event(id=own or "row", **said)
    except ValidationError as error:
        raise Unreadable("; ".join(_complaint(one) for one in error.errors())) from None
    if own is not None:
        return event
    content = event.model_dump_json(exclude={"id"}, exclude_defaults=True)
    equal[content] += 1
    digest = sha256(f"{content} {equal[content]}".encode()).hexdigest()
    return event.model_copy(update={"id": f"row:{digest[:40]}"})


def _complaint(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    return f"{place}: {error['msg']}" if place else str(error["msg"])


def _moment(text: str, formats: tuple[str, ...], zone: ZoneInfo) -> datetime:
    written = _iso(text)
    for form in formats:
        if written is not None:
            break
        try:
            written = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is put on below
        except ValueError:
            continue
    if written is None:
        raise Unreadable(f"at: {text} is no time")
    if written.tzinfo is None:
        written = written.replace(tzinfo=zone)
        if written.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != written.replace(tzinfo=None):
            raise Unreadable(f"at: {text} is of an hour that the clocks skipped")
    return written.astimezone(UTC)


def _iso(text: str) -> datetime | None:
    if len(text) < len("2026-02-13T10:31") or text.isdigit():
        return None  # a day alone is no moment
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _yes(text: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise Unreadable(f"assisted: {text} is neither yes nor no")
