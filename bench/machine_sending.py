"""How a day's events reach us: in batches or files, and with all that goes wrong on the way."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from random import Random

from bench.machine_hall import ZONE
from bench.machine_truth import Day
from ingest.events import Batch, Event

SENT = tuple[str, Batch, datetime]
"""A device, what it sent, and when that was received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """What goes wrong: `duplicates` is the share of batches sent again, `off` how far each device's clock runs ahead,
    `offline` from when until when a device reaches nobody; `shuffled` batches come in any order, mixed within."""

    duplicates: float = 0.0
    shuffled: bool = False
    off: Mapping[str, timedelta] = field(default_factory=dict)
    offline: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict)


NONE = Troubles()


def sent(day: Day, every: timedelta, troubles: Troubles = NONE, seed: int = 1) -> list[SENT]:
    """The day in batches of so much time each, in the order they are received."""
    chance = Random(seed)
    made: list[SENT] = []
    for device, events in day.events.items():
        ahead = troubles.off.get(device, timedelta())
        for _, some in groupby(events, lambda event: event.at.timestamp() // every.total_seconds()):
            listed = list(some)
            received = _received(listed[-1].at, troubles.offline.get(device))
            if troubles.shuffled:
                chance.shuffle(listed)
            moved = tuple(event.model_copy(update={"at": event.at + ahead}) for event in listed)
            made.append((device, Batch(sent_at=received + ahead, events=moved), received))
    made += [one for one in made if chance.random() < troubles.duplicates]
    if troubles.shuffled:
        chance.shuffle(made)
        return made
    return sorted(made, key=lambda one: one[2])


def _received(last_at: datetime, offline: tuple[datetime, datetime] | None) -> datetime:
    """A moment later; what was noted off line comes when the line is back."""
    at = last_at + timedelta(seconds=1)
    return offline[1] if offline is not None and offline[0] <= at < offline[1] else at


def as_csv(events: Iterable[Event]) -> str:
    """Events as a machine that only writes files leaves them: local times, its own names for the columns."""
    columns = [name for name in Event.model_fields if name != "id"]
    out = io.StringIO()
    writer = csv.DictWriter(out, ["id", *columns])
    writer.writeheader()
    for event in events:
        said = event.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        local = event.at.astimezone(ZONE).replace(tzinfo=None).isoformat(sep=" ")
        writer.writerow(said | {"at": local, "tags": " ".join(event.tags)})
    return out.getvalue()
