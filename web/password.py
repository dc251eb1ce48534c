"""The page to change one's password; with a temporary one it is the only page."""

from __future__ import annotations

from datetime import datetime

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions.passwords import change_password
from actions.refusal import Refused
from actions.sessions import Standing
from models.actor import Actor
from models.store import store
from standards.message import Message
from ui import clock
from web.asking import Asking, asking_of
from web.gate import PASSWORD, SIGN_IN
from web.own_pages import go_to, next_of, page, secret, small_form, translator_for, unreadable
from web.page_words import password_words
from web.sign_in import DIGESTS

_OLD_FIELD = frozenset({"old_password", "locked"})


async def ask(request: Request) -> Response:
    """The empty page."""
    asking = await run_sync(asking_of, request.scope, clock.now())
    return _sent_away(request) if asking is None else _drawn(request, asking)


async def take(request: Request) -> Response:
    """Change it, or the page again with what was wrong beside its field."""
    now = clock.now()
    asking = await run_sync(asking_of, request.scope, now)
    form = await small_form(request)
    if asking is None or form is None:
        return _sent_away(request) if asking is None else unreadable()
    old, new, again = (secret(form, field) for field in ("old", "new", "again"))
    if new != again:
        wrong = translator_for(request).words("The two are not the same.")
        return _drawn(request, asking, status=422, wrong_again=wrong)
    try:
        await run_sync(_change, asking.actor, old, new, now, limiter=DIGESTS)
    except Refused as refused:
        return _refused(request, asking, refused.reason, refused.message)
    return (
        go_to(next_of(request.query_params.get("next")))
        if asking.stands is Standing.MUST_CHANGE
        else _drawn(request, asking, done=True)
    )


def _change(actor: Actor, old: str, new: str, now: datetime) -> None:
    change_password(store(), actor, old=old, new=new, now=now)


def _sent_away(request: Request) -> Response:
    return go_to(SIGN_IN, next=next_of(request.query_params.get("next")))


def _refused(request: Request, asking: Asking, reason: str, said: Message) -> Response:
    words = translator_for(request).say(said)
    if reason in _OLD_FIELD:
        return _drawn(request, asking, status=422, wrong_old=words)
    return _drawn(request, asking, status=422, wrong_new=words)


def _drawn(
    request: Request,
    asking: Asking,
    *,
    status: int = 200,
    wrong_old: str = "",
    wrong_new: str = "",
    wrong_again: str = "",
    done: bool = False,
) -> Response:
    return page(
        request,
        "password.html",
        status=status,
        words=password_words(translator_for(request), must=asking.stands is Standing.MUST_CHANGE),
        account=asking.actor.name,
        must=asking.stands is Standing.MUST_CHANGE,
        wrong_old=wrong_old,
        wrong_new=wrong_new,
        wrong_again=wrong_again,
        done=done,
        onward=next_of(request.query_params.get("next")),
    )


ROUTES = [Route(PASSWORD, ask, methods=["GET"]), Route(PASSWORD, take, methods=["POST"])]
