"""The page at a counter's station: who is it, and their PIN. By itself a station reads and stamps nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from actions.pins import SignedOn, sign_on_with_pin
from actions.refusal import Refused
from actions.stations import note_seen, paired, seen_long_ago
from analytics.station_people import StationPerson, station_people
from models.store import store
from models.tables import Device
from standards.vocabulary import DeviceKind
from ui import clock
from web.cookies import DEVICE, SESSION, put_cookie, token_in
from web.gate import PIN, SIGN_IN, SIGN_ON
from web.own_pages import go_to, next_of, page, secret, small_form, translator_for, typed, unreadable
from web.pairing import LASTS, device_here
from web.sign_in import DIGESTS, end_here, place_of
from web.station_words import sign_on_words

DESKS = ("/counter-desk", "/guide-desk")
"""Where somebody goes on from a station: never to a page that another person had open there."""


@dataclass(frozen=True, slots=True)
class _Here:
    station: Device
    people: tuple[StationPerson, ...]


async def ask(request: Request) -> Response:
    """The hall's people and the field for the PIN; a browser that is no station is led on."""
    here = await run_sync(_here, request.scope, clock.now())
    return _sent_away(request) if here is None else _drawn(request, here)


async def take(request: Request) -> Response:
    """Begin the session and go to the desk, or the page again with why not."""
    now = clock.now()
    here, form = await run_sync(_here, request.scope, now), await small_form(request)
    if here is None or form is None:
        return _sent_away(request) if here is None else unreadable()
    t = translator_for(request)
    words = sign_on_words(t, "", None)
    chosen = next((one for one in here.people if str(one.account_id) == typed(form, "person")), None)
    pin = secret(form, "pin").strip()
    if chosen is None or not pin:
        return _drawn(request, here, status=422, chosen=chosen, wrong=words["missing" if chosen else "choose"])
    try:
        begun = await run_sync(_sign_on, request.scope, here.station, chosen.account_id, pin, now, limiter=DIGESTS)
    except Refused as refused:
        status = 429 if refused.reason == "locked" else 401
        return _drawn(request, here, status=status, chosen=chosen, wrong=t.say(refused.message))
    return _signed_on(request, begun)


def _sign_on(scope: Scope, station: Device, account_id: UUID, pin: str, now: datetime) -> SignedOn:
    begun = sign_on_with_pin(store(), station=station, account_id=account_id, pin=pin, place=place_of(scope), now=now)
    end_here(scope, now)
    return begun


def _signed_on(request: Request, begun: SignedOn) -> Response:
    onward = _onward(request)
    answer = go_to(PIN, next=onward) if begun.must_change else go_to(onward)
    put_cookie(answer, request.scope, SESSION, begun.token)
    _keep_paired(request, answer)
    return answer


def _keep_paired(request: Request, answer: Response) -> None:
    """The device's cookie lasts as long again from every use."""
    token = token_in(request.scope, DEVICE)
    if token is not None:
        put_cookie(answer, request.scope, DEVICE, token, lasting=LASTS)


def _onward(request: Request) -> str:
    asked = next_of(request.query_params.get("next"))
    return asked if urlsplit(asked).path in DESKS else DESKS[0]


def _here(scope: Scope, now: datetime) -> _Here | None:
    token = token_in(scope, DEVICE)
    if token is None:
        return None
    with store().reading() as session:
        station = paired(session, token)
        if station is None or station.kind is not DeviceKind.STATION:
            return None
        here = _Here(station, station_people(session, station, now=now))
        session.expunge(station)
    if seen_long_ago(station, now):
        _note_seen(token, now)
    return here


def _note_seen(token: str, now: datetime) -> None:
    with store().writing() as session:
        station = paired(session, token)
        if station is not None:
            note_seen(session, station, now=now)


def _sent_away(request: Request) -> Response:
    """A screen goes on to what it shows; any other browser to the sign-in."""
    if device_here(request.scope) is not None:
        return go_to("/")
    return go_to(SIGN_IN, next=next_of(request.query_params.get("next")))


def _drawn(
    request: Request, here: _Here, *, status: int = 200, chosen: StationPerson | None = None, wrong: str = ""
) -> Response:
    t = translator_for(request)
    first = chosen or next(iter(here.people), None)
    people = [
        (str(one.account_id), t.name(*one.called), one == first, one.likely or one == first) for one in here.people
    ]
    return page(
        request,
        "station.html",
        status=status,
        words=sign_on_words(t, here.station.name, here.station.counter_id),
        likely=[one for one in people if one[3]],
        others=[one for one in people if not one[3]],
        wrong=wrong,
        sign_in=f"{SIGN_IN}?next={DESKS[0]}",
    )


ROUTES = [Route(SIGN_ON, ask, methods=["GET"]), Route(SIGN_ON, take, methods=["POST"])]
