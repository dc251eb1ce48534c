"""What every answer tells the browser: which scripts may run, who may frame it, what it may remember."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_OUR_PAGES = ("/auth/", "/api/", "/healthz", "/readyz", "/metrics", "/oauth2callback")
_NOT_KEPT = (*_OUR_PAGES, "/media/", "/_stcore/")
"""Documents that are downloaded lie under /media: a shared computer keeps none of them."""
_STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CLOSED = ("camera", "display-capture", "geolocation", "hid", "microphone", "midi", "payment", "serial", "usb")
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Without any referrer a browser would hide the origin of our own forms, and they would be refused.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _CLOSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
_A_YEAR = "max-age=31536000"


class SecurityHeaders:
    """Pure ASGI middleware, the outermost: refusals and errors carry the headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers_of(scope["path"], scope.get("scheme", "http")))
            await send(message)

        await self.app(scope, receive, send_with_headers)


def headers_of(path: str, scheme: str) -> dict[str, str]:
    """The headers of an answer, by its path and by whether it goes through https."""
    found = _ALWAYS | {"Content-Security-Policy": _STRICT if path.startswith(_OUR_PAGES) else screens_policy()}
    if path.startswith(_NOT_KEPT) and not path.startswith("/auth/assets/"):
        found["Cache-Control"] = "no-store"
    if scheme == "https":
        found["Strict-Transport-Security"] = _A_YEAR
    return found


@cache
def screens_policy() -> str:
    """The policy of Streamlit's page: its own files, and scripts of our components, which it loads as blobs.

    Its reader of messages compiles a few lines of WebAssembly. Styles of its own, of Plotly and of the slips that are
    printed are written by scripts, so they can have no digest.
    """
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    inline = " ".join(f"'{digest}'" for digest in script_digests(page.read_text(encoding="utf-8")))
    return (
        f"default-src 'none'; script-src 'self' blob: 'wasm-unsafe-eval' {inline}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self'; "
        "manifest-src 'self'; worker-src 'none'; frame-src 'none'; object-src 'none'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def script_digests(page: str) -> list[str]:
    """What a policy calls the scripts that stand in a page themselves (Content Security Policy Level 3)."""
    return [f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}" for script in _INLINE.findall(page)]
