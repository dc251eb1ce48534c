"""Who asks, also behind proxies, where a reader goes on, and what the watchdogs are told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.store import Store
from web.client import Client, client_of, seen, trusted_proxies
from web.health import unready
from web.own_pages import next_of

PROXIES = trusted_proxies("10.0.0.1, 172.16.0.0/12 ,2001:db8::/32")


def a_request(client: Any = ("127.0.0.1", 50000), kind: str = "http", **headers: str) -> dict[str, Any]:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": kind, "client": client, "headers": sent, "path": "/", "scheme": "ws" if kind != "http" else "http"}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_known(address: str) -> None:
    assert client_of(a_request((address, 1))).local


@pytest.mark.parametrize(
    "client", [("192.168.1.20", 1), ("10.0.0.1", 1), ("testclient", 1), ("::ffff:8.8.8.8", 1), None]
)
def test_other_machines_are_not_this_one(client: Any) -> None:
    assert not client_of(a_request(client)).local


@pytest.mark.parametrize("header", ["X_Forwarded_For", "forwarded", "x_real_ip", "via", "x_forwarded_host"])
def test_a_proxy_on_this_machine_is_not_taken_for_its_reader(header: str) -> None:
    assert not client_of(a_request(**{header: "127.0.0.1"})).local


def test_what_anybody_says_of_forwarding_is_not_believed() -> None:
    lying = a_request(
        ("8.8.8.8", 1), x_forwarded_for="127.0.0.1", x_forwarded_proto="https", x_forwarded_host="our.hall"
    )
    found = seen(lying, PROXIES)
    assert client_of(found) == Client("8.8.8.8", secure=False, local=False)
    assert (found["client"], found["scheme"]) == (("8.8.8.8", 1), "http")
    assert not [value for name, value in found["headers"] if name == b"host"]


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("1.1.1.1, 8.8.8.8", "8.8.8.8"),
        ("8.8.8.8, 172.16.3.3", "8.8.8.8"),
        ("127.0.0.1", "127.0.0.1"),
        ("8.8.8.8, nonsense", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_a_trusted_proxy_names_the_client_before_it(chain: str, address: str) -> None:
    found = seen(a_request(("10.0.0.1", 9), x_forwarded_for=chain, x_forwarded_proto="https"), PROXIES)
    assert client_of(found) == Client(address, secure=True, local=False)
    assert (found["client"][0], found["scheme"]) == (address, "https")


def test_a_websocket_behind_a_trusted_proxy_is_a_secure_one_of_its_host() -> None:
    asked = a_request(
        ("2001:db8::7", 9),
        "websocket",
        x_forwarded_for="8.8.8.8",
        x_forwarded_proto="https",
        x_forwarded_host="our.hall",
    )
    found = seen(asked, PROXIES)
    assert found["scheme"] == "wss"
    assert [value for name, value in found["headers"] if name == b"host"] == [b"our.hall"]


def test_a_proxy_that_is_none_stops_the_start_with_a_sentence() -> None:
    with pytest.raises(SystemExit, match="MONITOR_PROXIES"):
        trusted_proxies("10.0.0.1, the-proxy")
    assert trusted_proxies(" , ") == ()


@pytest.mark.parametrize(
    "path", ["/", "/live-board", "/compliance?hall=H01&from=2026-01-01", "/visit?search=%E5%BC%A0"]
)
def test_a_reader_goes_on_to_a_path_of_our_own(path: str) -> None:
    assert next_of(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None, "", "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "live-board", "http:/evil.example", "/auth/sign-out", "/media/x", "/a\r\nA: b",
        "/" + "a" * 3000,
    ],
)  # fmt: skip
def test_a_reader_is_never_sent_elsewhere(path: str | None) -> None:
    assert next_of(path) == "/"


@given(st.text(max_size=60))
def test_whatever_is_asked_for_leads_to_a_path_of_our_own(path: str) -> None:
    found = next_of(path)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert found.isprintable()


@pytest.mark.usefixtures("embedded_store")
def test_an_upgraded_database_is_ready() -> None:
    assert unready() is None


def test_a_database_without_its_schema_is_not_ready(embedded_store: Store) -> None:
    with embedded_store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    assert "schema" in (unready() or "")
