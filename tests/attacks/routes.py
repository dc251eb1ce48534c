"""Attacks on the routes of a running application: paths, methods, headers, cookies, origins, random bytes."""

from __future__ import annotations

import random
import socket
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from tests.attacks.tried import Tried

SECRETS = (b"root:", b"SQLite format 3", b"[server]", b"def lifespan", b"[core]", b"Traceback", b'File "/')
"""What stands in files and traces that nobody outside may read."""
UP = ("../", "..%2f", "%2e%2e/", "..%5c", "..%252f", "....//", "%c0%ae%c0%ae/", "/", "//", "\\\\evil.test\\share\\")
ROOTS = (
    "/",
    "/static/",
    "/auth/assets/",
    "/media/",
    "/component/",
    "/_stcore/bidi-components/",
    "/app/static/",
    "/api/",
)
FILES = ("etc/passwd", ".streamlit/config.toml", "data/monitor.db", "dashboard.py", ".git/config", "web/lifespan.py")
INJECTED = "%0d%0aSet-Cookie:%20stolen=1%0d%0a%0d%0a<script>1</script>"
LONGEST_ANSWER = 20_000
HANDSHAKE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


class Line:
    """A way to send a running application whatever bytes one likes."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80

    def send(self, sent: bytes, *, whole: bool = True) -> bytes:
        """What came back, its beginning; empty where the line was closed without a word.

        What is no whole request ends with its last byte: the server would wait for more.
        """
        with socket.create_connection((self.host, self.port), timeout=10) as line:
            answer = b""
            try:
                line.sendall(sent)
                if not whole:
                    line.shutdown(socket.SHUT_WR)
                while len(answer) < LONGEST_ANSWER and (piece := line.recv(65_536)):
                    answer += piece
            except ConnectionError:
                pass
        return answer

    def ask(self, path: str, method: str = "GET", headers: str = "", body: str = "") -> bytes:
        """A request as it is written, nothing put right in it."""
        host = f"Host: {self.host}:{self.port}\r\n"
        length = f"Content-Length: {len(body.encode())}\r\n" if body else ""
        close = "" if "Upgrade" in headers else "Connection: close\r\n"
        return self.send(f"{method} {path} HTTP/1.1\r\n{host}{close}{length}{headers}\r\n{body}".encode())


def status_of(answer: bytes) -> int:
    """The status of an answer; 0 where there was none."""
    first = answer.split(b"\r\n", 1)[0].split()
    return int(first[1]) if len(first) > 1 and first[0].startswith(b"HTTP/") and first[1].isdigit() else 0


def clean(answer: bytes) -> bool:
    """No failure, no trace, no secret, no header of the attacker's."""
    head = answer.split(b"\r\n\r\n", 1)[0].lower()
    return status_of(answer) < 500 and not any(map(answer.__contains__, SECRETS)) and b"stolen=1" not in head


def _summed(kind: str, what: str, answers: list[bytes]) -> Tried:
    statuses = Counter(status_of(answer) for answer in answers)
    came = ", ".join(f"{count} × {status or 'closed'}" for status, count in sorted(statuses.items()))
    return Tried(kind, what, came, all(map(clean, answers)))


def path_traversal(line: Line) -> Iterator[Tried]:
    """Files from beside the application's own, by every static route."""
    for root in ROOTS:
        asked = [f"{root}{up * 6}{file}" for up in UP for file in FILES]
        yield _summed("path traversal", f"{root}… ({len(asked)} ways)", [line.ask(path) for path in asked])


def injected_headers(line: Line) -> Iterator[Tried]:
    """Line ends in paths and parameters that come back in headers."""
    places = [
        f"/live-board{INJECTED}",
        f"/live-board?hall={INJECTED}",
        f"/auth/sign-in?next=/{INJECTED}",
        f"/auth/sign-in?lang={INJECTED}",
        f"/auth/nothing{INJECTED}",
    ]
    accepts = "Accept: text/html\r\nX-Forwarded-For: 192.0.2.1\r\n"
    yield _summed("header injection", "line ends in addresses", [line.ask(place, headers=accepts) for place in places])
    elsewhere = ["//evil.test", "/\\evil.test", "http://evil.test", "http://[::1", "/%09/evil.test", "javascript:1"]
    answers = [line.ask(f"/auth/sign-in?next={place}") for place in elsewhere]
    held = all(clean(answer) and b'href="//evil' not in answer and b"javascript:1" not in answer for answer in answers)
    yield Tried("open redirect", f"sign-in's next ({len(elsewhere)} ways)", "leads to no other host", held)


def spoofed(line: Line) -> Iterator[Tried]:
    """Headers and cookies that say who somebody is; no session stands behind them."""
    for what, headers in {
        "as from this machine": "X-Forwarded-For: 127.0.0.1\r\nX-Real-Ip: 127.0.0.1\r\n",
        "as the gate's own word": "X-Forwarded-For: 192.0.2.1\r\nX-Monitor-Session: 1\r\nX-Monitor-Door: choice\r\n",
        "a forged cookie": "X-Forwarded-For: 192.0.2.1\r\nCookie: monitor_session=eyJ4IjoxfQ.aaaa.bbbb\r\n",
    }.items():
        answer = line.ask("/live-board", headers=f"{headers}Accept: text/html\r\n")
        yield Tried("spoofed headers", what, str(status_of(answer)), status_of(answer) in {303, 401, 403})


def other_sites(line: Line) -> Iterator[Tried]:
    """Posts, uploads and websockets that another site makes a browser send, or that nobody says the origin of."""
    evil = "Origin: http://evil.test\r\n"
    for what, method, path, headers in (
        ("a post", "POST", "/auth/sign-in", evil),
        ("a post of a subdomain", "POST", "/auth/sign-in", "Sec-Fetch-Site: same-site\r\n"),
        ("a post without an origin", "POST", "/auth/sign-out", ""),
        ("an upload", "PUT", "/_stcore/upload_file/s/f", evil),
        ("an upload without its token", "PUT", "/_stcore/upload_file/s/f", "Sec-Fetch-Site: same-origin\r\n"),
        ("a websocket", "GET", "/_stcore/stream", evil + HANDSHAKE),
        ("a websocket without an origin", "GET", "/_stcore/stream", HANDSHAKE),
    ):
        answer = line.ask(path, method, headers, "x=1" if method != "GET" else "")
        yield Tried("other sites", what, str(status_of(answer)), status_of(answer) == 403)


def closed(line: Line) -> Iterator[Tried]:
    """What Streamlit serves and nobody uses."""
    for path in ("/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/script-health-check"):
        yield Tried("what is closed", path, str(status_of(line.ask(path))), status_of(line.ask(path)) in {401, 404})


def too_much(line: Line) -> Iterator[Tried]:
    """Bodies and headers that are too long, and lengths that are not true."""
    ours = "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    for what, path, headers, body, wanted in (
        ("a form of 70 kB", "/auth/sign-in", ours, "x" * 70_000, {413}),
        ("a form that says 9 GB", "/auth/sign-in", f"{ours}Content-Length: 9000000000\r\n", "", {413}),
        ("an event of 2 MB", "/api/events", "Authorization: Bearer x\r\n", "x" * 2_000_000, {413, 401, 0}),
        ("headers of 1 MB", "/auth/sign-in", f"X: {'x' * 1_000_000}\r\n", "", {400, 431, 0}),
        ("a length below nothing", "/auth/sign-in", f"{ours}Content-Length: -1\r\n", "", {400, 413}),
    ):
        answer = line.ask(path, "POST", headers, body)
        yield Tried("too much", what, str(status_of(answer) or "closed"), status_of(answer) in wanted and clean(answer))


def random_bytes(line: Line, count: int, seed: int = 5) -> Iterator[Tried]:
    """Bytes by chance as whole requests, as addresses, as bodies."""
    chance = random.Random(seed)
    raw, asked, posted = [], [], []
    for _ in range(count // 3):
        noise = chance.randbytes(chance.randrange(1, 400))
        raw.append(line.send(noise + b"\r\n\r\n", whole=False))
        path = chance.choice(["/auth/", "/auth/sign-in?next=/", "/api/", "/healthz", "/", "/media/"]) + quote(noise)
        asked.append(line.ask(path, chance.choice(["GET", "HEAD", "OPTIONS"])))
        head = f"POST /auth/sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(noise)}\r\n"
        posted.append(line.send(head.encode() + b"Sec-Fetch-Site: same-origin\r\n\r\n" + noise))
    yield _summed("random bytes", f"{len(raw)} as requests", raw)
    yield _summed("random bytes", f"{len(asked)} as addresses", asked)
    yield _summed("random bytes", f"{len(posted)} as forms", posted)


def all_on(url: str, *, noise: int) -> list[Tried]:
    """Every attack of this module on a running application."""
    line = Line(url)
    parts = (path_traversal, injected_headers, spoofed, other_sites, closed, too_much)
    return [tried for part in parts for tried in part(line)] + list(random_bytes(line, noise))
