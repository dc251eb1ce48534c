"""The log says what went wrong and where, and nothing that anybody typed."""

from __future__ import annotations

import io
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from actions.calling import call_next
from actions.refusal import Refused
from models.store import Store
from models.tables import Setting
from tests.conftest import RunningApp
from tests.desks import WANG, Desk
from web.logs import SETTING, JsonLines, Plain
from web.trouble import log_trouble

TYPED = ("Zhang-Wei-typed", "secret-typed-1", "complaint-typed-text", "token-typed-77")


@pytest.fixture(params=[Plain, JsonLines])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What a handler of the form writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def test_what_fails_is_told_by_kind_and_place_without_its_values(written: io.StringIO, working_hall: Store) -> None:
    log = logging.getLogger("a.screen")
    try:
        with working_hall.writing() as session:
            session.add(Setting(name="one", value=TYPED[2]))
            session.flush()
            session.expunge_all()
            session.add(Setting(name="one", value=TYPED[2]))
            session.flush()
    except IntegrityError:
        log.exception("a press was not stored")
    try:
        raise ValueError(TYPED[0]) from KeyError(TYPED[1])
    except ValueError as error:
        log_trouble(error)
    with pytest.raises(Refused):
        Desk(working_hall).press(call_next, WANG, 1)
    said = written.getvalue()
    assert not [text for text in TYPED if text in said]
    assert "IntegrityError" in said
    assert "test_logs.py" in said
    assert "KeyError" in said


def test_an_entry_is_one_json_object_a_line() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    entry = logging.LogRecord("a", logging.WARNING, "x.py", 1, "two\nlines %s", ("here",), None)
    handler.emit(entry)
    (line,) = stream.getvalue().splitlines()
    said = json.loads(line)
    assert (said["level"], said["logger"], said["message"]) == ("WARNING", "a", "two\nlines here")


def sent(url: str, content: bytes | None = None, **headers: str) -> int:
    asked = urllib.request.Request(url, data=content, headers={n.replace("_", "-"): v for n, v in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_the_running_application_logs_nothing_that_was_typed(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, small_region: Store
) -> None:
    monkeypatch.setenv(SETTING, "json")
    running: RunningApp = request.getfixturevalue("app")
    with small_region.writing() as session:
        assert session.exec(select(Setting)).first() is not None
    form = urlencode({"name": TYPED[0], "password": TYPED[1]}).encode()
    own = {"Origin": running.url, "Content_Type": "application/x-www-form-urlencoded"}
    assert sent(f"{running.url}/auth/sign-in", form, **own) >= 400
    assert sent(f"{running.url}/live-board?visit={TYPED[2]}", Accept="text/html") < 500
    body = json.dumps({"events": [{"note": TYPED[2]}]}).encode()
    assert sent(f"{running.url}/api/events", body, Authorization=f"Bearer {TYPED[3]}") == 401
    assert sent(f"{running.url}/readyz") == 200
    logged = running.log.read_text()
    assert not [text for text in TYPED if text in logged]
