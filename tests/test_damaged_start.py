"""The application on a damaged file: one plain page for everybody, and the screens again once a backup is back."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models.__main__ import main
from models.backup import sealed_backup
from models.damage import damage
from models.store import Store
from tests.conftest import ROOT
from ui import store_away

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def answered(url: str) -> tuple[int, str]:
    asked = urllib.request.Request(url, headers={"Accept": "text/html"})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError:
        return 0, ""


def until(url: str, status: int) -> str:
    """The page, once it answers so."""
    for _ in range(600):
        found, page = answered(url)
        if found == status:
            return page
        time.sleep(0.1)
    pytest.fail(f"{url} never answered {status}")


@pytest.fixture
def damaged(small_region: Store, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of an application that was started on a damaged file, and the last backup."""
    kept = sealed_backup(small_region.url, tmp_path / "kept.age", now=NOW).path
    small_region.close()
    file = tmp_path / "monitor.db"
    content = bytearray(file.read_bytes())
    content[4096 * 8 : 4096 * 30] = b"\xff" * (4096 * 22)
    file.write_bytes(content)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)]
    log = tmp_path / "app.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env=os.environ)
    yield f"http://127.0.0.1:{port}", kept
    process.terminate()
    process.wait(20)
    assert "数据库已损坏" in log.read_text()


def test_nobody_works_on_an_empty_database_and_a_restore_lets_everybody_in_again(
    damaged: tuple[str, Path], small_region: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    url, kept = damaged
    page = until(f"{url}/live-board", 503)
    assert "数据库已损坏" in page
    assert "restore the last one" in page
    assert "-damaged.db" in page
    assert answered(f"{url}/healthz")[0] == 200
    status, why = answered(f"{url}/readyz")
    assert (status, "set aside" in why) == (503, True)
    assert main(["upgrade", "--db", small_region.url]) == 1
    assert "restore the last backup" in capsys.readouterr().err
    assert damage(small_region.url) is not None
    assert main(["restore", str(kept), "--db", small_region.url]) == 0
    until(f"{url}/readyz", 200)
    assert "<noscript>" in until(f"{url}/live-board", 200)


def test_somebody_may_decide_to_begin_empty(small_region: Store, tmp_path: Path) -> None:
    small_region.close()
    (tmp_path / "monitor.db.damaged").write_text('{"at": "2026-11-22T03:00:00+00:00", "name": "x.db", "why": "y"}')
    assert main(["upgrade", "--db", small_region.url]) == 1
    assert main(["upgrade", "--begin-empty", "--db", small_region.url]) == 0
    assert damage(small_region.url) is None


def a_screen() -> None:
    """Its store is away at the third run."""
    import sqlite3

    import streamlit as st
    from sqlalchemy.exc import OperationalError

    from ui import store_away

    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    with store_away.held():
        st.text_input("Note", key="note")
        if st.session_state["runs"] == 3:
            st.session_state["was_away"] = True
            raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("away"))
        st.markdown("whole")


def test_a_screen_waits_for_the_store_and_keeps_what_was_typed(
    embedded_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_away, "LOOK_EVERY_SECONDS", 0.01)
    assert embedded_store.url.endswith("monitor.db")
    opened = AppTest.from_function(a_screen, default_timeout=30).run()
    opened.text_input(key="note").input("half a sentence").run()
    opened.run()
    assert not opened.exception
    assert opened.session_state["was_away"]
    assert opened.text_input(key="note").value == "half a sentence"
    assert [one.value for one in opened.markdown] == ["whole"]
