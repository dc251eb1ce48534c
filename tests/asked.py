"""A request or a websocket handed to a middleware, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import anyio
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def a_scope(
    path: str = "/", method: str = "GET", kind: str = "http", scheme: str | None = None, **headers: str
) -> dict[str, Any]:
    """What a server makes of a request from 127.0.0.1 to localhost:8501; headers by their names with underscores."""
    said = {"host": "localhost:8501"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": kind,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "method": method,
        "scheme": scheme or ("ws" if kind == "websocket" else "http"),
        "client": ("127.0.0.1", 50_000),
        "headers": [(name.lower().encode(), value.encode()) for name, value in said.items()],
        "extensions": {},
    }


@dataclass(frozen=True)
class Answered:
    """What was sent back; `status` is None for a websocket, which is `let_in` or closed with a code."""

    sent: list[Message]

    @property
    def status(self) -> int | None:
        return next((one["status"] for one in self.sent if one["type"] == "http.response.start"), None)

    @property
    def headers(self) -> Headers:
        return Headers(raw=next(one["headers"] for one in self.sent if one["type"] == "http.response.start"))

    @property
    def text(self) -> str:
        return b"".join(one.get("body", b"") for one in self.sent if one["type"] == "http.response.body").decode()

    @property
    def let_in(self) -> bool:
        return self.status == 200 or any(one["type"] == "websocket.accept" for one in self.sent)

    @property
    def closed_with(self) -> int | None:
        return next((one["code"] for one in self.sent if one["type"] == "websocket.close"), None)


async def inside(scope: Scope, receive: Receive, send: Send) -> None:
    """A route that reads what it is sent and answers 200; a websocket is accepted."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    while (await receive()).get("more_body"):
        pass
    await PlainTextResponse("inside")(scope, receive, send)


def ask(guard: ASGIApp, scope: dict[str, Any], body: Iterable[bytes] = ()) -> Answered:
    """Hand a request with a body in pieces to a middleware that stands before `inside` or another route."""
    pieces = [*body, b""]
    sent: list[Message] = []

    async def receive() -> Message:
        if scope["type"] == "websocket":
            return {"type": "websocket.connect"}
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as thread:  # a browser's driver may have a loop of its own in this one
        thread.submit(anyio.run, guard, scope, receive, send).result()
    return Answered(sent)
