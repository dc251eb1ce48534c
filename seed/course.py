"""How a live visit will go: targets that depend on its id alone, so that a restart simply goes on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from models.tables import Interaction
from seed.customers import PATIENCE_MINUTES, Ways, clerk, service_seconds
from seed.demand import BUSINESSES, HallDay
from seed.parts import Part
from standards.vocabulary import Begun, HoldKind, Priority, Source

BETWEEN_CALLS = timedelta(seconds=22)
HOLD_SECONDS = {
    HoldKind.PHONE: (25.0, 110.0),
    HoldKind.WAITING: (60.0, 300.0),
    HoldKind.AWAY_FOR_PAPERS: (400.0, 2400.0),
    HoldKind.PAPERS_KEPT: (300.0, 1200.0),
}


def chance_of(row: Interaction, about: str) -> Random:
    """A generator of a visit's own for one matter."""
    return Random(f"{row.id}/{about}")


@dataclass(frozen=True, slots=True)
class Course:
    """A visit's targets: seconds from its arrival, its last call or its start; turns by lot."""

    patience: float
    tells: bool
    absent: bool
    guided_away: float | None
    taken_twice: float | None
    door: float
    door_lot: float


def in_the_queue(row: Interaction) -> Course:
    """What somebody in the queue will do; a ticket that a person gave out is always waited for."""
    chance = chance_of(row, "queue")
    patience = chance.weibullvariate(PATIENCE_MINUTES * 60, 1.7) * (2.0 if row.priority else 1.0)
    tells, absent, lot = chance.random() < 0.45, chance.random() < 0.008, chance.random()
    soon, door, door_lot = chance.uniform(20, 110), chance.lognormvariate(math.log(7.5), 0.55), chance.random()
    ours = row.source is Source.DEVICE
    return Course(
        patience=patience if ours else math.inf,
        tells=tells,
        absent=absent and ours,
        guided_away=soon if ours and lot < 0.028 and row.business_type in {"payment", "invoice", "enquiry"} else None,
        taken_twice=soon if ours and lot > 0.996 else None,
        door=door,
        door_lot=door_lot,
    )


def comes_not(row: Interaction) -> bool:
    """Whether a ticket that was called is called in vain."""
    course = in_the_queue(row)
    called = row.called_at or row.arrived_at
    return course.absent or (not course.tells and (called - row.arrived_at).total_seconds() > course.patience)


def greeted_at(row: Interaction, day: HallDay) -> datetime:
    """When a called customer will be greeted."""
    chance, ways = chance_of(row, "greeting"), Ways.on(day.plan, day.story, day.day)
    person = clerk(day.story, row.staff_id or "")
    slow = 1.7 if row.priority in {Priority.ELDERLY, Priority.DISABLED} else 1.0
    seconds = chance.lognormvariate(math.log(max(6.0, 0.75 * day.plan.walking_seconds) * slow), 0.3)
    seconds += chance.lognormvariate(math.log(ways.prompt * person.prompt), 0.42)
    if chance.random() < ways.slips * person.slips:
        seconds += 12 + chance.expovariate(1 / 18)
    return (row.last_called_at or row.arrived_at) + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Business:
    """The service's targets in seconds of work; `turn` lies in 0 to 1 and decides what else happens at `turns_at`."""

    seconds: float
    items: int
    turn: float
    turns_at: float
    another: bool


def business(row: Interaction, day: HallDay) -> Business:
    """How the service of a visit will go."""
    chance, ways = chance_of(row, "business"), Ways.on(day.plan, day.story, day.day)
    code = row.business_type if row.business_type in BUSINESSES else "other"
    items = 2 + int(chance.expovariate(0.2)) if chance.random() < 0.035 and code == "payment" else 1
    part = Part(row.id, row.visit_id, row.begun, code, 0.0, 0.0, items=items)
    seconds = service_seconds(part, ways, clerk(day.story, row.staff_id or ""), chance)
    turn, place = chance.random(), chance.uniform(0.2, 0.8)
    another = row.begun is not Begun.ADDED and chance.random() < 0.045
    return Business(seconds, items, turn, place * seconds, another)


def back_at(row: Interaction) -> datetime:
    """When a hold will end."""
    least, most = HOLD_SECONDS[row.hold_kind or HoldKind.WAITING]
    held_for = chance_of(row, "hold").uniform(least, most)
    return (row.held_since_at or row.arrived_at) + timedelta(seconds=held_for)


def worked_seconds(row: Interaction, now: datetime) -> float:
    """Seconds of service so far, without the holds."""
    started_at = row.started_at or now
    return (now - started_at).total_seconds() - row.held_ms / 1000
