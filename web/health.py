"""Whether the process lives, and whether it can serve: for watchdogs and load balancers."""

from __future__ import annotations

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from models.migrate import newest_revision, revision
from models.store import store


async def healthz(request: Request) -> JSONResponse:
    """200 while the process answers."""
    return JSONResponse({"status": "alive"})


async def readyz(request: Request) -> JSONResponse:
    """200 when the database answers and has the schema that this code wants, else 503 with a plain reason."""
    trouble = await run_sync(unready)
    if trouble is None:
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "not ready", "reason": trouble}, status_code=503)


def unready() -> str | None:
    """Why the application can't serve, or None."""
    try:
        found = revision(store())
    except Exception as error:  # whatever keeps the database from answering, the answer is the same
        return f"the database does not answer ({type(error).__name__})"
    return None if found == newest_revision() else "the database's schema is not the one this version wants"


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz)]
