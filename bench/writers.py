"""Sixteen processes that press in one hall at once, against one process alone, turn about."""

from __future__ import annotations

from typing import Any

from bench.asked import Asked
from bench.figures import Row, against
from bench.places import stored, temporary
from bench.writing import LOCKED, PRESSES, Presser, a_hall, lost_updates, processes, stored_events, told_by
from models.store import Store

MANY = 16
TARGET = 0.8
ROUNDS, SECONDS = 3, 8
SMALL_ROUNDS, SMALL_SECONDS = 1, 3


def measure(run: Asked) -> list[Row]:
    """Presses a second, and what must be none: lock errors, acknowledged presses not stored, lost updates."""
    return measured(run.lasting(ROUNDS, SMALL_ROUNDS), run.lasting(SECONDS, SMALL_SECONDS), MANY)


def measured(rounds: int, seconds: float, most: int) -> list[Row]:
    """The same in so many rounds of so many seconds, with `most` processes at once."""
    rates: dict[int, list[float]] = {1: [], most: []}
    wrong: dict[str, int] = dict.fromkeys(("lock errors", "acknowledged and not stored", "lost updates"), 0)
    with temporary() as store:
        for number in range(rounds):
            for many in rates:
                hall = f"WRITERS-{number}-{many}"
                told = _press(store, hall, many, seconds)
                rates[many].append((sum(told.values()) - many * len(PRESSES)) / seconds)
                for what, count in _wrong(store, hall, told).items():
                    wrong[what] += count
        rows = stored(store)
    speed: dict[str, Any] = against(rates[most], rates[1])
    name = f"writers, {most} at once"
    return [
        Row(name=f"{name}: presses", unit="a second", rows=rows, target=TARGET, at_least=True, **speed),
        *(
            Row(name=f"{name}: {what}", value=count, reference=0, unit="presses", rows=rows, target=0, compared="value")
            for what, count in wrong.items()
        ),
    ]


def _press(store: Store, hall: str, many: int, seconds: float) -> dict[str, int]:
    """How often each answer was told by so many processes in a new hall."""
    a_hall(store, hall, many)
    together = processes().Barrier(many)
    pressers = [Presser(store.url, hall, counter, together, seconds) for counter in range(1, many + 1)]
    told: dict[str, int] = {}
    for answer in told_by(pressers):
        told[answer] = told.get(answer, 0) + 1
    for presser in pressers:
        presser.process.join()
        if presser.process.exitcode:
            raise RuntimeError("a writer failed")
    return told


def _wrong(store: Store, hall: str, told: dict[str, int]) -> dict[str, int]:
    kept = {str(event) for event in stored_events(store, hall)}
    return {
        "lock errors": told.get(LOCKED, 0),
        "acknowledged and not stored": len((told.keys() - {LOCKED}) ^ kept),
        "lost updates": lost_updates(store, hall),
    }
