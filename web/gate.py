"""Without an open session nobody gets further than the sign-in; with one, the screens are told which.

A screen that is paired is let in as a screen; a counter's station is nobody, and leads to its own sign-on.
In a demo region this machine's own browser is let in without one, to choose an account.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import quote

from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from actions.sessions import Standing, standing
from actions.stations import paired
from models.sessions import digest_of
from models.settings import demo_mode
from models.store import store
from standards.vocabulary import DeviceKind
from ui import clock
from ui.doorkeeping import BY_CHOICE, DEVICE, DOOR, OURS, SESSION, STATION
from ui.keeping import Kept
from web.client import client_of
from web.cookies import DEVICE as DEVICE_COOKIE
from web.cookies import SESSION as SESSION_COOKIE
from web.cookies import token_in

POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013
SIGN_IN, PASSWORD = "/auth/sign-in", "/auth/password"
SIGN_ON, PIN = "/auth/station", "/auth/pin"
# Each of these asks everybody for something of its own: a password, a machine's token, or nothing at all.
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/metrics", "/api/events", "/api/clock", "/oauth2callback"})
OPEN_FOLDERS = ("/auth/",)
# The application's own scripts and fonts, a hundred of them a page: who asks is looked at every two seconds.
_SCRIPTS = "/static/"
_LOOKED = Kept(2, most=500)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """Who stands before it: somebody signed in (the session's id), a screen (the SHA-256 of its token), or this
    machine's own reader of a demo region; `station` is the code of the station that the browser is.
    """

    session_id: str | None = None
    standing: Standing = Standing.OVER
    screen: str | None = None
    station: str | None = None
    by_choice: bool = False

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """What the screens are told."""
        here = [] if self.station is None else [(STATION.encode(), self.station.encode())]
        if self.standing is Standing.OPEN and self.session_id is not None:
            return [(SESSION.encode(), self.session_id.encode()), *here]
        if self.screen is not None:
            return [(DEVICE.encode(), self.screen.encode())]
        return [(DOOR.encode(), BY_CHOICE.encode())] if self.by_choice else []


class Gate:
    """Pure ASGI middleware, for requests and websockets; headers that only it may set are taken from everybody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        clean = {**scope, "headers": [sent for sent in scope["headers"] if not sent[0].lower().startswith(OURS)]}
        if _opens_to_all(clean):
            await self.app(clean, receive, send)
            return
        try:
            door = await run_sync(_knock, clean)
        except SQLAlchemyError:
            _LOG.exception("Who asks could not be looked up")
            await _refuse(clean, receive, send, _away(), TRY_AGAIN_LATER)
            return
        if door.headers:
            await self.app({**clean, "headers": [*clean["headers"], *door.headers]}, receive, send)
        else:
            await _refuse(clean, receive, send, _shown_out(clean, door), POLICY_VIOLATION)


def door_of(scope: Scope) -> Door:
    """Who asks, looked up now."""
    token, of_device = token_in(scope, SESSION_COOKIE), token_in(scope, DEVICE_COOKIE)
    with store().reading() as session:
        device = None if of_device is None else paired(session, of_device)
        station = device.id if device is not None and device.kind is DeviceKind.STATION else None
        if token is not None:
            session_id = digest_of(token)
            stands = standing(session, session_id, now=clock.now())
            if stands is not Standing.OVER:
                return Door(session_id, stands, station=station)
        if device is not None:
            return Door(screen=device.token_digest if station is None else None, station=station)
        return Door(by_choice=client_of(scope).local and demo_mode(session))


def is_document(scope: Scope) -> bool:
    """Whether a browser asks for a page to show, rather than for a part of one."""
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return False
    headers = Headers(scope=scope)
    mode = headers.get("sec-fetch-mode")
    return mode == "navigate" if mode is not None else "text/html" in headers.get("accept", "")


def _knock(scope: Scope) -> Door:
    if not scope["path"].startswith(_SCRIPTS):
        return door_of(scope)
    tokens = (token_in(scope, SESSION_COOKIE), token_in(scope, DEVICE_COOKIE))
    door: Door = _LOOKED.value((store().url, tokens, client_of(scope).local), lambda: door_of(scope))
    return door


def _opens_to_all(scope: Scope) -> bool:
    return scope["type"] == "http" and (scope["path"] in OPEN_PATHS or scope["path"].startswith(OPEN_FOLDERS))


def _shown_out(scope: Scope, door: Door) -> Response:
    if not is_document(scope):
        return PlainTextResponse("Not signed in.", 401)
    asked = quote(scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else ""))
    otherwise = SIGN_IN if door.station is None else SIGN_ON
    to = {Standing.MUST_CHANGE: PASSWORD, Standing.MUST_CHANGE_PIN: PIN}.get(door.standing, otherwise)
    return RedirectResponse(f"{to}?next={asked}", 303, headers={"Cache-Control": "no-store"})


def _away() -> Response:
    said = "数据库暂时无法访问，请稍后再试。\nThe database does not answer just now. Please try again shortly.\n"
    return PlainTextResponse(said, 503, headers={"Retry-After": "5"})


async def _refuse(scope: Scope, receive: Receive, send: Send, answer: Response, code: int) -> None:
    if scope["type"] == "http":
        await answer(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.close", "code": code, "reason": ""})
