"""Machines that send one event a request, so many a second, until each is acknowledged."""

from __future__ import annotations

import http.client
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from threading import Lock, Thread
from typing import Any

from bench.machine_day import machine_day
from bench.machine_hall import HALL
from bench.machine_truth import Day, Told
from ingest.events import Event

CONNECTIONS = 64
GIVE_UP_SECONDS = 120.0
LATE, AGAIN = 0.03, 0.05


@dataclass(frozen=True, slots=True)
class Due:
    """One event to send so many seconds after the start; `at` is when it happened."""

    hall: str
    device: str
    content: dict[str, Any]
    at: datetime
    sent: float


@dataclass(slots=True)
class Load:
    """What was sent and what came of it; latencies are seconds from when an event was due to its answer."""

    acknowledged: set[tuple[str, str, str]] = field(default_factory=set)
    requests: int = 0
    retries: int = 0
    failed: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def plan(per_second: int, for_seconds: int, seed: int = 1) -> tuple[list[Due], dict[str, list[Told]]]:
    """The day of several halls, its events in the order they happened at the pace of the load; each hall's truth.

    The day ends now: its machines catch up on what they noted. A twentieth is sent again a little later, three in a
    hundred come late and so out of order.
    """
    chance = Random(seed)
    days: dict[str, Day] = {}
    events: list[tuple[datetime, str, str, Event]] = []
    while len(events) < per_second * for_seconds:
        hall = f"{HALL}-{len(days) + 1}"
        days[hall] = machine_day(date(2026, 3, 3), seed=seed + len(days))
        events += [(one.at, hall, device, one) for device, of_one in days[hall].events.items() for one in of_one]
    moved = datetime.now(UTC) - timedelta(seconds=5) - max(at for at, *_ in events)
    due = []
    for place, (at, hall, device, event) in enumerate(sorted(events, key=lambda one: one[:3])):
        said = event.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        sent = place / per_second + (chance.uniform(0.2, 3.0) if chance.random() < LATE else 0.0)
        due.append(Due(hall, device, said, at + moved, sent))
        if chance.random() < AGAIN:
            due.append(Due(hall, device, said, at + moved, sent + chance.uniform(0.5, 5.0)))
    return sorted(due, key=lambda one: one.sent), {
        hall: [_moved(one, moved) for one in day.truth] for hall, day in days.items()
    }


def _moved(told: Told, by: timedelta) -> Told:
    times = {name: getattr(told, name) for name in Told.compared() if name.endswith("_at")}
    return replace(told, **{name: at + by for name, at in times.items() if at is not None})


class Senders:
    """Threads with a connection each that send what is due; a request that fails is sent again."""

    def __init__(
        self, port: int, tokens: dict[str, dict[str, str]], due: Sequence[Due], off: dict[str, timedelta]
    ) -> None:
        self.port, self.tokens, self.due, self.off = port, tokens, due, off
        self.load = Load()
        self._next, self._lock = 0, Lock()

    def send(self) -> Load:
        """Send everything; returns when all is acknowledged or given up."""
        self._began = time.perf_counter()
        threads = [Thread(target=self._run, daemon=True) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.load.seconds = time.perf_counter() - self._began
        return self.load

    def _take(self) -> Due | None:
        with self._lock:
            if self._next == len(self.due):
                return None
            self._next += 1
            return self.due[self._next - 1]

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while (one := self._take()) is not None:
            time.sleep(max(0.0, one.sent - (time.perf_counter() - self._began)))
            connection = self._until_acknowledged(connection, one)
        connection.close()

    def _until_acknowledged(self, connection: http.client.HTTPConnection, one: Due) -> http.client.HTTPConnection:
        ahead = self.off.get(one.device, timedelta())
        at, first = one.at + ahead, time.perf_counter()
        headers = {"Authorization": f"Bearer {self.tokens[one.hall][one.device]}", "Content-Type": "application/json"}
        while time.perf_counter() - first < GIVE_UP_SECONDS:
            now = (datetime.now(UTC) + ahead).isoformat()
            body = json.dumps({**one.content, "at": at.isoformat(), "sent_at": now})
            try:
                connection.request("POST", "/api/events", body, headers)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                self._again()
                continue
            if answer.status == 200:
                self._acknowledged(one, json.loads(content)["taken"][0])
                return connection
            if answer.status != 503:
                break
            self._again()
        with self._lock:
            self.load.failed.append(one.content["id"])
        return connection

    def _again(self) -> None:
        with self._lock:
            self.load.retries += 1
        time.sleep(0.25)

    def _acknowledged(self, one: Due, taken: dict[str, str]) -> None:
        took = time.perf_counter() - self._began - one.sent
        with self._lock:
            self.load.requests += 1
            self.load.acknowledged.add((one.hall, one.device, one.content["id"]))
            self.load.latencies.append(took)
            self.load.states[f"{taken['state']} {taken['reason']}".strip()] += 1
