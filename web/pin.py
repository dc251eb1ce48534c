"""The page to set one's own PIN; with a temporary one it is the only page at a station."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions.pins import set_own_pin
from actions.refusal import Refused
from actions.sessions import Standing
from models.actor import Actor
from models.sessions import at_station
from models.store import store
from ui import clock
from web.asking import Asking, asking_of
from web.gate import PASSWORD, PIN, SIGN_IN
from web.own_pages import go_to, next_of, page, secret, small_form, translator_for, unreadable
from web.sign_in import DIGESTS
from web.station_words import pin_words

_SHOWN_FIELD = frozenset({"not_shown", "locked"})


async def ask(request: Request) -> Response:
    """The empty page."""
    asking = await run_sync(asking_of, request.scope, clock.now())
    return _sent_away(request, asking) or _drawn(request, asking)


async def take(request: Request) -> Response:
    """Set it, or the page again with what was wrong beside its field."""
    now = clock.now()
    asking = await run_sync(asking_of, request.scope, now)
    away, form = _sent_away(request, asking), await small_form(request)
    if away is not None or asking is None or form is None:
        return away or unreadable()
    shown, new, again = (secret(form, field) for field in ("shown", "new", "again"))
    t = translator_for(request)
    if new != again:
        return _drawn(request, asking, status=422, wrong_again=t.words("The two are not the same."))
    try:
        await run_sync(_set, asking.actor, shown, new, now, limiter=DIGESTS)
    except Refused as refused:
        wrong: dict[str, Any] = {
            "wrong_shown" if refused.reason in _SHOWN_FIELD else "wrong_new": t.say(refused.message)
        }
        return _drawn(request, asking, status=422, **wrong)
    return (
        go_to(next_of(request.query_params.get("next")))
        if asking.stands is Standing.MUST_CHANGE_PIN
        else _drawn(request, asking, done=True)
    )


def _set(actor: Actor, shown: str, new: str, now: datetime) -> None:
    set_own_pin(store(), actor, shown, new, now=now)


def _sent_away(request: Request, asking: Asking | None) -> Response | None:
    """Who is not signed in signs in first; whose password is a temporary one changes that first."""
    onward = next_of(request.query_params.get("next"))
    if asking is None:
        return go_to(SIGN_IN, next=onward)
    return go_to(PASSWORD, next=onward) if asking.stands is Standing.MUST_CHANGE else None


def _drawn(request: Request, asking: Asking | None, *, status: int = 200, done: bool = False, **wrong: Any) -> Response:
    here = asking is not None and at_station(asking.actor)
    must = asking is not None and asking.stands is Standing.MUST_CHANGE_PIN
    filled = {"wrong_shown": "", "wrong_new": "", "wrong_again": ""} | wrong
    return page(
        request,
        "pin.html",
        status=status,
        words=pin_words(translator_for(request), must=must, at_station=here),
        at_station=here,
        must=must,
        refused=asking is None or asking.actor.staff_id is None,
        done=done,
        onward=next_of(request.query_params.get("next")),
        **filled,
    )


ROUTES = [Route(PIN, ask, methods=["GET"]), Route(PIN, take, methods=["POST"])]
