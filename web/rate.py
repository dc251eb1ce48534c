"""How often an address may ask our own routes, so that nobody guesses passwords by the thousand or keeps others out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_address
from math import ceil
from time import monotonic

from starlette.types import ASGIApp, Receive, Scope, Send

from web.client import client_of
from web.company_settings import CALLBACK
from web.refusals import refuse

MOST_ADDRESSES = 20_000
TRY_AGAIN_LATER = 1013


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, and so many a second after that."""

    name: str
    at_once: int
    a_second: float


# A hall stands behind one address: thirty people who sign in at half past eight are no attack, a guesser is.
SHOWING = Allowance("show", at_once=300, a_second=20)
TRYING = Allowance("try", at_once=60, a_second=1)
SENDING = Allowance("send", at_once=3_000, a_second=1_000)
"""The machines of a hall, or of a province behind its gateway: one alone may send 200 events a second."""
WATCHING = Allowance("watch", at_once=120, a_second=10)
OPENING = Allowance("open", at_once=300, a_second=20)
"""Websockets: after a restart every screen of a hall comes back at once."""


class Buckets:
    """A token bucket for each allowance and address; the ones that were not asked for longest are forgotten first."""

    def __init__(self, clock: Callable[[], float] = monotonic, most: int = MOST_ADDRESSES) -> None:
        self._clock, self._most = clock, most
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait(self, allowance: Allowance, address: str) -> float:
        """Take one; 0.0 where there was one, else the seconds until there is."""
        key, now = (allowance.name, address), self._clock()
        left, seen_at = self._left.pop(key, (float(allowance.at_once), now))
        left = min(float(allowance.at_once), left + (now - seen_at) * allowance.a_second)
        taken = left >= 1 - 1e-9  # a sum of moments may lack a last bit
        self._left[key] = (left - 1 if taken else left, now)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) / allowance.a_second


class RateLimit:
    """Pure ASGI middleware: 429 with Retry-After for a request that is one too many, a websocket is closed."""

    def __init__(self, app: ASGIApp, buckets: Buckets | None = None) -> None:
        self.app, self.buckets = app, buckets or Buckets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowance = allowance_of(scope)
        wait = 0.0 if allowance is None else self.buckets.wait(allowance, household(client_of(scope).address))
        if wait == 0:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER, "reason": "too many"})
        else:
            await refuse(scope, receive, send, 429, Retry_After=str(ceil(wait)))


def allowance_of(scope: Scope) -> Allowance | None:
    """What counts for a request; None for Streamlit's own files, a hundred of them a page."""
    if scope["type"] == "websocket":
        return OPENING
    if scope["type"] != "http":
        return None
    path = scope["path"]
    if path == CALLBACK:
        return TRYING
    if path.startswith("/auth/"):
        return SHOWING if scope["method"] in {"GET", "HEAD"} else TRYING
    if path.startswith("/api/"):
        return SENDING
    return WATCHING if path in {"/healthz", "/readyz", "/metrics"} else None


def household(address: str) -> str:
    """The address that is counted: of IPv6 the network, of which whoever has one address has all."""
    try:
        read = ip_address(address)
    except ValueError:
        return ""
    return str(read) if read.version == 4 else str(IPv6Network((int(read), 64), strict=False))
