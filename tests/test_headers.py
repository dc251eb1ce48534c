"""What the browser is told with every answer; that the screens draw under it is seen in tests/test_no_outbound.py."""

from __future__ import annotations

import logging

import pytest
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from tests.asked import a_scope, ask, inside
from web.body_limit import FORM_BYTES, BodyLimit
from web.closed import Closed
from web.guards import GUARDS
from web.headers import SecurityHeaders, headers_of, screens_policy, script_digests
from web.mishap import PlainMishap

SECRET = "a password that stood in the error"


def test_refusals_carry_the_headers_too() -> None:
    answered = ask(Starlette(middleware=list(GUARDS)), a_scope("/auth/sign-in", "POST", origin="http://evil.test"))
    assert answered.status == 403
    assert answered.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answered.headers["content-security-policy"]


def test_no_scripts_of_others_and_no_inline_ones_may_run_on_any_page() -> None:
    for path in ("/", "/auth/sign-in"):
        policy = headers_of(path, "http")["Content-Security-Policy"]
        rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
        assert not set(rules["script-src"]) & {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:"}
        assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == ["'none'"]
        assert not any("//" in source for sources in rules.values() for source in sources)


def test_our_own_pages_are_held_more_tightly_than_streamlits() -> None:
    assert "unsafe-inline" not in headers_of("/auth/sign-in", "http")["Content-Security-Policy"]
    assert "blob:" not in headers_of("/auth/sign-in", "http")["Content-Security-Policy"]


def test_streamlits_inline_script_runs_by_its_digest_alone() -> None:
    assert screens_policy().count("'sha256-") == 1
    # The digest of the standard's own example: alert('Hello, world.');
    assert script_digests("<script>alert('Hello, world.');</script>") == [
        "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="
    ]


@pytest.mark.parametrize("path", ["/auth/sign-in", "/api/events", "/media/report.xlsx", "/healthz"])
def test_a_shared_computer_keeps_no_answer_of_ours(path: str) -> None:
    assert headers_of(path, "http")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/static/js/index.js", "/auth/assets/pages.css"])
def test_scripts_and_styles_may_be_kept(path: str) -> None:
    assert "Cache-Control" not in headers_of(path, "http")


def test_only_behind_https_is_https_demanded() -> None:
    assert "Strict-Transport-Security" not in headers_of("/", "http")
    assert headers_of("/", "https")["Strict-Transport-Security"].startswith("max-age=")


def test_a_websocket_has_no_headers_to_add() -> None:
    assert ask(SecurityHeaders(inside), a_scope(kind="websocket")).let_in


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError(SECRET)


@pytest.mark.parametrize("path", ["/auth/sign-in", "/api/events"])
def test_what_went_wrong_inside_is_in_the_log_alone(path: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answered = ask(PlainMishap(broken), a_scope(path))
    assert answered.status == 500
    assert "Something went wrong here" in answered.text
    assert SECRET not in answered.text
    assert "Traceback" not in answered.text
    assert SECRET in caplog.text


def test_people_read_a_sentence_in_both_languages() -> None:
    text = ask(PlainMishap(broken), a_scope("/auth/sign-in")).text
    assert "系统出现故障" in text
    assert '<p lang="en">' in text


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/interact", "/component/x/index.html"])
def test_what_nobody_uses_is_not_there(path: str) -> None:
    assert ask(Closed(inside), a_scope(path)).status == 404


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/bidi-components/x", "/metrics"])
def test_what_the_screens_use_is(path: str) -> None:
    assert ask(Closed(inside), a_scope(path)).let_in


def test_a_form_that_says_it_is_too_long_is_not_read() -> None:
    said = a_scope("/auth/sign-in", "POST", content_length=str(FORM_BYTES + 1))
    assert ask(BodyLimit(inside), said).status == 413


def test_a_form_that_becomes_too_long_is_read_no_further() -> None:
    pieces = [b"x" * 10_000] * 20
    assert ask(BodyLimit(inside), a_scope("/auth/sign-in", "POST"), pieces).status == 413
    assert ask(BodyLimit(inside), a_scope("/api/events", "POST"), pieces).let_in
    assert ask(BodyLimit(inside), a_scope("/auth/sign-in", "POST"), pieces[:6]).let_in


def test_uploads_are_counted_by_streamlit() -> None:
    upload = a_scope("/_stcore/upload_file/session/file", "PUT", content_length="20000000")
    assert ask(BodyLimit(inside), upload).let_in
