"""Whether the process lives, and whether it can serve: for watchdogs and load balancers."""

from __future__ import annotations

import os
import shutil

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from analytics.system_state import almost_full, backup_state, clock_ahead
from models.migrate import newest_revision, revision
from models.store import StoreAway, database_url, sqlite_file, store
from ui import clock
from web.client import client_of
from web.damaged import Waiting


async def healthz(request: Request) -> JSONResponse:
    """200 while the process answers."""
    return JSONResponse({"status": "alive"})


async def readyz(request: Request) -> JSONResponse:
    """200 when the database answers and has the schema that this code wants, else 503 with a plain reason.

    This machine's own watchdog is told too what goes on, but not well.
    """
    trouble = await run_sync(unready)
    if trouble is None:
        degraded = await run_sync(degradations) if client_of(request.scope).local else []
        return JSONResponse({"status": "ready"} | ({"degraded": degraded} if degraded else {}))
    return JSONResponse({"status": "not ready", "reason": trouble}, status_code=503)


def unready() -> str | None:
    """Why the application can't serve, or None."""
    if Waiting.found is not None:
        return "the database was damaged and set aside: restore the last backup"
    try:
        found = revision(store())
    except Exception as error:  # whatever keeps the database from answering, the answer is the same
        return f"the database does not answer ({type(error).__name__})"
    return None if found == newest_revision() else "the database's schema is not the one this version wants"


def degradations() -> list[str]:
    """What an administrator should look at, in codes: a disk that is almost full or read-only, a backup overdue."""
    found: list[str] = []
    file = sqlite_file(database_url())
    if file is not None:
        disk = shutil.disk_usage(file.parent)
        if almost_full(disk.free, disk.total):
            found.append("disk_almost_full")
        if not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK):
            found.append("read_only")
    try:
        with store().reading() as session:
            if file is not None and backup_state(session).overdue(clock.now()):
                found.append("backup_overdue")
            if clock_ahead(session, now=clock.now()) is not None:
                found.append("clock_set_back")
    except StoreAway:
        found.append("store_away")
    return found


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz)]
