"""How a machine's file of events is read: which heading means which field, in a TOML file.

- `delimiter`: "," unless said.
- `[times]`: `formats` (strptime) beside ISO, `zone` where the machine's clock is not in the hall's.
- `[columns]`: field = a heading, or a list of them: the first that the file has. `"日期+时间"` joins two columns.
- `[constants]`: field = text, where no column says otherwise (a file of calls alone: `kind = "called"`).
- `[values.FIELD]`: text in the file = text that is meant; any other stands as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ingest.events import Event
from ingest.map_words import by_field, document, known_alone, meanings, one_character, table, text, texts, zone_named
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
    return event_map_of(document(file)[0], file.stem)


def event_map_of(said: Dictionary[str, Any], name: str) -> EventMap:
    """The mapping that a parsed TOML document describes."""
    known_alone(said, _SECTIONS)
    times = table(said, "times")
    known_alone(times, _TIMES, "times.")
    columns = {field: texts(value, f"columns.{field}") for field, value in _fields(said, "columns")}
    constants = {field: text(value, f"constants.{field}") for field, value in _fields(said, "constants")}
    _none_empty(columns.values(), "columns")
    _none_empty([constants.values()], "constants")
    for needed in ("kind", "at"):
        if needed not in columns and (needed == "at" or needed not in constants):
            raise WrongMapping(message("Nothing says where {field} comes from.", field=needed))
    values = {field: meanings(value, f"values.{field}") for field, value in _fields(said, "values")}
    formats = texts(times.get("formats", []), "times.formats")
    zone = zone_named(times["zone"]) if "zone" in times else None
    delimiter = one_character(said.get("delimiter", ","), "delimiter")
    return EventMap(name, columns, constants, values, formats, zone, delimiter)


def _fields(said: Dictionary[str, Any], section: str) -> Iterable[tuple[str, Any]]:
    return by_field(said, section, Event.model_fields)


def _none_empty(named: Iterable[Iterable[str]], place: str) -> None:
    """An empty text names nothing."""
    if not all(name for names in named for name in names):
        raise WrongMapping(message("{place} must be a text in quotes.", place=place))
