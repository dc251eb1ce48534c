"""Fifty viewers of a living hall for twenty minutes: memory, late refreshes, and the slowest of 20 by the minute."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psutil

from bench.board_viewers import COMING_SECONDS, Seen, view
from bench.figures import Row, middle
from bench.live import board_pages
from bench.places import a_region_with, temporary
from bench.served import Served
from ui.board_component import REFRESH_SECONDS

MINUTES, VIEWERS = 20, 50
DEFAULT_ROWS = 60_000
SAMPLED_EVERY = 10.0
MORE_MEGABYTES = 20.0
"""What a process may hold more at the end than when all had come: less than half a megabyte a viewer."""
_MINUTE = 60.0


def measure(rows: int | None, minutes: float = MINUTES) -> list[Row]:
    """Late refreshes and errors of all, the p95 of each minute, and the memory of the last fifth against the first."""
    with temporary() as store:
        stored = a_region_with(store, rows or DEFAULT_ROWS)
        with Served() as served, _memory(served.process.pid) as megabytes:
            page = board_pages(store)[0]
            seen = view(served.port, page, VIEWERS, REFRESH_SECONDS, COMING_SECONDS + minutes * _MINUTE)
    return [
        *_rows(seen, [taken for _, taken in megabytes], stored, minutes),
        *_by_minute(seen, megabytes, stored, minutes),
    ]


def _rows(seen: Seen, megabytes: list[float], stored: int, minutes: float) -> list[Row]:
    name = f"soak, {VIEWERS} viewers for {minutes:g} min"
    came = megabytes[int(COMING_SECONDS // SAMPLED_EVERY) + 1 :] or megabytes
    part = max(1, len(came) // 5)
    took = [1000 * taken for _, taken in seen.refreshes]

    def held(what: str, value: float, reference: float, unit: str, target: float | None, compared: str) -> Row:
        named = {"name": f"{name}: {what}", "value": value, "reference": reference, "unit": unit}
        return Row(**named, rows=stored, target=target, compared=compared)  # type: ignore[arg-type]

    return [
        held("late refreshes", len(seen.late), 0, f"of {len(took):,}", 0, "value"),
        held("errors", seen.errors, 0, "errors", 0, "value"),
        held("p95", _p95(took), middle(took), "ms (reference: p50)", None, "ratio"),
        held("memory", middle(came[-part:]), middle(came[:part]), "MB", MORE_MEGABYTES, "difference"),
    ]


def _by_minute(seen: Seen, megabytes: list[tuple[float, float]], stored: int, minutes: float) -> list[Row]:
    """A row a minute: the p95, with its late refreshes and its memory beside it."""

    def minute_of(at: float) -> int:
        """The coming belongs to the first minute, what was still under way at the end to the last."""
        return int(min(max(0.0, at - COMING_SECONDS), minutes * _MINUTE - 1) // _MINUTE)

    took_in: dict[int, list[float]] = {}
    for at, taken in seen.refreshes:
        took_in.setdefault(minute_of(at), []).append(1000 * taken)
    late = [minute_of(at) for at in seen.late]
    memory: dict[int, float] = {minute_of(at): taken for at, taken in megabytes}
    first = _p95(took_in.get(0, []))
    return [
        Row(
            name=f"soak, minute {minute + 1}: p95",
            value=_p95(took),
            reference=first,
            unit=f"ms, {late.count(minute)} late, {memory.get(minute, 0):.0f} MB",
            rows=stored,
            details={"late": late.count(minute), "megabytes": memory.get(minute), "refreshes": len(took)},
        )
        for minute, took in sorted(took_in.items())
    ]


def _p95(took: list[float]) -> float:
    return sorted(took)[min(len(took) - 1, int(len(took) * 0.95))] if took else 0.0


@contextmanager
def _memory(pid: int) -> Iterator[list[tuple[float, float]]]:
    """Collects the resident megabytes of a process every ten seconds, with the seconds since it began."""
    taken: list[tuple[float, float]] = []
    ended, began, process = Event(), time.perf_counter(), psutil.Process(pid)

    def take() -> None:
        while True:
            taken.append((time.perf_counter() - began, process.memory_info().rss / 1e6))
            if ended.wait(SAMPLED_EVERY):
                return

    sampling = Thread(target=take, daemon=True)
    sampling.start()
    try:
        yield taken
    finally:
        ended.set()
        sampling.join()
