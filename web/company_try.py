"""A sign-in that was begun at the company's: what the browser keeps of it until it comes back.

The cookie has a random token, when it was made and where to go on. State, nonce and verifier are made of the token by
the installation's key, so that every process knows them and no browser can.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.responses import Response
from starlette.types import Scope

from web.cookies import derived, drop_cookie, put_cookie, token_in
from web.own_pages import next_of

COOKIE = "monitor_company"
LASTS = timedelta(minutes=10)
_LONGEST_NEXT = 1500
_LONGEST_COOKIE = 2400


@dataclass(frozen=True, slots=True)
class Try:
    """One try: `state` comes back in the address, `nonce` within the signed identity, `verifier` is shown with the code
    (RFC 7636).
    """

    token: str
    onward: str

    @property
    def state(self) -> str:
        return derived("company state", self.token)

    @property
    def nonce(self) -> str:
        return derived("company nonce", self.token)

    @property
    def verifier(self) -> str:
        return derived("company verifier", self.token)


def new_try(onward: str) -> Try:
    """One that has just begun; an address that is too long for a cookie leads to the start."""
    return Try(secrets.token_urlsafe(32), onward if len(onward.encode()) <= _LONGEST_NEXT else "/")


def keep_try(answer: Response, scope: Scope, begun: Try, *, now: datetime) -> None:
    """Let the browser keep it."""
    onward = urlsafe_b64encode(begun.onward.encode()).decode("ascii")
    put_cookie(answer, scope, COOKIE, f"{begun.token}.{int(now.timestamp())}.{onward}", lasting=LASTS)


def kept_try(scope: Scope, *, now: datetime) -> Try | None:
    """The try that the browser has begun within the last ten minutes, if any."""
    kept = token_in(scope, COOKIE, longest=_LONGEST_COOKIE)
    if kept is None:
        return None
    token, made_at, onward = kept.split(".")
    if not timedelta(0) <= now - datetime.fromtimestamp(int(made_at), UTC) <= LASTS:
        return None
    return Try(token, next_of(urlsafe_b64decode(onward).decode()))


def drop_try(answer: Response, scope: Scope) -> None:
    """It is over, whichever way it went."""
    drop_cookie(answer, scope, COOKIE)
