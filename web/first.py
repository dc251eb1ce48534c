"""The page that makes the first administrator, for whoever holds the token from the file."""

from __future__ import annotations

from datetime import datetime

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from actions.first_administrator import create_first, nobody_administers
from actions.refusal import Refused
from actions.sign_in import SignedIn, sign_in
from models.store import store
from ui import clock
from web.client import client_of
from web.first_token import NAME, withdraw
from web.gate import SIGN_IN
from web.own_pages import go_to, page, secret, small_form, translator_for, typed, unreadable
from web.page_words import first_words
from web.sign_in import DIGESTS, place_of, signed_in

FIRST = "/auth/first"
_FIELD = {"token": "token", "account_name": "name", "known_account": "name", "name": "display_name"}
"""Beside which field a refusal stands; the rest are about the password."""


async def ask(request: Request) -> Response:
    """The empty page; where somebody administers, the sign-in."""
    return _drawn(request) if await run_sync(_needed) else go_to(SIGN_IN)


async def take(request: Request) -> Response:
    """Make the account and sign it in, or the page again with what was wrong beside its field."""
    form = await small_form(request)
    if form is None:
        return unreadable()
    if not await run_sync(_needed):
        return go_to(SIGN_IN)
    kept = {"name": typed(form, "name", most=64), "display_name": typed(form, "display_name", most=120)}
    token, new, again = typed(form, "token"), secret(form, "new"), secret(form, "again")
    t = translator_for(request)
    if not token:
        return _drawn(request, status=422, wrong={"token": t.words("Type the token.")}, **kept)
    if not kept["name"]:
        return _drawn(request, status=422, wrong={"name": t.words("Type your account's name.")}, **kept)
    if new != again:
        return _drawn(request, status=422, wrong={"again": t.words("The two are not the same.")}, **kept)
    try:
        begun = await run_sync(_create, request.scope, token, kept, new, clock.now(), limiter=DIGESTS)
    except Refused as refused:
        field = _FIELD.get(refused.reason, "new")
        return _drawn(request, status=422, wrong={field: t.say(refused.message)}, **kept)
    return signed_in(request, begun)


def _needed() -> bool:
    with store().reading() as session:
        return nobody_administers(session)


def _create(scope: Scope, token: str, typed_in: dict[str, str], password: str, now: datetime) -> SignedIn:
    address, local = client_of(scope).address, client_of(scope).local
    create_first(store(), token=token, password=password, address=address, now=now, **typed_in)
    withdraw(store())
    return sign_in(store(), name=typed_in["name"], password=password, place=place_of(scope), here=local, now=now)


def _drawn(
    request: Request, *, status: int = 200, wrong: dict[str, str] | None = None, name: str = "", display_name: str = ""
) -> Response:
    return page(
        request,
        "first.html",
        status=status,
        wrong=wrong or {},
        name=name,
        display_name=display_name,
        words=first_words(translator_for(request), NAME),
    )


ROUTES = [Route(FIRST, ask, methods=["GET"]), Route(FIRST, take, methods=["POST"])]
