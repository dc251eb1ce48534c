"""What has been kept for its time, let go once a night: hall by hall and kind by kind, in small transactions."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event

from actions.retention import forget_tries, let_go, note_let_go, take_on_night
from models.actor import BY_ITSELF, EVERYWHERE, machine_actor
from models.overdue import halls_and_none
from models.retention import Kept
from models.store import Store

EVERY_SECONDS = 600.0
BREATH_SECONDS = 0.2
"""Left between two transactions, so that whoever presses a key meanwhile gets in."""
_ACTOR = machine_actor("retention", BY_ITSELF)
_LOG = logging.getLogger(__name__)


def run(store: Store, stop: Event, clock: Callable[[], datetime]) -> None:
    """Look every ten minutes whether a night's work is to be done, until `stop` is set."""
    while not stop.wait(EVERY_SECONDS):
        retain_if_night(store, clock(), go_on=lambda: not stop.wait(BREATH_SECONDS))


def retain_if_night(store: Store, now: datetime, *, go_on: Callable[[], bool] = lambda: True) -> int | None:
    """Do tonight's work unless another process has taken it on; how many rows went (None: not ours).

    What could not be done is done the next night: every step is whole by itself.
    """
    try:
        with store.writing() as session:
            if not take_on_night(session, _ACTOR, now=now):
                return None
        with store.writing() as session:
            forget_tries(session, _ACTOR, now=now)
        with store.reading() as session:
            halls = halls_and_none(session)
    except Exception:  # the database is away: the next look may find it again
        _LOG.exception("What is to be let go tonight could not be looked for")
        return None
    return sum(_of_hall(store, hall, kept, now, go_on) for hall in halls for kept in Kept)


def _of_hall(store: Store, hall: str, kept: Kept, now: datetime, go_on: Callable[[], bool]) -> int:
    gone = 0
    try:
        while go_on():
            with store.writing() as session:
                done = let_go(session, _ACTOR, hall, kept, now=now)
            gone += done
            if not done:
                break
        if gone:
            with store.writing() as session:
                note_let_go(session, _ACTOR, hall, kept, gone, now=now)
    except Exception:
        where = "no hall" if hall == EVERYWHERE else f"hall {hall}"
        _LOG.exception("%s of %s could not be let go", kept.value, where)
    return gone
