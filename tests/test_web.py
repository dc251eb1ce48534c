"""Who is let in, and what the watchdogs are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest

from models.store import Store
from web.health import unready
from web.loopback import LoopbackOnly, from_this_machine


def a_request(client: Any = ("127.0.0.1", 50000), kind: str = "http", **headers: str) -> dict[str, Any]:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": kind, "client": client, "headers": sent, "path": "/", "method": "GET", "extensions": {}}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_gets_in(address: str) -> None:
    assert from_this_machine(a_request((address, 1)))


@pytest.mark.parametrize(
    "client", [("192.168.1.20", 1), ("10.0.0.1", 1), ("testclient", 1), ("::ffff:8.8.8.8", 1), None]
)
def test_other_machines_do_not(client: Any) -> None:
    assert not from_this_machine(a_request(client))


@pytest.mark.parametrize("header", ["X_Forwarded_For", "forwarded", "x_real_ip", "via", "x_forwarded_host"])
def test_a_proxy_on_this_machine_does_not_open_the_door(header: str) -> None:
    assert not from_this_machine(a_request(**{header: "127.0.0.1"}))


def turned_away(scope: dict[str, Any]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "let in"})

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as thread:  # the browser's driver has a loop of its own in this one
        thread.submit(anyio.run, LoopbackOnly(inside), scope, receive, send).result()
    return sent


def test_a_page_asked_for_from_elsewhere_says_why_in_both_languages() -> None:
    start, body = turned_away(a_request(("192.168.1.20", 1)))
    assert start["status"] == 403
    text = body["body"].decode()
    assert "只能在本机打开" in text
    assert "Only on this machine" in text


def test_a_websocket_from_elsewhere_is_closed() -> None:
    assert [sent["type"] for sent in turned_away(a_request(("192.168.1.20", 1), "websocket"))] == ["websocket.close"]


def test_a_websocket_of_this_machine_is_let_in() -> None:
    assert turned_away(a_request(kind="websocket")) == [{"type": "let in"}]


@pytest.mark.usefixtures("embedded_store")
def test_an_upgraded_database_is_ready() -> None:
    assert unready() is None


def test_a_database_without_its_schema_is_not_ready(embedded_store: Store) -> None:
    with embedded_store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    assert "schema" in (unready() or "")
