"""Writers that are killed twenty times in the middle of writing: whatever they acknowledged must be there."""

from __future__ import annotations

from random import Random

from sqlalchemy import text

from bench.asked import Asked
from bench.figures import Row
from bench.places import stored, temporary
from bench.writing import LOCKED, START_SECONDS, Presser, a_hall, lost_updates, processes, stored_events, told_by
from models.store import Store

KILLS, WRITERS = 20, 3
SMALL_KILLS = 5
AT_MOST_SECONDS = 1.0
FOREVER = 600.0


def measure(run: Asked) -> list[Row]:
    """Acknowledged presses that are lost, and what else is wrong with the database after the last kill."""
    return measured(run.lasting(KILLS, SMALL_KILLS), AT_MOST_SECONDS)


def measured(kills: int, at_most_seconds: float) -> list[Row]:
    """The same with so many kills, each at a moment within so many seconds."""
    chance, acknowledged, kept = Random(1), set[str](), set[str]()
    wrong = 0
    with temporary() as store:
        for number in range(kills):
            hall = f"KILLED-{number}"
            told = _killed(store, hall, chance.uniform(0.02, at_most_seconds))
            acknowledged |= told - {LOCKED}
            kept |= {str(event) for event in stored_events(store, hall)}
            wrong += lost_updates(store, hall)
        wrong += len(_complaints(store))
        rows = stored(store)
    details = {
        "kills": kills,
        "writers": WRITERS,
        "acknowledged": len(acknowledged),
        "stored": len(kept),
        "stored, not yet acknowledged": len(kept - acknowledged),
    }
    name = f"killed {kills} times"
    return [
        Row(
            name=f"{name}: acknowledged presses lost",
            value=len(acknowledged - kept),
            reference=len(acknowledged),
            unit="presses",
            rows=rows,
            target=0,
            compared="value",
            details=details,
        ),
        Row(
            name=f"{name}: half-written or damaged",
            value=wrong,
            reference=0,
            unit="rows",
            rows=rows,
            target=0,
            compared="value",
        ),
    ]


def _killed(store: Store, hall: str, after_seconds: float) -> set[str]:
    """What writers had acknowledged in a new hall when all of them were killed."""
    a_hall(store, hall, WRITERS)
    store.close()  # the writers' are the only connections, as those of a server that dies are
    together = processes().Barrier(WRITERS + 1)
    pressers = [Presser(store.url, hall, counter, together, FOREVER) for counter in range(1, WRITERS + 1)]
    together.wait(START_SECONDS)
    told = set(told_by(pressers, after_seconds))
    for presser in pressers:
        presser.kill()
    told |= set(told_by(pressers))
    for presser in pressers:
        presser.process.join()
    return told


def _complaints(store: Store) -> list[str]:
    with store.reading() as session:
        said = session.connection().execute(text("PRAGMA integrity_check")).scalars().all()
    return [line for line in said if line != "ok"]
