"""Nothing is asked of any other host, by the server or by a browser, while every screen is drawn under its policy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from models.store import Store
from tests.attacks.screens import put_scripts, walked
from tests.attacks.tried import broken, table
from tests.running_app import ROOT, RunningApp, running_app

WATCH = str(ROOT / "tests" / "outbound")


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file into which processes that start from now on write whom they call."""
    file = tmp_path / "calls"
    file.touch()
    monkeypatch.setenv("MONITOR_CALLS", str(file))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [WATCH, os.environ.get("PYTHONPATH", "")])))
    return file


@pytest.fixture
def visit(small_region: Store) -> UUID:
    with small_region.writing() as session:
        return put_scripts(session)


@pytest.fixture
def watched_app(calls: Path, visit: UUID, tmp_path: Path) -> Iterator[RunningApp]:
    """The application, its calls written down from its first line on."""
    with running_app(tmp_path / "app.log") as app:
        yield app


def called_elsewhere(calls: Path) -> list[str]:
    """The calls that leave this machine, or look a name up that is not its own."""
    return [
        line for line in calls.read_text("utf-8").splitlines() if not _is_here(line.partition(" ")[2].strip("b'\""))
    ]


def _is_here(host: str) -> bool:
    if host.startswith("/") or host in {"localhost", "", "None", "0.0.0.0"}:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def test_a_call_to_elsewhere_is_seen(calls: Path) -> None:
    call = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('192.0.2.1', 9))"
    subprocess.run([sys.executable, "-c", call], check=False, timeout=60)
    assert called_elsewhere(calls) == ["socket.connect '192.0.2.1'"]


@pytest.mark.browser
@pytest.mark.long
def test_every_screen_opens_by_a_cold_link_in_its_frame_calls_nobody_elsewhere_and_runs_no_text_as_a_script(
    watched_app: RunningApp, browser: Browser, calls: Path, visit: UUID
) -> None:
    found = list(walked(browser, watched_app.url, visit))
    assert not broken(found), table(broken(found))
    assert called_elsewhere(calls) == []
