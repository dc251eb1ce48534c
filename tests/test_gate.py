"""The gate: a stranger gets the sign-in alone, whatever they send; who is signed in gets on until it ends."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from http.client import HTTPMessage
from typing import IO, Any
from urllib.parse import quote

import pytest
from itsdangerous import Signer
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from models.sessions import digest_of, end_sessions, sessions_of
from models.settings import DEMO, put_setting
from models.store import Store
from models.tables import Credential, CredentialKind, SessionEnd
from tests import small_region as small
from tests.asked import Answered, a_scope, ask
from tests.conftest import RunningApp
from tests.signing_in import a_session, account_of, cookie_of, put_region
from ui.navigation import SCREENS
from web.client import Proxies, trusted_proxies
from web.gate import Gate

STRANGER_LIES = {
    "X-Monitor-Session": "{session}",
    "x_monitor_session": "{session}",
    "X-Monitor-Door": "by-choice",
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-User": small.ADMINISTRATOR,
    "Remote-User": small.ADMINISTRATOR,
}


@pytest.fixture
def region(embedded_store: Store) -> Store:
    """Real accounts of every role; no demo."""
    with embedded_store.writing() as session:
        put_region(session, now=datetime.now(UTC))
    return embedded_store


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def asked(url: str, **headers: str) -> tuple[int, str]:
    """The status, and where it leads to."""
    sent = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.build_opener(_Stay).open(sent, timeout=20) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as told:
        return told.code, told.headers.get("location", "")


def opens(app: RunningApp, **headers: str) -> bool:
    """Whether the screens' websocket is opened."""
    origin: Any = app.url
    try:
        with connect(f"ws{app.url[4:]}/_stcore/stream", origin=origin, additional_headers=headers, proxy=None):
            return True
    except InvalidStatus as refused:
        return refused.response.status_code != 403


def revoke(region: Store, name: str) -> None:
    with region.writing() as session:
        rows = sessions_of(session, account_of(session, name).id)
        assert end_sessions(session, rows, SessionEnd.ENDED, now=datetime.now(UTC))


def test_a_stranger_gets_the_sign_in_at_every_address_and_no_websocket(region: Store, app: RunningApp) -> None:
    for screen in SCREENS:
        led = asked(f"{app.url}/{screen.url_path}?hall=H01", Accept="text/html")
        assert led == (303, f"/auth/sign-in?next=/{screen.url_path}{quote('?hall=H01')}")
    for path in ("/static/js/index.js", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/media/a.xlsx"):
        assert asked(app.url + path) in {(401, ""), (404, "")}, path
    assert not opens(app)

    stolen = a_session(region, small.ADMINISTRATOR, now=datetime.now(UTC))
    name, _, signed = stolen.partition("=")
    token, _, signature = signed.rpartition(".")
    for header, value in STRANGER_LIES.items():
        lie = {header: value.format(session=digest_of(token))}
        assert asked(f"{app.url}/live-board", Accept="text/html", **lie)[0] == 303, header
        assert not opens(app, **lie), header
    foreign = Signer("another installation's", salt=name).sign(token).decode()
    for forged in (token, f"{token}.", f"{token[::-1]}.{signature}", foreign, digest_of(token), "", "a" * 5000):
        assert asked(f"{app.url}/live-board", Accept="text/html", Cookie=f"{name}={forged}")[0] == 303, forged[:80]
        assert not opens(app, Cookie=f"{name}={forged}"), forged[:80]

    assert asked(f"{app.url}/live-board", Accept="text/html", Cookie=stolen) == (200, "")
    assert opens(app, Cookie=stolen)
    revoke(region, small.ADMINISTRATOR)
    assert asked(f"{app.url}/live-board", Accept="text/html", Cookie=stolen)[0] == 303
    assert not opens(app, Cookie=stolen)


async def told(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the gate says what the gate told it."""
    sent = {name: value for name, value in Headers(scope=scope).items() if name.startswith("x-monitor")}
    await JSONResponse(sent)(scope, receive, send)


def at_the_gate(path: str = "/live-board", address: str = "127.0.0.1", proxies: str = "", **headers: str) -> Answered:
    """A browser's request, by its address and through proxies that are trusted."""
    scope = {**a_scope(path, **headers), "client": (address, 50_000)}
    return ask(Proxies(Gate(told), trusted_proxies(proxies)), scope)


def said(answer: Answered) -> dict[str, str]:
    found: dict[str, str] = json.loads(answer.text)
    return found


def test_who_is_signed_in_is_told_to_the_screens_and_nobody_else_can_say_so(region: Store) -> None:
    cookie = a_session(region, small.CLERK, now=datetime.now(UTC))
    answer = at_the_gate(address="10.2.3.4", cookie=cookie, x_monitor_session="a lie", x_monitor_door="by-choice")
    assert said(answer) == {"x-monitor-session": digest_of(cookie.partition("=")[2].rpartition(".")[0])}


def test_a_session_past_its_time_and_a_token_of_nobody_open_nothing(region: Store) -> None:
    old = a_session(region, small.CLERK, now=datetime.now(UTC) - timedelta(minutes=121))
    assert at_the_gate(cookie=old).status == 401
    assert at_the_gate(cookie=cookie_of("nobody")).status == 401


def test_with_a_temporary_password_only_its_change_opens(region: Store) -> None:
    cookie = a_session(region, small.CLERK, now=datetime.now(UTC))
    with region.writing() as session:
        kept = session.get_one(Credential, (account_of(session, small.CLERK).id, CredentialKind.PASSWORD))
        kept.temporary = True
    answer = at_the_gate(cookie=cookie, accept="text/html")
    assert (answer.status, answer.headers["location"]) == (303, "/auth/password?next=/live-board")
    assert at_the_gate("/_stcore/health", cookie=cookie).status == 401
    assert said(at_the_gate("/auth/password", cookie=cookie)) == {}


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize("mode", ["cors", "no-cors", "websocket"])
def test_only_a_page_is_led_to_the_sign_in(mode: str) -> None:
    assert at_the_gate(accept="text/html", sec_fetch_mode=mode).status == 401
    assert at_the_gate(accept="*/*", sec_fetch_mode="navigate").status == 303


def test_in_a_demo_region_this_machine_alone_may_choose(region: Store) -> None:
    assert at_the_gate().status == 401
    with region.writing() as session:
        put_setting(session, DEMO, "small")
    assert said(at_the_gate()) == {"x-monitor-door": "by-choice"}
    assert at_the_gate(address="10.2.3.4").status == 401
    assert at_the_gate(x_forwarded_for="127.0.0.1").status == 401
    assert at_the_gate(x_forwarded_for="127.0.0.1", proxies="127.0.0.1").status == 401


def test_behind_https_only_the_cookie_that_is_bound_to_this_host_counts(region: Store) -> None:
    cookie = a_session(region, small.CLERK, now=datetime.now(UTC))

    def behind_a_proxy(cookie: str) -> int | None:
        forwarded = {"x_forwarded_proto": "https", "x_forwarded_for": "8.8.8.8"}
        return at_the_gate(address="10.0.0.1", proxies="10.0.0.1", cookie=cookie, **forwarded).status

    assert behind_a_proxy(cookie) == 401
    assert behind_a_proxy(f"__Host-{cookie}") == 200


@pytest.mark.usefixtures("region")
def test_what_asks_for_something_of_its_own_stands_before_the_gate() -> None:
    for path in ("/healthz", "/readyz", "/api/events", "/api/clock", "/auth/sign-in"):
        assert said(at_the_gate(path, "10.2.3.4")) == {}
    for path in ("/api/openapi.json", "/api/docs", "/authentic", "/auth", "/Auth/sign-in"):
        assert at_the_gate(path, "10.2.3.4").status == 401


def test_while_the_database_is_away_everybody_is_told_to_come_back(
    region: Store,
) -> None:
    cookie = a_session(region, small.CLERK, now=datetime.now(UTC))
    with region.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE account_session RENAME TO taken_away")
    answer = at_the_gate(cookie=cookie, accept="text/html")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    closed = ask(Gate(told), a_scope("/_stcore/stream", kind="websocket", cookie=cookie))
    assert closed.closed_with == 1013
