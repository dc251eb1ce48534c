"""What runs from the application's start to its end: the database made ready, forgotten visits settled, demo halls."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from threading import Event, Thread

from anyio.to_thread import run_sync

from ingest import watching
from models.command_line import Refusal, check_address, check_known, refusal_of
from models.damage import look_for_damage
from models.migrate import upgrade
from models.settings import demo_mode
from models.store import Store, database_url, sqlite_file, store
from models.turns import in_turn
from seed import reference
from ui import clock, warming
from web import backups, damaged, first_token, logs, nightly, refresher, retaining
from web.cookies import ensure_key

_LOG = logging.getLogger(__name__)
_PATIENCE_SECONDS = 10
_START = "start"


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Ready before the first reader; what runs beside the screens is told to stop and waited for at the end."""
    logs.set_up()
    ready = await run_sync(_make_ready_or_stop)
    stop = Event()
    running = start_jobs(stop) if ready else [start_waiting(stop)]
    try:
        yield
    finally:
        stop.set()
        for job in running:
            if job is not None:
                await run_sync(job.join, _PATIENCE_SECONDS)


def _make_ready_or_stop() -> bool:
    """Stop with one sentence where the database is not to be used: no newer version's, no other file, no server.

    False where it was damaged and set aside: nothing is made ready until a backup is back.
    """
    try:
        check_address(database_url())
        if (found := look_for_damage(database_url(), now=clock.now())) is not None:
            damaged.tell(found)
            return False
        make_ready()
        return True
    except Exception as error:
        refused = refusal_of(error)
        if not isinstance(refused, Refusal):
            raise
        sys.tracebacklimit = 0  # the server logs what stopped it, and the way there says nothing to whoever reads it
        raise SystemExit(str(refused)) from None


def make_ready() -> None:
    """Create or upgrade the database, give it the reference data it lacks, make the first screen's caches.

    Of several processes that start at once, one makes the database ready; the others find it so.
    """
    with in_turn(store(), _START):
        check_known(store())
        upgrade()
        reference.ensure(store(), now=clock.now())
        ensure_key(store())
        first_token.offer(store())
    warming.warm()


def start_jobs(stop: Event) -> list[Thread | None]:
    """All that runs beside the screens."""
    starts = (start_feed, start_nightly, start_watch, start_refresher, start_backups, start_retaining)
    return [start(stop) for start in starts]


def start_waiting(stop: Event) -> Thread:
    """Wait for a backup in place of a damaged database, then go on as from a start."""

    def go_on() -> None:
        make_ready()
        start_jobs(stop)

    return _started("waiting", damaged.wait_for_restore, stop, go_on)


def start_feed(stop: Event) -> Thread | None:
    """The demo halls' customers, where the database holds a demo region."""
    with store().reading() as session:
        if not demo_mode(session):
            return None
    return _started("demo-feed", _feed, store(), stop)


def start_nightly(stop: Event) -> Thread:
    """What was forgotten overnight, settled while the application runs."""
    return _started("nightly", nightly.run, store(), stop, clock.now)


def start_watch(stop: Event) -> Thread:
    """The folders of machines that only write files."""
    return _started("machine-folders", watching.run, store(), stop, clock.now)


def start_refresher(stop: Event) -> Thread:
    """The rollups of the days that are over."""
    return _started("rollups", refresher.run, store(), stop, clock.now)


def start_backups(stop: Event) -> Thread | None:
    """Backups of the embedded database by themselves; a server's are its own."""
    if sqlite_file(database_url()) is None:
        return None
    return _started("backups", backups.run, store(), stop, clock.now)


def start_retaining(stop: Event) -> Thread:
    """What has been kept for its time, let go at night."""
    return _started("retention", retaining.run, store(), stop, clock.now)


def _started(name: str, run: Callable[..., None], *given: object) -> Thread:
    running = Thread(target=run, args=given, name=name, daemon=True)
    running.start()
    return running


def _feed(halls: Store, stop: Event) -> None:
    if find_spec("seed.feed") is None:
        return
    try:
        import_module("seed.feed").run(halls, stop)
    except Exception:  # the screens go on without it; the log says why it ended
        _LOG.exception("The demo halls have stopped")
