"""Each screen's script, warm, against what it spends in its questions alone.

What is timed is the script as the server runs it, from its first line to its last, by the processor time of its thread.
What Streamlit's test tool does round it is not: there each run compiles its pages again, stands in for the server and
reads back what would be drawn.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import thread_time
from typing import Any
from unittest.mock import patch

from streamlit.runtime import context
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from analytics.accounts import accounts
from bench.figures import Row, middle, spread
from bench.places import ROOT, a_region_with, temporary
from models.store import Store
from standards.vocabulary import Role
from ui import answers
from ui.navigation import SCREENS, Screen

TARGET = 3.0
RUNS = 7
DEFAULT_ROWS = 60_000


def measure(rows: int | None) -> list[Row]:
    """A row a screen: the median run of its script within the frame, its questions asked anew each time."""
    with temporary() as store:
        stored = a_region_with(store, rows or DEFAULT_ROWS)
        chosen = {choice.role: choice.name for choice in _accounts(store)}
        with as_served():
            found = [_screen(screen, chosen, stored) for screen in SCREENS if screen.in_menu and screen.path.exists()]
    return [row for row in found if row is not None]


def _accounts(store: Store) -> Any:
    with store.reading() as session:
        return accounts(session)[::-1]


def _screen(screen: Screen, chosen: dict[Role, str], stored: int) -> Row | None:
    role = next((role for role in (*_PREFERRED, *chosen) if role in screen.roles and role in chosen), None)
    if role is None:
        return None
    opened = _open(screen, chosen[role])
    whole: list[float] = []
    asked: list[float] = []
    for _ in range(RUNS):
        answers.forget()
        with _questions() as spent, _scripts() as ran:
            opened.run()
        if opened.exception:
            raise RuntimeError(f"{screen.url_path} failed: {opened.exception[0].message}")
        whole.append(1000 * sum(ran))
        asked.append(1000 * sum(spent))
    return Row(
        name=f"page {screen.url_path}",
        value=middle(whole),
        reference=middle(asked),
        unit="ms",
        rows=stored,
        target=TARGET,
        details={"script": spread(whole), "questions": spread(asked)},
    )


_PREFERRED = (Role.SUPERVISOR, Role.REGIONAL_MANAGER)


def _open(screen: Screen, account: str) -> AppTest:
    opened = AppTest.from_file(str(ROOT / "ui" / "frame.py"), default_timeout=120)
    asked = {"as": account}
    opened.query_params.update(asked)
    opened.run()
    opened.switch_page(os.path.relpath(screen.path, Path(ROOT) / "ui"))
    opened.query_params.update(asked)
    return opened.run()


@contextmanager
def as_served() -> Iterator[None]:
    """Pages are compiled once, as in a server, and no stand-in answers for the reader's connection."""
    kept = ScriptCache()
    with (
        patch.object(app_test, "ScriptCache", lambda: kept),
        patch.object(local_script_runner, "ScriptCache", lambda: kept),
        patch.object(context, "_get_client_context", lambda: None),
    ):
        yield


@contextmanager
def _scripts() -> Iterator[list[float]]:
    """Collects the seconds of every run of a script."""
    run: Callable[..., None] = LocalScriptRunner._run_script
    spent: list[float] = []

    def timed(*arguments: Any, **named: Any) -> None:
        began = thread_time()
        run(*arguments, **named)
        spent.append(thread_time() - began)

    with patch.object(LocalScriptRunner, "_run_script", timed):
        yield spent


@contextmanager
def _questions() -> Iterator[list[float]]:
    """Collects the seconds of every question that goes through the one boundary to the database."""
    ask: Callable[..., Any] = answers._ask
    spent: list[float] = []

    def timed(*arguments: Any, **named: Any) -> Any:
        began = thread_time()
        try:
            return ask(*arguments, **named)
        finally:
            spent.append(thread_time() - began)

    with patch.object(answers, "_ask", timed):
        yield spent
