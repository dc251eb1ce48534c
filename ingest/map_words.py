"""The words of a mapping's file, each checked where it stands: what is wrong is said with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ingest.mapping import WrongMapping
from standards.message import message

LARGEST = 1_000_000


def document(path: Path) -> tuple[dict[str, Any], bytes]:
    """A TOML file, parsed, and its bytes; raises WrongMapping where it can't be read or is none."""
    try:
        content = path.read_bytes()
        return tomllib.loads(content.decode("utf-8")), content
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongMapping(message("The mapping {path} can't be read: {reason}.", path=path, reason=reason)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongMapping(message("The mapping {path} is no TOML: {reason}.", path=path, reason=error)) from error


def known_alone(said: Iterable[str], known: Iterable[str], place: str = "") -> None:
    """Refuse a key that nobody reads: it was meant to say something."""
    for key in said:
        if key not in known:
            listed = ", ".join(sorted(known))
            raise WrongMapping(
                message("{place} is not known here; known are: {known}.", place=place + key, known=listed)
            )


def table(said: Dictionary[str, Any], name: str) -> Dictionary[str, Any]:
    """A table of the document; empty where it is not there."""
    found = said.get(name, {})
    if not isinstance(found, dict):
        raise WrongMapping(message("{place} must be a table.", place=name))
    return found


def by_field(said: Dictionary[str, Any], section: str, fields: Iterable[str]) -> Iterable[tuple[str, Any]]:
    """What a table says of each field; other keys are refused."""
    found = table(said, section)
    known_alone(found, fields, f"{section}.")
    return found.items()


def meanings(value: object, place: str) -> dict[str, str]:
    """Text in the file = text that is meant."""
    if not isinstance(value, dict):
        raise WrongMapping(message("{place} must be a table.", place=place))
    return {key: text(meant, f"{place}.{key}") for key, meant in value.items()}


def texts(value: object, place: str) -> tuple[str, ...]:
    """A text, or a list of them."""
    return tuple(text(one, place) for one in (value if isinstance(value, list) else [value]))


def text(value: object, place: str) -> str:
    """A text that every store can hold."""
    if not isinstance(value, str):
        raise WrongMapping(message("{place} must be a text in quotes.", place=place))
    if "\x00" in value:  # PostgreSQL can't hold one
        raise WrongMapping(message("{place} holds a zero character.", place=place))
    return value


def number(value: object, place: str) -> float:
    """A number, not below 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LARGEST:
        raise WrongMapping(message("{place} must be a number, not below 0.", place=place))
    return value


def zone_named(name: object) -> ZoneInfo:
    """A time zone by its IANA name."""
    try:
        return ZoneInfo(text(name, "times.zone"))
    except (KeyError, ValueError, OSError):  # the name of no zone, or no name at all
        raise WrongMapping(message("{zone} is no time zone: write one such as Asia/Shanghai.", zone=name)) from None


def one_character(value: object, place: str) -> str:
    """The character that parts the columns."""
    found = text(value, place)
    if len(found) != 1 or found in '"\r\n':
        raise WrongMapping(message("{place} must be one character, no quote and no end of a line.", place=place))
    return found
