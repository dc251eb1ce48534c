"""Backups that are made by themselves, at the hour that is set; what failed is tried again a little later."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event

from actions.backups import SCHEDULE, back_up, due
from actions.refusal import Refused
from models.actor import BY_ITSELF, machine_actor
from models.store import Store

EVERY_SECONDS = 60.0
_ACTOR = machine_actor(SCHEDULE, BY_ITSELF)
_LOG = logging.getLogger(__name__)


def run(store: Store, stop: Event, clock: Callable[[], datetime]) -> None:
    """Look every minute whether one is due, until `stop` is set."""
    while not stop.wait(EVERY_SECONDS):
        back_up_if_due(store, clock)


def back_up_if_due(store: Store, clock: Callable[[], datetime]) -> bool:
    """Make one where the schedule wants it; whether one was tried. Of several processes one makes it."""
    try:
        with store.reading() as session:
            if not due(session, now=clock()):
                return False
        back_up(store, _ACTOR, clock=clock, by=SCHEDULE)
    except Refused:  # another process is at it
        return False
    except Exception:  # the database is away or full: the next minute may find it again
        _LOG.exception("The backup could not be begun")
    return True
