"""The pages to sign in and to sign out, and where somebody goes on from there."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from actions.first_administrator import nobody_administers
from actions.refusal import Refused
from actions.sessions import sign_out
from actions.sign_in import SignedIn, sign_in
from models.sessions import SCREEN_LASTS, Place, digest_of
from models.settings import demo_mode
from models.store import store
from ui import clock
from ui.reader import LANGUAGE_PARAMETER
from web.client import client_of
from web.company_settings import COMPANY, company_sign_in
from web.cookies import DEVICE, SESSION, drop_cookie, put_cookie, token_in
from web.gate import PASSWORD, SIGN_IN, SIGN_ON
from web.own_pages import go_to, next_of, page, secret, small_form, translator_for, typed, unreadable
from web.page_words import sign_in_words, sign_out_words

DIGESTS = CapacityLimiter(2)
"""Digests made or compared at once: each takes 64 MiB, and many would hold up every screen."""


async def ask(request: Request) -> Response:
    """The empty page."""
    return await _drawn(request, status=200)


async def take(request: Request) -> Response:
    """Sign in, or the page again with what was wrong beside its field."""
    form = await small_form(request)
    if form is None:
        return unreadable()
    name, password = typed(form, "name", most=100), secret(form, "password")
    t = translator_for(request)
    if not name or not password:
        missing = t.words("Type your password.") if name else t.words("Type your account's name.")
        where = "wrong_password" if name else "wrong_name"
        return await _drawn(request, status=422, name=name, **{where: missing})
    try:
        begun = await run_sync(_sign_in, request.scope, name, password, clock.now(), limiter=DIGESTS)
    except Refused as refused:
        status = 429 if refused.reason == "locked" else 401
        return await _drawn(request, status=status, name=name, wrong=t.say(refused.message))
    return signed_in(request, begun)


def signed_in(request: Request, begun: SignedIn, onward: str | None = None) -> Response:
    """On to where they wanted to go (as the address says, unless it is given), with the session's cookie."""
    onward = next_of(request.query_params.get("next")) if onward is None else onward
    answer = go_to(PASSWORD, next=onward) if begun.must_change else go_to(_with_language(request, onward))
    lasting = begun.lasting.longest if begun.lasting == SCREEN_LASTS else None
    put_cookie(answer, request.scope, SESSION, begun.token, lasting=lasting)
    return answer


async def ask_to_leave(request: Request) -> Response:
    """The page with the one button to sign out."""
    onward = next_of(request.query_params.get("next"))
    return page(request, "sign_out.html", words=sign_out_words(translator_for(request)), onward=onward)


async def leave(request: Request) -> Response:
    """End the session of this browser; its cookie goes with it."""
    await run_sync(end_here, request.scope, clock.now())
    at_device = token_in(request.scope, DEVICE) is not None
    answer = go_to(SIGN_ON) if at_device else go_to(SIGN_IN, said="out")
    drop_cookie(answer, request.scope, SESSION)
    return answer


def place_of(scope: Scope) -> Place:
    """From where somebody signs in."""
    browser = next((value for name, value in scope["headers"] if name.lower() == b"user-agent"), b"")
    return Place(client_of(scope).address, browser.decode("latin-1")[:200])


def _sign_in(scope: Scope, name: str, password: str, now: datetime) -> SignedIn:
    """A session that this browser had before ends with it: no token outlives the one who was given it."""
    begun = sign_in(store(), name=name, password=password, place=place_of(scope), here=client_of(scope).local, now=now)
    end_here(scope, now)
    return begun


def end_here(scope: Scope, now: datetime) -> None:
    """End the session that this browser has, if any."""
    token = token_in(scope, SESSION)
    if token is not None:
        with store().writing() as session:
            sign_out(session, digest_of(token), now=now)


async def _drawn(
    request: Request, *, status: int, name: str = "", wrong: str = "", wrong_name: str = "", wrong_password: str = ""
) -> Response:
    first, choice = await run_sync(_offers, request.scope)
    return page(
        request,
        "sign_in.html",
        status=status,
        name=name,
        wrong=wrong,
        wrong_name=wrong_name,
        wrong_password=wrong_password,
        words=sign_in_words(translator_for(request), request.query_params.get("said", "")),
        onward=next_of(request.query_params.get("next")),
        first=first,
        choice=choice,
        company=None if company_sign_in() is None else _at_company(request),
    )


def _offers(scope: Scope) -> tuple[bool, bool]:
    """Whether the first administrator is yet to be made, and whether one may choose an account instead."""
    with store().reading() as session:
        return nobody_administers(session), client_of(scope).local and demo_mode(session)


def _at_company(request: Request) -> str:
    """Where the button to the company's sign-in leads."""
    return f"{COMPANY}?{urlencode({'next': _with_language(request, next_of(request.query_params.get('next')))})}"


def _with_language(request: Request, onward: str) -> str:
    """Whoever chose a language on the page goes on in it."""
    chosen = request.query_params.get(LANGUAGE_PARAMETER)
    if chosen is None or f"{LANGUAGE_PARAMETER}=" in onward:
        return onward
    return f"{onward}{'&' if '?' in onward else '?'}{LANGUAGE_PARAMETER}={chosen}"


ROUTES = [
    Route("/auth/sign-in", ask, methods=["GET"]),
    Route("/auth/sign-in", take, methods=["POST"]),
    Route("/auth/sign-out", ask_to_leave, methods=["GET"]),
    Route("/auth/sign-out", leave, methods=["POST"]),
]
