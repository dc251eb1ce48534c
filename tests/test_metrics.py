"""Figures for a monitoring system: only for who has the token, and nothing in them of any person."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from models.access import BackupRun
from models.store import Store
from tests.asked import Answered, a_scope, ask
from ui import clock
from web.metrics import ROUTES, TOKEN, Counting

APP = Starlette(routes=ROUTES, middleware=[Middleware(Counting)])


def asked(token: str | None = None) -> Answered:
    return ask(APP, a_scope("/metrics", **({} if token is None else {"authorization": f"Bearer {token}"})))


def test_without_a_token_that_is_set_there_are_no_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    assert asked().status == asked("").status == 404


@pytest.mark.parametrize("token", [None, "", "other", "geheim ", "é"])
def test_another_token_gets_nothing(token: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "geheim")
    answered = asked(token)
    assert answered.status == 401
    assert "monitor_" not in answered.text


def test_the_token_opens_figures_of_the_process(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "geheim")
    now = clock.now()
    with store.writing() as session:
        session.add(BackupRun(id=uuid4(), began_at=now, by="schedule", rehearsed_at=now - timedelta(hours=2)))
    asked("wrong")
    text = asked("geheim").text
    values = dict(re.findall(r"^(monitor_\S+) (\d+)$", text, re.MULTILINE))
    assert values["monitor_sessions"] == "0"
    assert values["monitor_database_up"] == "1"
    assert int(values['monitor_refusals_total{status="401"}']) >= 1
    assert 7_200 <= int(values["monitor_verified_backup_age_seconds"]) < 7_300
