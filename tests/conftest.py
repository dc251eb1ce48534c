"""Fixtures of every test: real databases in temporary folders, the frame, the running application, a browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, sync_playwright
from streamlit.testing.v1 import AppTest

from models.migrate import upgrade
from models.store import Store
from models.store import store as store_of
from seed import reference
from tests.small_region import put_small_region
from ui import answers

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def lacking(what: str) -> NoReturn:
    """Skip for want of something; where nothing may be wanting, fail."""
    if IN_CI:
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def reference_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the newest schema and the reference data, to be copied."""
    file = tmp_path_factory.mktemp("reference") / "monitor.db"
    upgrade(f"sqlite:///{file}")
    made = store_of(f"sqlite:///{file}")
    reference.ensure(made, now=datetime.now(UTC))
    made.close()  # the last connection to close moves everything into the one file
    return file


@pytest.fixture
def store(reference_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A database of the test's own with reference data and nothing else; the application reads it too."""
    file = tmp_path / "monitor.db"
    shutil.copy(reference_file, file)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    store_of.cache_clear()
    made = store_of()
    yield made
    made.close()
    store_of.cache_clear()
    answers.forget()


@pytest.fixture
def small_region(store: Store) -> Store:
    """Two halls, one of them round the clock, an account of every role, no visits, marked as a demo region."""
    with store.writing() as session:
        put_small_region(session)
    return store


@pytest.fixture
def screen() -> Callable[..., AppTest]:
    """Opens a screen within the frame: `screen("halls", account="demo-manager", lang="en", standard="H01")`."""
    return open_screen


def open_screen(url_path: str | None = None, account: str | None = None, **parameters: Any) -> AppTest:
    """Run the frame with an address; without a screen's name, the first screen of the account."""
    from ui.navigation import page

    asked = {name: str(value) for name, value in parameters.items()} | ({"as": account} if account else {})
    opened = AppTest.from_file(str(ROOT / "ui" / "frame.py"), default_timeout=60)
    opened.query_params.update(asked)
    opened.run()
    if url_path is not None:
        opened.switch_page(os.path.relpath(page(url_path), ROOT / "ui"))
        opened.query_params.update(asked)
        opened.run()
    return opened


@dataclass(frozen=True)
class RunningApp:
    """The real application on a port of its own."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@pytest.fixture
def app(store: Store, tmp_path: Path) -> Iterator[RunningApp]:
    """`streamlit run dashboard.py` on the test's database, ready to be asked."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "app.log"
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env=os.environ)
    running = RunningApp(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_for(running)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(running: RunningApp) -> None:
    for _ in range(600):
        if running.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{running.url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The application did not start:\n{running.log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        lacking("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, headless=True, args=BROWSER_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real input files, which stand beside the project and are not part of it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        lacking(f"no folder {folder.name} of real input beside the project")
    return folder
