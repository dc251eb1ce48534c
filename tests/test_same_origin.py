"""What another site makes a browser send gets nothing; our own pages get through."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asked import a_scope, ask, inside
from web.same_origin import POLICY_VIOLATION, SameOrigin

GUARD = SameOrigin(inside)
OURS = "http://localhost:8501"
FOREIGN = [
    "http://evil.test",
    "https://localhost:8501",
    "http://localhost:9000",
    "http://localhost",
    "http://localhost:8501.evil.test",
    "http://evil.test#localhost:8501",
    "http://localhost:8501@evil.test",
    "http://[::1",
    "http://localhost:99999999",
    "file://",
    "null",
    "",
]


def posted(**headers: str) -> dict[str, Any]:
    return a_scope("/auth/sign-in", "POST", **headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "ANYTHING"])
def test_what_changes_something_must_say_where_it_comes_from(method: str) -> None:
    assert ask(GUARD, a_scope("/auth/sign-in", method)).status == 403
    assert ask(GUARD, a_scope("/auth/sign-in", method, origin=OURS)).let_in


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_place_is_refused(origin: str) -> None:
    assert ask(GUARD, posted(origin=origin)).status == 403
    assert ask(GUARD, a_scope(kind="websocket", origin=origin)).closed_with == POLICY_VIOLATION


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "nonsense"])
def test_what_the_browser_says_of_another_site_outweighs_an_origin(site: str) -> None:
    assert ask(GUARD, posted(origin=OURS, sec_fetch_site=site)).status == 403


def test_a_browser_that_says_it_is_our_own_page_needs_no_origin() -> None:
    assert ask(GUARD, posted(sec_fetch_site="same-origin")).let_in


def test_a_websocket_without_an_origin_is_refused() -> None:
    assert ask(GUARD, a_scope(kind="websocket")).closed_with == POLICY_VIOLATION
    assert ask(GUARD, a_scope(kind="websocket", sec_fetch_site="same-origin")).closed_with == POLICY_VIOLATION
    assert ask(GUARD, a_scope(kind="websocket", origin=OURS)).let_in


def test_a_websocket_whose_origin_is_another_is_refused_whatever_else_it_says() -> None:
    scope = a_scope(kind="websocket", origin="https://elsewhere.example", sec_fetch_site="same-origin")
    assert ask(GUARD, scope).closed_with == POLICY_VIOLATION


def test_behind_https_the_usual_port_needs_no_naming() -> None:
    behind = {"host": "hall.example", "origin": "https://hall.example"}
    assert ask(GUARD, a_scope("/auth/sign-in", "POST", scheme="https", **behind)).let_in
    assert ask(GUARD, a_scope(kind="websocket", scheme="wss", **behind)).let_in
    assert ask(GUARD, a_scope("/auth/sign-in", "POST", scheme="http", **behind)).status == 403


def test_looking_is_free_and_machines_have_no_origin() -> None:
    assert ask(GUARD, a_scope("/auth/sign-in", origin="http://evil.test")).let_in
    assert ask(GUARD, a_scope("/api/events", "POST")).let_in


def test_a_file_from_another_site_is_refused_before_streamlit_sees_it() -> None:
    upload = a_scope("/_stcore/upload_file/s/f", "PUT", origin="http://evil.test")
    assert ask(GUARD, upload).status == 403
