"""The events of machines under load: 200 single requests a second for a minute beside 20 viewers of the same hall."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Timer
from typing import Any

import psutil
from sqlmodel import Session, col, func, select

from actions.people import add_account, grant
from bench.event_load import Load, Senders, plan
from bench.figures import Row
from bench.live import TOOL, Skipped, figures_of
from bench.machine_hall import HALL, QUEUE_MACHINE, ROOT, a_machine_hall
from bench.machine_truth import Told
from bench.places import a_region_with, temporary
from bench.served import Served
from models.store import Store
from models.tables import DeviceEvent, Interaction
from standards.vocabulary import Begun, Outcome, Role
from ui.board_component import REFRESH_SECONDS

PER_SECOND, SECONDS, VIEWERS = 200, 60, 20
KILLED_SECONDS = 40
DEFAULT_ROWS = 20_000
OFF = {QUEUE_MACHINE: timedelta(seconds=90)}
WITHIN_MILLISECONDS = 1000.0
SUPERVISOR = "bench-supervisor"


def measure(rows: int | None) -> list[Row]:
    """A minute of load beside the viewers."""
    if not TOOL.exists():
        raise Skipped("the tool live_viewers.py is not beside the project")
    return _measured(rows or DEFAULT_ROWS, SECONDS, kill=False)


def measure_killed(rows: int | None) -> list[Row]:
    """The same without viewers, the server killed in the middle and started again."""
    return _measured(rows or DEFAULT_ROWS, KILLED_SECONDS, kill=True)


def _measured(rows: int, for_seconds: int, *, kill: bool) -> list[Row]:
    with temporary() as store:
        stored = a_region_with(store, rows)
        with store.writing() as session:
            tokens = a_machine_hall(session, now=datetime.now(UTC))
            account = add_account(session, ROOT, SUPERVISOR, branch_id=HALL, demo=True, now=datetime.now(UTC))
            grant(session, ROOT, account, Role.SUPERVISOR, HALL, now=datetime.now(UTC))
        due, told = plan(PER_SECOND, for_seconds)
        with Served() as served, ThreadPoolExecutor(2) as beside:
            senders = Senders(served.port, tokens, due, OFF)
            watched = None if kill else beside.submit(_watch, served, for_seconds)
            restart = Timer(for_seconds / 2, served.kill_and_start)
            if kill:
                restart.start()
            used = _cpu(served)
            load = senders.send()
            cpu = 0.0 if kill else 100 * (_cpu(served) - used) / max(load.latencies[-1], due[-1].sent)
            restart.join() if kill else None
            viewers = {} if watched is None else watched.result()
        return _rows(store, load, told, {"cpu": cpu, **viewers}, stored, kill=kill)


def _cpu(served: Served) -> float:
    times = psutil.Process(served.process.pid).cpu_times()
    return float(times.user + times.system)


def _watch(served: Served, for_seconds: int) -> dict[str, float]:
    """The viewers of the hall's board, as long as the load lasts."""
    address, page = f"ws://127.0.0.1:{served.port}", f"live-board?hall={HALL}&as={SUPERVISOR}&lang=zh"
    command = [sys.executable, str(TOOL), address, str(served.process.pid), str(REFRESH_SECONDS), str(for_seconds)]
    done = subprocess.run([*command, f"{VIEWERS}:{page}"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the viewers failed: {done.stdout} {done.stderr}")
    return figures_of(done.stdout, page)


def _rows(
    store: Store, load: Load, told: list[Told], beside: dict[str, float], stored: int, *, kill: bool
) -> list[Row]:
    name = "events, server killed" if kill else f"events beside {VIEWERS} viewers"
    with store.reading() as session:
        kept = set(session.exec(select(DeviceEvent.device_id, DeviceEvent.event_id)).all())
        wrong = _wrong(session, told)
        states = _states(session)
    ordered = sorted(1000 * took for took in load.latencies)
    details: dict[str, Any] = {
        "requests": load.requests,
        "acknowledged": len(load.acknowledged),
        "stored": len(kept),
        "retries": load.retries,
        "given_up": len(load.failed),
        "answers": dict(load.states),
        "states": states,
        **beside,
    }

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
        row("acknowledged", len(load.acknowledged), "events", reference=len({tuple(key) for key in kept})),
        row("lost", len(load.acknowledged - kept) + len(load.failed), "events", 0),
        row("visits twice, missing or ended otherwise", wrong, "visits", 0),
        row("answer p50", ordered[len(ordered) // 2], "ms"),
        row("answer p95", ordered[int(len(ordered) * 0.95)], "ms", None if kill else WITHIN_MILLISECONDS),
    ]
    if not kill:
        listed.append(row("viewers' late refreshes", beside["late"], "refreshes", 0))
        listed.append(row("viewers' p95", beside["p95"], "ms"))
        listed.append(row("processor", beside["cpu"], "% of a core"))
    return listed


def _wrong(session: Session, told: list[Told]) -> int:
    """How many tickets' interactions are not what they were: how many of each, and how each ended."""
    found = session.exec(
        select(Interaction.ticket, Interaction.begun, Interaction.outcome).where(Interaction.branch_id == HALL)
    )
    here: Counter[tuple[str, Begun, Outcome]] = Counter(
        (ticket or "", begun, outcome) for ticket, begun, outcome in found
    )
    there: Counter[tuple[str, Begun, Outcome]] = Counter((one.ticket, one.begun, one.outcome) for one in told)
    return len({key[0] for key in (here - there) + (there - here)})


def _states(session: Session) -> dict[str, int]:
    grouped = session.execute(
        select(col(DeviceEvent.state), col(DeviceEvent.reason), func.count()).group_by(
            col(DeviceEvent.state), col(DeviceEvent.reason)
        )
    )
    return {f"{state.value} {reason}".strip(): count for state, reason, count in grouped}
