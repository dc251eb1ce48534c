"""What was forgotten overnight, settled while the application runs: a hall at a time, never in anybody's way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event

from sqlmodel import Session, col, select

from actions.overnight import AT_A_TIME, RULE, may_have_forgotten, settle_overnight
from models.store import Store
from models.tables import Branch, BranchPulse
from standards.derive import day_on

EVERY_SECONDS = 300.0
_LOG = logging.getLogger(__name__)


def run(store: Store, stop: Event, clock: Callable[[], datetime]) -> None:
    """Settle at once and every few minutes until `stop` is set."""
    while not stop.is_set():
        settle_halls(store, stop, clock())
        stop.wait(EVERY_SECONDS)


def settle_halls(store: Store, stop: Event, now: datetime) -> int:
    """Settle what was forgotten in every hall, each in transactions of its own; how many visits.

    A hall whose rows can't be reached is left for the next time, and stops no other.
    """
    settled = 0
    try:
        with store.reading() as session:
            halls = list(session.exec(select(Branch.id).order_by(col(Branch.id))))
    except Exception:  # the database is away: the next time may find it again
        _LOG.exception("What was forgotten overnight could not be looked for")
        return settled
    for hall in halls:
        if stop.is_set():
            break
        try:
            settled += _settle(store, hall, now)
        except Exception:
            _LOG.exception("What was forgotten in hall %s could not be settled", hall)
    return settled


def _settle(store: Store, hall: str, now: datetime) -> int:
    """Nothing is locked where a look finds nothing forgotten."""
    settled = 0
    while True:
        with store.reading() as session:
            if not _ready(session, hall, now) or not may_have_forgotten(session, hall, now=now):
                return settled
        with store.writing() as session:
            done = settle_overnight(session, RULE, hall, now=now)
        settled += len(done)
        if len(done) < AT_A_TIME:
            return settled


def _ready(session: Session, hall: str, now: datetime) -> bool:
    """A demo hall first catches up with what it missed while the application was off; real ones are as they are."""
    branch = session.get_one(Branch, hall)
    if not branch.demo:
        return True
    pulse = session.get(BranchPulse, hall)
    return pulse is not None and day_on(pulse.changed_at, branch.zone_info) == day_on(now, branch.zone_info)
