"""Figures of this process for a monitoring system, in the text format of Prometheus; only for who has the token."""

from __future__ import annotations

import hmac
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from anyio.to_thread import run_sync
from sqlmodel import col, func, select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.access import AccountSession, BackupRun
from models.store import store
from ui import clock
from web.refusals import refusal

TOKEN = "MONITOR_METRICS_TOKEN"  # noqa: S105 - the variable's name
_KIND = "text/plain; version=0.0.4; charset=utf-8"
_REFUSED = frozenset({401, 403, 413, 429})


@dataclass(slots=True)
class Counts:
    """What this process has answered since its start, and the websockets that are open."""

    answers: Counter[str] = field(default_factory=Counter)
    refusals: Counter[int] = field(default_factory=Counter)
    websockets: int = 0


_COUNTS = Counts()


class Counting:
    """Pure ASGI middleware: counts, and remembers nothing of who asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            _COUNTS.websockets += 1
            try:
                await self.app(scope, receive, send)
            finally:
                _COUNTS.websockets -= 1
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = message["status"]
                _COUNTS.answers[f"{status // 100}xx"] += 1
                _COUNTS.refusals[status] += status in _REFUSED
            await send(message)

        await self.app(scope, receive, counted)


async def metrics(request: Request) -> Response:
    """404 where no token is set, 401 for another, else the figures."""
    token = os.environ.get(TOKEN, "")
    if not token:
        return refusal(request.url.path, 404)
    given = request.headers.get("authorization", "").encode("latin-1")
    if not hmac.compare_digest(given, f"Bearer {token}".encode()):
        return PlainTextResponse("The token is missing or wrong.\n", 401, {"WWW-Authenticate": "Bearer"})
    return PlainTextResponse(await run_sync(_text, clock.now()), media_type=_KIND)


def _text(now: datetime) -> str:
    said = [
        _family("monitor_answers_total", "counter", {f'class="{name}"': n for name, n in _COUNTS.answers.items()}),
        _family(
            "monitor_refusals_total", "counter", {f'status="{code}"': n for code, n in _COUNTS.refusals.items() if n}
        ),
        _family("monitor_websockets", "gauge", {"": _COUNTS.websockets}),
        _family("monitor_memory_bytes", "gauge", {"": _memory()}),
    ]
    try:
        said += _stored(now)
        said.append(_family("monitor_database_up", "gauge", {"": 1}))
    except Exception:  # whatever keeps the database from answering, the other figures are still true
        said.append(_family("monitor_database_up", "gauge", {"": 0}))
    return "".join(said)


def _stored(now: datetime) -> list[str]:
    """Open sessions, and how old the last backup is that was seen whole."""
    with store().reading() as session:
        is_open = (
            col(AccountSession.ended_at).is_(None),
            AccountSession.idle_until > now,
            AccountSession.ends_at > now,
        )
        signed_in = session.exec(select(func.count()).select_from(AccountSession).where(*is_open)).one()
        kept = col(BackupRun.removed_at).is_(None)
        last = session.exec(select(func.max(BackupRun.rehearsed_at)).where(kept)).one()
    found = [_family("monitor_sessions", "gauge", {"": signed_in})]
    if last is not None:
        age = int((now - last).total_seconds())
        found.append(_family("monitor_verified_backup_age_seconds", "gauge", {"": age}))
    return found


def _family(name: str, kind: str, values: dict[str, int]) -> str:
    lines = [f"# TYPE {name} {kind}\n"]
    lines += [f"{name}{{{label}}} {value}\n" if label else f"{name} {value}\n" for label, value in values.items()]
    return "".join(lines)


def _memory() -> int:
    """Bytes in memory; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


ROUTES = [Route("/metrics", metrics, methods=["GET"])]
