"""What a large region's visits are drawn from: pools of likely values, made once, so that a row costs little."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from standards.vocabulary import Priority

POOL = 8192
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
OPENS, CLOSES = HOUR // 2, 9 * HOUR + HOUR // 2
"""Half past eight to half past five in Shanghai, in milliseconds of the UTC day: one and the same calendar day."""
LONGEST = 2 * HOUR
JITTER = 1 << 12
"""Milliseconds by which arrivals differ from those of the pool."""
COUNTERS, STAFF = 8, 9
TRAINEE, MENTOR, TELEPHONE = 9, 8, 90

# Weight, letter of the ticket, median seconds of one item and their spread.
BUSINESSES = {
    "payment": (42.0, "A", 142, 0.52),
    "enquiry": (14.0, "D", 205, 0.55),
    "change": (12.0, "C", 560, 0.42),
    "new_connection": (9.0, "B", 690, 0.42),
    "invoice": (8.0, "E", 185, 0.4),
    "meter": (5.0, "F", 470, 0.4),
    "other": (4.5, "K", 390, 0.5),
    "repair": (3.0, "G", 255, 0.45),
    "complaint": (1.5, "H", 640, 0.4),
    "suggestion": (1.0, "J", 320, 0.45),
}
# How a place of the day is filled, in per cent; `moved` and `another` take the next place too.
COURSES = {
    "served": 78.2,
    "walk_in": 3.3,
    "call": 2.5,
    "noted_call": 2.6,
    "call_given_up": 0.3,
    "moved": 0.95,
    "another": 3.55,
    "diverted": 1.5,
    "left": 2.6,
    "no_show": 3.6,
    "test": 0.5,
    "void": 0.4,
}


class Business(NamedTuple):
    """A piece of business, the milliseconds of work it takes and those it rests."""

    code: str
    letter: str
    items: int
    worked: int
    held: int


class Reception(NamedTuple):
    """Milliseconds from the call to the greeting; `stamped` where the arrival at the counter is known."""

    walk: int
    greeting: int
    stamped: bool
    door: int | None
    recalls: int


class Server(NamedTuple):
    """Who serves, where, and under whose guidance."""

    counter: int
    staff: str
    mentor: str | None


class Remark(NamedTuple):
    """What is told of a visit afterwards; promises in milliseconds after its end."""

    rating: int | None
    attention: int
    resolved: int | None
    priority: str | None
    promised: int | None
    kept: int | None
    observed: bool


@dataclass(frozen=True, slots=True)
class Chances:
    """The pools that every hall and day draws from."""

    arrivals: list[int]
    courses: list[str]
    waits: list[int]
    businesses: list[Business]
    receptions: list[Reception]
    servers: list[Server]
    remarks: list[Remark]


def chances(chance: Random) -> Chances:
    """The pools, as a generator has it."""
    codes, weights = list(BUSINESSES), [weight for weight, *_ in BUSINESSES.values()]
    return Chances(
        arrivals=[_arrival(chance) for _ in range(8 * POOL)],
        courses=chance.choices(list(COURSES), list(COURSES.values()), k=POOL),
        waits=[_milliseconds(chance, 6 * 60, 0.9) for _ in range(POOL)],
        businesses=[_business(code, chance) for code in chance.choices(codes, weights, k=POOL)],
        receptions=[_reception(chance) for _ in range(POOL)],
        servers=[_server(chance) for _ in range(POOL)],
        remarks=[_remark(chance) for _ in range(POOL)],
    )


def _milliseconds(chance: Random, median_seconds: float, spread: float) -> int:
    return min(LONGEST, int(SECOND * chance.lognormvariate(math.log(median_seconds), spread)))


def _arrival(chance: Random) -> int:
    """Two peaks over a level day, and some before the doors open."""
    lot = chance.random()
    if lot < 0.01:
        return OPENS - int(chance.random() * 15 * MINUTE)
    hour = chance.gauss(2, 1.25) if lot < 0.4 else chance.gauss(7.25, 1.2) if lot < 0.7 else chance.uniform(0.5, 9.5)
    return min(CLOSES - JITTER, max(OPENS, int(hour * HOUR)))


def _business(code: str, chance: Random) -> Business:
    _, letter, median, spread = BUSINESSES[code]
    items = 2 + int(chance.expovariate(0.2)) if code == "payment" and chance.random() < 0.03 else 1
    worked = min(LONGEST, items * _milliseconds(chance, median, spread))
    held = int(chance.uniform(25, 600) * SECOND) if chance.random() < 0.03 else 0
    return Business(code, letter, items, worked, held)


def _reception(chance: Random) -> Reception:
    slip = 12 * SECOND + int(chance.expovariate(1 / 18) * SECOND) if chance.random() < 0.07 else 0
    return Reception(
        walk=_milliseconds(chance, 15, 0.3),
        greeting=_milliseconds(chance, 6, 0.42) + slip,
        stamped=chance.random() < 0.36,
        door=_milliseconds(chance, 7.5, 0.55) if chance.random() < 0.15 else None,
        recalls=1 if chance.random() < 0.03 else 0,
    )


def _server(chance: Random) -> Server:
    staff = chance.randint(1, STAFF)
    counter = staff if staff <= COUNTERS else chance.randint(1, COUNTERS)
    return Server(counter, str(staff), str(MENTOR) if staff == TRAINEE else None)


def _remark(chance: Random) -> Remark:
    promised = chance.random() < 0.008
    return Remark(
        rating=chance.choices((5, 4, 3, 2, 1), (707, 260, 23, 6, 4))[0] if chance.random() < 0.34 else None,
        attention=int(chance.random() < 0.005),
        resolved=int(chance.random() < 0.93) if chance.random() < 0.65 else None,
        priority=chance.choice(list(Priority)).value if chance.random() < 0.04 else None,
        promised=24 * HOUR if promised else None,
        kept=int(chance.uniform(1, 30) * HOUR) if promised and chance.random() < 0.95 else None,
        observed=chance.random() < 0.012,
    )
