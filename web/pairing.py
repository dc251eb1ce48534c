"""The page that makes a browser of the hall a counter's station or a screen, by a code that was just made for it."""

from __future__ import annotations

from datetime import timedelta

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from actions.refusal import Refused
from actions.stations import pair, paired
from models.store import store
from models.tables import Device
from standards.vocabulary import DeviceKind
from ui import clock
from web.client import client_of
from web.cookies import DEVICE, SESSION, drop_cookie, put_cookie, token_in
from web.gate import SIGN_ON
from web.own_pages import go_to, page, small_form, translator_for, typed, unreadable
from web.sign_in import end_here
from web.station_words import pairing_words

PAIR = "/auth/pair"
LASTS = timedelta(days=400)
"""As long as browsers keep a cookie at all; it is handed out anew whenever the station or screen is used."""


async def ask(request: Request) -> Response:
    """The empty page."""
    return await _drawn(request, status=200)


async def take(request: Request) -> Response:
    """Pair this browser, or the page again with why not; or make it a browser like any other."""
    form = await small_form(request)
    if form is None:
        return unreadable()
    if form.get("forget"):
        gone = go_to(PAIR)
        drop_cookie(gone, request.scope, DEVICE)
        return gone
    code, address = typed(form, "code", most=40), client_of(request.scope).address
    if not code:
        return await _drawn(request, status=422, wrong=pairing_words(translator_for(request), "")["missing"])
    try:
        done = await run_sync(lambda: pair(store(), code, address=address, now=clock.now()))
    except Refused as refused:
        status = 429 if refused.reason == "locked" else 422
        return await _drawn(request, status=status, wrong=translator_for(request).say(refused.message))
    await run_sync(end_here, request.scope, clock.now())
    answer = go_to(SIGN_ON) if done.kind is DeviceKind.STATION else go_to("/customers-screen", hall=done.branch_id)
    put_cookie(answer, request.scope, DEVICE, done.token, lasting=LASTS)
    drop_cookie(answer, request.scope, SESSION)
    return answer


def device_here(scope: Scope) -> Device | None:
    """The station or screen that this browser is."""
    token = token_in(scope, DEVICE)
    if token is None:
        return None
    with store().reading() as session:
        found = paired(session, token)
        if found is not None:
            session.expunge(found)
        return found


async def _drawn(request: Request, *, status: int, wrong: str = "") -> Response:
    here = await run_sync(device_here, request.scope)
    words = pairing_words(translator_for(request), "" if here is None else f"{here.name} ({here.id})")
    return page(request, "pair.html", status=status, words=words, wrong=wrong)


ROUTES = [Route(PAIR, ask, methods=["GET"]), Route(PAIR, take, methods=["POST"])]
