"""While the application runs, the demo halls go on receiving customers."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from threading import Event
from uuid import uuid4

from models.store import Store
from seed.floor import Floor
from seed.lease import Lease
from seed.story import kept_story
from seed.top_up import bring_up_to

STEP_SECONDS = 1.0
_LOG = logging.getLogger(__name__)


def run(store: Store, stop: Event) -> None:
    """Move the demo halls on about once a second until `stop` is set; without a demo region, return at once.

    The halls' state is the database's, so that a restart simply goes on. Counters of people are left to them.
    """
    with store.reading() as session:
        story = kept_story(session)
    if story is None:
        return
    lease, floor = Lease(store, uuid4().hex), Floor(store, story)
    feeding = False
    try:
        while not stop.wait(STEP_SECONDS):
            try:
                if not lease.keep(datetime.now(UTC)):
                    feeding = False
                    continue
                if not feeding:
                    bring_up_to(store, story, now=datetime.now(UTC))
                    feeding = True
                floor.step(datetime.now(UTC))
            except Exception:  # a locked or vanished database must not end the feed: the next step may find it again
                _LOG.exception("The demo halls missed a step")
                stop.wait(10 * STEP_SECONDS)
    finally:
        lease.give_up(datetime.now(UTC))
