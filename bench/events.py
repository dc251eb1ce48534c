"""The events of machines under load: 200 single requests a second for a minute beside 20 viewers of the same hall."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Timer
from typing import Any

import psutil
from sqlmodel import Session, col, func, select

from actions.people import add_account, grant
from bench.event_load import Load, Senders, plan
from bench.figures import Row
from bench.live import TOOL, Skipped, figures_of, watching
from bench.machine_hall import HALL, QUEUE_MACHINE, ROOT, a_machine_hall
from bench.machine_truth import Told
from bench.places import a_region_with, temporary
from bench.served import Served
from models.store import Store
from models.tables import DeviceEvent, Interaction
from standards.device_clock import TOLERANCE
from standards.vocabulary import Role

PER_SECOND, SECONDS, VIEWERS = 200, 60, 20
KILLED_SECONDS = 40
DEFAULT_ROWS = 20_000
OFF = {QUEUE_MACHINE: timedelta(seconds=90)}
WITHIN_MILLISECONDS = 1000.0
SUPERVISOR = "bench-supervisor"
EVENING = 18


def measure(rows: int | None, seconds: int = SECONDS) -> list[Row]:
    """A minute of load beside the viewers."""
    if not TOOL.exists():
        raise Skipped("the tool live_viewers.py is not beside the project")
    return _measured(rows or DEFAULT_ROWS, seconds, kill=False)


def measure_killed(rows: int | None, seconds: int = KILLED_SECONDS) -> list[Row]:
    """The same without viewers, the server killed in the middle and started again."""
    return _measured(rows or DEFAULT_ROWS, seconds, kill=True)


def _measured(rows: int, for_seconds: int, *, kill: bool) -> list[Row]:
    with temporary() as store:
        stored = a_region_with(store, rows)
        due, told = plan(PER_SECOND, for_seconds)
        tokens = _halls(store, list(told))
        with Served() as served, ThreadPoolExecutor(2) as beside:
            senders = Senders(served.port, tokens, due, OFF)
            watched = None if kill else beside.submit(_watch, served, for_seconds)
            restart = Timer(for_seconds / 2, served.kill_and_start)
            if kill:
                restart.start()
            used = _cpu(served)
            load = senders.send()
            cpu = 0.0 if kill else 100 * (_cpu(served) - used) / load.seconds
            restart.join() if kill else None
            viewers = {} if watched is None else watched.result()
        return _rows(store, load, told, {"cpu": cpu, **viewers}, stored, kill=kill)


def _cpu(served: Served) -> float:
    times = psutil.Process(served.process.pid).cpu_times()
    return float(times.user + times.system)


def _watch(served: Served, for_seconds: int) -> dict[str, float]:
    """The viewers of the hall's board, as long as the load lasts."""
    page = f"live-board?hall={HALL}-1&as={SUPERVISOR}&lang=zh"
    command = watching(served, for_seconds, f"{VIEWERS}:{page}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the viewers failed: {done.stdout} {done.stderr}")
    return figures_of(done.stdout, page)


def _told(load: Load, stored: int) -> dict[str, Any]:
    """What the load was, and what was answered."""
    return {
        "requests": load.requests,
        "acknowledged": len(load.acknowledged),
        "stored": stored,
        "retries": load.retries,
        "given_up": len(load.failed),
        "answers": dict(load.states),
    }


def _rows(
    store: Store, load: Load, told: dict[str, list[Told]], beside: dict[str, float], stored: int, *, kill: bool
) -> list[Row]:
    name = "events, server killed" if kill else f"events beside {VIEWERS} viewers"
    with store.reading() as session:
        kept = set(session.exec(select(DeviceEvent.branch_id, DeviceEvent.device_id, DeviceEvent.event_id)).all())
        wrong = {ticket: why for hall, of_one in told.items() for ticket, why in _wrong(session, hall, of_one).items()}
        states = _states(session)
    ordered = sorted(1000 * took for took in load.latencies)
    details = _told(load, len(kept)) | {"states": states, "wrong": dict(list(wrong.items())[:20]), **beside}

    def row(what: str, value: float, unit: str, target: float | None = None, reference: float = 0.0) -> Row:
        return Row(
            name=f"{name}: {what}",
            value=value,
            reference=reference,
            unit=unit,
            rows=stored,
            target=target,
            compared="value",
            details=details,
        )

    listed = [
        row("requests a second", load.requests / load.seconds, "requests", reference=PER_SECOND),
        row("acknowledged", len(load.acknowledged), "events", reference=len(kept)),
        row("lost", len(load.acknowledged - kept) + len(load.failed), "events", 0),
        row("visits twice, missing or with other stamps", len(wrong), "visits", 0),
        row("answer p50", ordered[len(ordered) // 2], "ms"),
        row("answer p95", ordered[int(len(ordered) * 0.95)], "ms", None if kill else WITHIN_MILLISECONDS),
    ]
    if not kill:
        listed.append(row("viewers' late refreshes", beside["late"], "refreshes", 0))
        listed.append(row("viewers' p95", beside["p95"], "ms"))
        listed.append(row("processor", beside["cpu"], "% of a core"))
    return listed


def _halls(store: Store, halls: list[str]) -> dict[str, dict[str, str]]:
    """Put the halls in, with a supervisor of the first; the tokens of their devices."""
    now = datetime.now(UTC)
    with store.writing() as session:
        tokens = {hall: a_machine_hall(session, hall, zone=_evening(), now=now) for hall in halls}
        account = add_account(session, ROOT, SUPERVISOR, branch_id=halls[0], demo=True, now=now)
        grant(session, ROOT, account, Role.SUPERVISOR, halls[0], now=now)
    return tokens


def _evening() -> str:
    """A zone in which the working day is just over, so that all of it lies in one local day."""
    hours = (EVENING - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


def _wrong(session: Session, hall: str, told: list[Told]) -> dict[str, str]:
    """The tickets whose interactions are not what they were, to two seconds, each with what differs."""
    here: dict[str, list[Interaction]] = defaultdict(list)
    there: dict[str, list[Told]] = defaultdict(list)
    rows = session.exec(select(Interaction).where(Interaction.branch_id == hall)).all()
    for row in sorted(rows, key=lambda row: row.queued_at):
        here[row.ticket or ""].append(row)
    for one in told:
        there[one.ticket].append(one)
    said = {ticket: _differing(here[ticket], there[ticket]) for ticket in here.keys() | there.keys()}
    return {f"{hall} {ticket}": what for ticket, what in sorted(said.items()) if what}


def _differing(here: list[Interaction], there: list[Told]) -> str:
    if len(here) != len(there):
        return f"{len(here)} interactions for {len(there)}"
    compared = [
        (name, getattr(one, name), getattr(other, name))
        for one, other in zip(here, there, strict=True)
        for name in Told.compared()
    ]
    return ", ".join(f"{name}: {one} for {other}" for name, one, other in compared if not _near(one, other))


def _near(one: Any, other: Any) -> bool:
    both = isinstance(one, datetime) and isinstance(other, datetime)
    return abs(one - other) <= TOLERANCE if both else bool(one == other)


def _states(session: Session) -> dict[str, int]:
    grouped = session.execute(
        select(col(DeviceEvent.state), col(DeviceEvent.reason), func.count()).group_by(
            col(DeviceEvent.state), col(DeviceEvent.reason)
        )
    )
    return {f"{state.value} {reason}".strip(): count for state, reason, count in grouped}
