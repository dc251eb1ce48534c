"""Signing in by the company's own sign-in (OpenID Connect): there, back, and on in a session of ours.

The settings are those of Streamlit's `st.login`, its two routes are not: they end in a cookie of their own that stands
for a month wherever somebody signs out, tell nobody why a sign-in failed, ask whatever host the provider names, and
show PKCE only to a provider that lists it. Here nothing but our own session begins, as by a password.
"""

from __future__ import annotations

import logging
from datetime import datetime
from hmac import compare_digest

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from actions.company_sign_in import sign_in_by_company
from actions.refusal import Refused
from actions.sign_in import SignedIn
from models.store import store
from standards.message import Message, message
from ui import clock
from web.client import client_of
from web.company_provider import CompanyAway, NotShown, address_to_ask, name_shown
from web.company_settings import CALLBACK, COMPANY, CompanySignIn, company_sign_in
from web.company_try import Try, drop_try, keep_try, kept_try, new_try
from web.gate import SIGN_IN
from web.own_pages import go_to, next_of, page, translator_for
from web.page_words import company_words
from web.sign_in import end_here, place_of, signed_in

ASKING = CapacityLimiter(4)
"""Questions to the provider at once: one that does not answer must not take the threads of everybody else."""
_STATUS = {"locked": 429, "away": 503}
_LOG = logging.getLogger(__name__)


async def begin(request: Request) -> Response:
    """Off to the company's sign-in, with a try to come back by."""
    configured = await run_sync(company_sign_in)
    onward = next_of(request.query_params.get("next"))
    if configured is None:
        return go_to(SIGN_IN, next=onward)
    begun = new_try(onward)
    try:
        address = await run_sync(address_to_ask, configured, begun, limiter=ASKING)
    except CompanyAway as away:
        return _not_in(request, _away(away), onward)
    answer = RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})
    keep_try(answer, request.scope, begun, now=clock.now())
    return answer


async def come_back(request: Request) -> Response:
    """Back from there: on in a session of ours, or what was wrong in a sentence. A try counts once, either way."""
    now = clock.now()
    begun = await run_sync(lambda: kept_try(request.scope, now=now))
    try:
        code, configured = _code_in(request, begun), await run_sync(company_sign_in)
        if begun is None or configured is None:
            raise _elsewhere()
        got = await run_sync(_sign_in, request.scope, configured, begun, code, now, limiter=ASKING)
    except Refused as refused:
        answer = _not_in(request, refused, "/" if begun is None else begun.onward)
    else:
        answer = signed_in(request, got, begun.onward)
    drop_try(answer, request.scope)
    return answer


def _code_in(request: Request, begun: Try | None) -> str:
    """The code that came back to the browser which began; Refused where anything else came."""
    said = request.query_params
    if begun is None or not compare_digest(said.get("state", "").encode(), begun.state.encode()):
        raise _elsewhere()
    if not (code := said.get("code")) or "error" in said:
        raise Refused("not_shown", message("The company's sign-in did not let you in."))
    return code


def _sign_in(scope: Scope, configured: CompanySignIn, begun: Try, code: str, now: datetime) -> SignedIn:
    """A session that this browser had before ends with it, as with a password."""
    try:
        name = name_shown(configured, begun, code, now=now)
    except CompanyAway as away:
        raise _away(away) from away
    except NotShown as reason:
        _LOG.warning("The company's sign-in showed nobody: %s", reason)
        raise Refused("not_shown", message("The company's sign-in did not show who you are. Try again.")) from reason
    got = sign_in_by_company(store(), external_name=name, place=place_of(scope), here=client_of(scope).local, now=now)
    end_here(scope, now)
    return got


def _away(away: CompanyAway) -> Refused:
    _LOG.warning("The company's sign-in could not be asked: %s", away)
    said: Message = message("The company's sign-in does not answer just now. Use your password, or try again later.")
    return Refused("away", said)


def _elsewhere() -> Refused:
    return Refused("elsewhere", message("This sign-in is over, or began in another browser. Begin again."))


def _not_in(request: Request, refused: Refused, onward: str) -> Response:
    t = translator_for(request)
    status = _STATUS.get(refused.reason, 401)
    said = t.say(refused.message)
    # No links to other languages: a code counts once, so that the page can't be asked for again.
    return page(request, "company.html", status=status, words=company_words(t), wrong=said, onward=onward, languages=())


ROUTES = [Route(COMPANY, begin, methods=["GET"]), Route(CALLBACK, come_back, methods=["GET"])]
