"""Where each stamp of an interaction comes from, when that is not where its row comes from."""

from __future__ import annotations

from collections.abc import Iterable

from models.actor import Actor
from models.tables import Interaction
from standards.vocabulary import Role, Source, Stage

NOTED = (
    *(stage.value for stage in Stage if stage is not Stage.ARRIVED),
    *("outcome", "business_type", "priority", "items", "assisted", "counter_id", "staff_id"),
)
"""The columns whose source is kept, in the order in which they are written down."""
_SERVED = ("greeted_at", "ended_at", "started_at")


def source_of(actor: Actor) -> Source:
    """Where an actor's presses come from."""
    return Source.DEVICE if Role.DEVICE in actor.roles else Source.STAFF


def told(row: Interaction) -> dict[str, Source]:
    """The columns that came from elsewhere than the row, each with its source."""
    return {name: Source(source) for name, _, source in (one.partition("=") for one in row.stamp_sources.split())}


def note(row: Interaction, changed: Iterable[str], source: Source) -> None:
    """Keep that these columns were just written by `source`, and who then delivered the service."""
    names = set(changed).intersection(NOTED)
    if not names or (source == row.source and not row.stamp_sources):
        return
    sources = told(row) | dict.fromkeys(names, source)
    elsewhere = {name: sources[name] for name in NOTED if sources.get(name, row.source) != row.source}
    row.stamp_sources = " ".join(f"{name}={elsewhere[name].value}" for name in elsewhere)
    served = next((name for name in _SERVED if getattr(row, name) is not None), None)
    row.served_source = elsewhere.get(served) if served is not None else None


def note_changes(row: Interaction, was: dict[str, object], source: Source) -> None:
    """Note what a press changed in a row; one that set the sources itself (an undo) has said it all."""
    if row.stamp_sources == was["stamp_sources"]:
        note(row, (name for name in NOTED if getattr(row, name) != was[name]), source)
