"""What Streamlit serves beside the screens and nobody here uses: its figures, and the way in for programs."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from web.refusals import refuse

CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/component/")


class Closed:
    """Pure ASGI middleware: for everybody these paths are not there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(CLOSED):
            await refuse(scope, receive, send, 404)
        else:
            await self.app(scope, receive, send)
