"""No trace of what went wrong inside reaches a client: it goes to the log, the client reads a sentence."""

from __future__ import annotations

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.refusals import refuse

_LOG = logging.getLogger(__name__)


class PlainMishap:
    """Pure ASGI middleware: whatever a route raises is logged, and answered with 500 where no answer has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            _LOG.exception("A route failed: %s", type(error).__name__)
            if begun:  # the server breaks the connection off, for the answer is not whole
                raise
            await refuse(scope, receive, send, 500)
