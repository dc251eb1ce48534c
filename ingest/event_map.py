"""How a machine's file of events is read: which heading means which field, in a TOML file.

- `delimiter`: "," unless said.
- `[times]`: `formats` (strptime) beside ISO, `zone` where the machine's clock is not in the hall's.
- `[columns]`: field = a heading, or a list of them: the first that the file has. `"日期+时间"` joins two columns.
- `[constants]`: field = text, where no column says otherwise (a file of calls alone: `kind = "called"`).
- `[values.FIELD]`: text in the file = text that is meant; any other stands as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ingest.events import Event
from ingest.mapping import WrongMapping
from standards.message import message

SHIPPED = Path(__file__).resolve().parent / "event_maps"
USUAL = "usual"
TOGETHER = "+"
_SECTIONS = frozenset({"delimiter", "times", "columns", "constants", "values"})
_TIMES = frozenset({"formats", "zone"})


@dataclass(frozen=True, slots=True)
class EventMap:
    """A checked mapping: for each field the headings it may stand under, in order."""

    name: str
    columns: Dictionary[str, tuple[str, ...]]
    constants: Dictionary[str, str] = field(default_factory=dict)
    values: Dictionary[str, Dictionary[str, str]] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    delimiter: str = ","

    def headings(self, header: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """The columns of a file that each field is joined from; fields that it has no column for are left out."""
        found = {}
        for name, headings in self.columns.items():
            choices = (_parts(heading, header) for heading in headings)
            columns = next((parts for parts in choices if set(parts) <= set(header)), None)
            if columns is not None:
                found[name] = columns
        return found

    @property
    def where_from(self) -> dict[str, str]:
        """What to call the headings that no file can do without."""
        needed = (name for name in ("kind", "at") if name not in self.constants)
        return {name: " / ".join(self.columns.get(name, (name,))) for name in needed}


def _parts(heading: str, header: tuple[str, ...]) -> tuple[str, ...]:
    return (heading,) if heading in header else tuple(heading.split(TOGETHER))


def known_maps() -> tuple[str, ...]:
    """The names of the mappings that come with the program."""
    return tuple(sorted(file.stem for file in SHIPPED.glob("*.toml")))


def event_map(name: str | None, folder: Path) -> EventMap:
    """A machine's mapping: `NAME.toml` in its folder, else one that comes with the program; raises WrongMapping."""
    if name is None:
        return usual_map()
    if Path(name).name != name:
        raise WrongMapping(message("{name} is no name of a mapping.", name=name))
    for place in (folder, SHIPPED):
        file = place / f"{name}.toml"
        if file.is_file():
            return read_event_map(file)
    raise WrongMapping(message("There is no mapping {name}: put {name}.toml into the machine's folder.", name=name))


@cache
def usual_map() -> EventMap:
    """The mapping for columns named as the fields are, in English or Chinese."""
    return read_event_map(SHIPPED / f"{USUAL}.toml")


def read_event_map(file: Path) -> EventMap:
    """The mapping of a file; raises WrongMapping with what is wrong, and where."""
    try:
        said = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongMapping(message("The mapping {path} can't be read: {reason}.", path=file, reason=reason)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongMapping(message("The mapping {path} is no TOML: {reason}.", path=file, reason=error)) from error
    return event_map_of(said, file.stem)


def event_map_of(said: Dictionary[str, Any], name: str) -> EventMap:
    """The mapping that a parsed TOML document describes."""
    _known(said, _SECTIONS, "")
    times = _table(said, "times")
    _known(times, _TIMES, "times.")
    columns = {field: _texts(value, f"columns.{field}") for field, value in _fields(said, "columns").items()}
    constants = {field: _text(value, f"constants.{field}") for field, value in _fields(said, "constants").items()}
    for needed in ("kind", "at"):
        if needed not in columns and (needed == "at" or needed not in constants):
            raise WrongMapping(message("Nothing says where {field} comes from.", field=needed))
    values = {field: _meanings(value, f"values.{field}") for field, value in _fields(said, "values").items()}
    delimiter = _text(said.get("delimiter", ","), "delimiter")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise WrongMapping(message("{place} must be one character, no quote and no end of a line.", place="delimiter"))
    formats = _texts(times.get("formats", []), "times.formats")
    zone = _zone(times["zone"]) if "zone" in times else None
    return EventMap(name, columns, constants, values, formats, zone, delimiter)


def _known(said: Dictionary[str, Any], known: frozenset[str], place: str) -> None:
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


def _fields(said: Dictionary[str, Any], section: str) -> Dictionary[str, Any]:
    table = _table(said, section)
    _known(table, frozenset(Event.model_fields), f"{section}.")
    return table


def _meanings(value: object, place: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise WrongMapping(message("{place} must be a table.", place=place))
    return {key: _text(meant, f"{place}.{key}") for key, meant in value.items()}


def _texts(value: object, place: str) -> tuple[str, ...]:
    return tuple(_text(one, place) for one in (value if isinstance(value, list) else [value]))


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise WrongMapping(message("{place} must be a text in quotes.", place=place))
    return value


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(_text(name, "times.zone"))
    except (KeyError, ValueError, OSError):
        raise WrongMapping(message("{zone} is no time zone: write one such as Asia/Shanghai.", zone=name)) from None
