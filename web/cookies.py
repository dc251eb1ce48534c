"""Our cookies: a random token, signed, that no script reads and no other site's form or websocket brings along."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie

from itsdangerous import BadSignature, Signer
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response
from starlette.types import Scope

from models.settings import put_setting, setting
from models.store import Store, store
from web.client import client_of

SESSION, DEVICE = "monitor_session", "monitor_device"
KEY = "cookie_key"
_LONGEST = 400
_HOST_ONLY = "__Host-"


def token_in(scope: Scope, name: str, *, longest: int = _LONGEST) -> str | None:
    """The token of a cookie of ours; None where there is none, or somebody else made it."""
    kept = _cookies(scope).get(_name(scope, name))
    if kept is None or len(kept) > longest:
        return None
    try:
        return _signer(name).unsign(kept.encode("ascii", "replace")).decode("ascii")
    except BadSignature:
        return None


def put_cookie(response: Response, scope: Scope, name: str, token: str, *, lasting: timedelta | None = None) -> None:
    """Hand a token to the browser: to its closing, or for a time.

    `Lax`: a link in a mail arrives signed in, a form or websocket of another site does not.
    """
    signed = _signer(name).sign(token.encode("ascii")).decode("ascii")
    response.set_cookie(
        _name(scope, name),
        signed,
        max_age=None if lasting is None else int(lasting.total_seconds()),
        path="/",
        secure=client_of(scope).secure,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, scope: Scope, name: str) -> None:
    """Take a cookie back."""
    secure = client_of(scope).secure
    response.delete_cookie(_name(scope, name), path="/", secure=secure, httponly=True, samesite="lax")


def ensure_key(to: Store) -> str:
    """What this installation signs with: made at its first use, the same for every process of it."""
    with to.reading() as session:
        kept = setting(session, KEY)
    if kept is not None:
        return kept
    made = secrets.token_urlsafe(32)
    try:
        with to.writing() as session:
            if (kept := setting(session, KEY)) is not None:
                return kept
            put_setting(session, KEY, made)
    except IntegrityError:  # another process was quicker
        return ensure_key(to)
    return made


def derived(purpose: str, token: str) -> str:
    """43 letters that follow from a token for a purpose, for nobody but this installation."""
    signer = Signer(_key(store()), salt=purpose, digest_method=sha256)
    return signer.get_signature(token.encode("ascii")).decode("ascii")


def _signer(name: str) -> Signer:
    return Signer(_key(store()), salt=name)


@lru_cache(maxsize=8)
def _key(of: Store) -> str:
    return ensure_key(of)


def _name(scope: Scope, name: str) -> str:
    """Behind https the prefix holds browsers to this host, this path and https."""
    return _HOST_ONLY + name if client_of(scope).secure else name


def _cookies(scope: Scope) -> dict[str, str]:
    sent = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"cookie")
    read: SimpleCookie = SimpleCookie()
    try:
        read.load(sent)
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in read.items()}
