"""How much a request may bring: what is longer is refused before it is held in memory."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.refusals import refuse

FORM_BYTES = 65_536
EVENT_BYTES = 1_114_112
"""More than the machines' route takes (a mebibyte), which says so itself and stops reading."""
_UPLOADS = "/_stcore/upload_file/"
"""Streamlit counts these itself while they come in (`server.maxUploadSize`)."""


class TooLarge(Exception):
    """More came than was allowed."""


class BodyLimit:
    """Pure ASGI middleware: 413 by what a request says of its length, or as soon as more has come."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_UPLOADS):
            await self.app(scope, receive, send)
            return
        most = EVENT_BYTES if scope["path"].startswith("/api/") else FORM_BYTES
        if _said_length(scope) > most:
            await refuse(scope, receive, send, 413)
            return
        come, begun = 0, False

        async def counted() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > most:
                raise TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, counted, watched)
        except TooLarge:
            if begun:
                raise
            await refuse(scope, receive, send, 413)


def _said_length(scope: Scope) -> int:
    said = Headers(scope=scope).get("content-length", "0")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
