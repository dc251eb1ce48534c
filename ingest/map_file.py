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
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ingest.fields import FIELDS, TIMES
from ingest.mapping import Mapping, Times, WrongMapping
from standards.message import Message, message
from standards.vocabulary import Outcome

_SECTIONS = frozenset({"reference", "delimiter", "times", "columns", "constants", "values", "drop", "skip"})
_TIMES = frozenset({"zone", "day", "formats", "never", "past_midnight_hours", "tolerance_seconds"})
_MUST_HAVE = ("arrived_at", "outcome", "channel", "business_type")


def read_mapping(path: Path) -> Mapping:
    """The mapping of a file; raises WrongMapping with what is wrong, and where."""
    try:
        content = path.read_bytes()
        said = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongMapping(message("The mapping {path} can't be read: {reason}.", path=path, reason=reason)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongMapping(message("The mapping {path} is no TOML: {reason}.", path=path, reason=error)) from error
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
    for field, meanings in mapping.values.items():
        lines += _section(f"values.{_quoted(field)}", meanings, even_empty=True)
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


def _quoted(text: str) -> str:
    """A TOML text: what JSON writes is one, but for the one control character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def mapping_of(said: Dictionary[str, Any], name: str, digest: str = "") -> Mapping:
    """The mapping that a parsed TOML document describes."""
    _known(said, _SECTIONS)
    made = Mapping(
        name=name,
        digest=digest,
        times=_times(_table(said, "times")),
        columns={field: _texts(value, f"columns.{field}") for field, value in _fields(said, "columns")},
        constants={field: _text(value, f"constants.{field}") for field, value in _fields(said, "constants")},
        values={field: _meanings(value, f"values.{field}") for field, value in _fields(said, "values")},
        drop={outcome: frozenset(_texts(value, "drop")) for outcome, value in _table(said, "drop").items()},
        skip={column: frozenset(_texts(value, f"skip.{column}")) for column, value in _table(said, "skip").items()},
        reference=_text(said["reference"], "reference") if "reference" in said else None,
        delimiter=_text(said.get("delimiter", ","), "delimiter"),
    )
    _consistent(made)
    return made


def _consistent(made: Mapping) -> None:
    _known(made.drop, frozenset(Outcome), "drop.")
    for fields in made.drop.values():
        _known(fields, TIMES, "drop: ")
    for field in _MUST_HAVE:
        if field not in made.columns and field not in made.constants:
            raise WrongMapping(_lacking(field))
    for field in sorted(TIMES & made.constants.keys()):
        raise WrongMapping(message("{field} is a time: it can't be the same on every line.", field=field))
    if len(made.delimiter) != 1 or made.delimiter in '"\r\n':
        raise WrongMapping(message("{place} must be one character, no quote and no end of a line.", place="delimiter"))


def _lacking(field: str) -> Message:
    if field in TIMES:
        return message("Nothing says where {field} comes from.", field=field)
    return message("Nothing says where {field} comes from: choose a column, or what it always is.", field=field)


def _times(said: Dictionary[str, Any]) -> Times:
    _known(said, _TIMES, "times.")
    formats = _texts(said.get("formats", []), "times.formats")
    if not formats:
        raise WrongMapping(message("{place} must list at least one time format.", place="times.formats"))
    day = said.get("day")
    if day is not None and type(day) is not date:
        raise WrongMapping(message("{place} must be a day such as 2026-02-13.", place="times.day"))
    return Times(
        formats=formats,
        zone=_zone(said["zone"]) if "zone" in said else None,
        day=day,
        never=frozenset(_texts(said.get("never", []), "times.never")),
        past_midnight=timedelta(hours=_number(said.get("past_midnight_hours", 12), "times.past_midnight_hours")),
        tolerance=timedelta(seconds=_number(said.get("tolerance_seconds", 0), "times.tolerance_seconds")),
    )


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(_text(name, "times.zone"))
    except (KeyError, ValueError, OSError):  # the name of no zone, or no name at all
        raise WrongMapping(message("{zone} is no time zone: write one such as Asia/Shanghai.", zone=name)) from None


def _known(said: Iterable[str], known: Iterable[str], place: str = "") -> None:
    for key in said:
        if key not in known:
            listed = ", ".join(sorted(known))
            raise WrongMapping(
                message("{place} is not known here; known are: {known}.", place=place + key, known=listed)
            )


def _table(said: Dictionary[str, Any], name: str) -> Dictionary[str, Any]:
    table = said.get(name, {})
    if not isinstance(table, dict):
        raise WrongMapping(message("{place} must be a table.", place=name))
    return table


def _fields(said: Dictionary[str, Any], section: str) -> Iterable[tuple[str, Any]]:
    table = _table(said, section)
    _known(table, FIELDS, f"{section}.")
    return table.items()


def _meanings(value: object, place: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise WrongMapping(message("{place} must be a table.", place=place))
    return {key: _text(meant, f"{place}.{key}") for key, meant in value.items()}


def _texts(value: object, place: str) -> tuple[str, ...]:
    return tuple(_text(one, place) for one in (value if isinstance(value, list) else [value]))


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise WrongMapping(message("{place} must be a text in quotes.", place=place))
    if "\x00" in value:  # PostgreSQL can't hold one
        raise WrongMapping(message("{place} holds a zero character.", place=place))
    return value


def _number(value: object, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LARGEST:
        raise WrongMapping(message("{place} must be a number, not below 0.", place=place))
    return value


LARGEST = 1_000_000
