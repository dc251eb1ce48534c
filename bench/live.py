"""The live board with 1, 10 and 50 viewers of one hall: the real application, real websocket clients."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from analytics.accounts import accounts
from bench.figures import Row
from bench.places import ROOT, a_region_with, temporary
from models.store import Store
from standards.vocabulary import Role
from ui.board_component import REFRESH_SECONDS

TOOL = ROOT.parent / "shared" / "tools" / "live_viewers.py"
VIEWERS = (1, 10, 50)
SECONDS = 30
DEFAULT_ROWS = 60_000
MORE_MILLISECONDS, CORE_PERCENT = 150.0, 70.0
_FIGURE = re.compile(r"([\w/]+)=([\d.]+|nan)")


class Skipped(Exception):
    """It can't be measured here; the text says why."""


def measure(rows: int | None, seconds: int = SECONDS) -> list[Row]:
    """The slowest of 20 refreshes, late ones and the share of a core, each beside the single viewer's."""
    if not TOOL.exists():
        raise Skipped("the tool live_viewers.py is not beside the project")
    with temporary() as store:
        stored = a_region_with(store, rows or DEFAULT_ROWS)
        with _running() as (port, pid):
            seen = {viewers: _viewers(port, pid, viewers, _page(store), seconds) for viewers in VIEWERS}
    return [row for viewers in VIEWERS for row in _rows(viewers, seen[viewers], seen[1], stored)]


def _rows(viewers: int, seen: dict[str, float], one: dict[str, float], stored: int) -> list[Row]:
    name, held = f"live board, {viewers} viewers", viewers == max(VIEWERS)
    details = {"refresh_seconds": REFRESH_SECONDS, **seen}
    return [
        Row(
            name=f"{name}: p95",
            value=seen["p95"],
            reference=one["p95"],
            unit="ms",
            rows=stored,
            target=MORE_MILLISECONDS if held else None,
            compared="difference",
            details=details,
        ),
        Row(
            name=f"{name}: late refreshes",
            value=seen["late"],
            reference=one["late"],
            unit="refreshes",
            rows=stored,
            target=0 if held else None,
            compared="value",
        ),
        Row(
            name=f"{name}: processor",
            value=seen["cpu"],
            reference=one["cpu"],
            unit="% of a core",
            rows=stored,
            target=CORE_PERCENT if held else None,
            compared="value",
        ),
    ]


def _page(store: Store) -> str:
    """The board of the hall that never closes, as its supervisor sees it."""
    with store.reading() as session:
        listed = [choice for choice in accounts(session) if choice.role is Role.SUPERVISOR]
    chosen = min(listed, key=lambda choice: not choice.round_the_clock)
    return f"live-board?hall={chosen.hall}&as={chosen.name}&lang=zh"


def _viewers(port: int, pid: int, viewers: int, page: str, seconds: int) -> dict[str, float]:
    command = [sys.executable, str(TOOL), f"ws://127.0.0.1:{port}", str(pid), str(REFRESH_SECONDS), str(seconds)]
    done = subprocess.run([*command, f"{viewers}:{page}"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{viewers} viewers failed: {done.stdout} {done.stderr}")
    return figures_of(done.stdout, page)


def figures_of(printed: str, page: str) -> dict[str, float]:
    """What the tool printed of its viewers of a page."""
    figures = {name: float(value) for name, value in _FIGURE.findall(printed.split(page)[-1])}
    return {"late": figures["late"], **{name: figures[name] for name in ("cpu", "refreshes/s", "p50", "p95", "rss")}}


@contextmanager
def _running() -> Iterator[tuple[int, int]]:
    """The application on a free port, ready; its port and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the application did not start")
