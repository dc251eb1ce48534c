"""A mapping file: TOML, checked down to the last word before a file is read by it.

- `reference`: a text with `{column}` places (and `{day}`, the day of times without a date) that names a row within its
  hall, so that it is never taken twice; without one a row is known by all it says,
  and equal rows of one file are so many customers. `delimiter`: "," unless said.
- `[times]`: `formats` (strptime; the first that fits), `zone` (else the hall's), `day` for times without a date,
  `never` (texts that mean "did not happen"), `past_midnight_hours` (12), `tolerance_seconds` (0).
- `[columns]`: field = column, or a list of columns: the first that is not empty (or never).
- `[constants]`: field = text, where no column says otherwise.
- `[values.FIELD]`: text in the file = text that is meant; any other stands as it is.
- `[drop]`: outcome = times that mean nothing in rows that ended so.
- `[skip]`: column = texts; rows with one of them are left out and counted.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping as Dictionary
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from ingest.fields import FIELDS, TIMES
from ingest.map_words import (
    by_field,
    document,
    known_alone,
    meanings,
    number,
    one_character,
    table,
    text,
    texts,
    zone_named,
)
from ingest.mapping import Mapping, Times, WrongMapping
from standards.message import Message, message
from standards.vocabulary import Outcome

_SECTIONS = frozenset({"reference", "delimiter", "times", "columns", "constants", "values", "drop", "skip"})
_TIMES = frozenset({"zone", "day", "formats", "never", "past_midnight_hours", "tolerance_seconds"})
_MUST_HAVE = ("arrived_at", "outcome", "channel", "business_type")


def read_mapping(path: Path) -> Mapping:
    """The mapping of a file; raises WrongMapping with what is wrong, and where."""
    said, content = document(path)
    return mapping_of(said, path.stem, sha256(content).hexdigest())


def mapping_in(text: str, name: str) -> Mapping:
    """The mapping that `mapping_text` wrote; raises WrongMapping."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongMapping(message("The mapping {path} is no TOML: {reason}.", path=name, reason=error)) from error
    return mapping_of(said, name, sha256(text.encode()).hexdigest())


def said_of(mapping: Mapping) -> dict[str, Any]:
    """A mapping as a parsed document, to be changed and checked again."""
    return tomllib.loads(mapping_text(mapping))


def mapping_text(mapping: Mapping) -> str:
    """A mapping as its file says it: `mapping_in` reads the same back, but for the digest, which is this text's."""
    lines = [] if mapping.reference is None else [f"reference = {_quoted(mapping.reference)}"]
    lines.append(f"delimiter = {_quoted(mapping.delimiter)}")
    lines += _section("times", _times_said(mapping.times))
    lines += _section("columns", mapping.columns)
    lines += _section("constants", mapping.constants)
    lines += _section("skip", mapping.skip)
    lines += _section("drop", mapping.drop)
    for field, meant in mapping.values.items():
        lines += _section(f"values.{_quoted(field)}", meant, even_empty=True)
    return "\n".join(lines) + "\n"


def _times_said(times: Times) -> dict[str, object]:
    said: dict[str, object] = {"formats": times.formats, "never": times.never}
    if times.zone is not None:
        said["zone"] = times.zone.key
    if times.day is not None:
        said["day"] = times.day
    said["past_midnight_hours"] = times.past_midnight / timedelta(hours=1)
    said["tolerance_seconds"] = times.tolerance.total_seconds()
    return said


def _section(name: str, said: Dictionary[str, Any], *, even_empty: bool = False) -> list[str]:
    if not said and not even_empty:
        return []
    return ["", f"[{name}]", *(f"{_quoted(key)} = {_written(value)}" for key, value in said.items())]


def _written(value: object) -> str:
    match value:
        case str():
            return _quoted(value)
        case date():
            return value.isoformat()
        case float():
            return repr(int(value)) if value.is_integer() else repr(value)
        case frozenset():
            return _written(tuple(sorted(value)))
        case tuple():
            return f"[{', '.join(map(_written, value))}]"
    raise TypeError(value)


def _quoted(written: str) -> str:
    """A TOML text: what JSON writes is one, but for the one control character that JSON lets stand."""
    return json.dumps(written, ensure_ascii=False).replace("\x7f", "\\u007f")


def mapping_of(said: Dictionary[str, Any], name: str, digest: str = "") -> Mapping:
    """The mapping that a parsed TOML document describes."""
    known_alone(said, _SECTIONS)
    made = Mapping(
        name=name,
        digest=digest,
        times=_times(table(said, "times")),
        columns={field: texts(value, f"columns.{field}") for field, value in by_field(said, "columns", FIELDS)},
        constants={field: text(value, f"constants.{field}") for field, value in by_field(said, "constants", FIELDS)},
        values={field: meanings(value, f"values.{field}") for field, value in by_field(said, "values", FIELDS)},
        drop={outcome: frozenset(texts(value, "drop")) for outcome, value in table(said, "drop").items()},
        skip={column: frozenset(texts(value, f"skip.{column}")) for column, value in table(said, "skip").items()},
        reference=text(said["reference"], "reference") if "reference" in said else None,
        delimiter=text(said.get("delimiter", ","), "delimiter"),
    )
    _consistent(made)
    return made


def _consistent(made: Mapping) -> None:
    known_alone(made.drop, frozenset(Outcome), "drop.")
    for fields in made.drop.values():
        known_alone(fields, TIMES, "drop: ")
    for field in _MUST_HAVE:
        if field not in made.columns and field not in made.constants:
            raise WrongMapping(_lacking(field))
    for field in sorted(TIMES & made.constants.keys()):
        raise WrongMapping(message("{field} is a time: it can't be the same on every line.", field=field))
    one_character(made.delimiter, "delimiter")


def _lacking(field: str) -> Message:
    if field in TIMES:
        return message("Nothing says where {field} comes from.", field=field)
    return message("Nothing says where {field} comes from: choose a column, or what it always is.", field=field)


def _times(said: Dictionary[str, Any]) -> Times:
    known_alone(said, _TIMES, "times.")
    formats = texts(said.get("formats", []), "times.formats")
    if not formats:
        raise WrongMapping(message("{place} must list at least one time format.", place="times.formats"))
    day = said.get("day")
    if day is not None and type(day) is not date:
        raise WrongMapping(message("{place} must be a day such as 2026-02-13.", place="times.day"))
    return Times(
        formats=formats,
        zone=zone_named(said["zone"]) if "zone" in said else None,
        day=day,
        never=frozenset(texts(said.get("never", []), "times.never")),
        past_midnight=timedelta(hours=number(said.get("past_midnight_hours", 12), "times.past_midnight_hours")),
        tolerance=timedelta(seconds=number(said.get("tolerance_seconds", 0), "times.tolerance_seconds")),
    )
