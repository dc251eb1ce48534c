"""What somebody reads whose request is refused: a sentence in both languages, and nothing of what went on inside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from standards.message import Message, message
from ui.language import translator_of
from ui.wording import Language

_TAGS = {Language.ZH: "zh-CN", Language.EN: "en"}
_SAID: dict[int, tuple[str, Message]] = {
    403: (
        "foreign_origin",
        message(
            "This did not come from a page of this application, so it was refused. Open the page here and try again."
        ),
    ),
    404: ("no_such_page", message("There is no such page.")),
    413: ("too_large", message("What was sent is too large and was not taken.")),
    429: ("too_many", message("Too many requests from this address. Try again in a moment.")),
    500: ("broken", message("Something went wrong here. Nothing half done was kept; the log says what it was.")),
}
"""A status, the stable code that machines are told, and what people read."""


def refusal(path: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The answer: for people a page, for machines (under /api/) a code."""
    error, said = _SAID[status]
    if path.startswith("/api/"):
        return JSONResponse({"error": error, "message": str(said), "fields": []}, status, headers)
    return HTMLResponse(_page(status), status, headers)


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, **headers: str) -> None:
    """Answer a request so, whatever else it wanted."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    await refusal(scope["path"], status, named)(scope, receive, send)


@cache
def _page(status: int) -> str:
    spoken = "\n".join(
        f'<p lang="{_TAGS[language]}">{escape(translator_of(language).plain.say(_SAID[status][1]))}</p>'
        for language in Language
    )
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<head><meta charset="utf-8"><title>{status}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="stylesheet" href="/auth/assets/pages.css"></head>\n'
        f"<body><main>\n{spoken}\n</main></body>\n</html>\n"
    )
