"""A file for a screen that another process holds: answered so that the proxy asks that process.

Streamlit says 400 to an upload for a session it does not know. nginx passes on to the next process what is answered
with 404, as downloads are (docs/replicas.md).
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_UPLOADS = "/_stcore/upload_file/"


class Elsewhere:
    """Pure ASGI middleware: an upload that is none of this process's screens is not found here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(_UPLOADS):
            await self.app(scope, receive, send)
            return

        async def not_here(message: Message) -> None:
            unknown = message["type"] == "http.response.start" and message["status"] == 400
            await send({**message, "status": 404} if unknown else message)

        await self.app(scope, receive, not_here)
