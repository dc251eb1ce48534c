"""Until sign-in exists only this machine's own readers get in, and whoever brings a machine's token."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

# A proxy on this machine would make every reader look like a local one: what it adds gives it away.
FORWARDING = frozenset(
    {b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"via"}
)
POLICY_VIOLATION = 1008
# Machines in the hall send from elsewhere: these routes open to a token alone, whoever brings it.
BY_TOKEN = frozenset({"/api/events", "/api/clock"})

CLOSED_DOOR = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>403</title></head>
<body style="font-family: sans-serif; max-width: 40em; margin: 4em auto; line-height: 1.6">
<h1>只能在本机打开</h1>
<p>本系统尚未设置登录,目前只接受本机浏览器的访问。请在运行本系统的计算机上打开。</p>
<h1 lang="en">Only on this machine</h1>
<p lang="en">No sign-in is set up yet, so only a browser on the machine that runs the application is let in.</p>
</body></html>
"""


class LoopbackOnly:
    """Pure ASGI middleware: requests and websockets from elsewhere, or through a proxy, are turned away."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or opens_by_token(scope) or from_this_machine(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "loopback only"})
        else:
            await HTMLResponse(CLOSED_DOOR, status_code=403)(scope, receive, send)


def opens_by_token(scope: Scope) -> bool:
    """Whether the route asks everybody for a token of its own."""
    return scope["type"] == "http" and scope["path"] in BY_TOKEN


def from_this_machine(scope: Scope) -> bool:
    """Whether a loopback client came without a proxy between."""
    if any(name.lower() in FORWARDING for name, _ in scope["headers"]):
        return False
    try:
        host, _ = scope["client"]
        return ip_address(host).is_loopback
    except (TypeError, ValueError):
        return False
