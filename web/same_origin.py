"""What another site makes a browser send: posts and websockets that did not begin on our own pages are refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from web.refusals import refuse

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_MACHINES = "/api/"
"""Machines have no origin; their token is in no cookie, so no other site can make a browser send it."""
POLICY_VIOLATION = 1008
_PORTS = {"http": 80, "https": 443}


class SameOrigin:
    """Pure ASGI middleware: whatever changes something, and every websocket, must come from a page of our own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not asks_for_origin(scope) or from_our_pages(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "foreign origin"})
        else:
            await refuse(scope, receive, send, 403)


def asks_for_origin(scope: Scope) -> bool:
    """Whether a page of another site must not be able to make a browser ask this."""
    if scope["type"] == "websocket":
        return True
    return scope["type"] == "http" and scope["method"] not in _SAFE and not scope["path"].startswith(_MACHINES)


def from_our_pages(scope: Scope) -> bool:
    """Whether the request says that it began on a page of this very host and port; a websocket must name its origin.

    A browser that says where it stands (Fetch Metadata) is believed: no page can make it say so. On plain http it does
    not, so there the origin is compared with what was asked. Where neither is said, nobody knows.
    """
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if scope["type"] == "websocket" and (origin is None or _host(origin) != _host(f"//{headers.get('host', '')}")):
        return False
    if site is not None:
        return site == "same-origin"
    secure = scope.get("scheme") in {"https", "wss"}
    asked = _place(f"{'https' if secure else 'http'}://{headers.get('host', '')}")
    return asked is not None and _place(origin or "") == asked


def _host(address: str) -> str | None:
    """Host and port of an address as they are written; None where it has none."""
    try:
        return urlsplit(address).netloc.lower() or None
    except ValueError:
        return None


def _place(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address; None where it has none, such as the origin `null`."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None
