"""The live board with 1 to 100 viewers of one hall, and with 48 of twelve: the real application, real clients."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Sequence

from analytics.accounts import accounts
from bench.figures import Row
from bench.places import REGION_HALLS, ROOT, a_region_with, temporary
from bench.served import Served
from models.store import Store
from standards.vocabulary import Role
from ui.board_component import REFRESH_SECONDS

TOOL = ROOT.parent / "shared" / "tools" / "live_viewers.py"
VIEWERS = (1, 10, 50, 100)
HELD = 50
"""The number of viewers that the targets are of."""
OF_EACH = 4
"""Viewers of every hall, where they are spread over the region."""
SECONDS = 30
DEFAULT_ROWS = 60_000
MORE_MILLISECONDS, CORE_PERCENT = 150.0, 70.0
_FIGURE = re.compile(r"([\w/]+)=([\d.]+|nan)")


class Skipped(Exception):
    """It can't be measured here; the text says why."""


def measure(rows: int | None, seconds: int = SECONDS, *, few: bool = False) -> list[Row]:
    """The slowest of 20 refreshes, late ones and the share of a core, each beside the single viewer's.

    `few` leaves all out but the single viewer and the number that the targets are of.
    """
    if not TOOL.exists():
        raise Skipped("the tool live_viewers.py is not beside the project")
    with temporary() as store:
        stored = a_region_with(store, rows or DEFAULT_ROWS)
        with Served() as served:
            pages = board_pages(store)
            numbers = (1, HELD) if few else VIEWERS
            seen = {viewers: _seen(served, pages[:1], viewers, seconds) for viewers in numbers}
            spread = {} if few else _seen(served, pages[:REGION_HALLS], OF_EACH, seconds)
    found = [row for viewers in numbers for row in _rows(f"{viewers} viewers", viewers, seen[viewers], seen[1], stored)]
    if few:
        return found
    over = len(pages[:REGION_HALLS])
    return [*found, *_rows(f"{OF_EACH * over} viewers of {over} halls", OF_EACH * over, spread, seen[1], stored)]


def _rows(what: str, viewers: int, seen: dict[str, float], one: dict[str, float], stored: int) -> list[Row]:
    name, held = f"live board, {what}", viewers == HELD
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
            target=0 if viewers > 1 else None,
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


def board_pages(store: Store) -> list[str]:
    """The board of every hall as its supervisor sees it; a hall that never closes comes first."""
    with store.reading() as session:
        listed = [choice for choice in accounts(session) if choice.role is Role.SUPERVISOR]
    first = {choice.hall: choice for choice in sorted(listed, key=lambda choice: not choice.round_the_clock)}
    return [f"live-board?hall={hall}&as={choice.name}&lang=zh" for hall, choice in first.items()]


def _seen(served: Served, pages: Sequence[str], viewers: int, seconds: int) -> dict[str, float]:
    """What so many viewers of each page saw at once: of the slowest page, late refreshes and refreshes of all."""
    running = []
    for page in pages:
        of_page = watching(served, seconds, f"{viewers}:{page}")
        running.append(subprocess.Popen(of_page, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        time.sleep(REFRESH_SECONDS / len(pages))  # or all halls would be refreshed in the same instants for good
    printed = [viewing.communicate()[0] for viewing in running]
    if any(viewing.returncode for viewing in running):
        raise RuntimeError(f"{viewers} viewers failed: {printed}")
    found = [figures_of(text, page) for text, page in zip(printed, pages, strict=True)]
    totals = {name: sum(figures[name] for figures in found) for name in ("late", "refreshes/s")}
    return {name: max(figures[name] for figures in found) for name in found[0]} | totals


def watching(served: Served, seconds: int, viewers: str) -> list[str]:
    """The command of so many viewers of a page (`N:PAGE?QUERY`), who stay so long."""
    place = f"127.0.0.1:{served.port}"
    command = [sys.executable, str(TOOL), f"ws://{place}", str(served.process.pid), str(REFRESH_SECONDS), str(seconds)]
    # As a page of ours would: who names no origin is turned away.
    return [*command, viewers, "--origin", f"http://{place}"]


def figures_of(printed: str, page: str) -> dict[str, float]:
    """What the tool printed of its viewers of a page."""
    figures = {name: float(value) for name, value in _FIGURE.findall(printed.split(page)[-1])}
    return {"late": figures["late"], **{name: figures[name] for name in ("cpu", "refreshes/s", "p50", "p95", "rss")}}
