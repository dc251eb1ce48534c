"""While a damaged database waits for its backup: one plain page for everybody, in both languages, and no screen.

The process lives meanwhile and looks every few seconds whether the backup is back: no restart is needed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from html import escape
from threading import Event

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from models.damage import Damage, damage
from models.store import database_url
from ui.language import Translator, translator_of
from ui.wording import Language

EVERY_SECONDS = 2.0
TRY_AGAIN_LATER = 1013
ALIVE = frozenset({"/healthz", "/readyz"})
_LOG = logging.getLogger(__name__)
_PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="10"><title>{title}</title></head>
<body><main>{parts}</main></body></html>
"""


class Waiting:
    """What the process knows of a damage: the one that nobody has put right yet."""

    found: Damage | None = None


def tell(found: Damage) -> None:
    """Say it on the console and in the log, and stand before every route from now on."""
    Waiting.found = found
    _LOG.critical("%s", plain_words(translator_of(Language.EN), found))
    _LOG.critical("%s", plain_words(translator_of(Language.ZH), found))


def wait_for_restore(stop: Event, go_on: Callable[[], None]) -> None:
    """Look every few seconds whether a backup is back; then make ready, and let everybody in."""
    while not stop.wait(EVERY_SECONDS):
        try:
            if damage(database_url()) is None:
                go_on()
                Waiting.found = None
                return
        except (Exception, SystemExit):  # an older schema half-way, a file still being put there: the next look tells
            _LOG.exception("The restored database could not be used yet")


def plain_words(t: Translator, found: Damage) -> str:
    """One sentence of what happened and what to do."""
    return t.plain.words(
        "The database was damaged and set aside at {when} as {name}. Nothing is stored until a backup is back: "
        "restore the last one with python -m models restore BACKUP; this page goes on by itself then.",
        when=found.at.strftime("%Y-%m-%d %H:%M UTC"),
        name=found.name,
    )


class UntilRestored:
    """Pure ASGI middleware, before the gate: without a database nobody can be signed in."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = Waiting.found
        if found is None or scope["type"] == "lifespan" or scope.get("path") in ALIVE:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER, "reason": ""})
        else:
            answer = HTMLResponse(page(found), 503, headers={"Retry-After": "10", "Cache-Control": "no-store"})
            await answer(scope, receive, send)


def page(found: Damage) -> str:
    """The page in both languages, without script or style."""
    parts, titles = [], []
    for language in (Language.ZH, Language.EN):
        t = translator_of(language)
        title = t.plain.words("The database was damaged")
        titles.append(title)
        told = [
            plain_words(t, found),
            t.plain.words("In the hall: go on with numbers on paper; write down number, business and times, and enter "
                          "them under Late entry afterwards."),
        ]  # fmt: skip
        said = "".join(f"<p>{escape(line)}</p>" for line in told)
        parts.append(f'<section lang="{language.locale}"><h1>{escape(title)}</h1>{said}</section>')
    return _PAGE.format(lang="zh-CN", title=escape(" · ".join(titles)), parts="<hr>".join(parts))
