"""Days that were written to, counted anew while the application runs: those that are over, one after the other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event

from models.rollups import refresh
from models.store import Store

EVERY_SECONDS = 5.0
BREATH_SECONDS = 0.05
"""Left between two transactions, so that whoever presses a key meanwhile gets in."""
_LOG = logging.getLogger(__name__)


def run(store: Store, stop: Event, clock: Callable[[], datetime]) -> None:
    """Refresh at once and every few seconds until `stop` is set; what fails is tried again the next time."""
    while not stop.is_set():
        try:
            refresh(store, over_by=clock(), go_on=lambda: not stop.wait(BREATH_SECONDS))
        except Exception:  # the database is away, or busy for too long: figures are read from the rows meanwhile
            _LOG.exception("The rollups could not be refreshed")
        stop.wait(EVERY_SECONDS)
