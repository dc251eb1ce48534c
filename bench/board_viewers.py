"""Viewers of a live board who stay: each refreshes as a browser does, and when and how late is noted."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

PATIENCE_SECONDS = 60
COMING_SECONDS = 8.0
"""Over so long the viewers come, one after the other."""


@dataclass(slots=True)
class Seen:
    """Every refresh by when it was asked for and how long it took, in seconds after the start; and the late ones.

    Late is a refresh that begins more than half an interval after it was due.
    """

    refreshes: list[tuple[float, float]] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    errors: int = 0


def view(port: int, page: str, viewers: int, every: float, seconds: float) -> Seen:
    """So many viewers of one page (`url_path?query`), who refresh it every so many seconds until the time is over."""
    seen, began = Seen(), perf_counter()

    async def all_of_them() -> None:
        waits = (COMING_SECONDS * number / viewers for number in range(viewers))
        stays = [_Viewer(port, page, every, began, seconds, seen).stay(wait) for wait in waits]
        await _together(stays)

    asyncio.run(all_of_them())
    return seen


async def _together(stays: list[Coroutine[Any, Any, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for stay in stays:
            group.create_task(stay)


class _Viewer:
    def __init__(self, port: int, page: str, every: float, began: float, seconds: float, seen: Seen) -> None:
        self._address, self._origin = f"ws://127.0.0.1:{port}/_stcore/stream", Origin(f"http://127.0.0.1:{port}")
        self._page, _, self._query = page.partition("?")
        self._every, self._began, self._end, self._seen = every, began, began + seconds, seen
        self._fragments: set[str] = set()
        self._finished = asyncio.Event()

    async def stay(self, wait: float) -> None:
        """Come after a while, see the page, and refresh what refreshes itself until the end."""
        await asyncio.sleep(wait)
        async with connect(
            self._address,
            origin=self._origin,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            compression=None,
        ) as socket:
            reading = asyncio.create_task(self._read(socket))
            try:
                self._seen.first.append(await self._run(socket, None))
                await self._refresh_until_the_end(socket)
            finally:
                reading.cancel()

    async def _refresh_until_the_end(self, socket: ClientConnection) -> None:
        due = perf_counter()
        while perf_counter() < self._end:
            due += self._every
            behind = perf_counter() - due
            if behind > self._every / 2:
                self._seen.late.append(perf_counter() - self._began)
            if behind > self._every:
                due = perf_counter()
            await asyncio.sleep(max(0.0, due - perf_counter()))
            for fragment in sorted(self._fragments):
                at = perf_counter() - self._began
                self._seen.refreshes.append((at, await self._run(socket, fragment)))

    async def _run(self, socket: ClientConnection, fragment: str | None) -> float:
        """Ask for a run of the page or of a part of it; the seconds until it was finished."""
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        asked.rerun_script.page_name = self._page
        if fragment is not None:
            asked.rerun_script.fragment_id = fragment
            asked.rerun_script.is_auto_rerun = True
        self._finished.clear()
        began = perf_counter()
        await socket.send(asked.SerializeToString())
        await asyncio.wait_for(self._finished.wait(), PATIENCE_SECONDS)
        return perf_counter() - began

    async def _read(self, socket: ClientConnection) -> None:
        async for frame in socket:
            said = ForwardMsg()
            said.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
            kind = said.WhichOneof("type")
            if kind == "auto_rerun":
                self._fragments.add(said.auto_rerun.fragment_id)
            elif kind == "delta" and said.delta.new_element.WhichOneof("type") == "exception":
                self._seen.errors += 1
            elif kind == "script_finished":
                self._finished.set()
