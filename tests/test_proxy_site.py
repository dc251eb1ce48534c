"""The nginx site by itself, before two small servers that tell what reached them."""

from __future__ import annotations

import gzip
import http.client
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.behind_nginx import NAME, Site, nginx

HELD = "/held-by-"


class Telling(BaseHTTPRequestHandler):
    """Answers with what it was asked; what another process holds is not found here."""

    def log_message(self, *_: object) -> None:
        """Tests have no console."""

    def answer(self) -> None:
        port = self.connection.getsockname()[1]
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        found = HELD not in self.path or self.path.endswith(f"{HELD}{port}")
        told = {"port": port, "headers": {name.lower(): value for name, value in self.headers.items()}}
        told |= {"path": self.path, "method": self.command, "length": len(body), "filling": "a" * 2000}
        sent = json.dumps(told).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def __getattr__(self, name: str) -> Any:
        """Every method is answered alike (`do_GET` and so on)."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)


@dataclass
class Asked:
    """An answer of the site."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def told(self) -> dict[str, Any]:
        """What the server was asked."""
        found: dict[str, Any] = json.loads(self.content)
        return found


@dataclass
class Two:
    """The site and its servers."""

    site: Site
    servers: list[ThreadingHTTPServer]

    def ask(self, path: str = "/", method: str = "GET", body: bytes = b"", **headers: str) -> Asked:
        place = urlsplit(self.site.url)
        line = http.client.HTTPSConnection(NAME, place.port or 443, context=self.site.trust, timeout=10)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body or None, sent)
        got = line.getresponse()
        answered = Asked(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
        line.close()
        return answered

    def port(self, cookie: str) -> int:
        """Which server a browser with a cookie gets to."""
        found: int = self.ask(Cookie=cookie).told["port"]
        return found


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with ExitStack() as stack:
        servers = [stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Telling)) for _ in range(2)]
        for server in servers:
            Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            stack.callback(server.shutdown)
        ports = [int(server.server_address[1]) for server in servers]
        yield Two(stack.enter_context(nginx(tmp_path, ports)), servers)


def test_a_browser_keeps_to_one_process_by_its_own_cookie(two: Two) -> None:
    sessions = [f"session-{number}" for number in range(20)]
    went = {name: two.port(f"__Host-monitor_session={name}") for name in sessions}
    assert set(went.values()) == set(two.site.ports)
    for name, port in went.items():
        assert two.port(f"other=x; __Host-monitor_session={name}; monitor_device=other") == port
        assert two.port(f"__Host-monitor_device=first; monitor_session={name}") == port
        assert two.port(f"monitor_device={name}") == port
    assert len({two.port("not_monitor_session=x") for _ in range(3)}) == 1


def test_what_a_reader_says_of_forwarding_does_not_get_through(two: Two) -> None:
    spoofed: dict[str, Any] = {
        "X_Forwarded_For": "127.0.0.1",
        "X_Forwarded_Proto": "http",
        "X_Forwarded_Host": "elsewhere.example",
        "X_Real_IP": "127.0.0.1",
        "Forwarded": "for=127.0.0.1",
        "Origin": "https://elsewhere.example",
    }
    asked = two.ask("/live-board", **spoofed).told["headers"]
    place = urlsplit(two.site.url).netloc
    assert (asked["host"], asked["x-forwarded-host"], asked["origin"]) == (place, place, "https://elsewhere.example")
    assert (asked["x-forwarded-for"], asked["x-forwarded-proto"]) == ("127.0.0.1", "https")
    assert {"x-real-ip", "forwarded"}.isdisjoint(asked)


def test_the_log_holds_no_question_and_no_cookie(two: Two) -> None:
    two.ask("/live-board?staff=1234567&next=secret", Cookie="monitor_session=secret", Referer="https://secret.example")
    log = two.site.logged('"GET /live-board" 200')
    assert '"GET /live-board" 200' in log
    assert "secret" not in log
    assert "1234567" not in log


def test_http_is_sent_to_https_and_no_other_name_is_answered(two: Two) -> None:
    line = http.client.HTTPConnection("127.0.0.1", two.site.plain_port, timeout=10)
    line.request("GET", "/live-board?hall=H1", headers={"Host": NAME})
    got = line.getresponse()
    assert (got.status, got.getheader("Location")) == (301, f"https://{NAME}/live-board?hall=H1")
    line.close()
    assert two.ask("/metrics").status == 404


def test_texts_and_json_are_compressed_and_pages_are_not(two: Two) -> None:
    for path in ("/static/js/index.js", "/auth/assets/pages.css", "/api/openapi.json"):
        answered = two.ask(path, Accept_Encoding="gzip")
        assert answered.headers["content-encoding"] == "gzip"
        assert json.loads(gzip.decompress(answered.content))["path"] == path
    assert "content-encoding" not in two.ask("/live-board", Accept_Encoding="gzip").headers


@pytest.mark.parametrize(
    ("path", "most"), [("/auth/sign-in", 65_536), ("/api/events", 1_114_112), ("/_stcore/upload_file/s/f", 21_000_000)]
)
def test_as_much_as_the_application_takes_gets_through(two: Two, path: str, most: int) -> None:
    assert two.ask(path, "POST", bytes(most + 1)).told["length"] == most + 1
    assert two.ask(path, "POST", bytes(2 * most + 100)).status == 413


@pytest.mark.parametrize(("method", "path"), [("GET", "/media/file"), ("PUT", "/_stcore/upload_file/session")])
def test_a_file_that_one_process_does_not_know_is_asked_of_the_other(two: Two, method: str, path: str) -> None:
    for port in two.site.ports:
        answered = two.ask(f"{path}{HELD}{port}", method, b"content" if method == "PUT" else b"")
        assert (answered.status, answered.told["port"]) == (200, port)
        assert answered.told["length"] == (7 if method == "PUT" else 0)


def test_what_a_dead_process_did_not_get_goes_to_the_other_and_both_dead_are_said(two: Two) -> None:
    first, second = two.servers
    cookie = next(name for name in map("monitor_session={}".format, range(99)) if two.port(name) == two.site.ports[0])
    first.shutdown()
    first.socket.close()
    answered = two.ask("/auth/sign-in", "POST", b"name=a", Cookie=cookie)
    assert (answered.told["port"], answered.told["length"]) == (two.site.ports[1], 6)
    second.shutdown()
    second.socket.close()
    away = two.ask(Cookie=cookie)
    assert (away.status, away.headers["retry-after"]) == (503, "5")
    assert "The system does not answer just now." in away.content.decode()
