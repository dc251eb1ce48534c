"""The mappings to choose from: those that come with the program, and those that were saved on the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlmodel import Session

from actions.mappings import save_mapping
from actions.refusal import Refused
from analytics.imports import saved_mappings
from ingest.map_file import mapping_in, mapping_text, read_mapping
from ingest.mapping import Mapping, WrongMapping
from models.actor import EVERYWHERE, Actor
from standards.message import message

MAPS = Path(__file__).resolve().parent / "maps"


@dataclass(frozen=True, slots=True)
class KnownMapping:
    """A mapping by name; one that comes with the program has no version, one of a hall is not shared."""

    name: str
    mapping: Mapping
    version: int | None = None
    shared: bool = True


@cache
def shipped_mappings() -> tuple[KnownMapping, ...]:
    """The mappings that come with the program."""
    return tuple(KnownMapping(file.stem, read_mapping(file)) for file in sorted(MAPS.glob("*.toml")))


def known_mappings(session: Session, actor: Actor, branch_id: str) -> tuple[KnownMapping, ...]:
    """Those that a hall may use: saved ones by name, then the shipped; one that no longer reads is left out."""
    known = []
    for saved in saved_mappings(session, actor, branch_id):
        try:
            mapping = mapping_in(saved.content, saved.name)
        except WrongMapping:
            continue
        known.append(KnownMapping(saved.name, mapping, saved.version, saved.branch_id == EVERYWHERE))
    return (*known, *shipped_mappings())


def keep_mapping(session: Session, actor: Actor, branch_id: str, mapping: Mapping, *, now: datetime) -> KnownMapping:
    """Save a mapping under its name for a hall or (`*`) for all; what is given back is what will be read.

    Raises Refused for the name of a shipped one, and as `save_mapping` does.
    """
    if mapping.name.strip() in {shipped.name for shipped in shipped_mappings()}:
        said = message(
            "{name} is the name of a mapping that comes with the program: choose another.", name=mapping.name
        )
        raise Refused("name_taken", said)
    content = mapping_text(mapping)
    name = mapping.name.strip()
    read = mapping_in(content, name)
    if replace(read, digest="") != replace(mapping, name=name, digest=""):
        raise WrongMapping(message("The mapping can't be written down as it is."))
    version = save_mapping(session, actor, branch_id, name, content, now=now)
    return KnownMapping(name, read, version, branch_id == EVERYWHERE)
