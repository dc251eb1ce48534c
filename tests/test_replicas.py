"""Two processes behind the nginx of `deploy/`, on a PostgreSQL of their own: one dies, comes back; the server goes."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlmodel import col, select

from actions.devices import add_device
from actions.press import Stamp
from actions.tickets import take_ticket
from models.store import Store
from models.tables import AccountSession, DeviceEvent, Interaction
from standards.vocabulary import DeviceKind
from tests import small_region as small
from tests.behind_nginx import Site, nginx
from tests.conftest import read_by_the_application
from tests.engines import ServedDatabases
from tests.factories import MACHINE
from tests.postgres_cluster import Cluster, a_cluster
from tests.running_app import RunningApp, forked_app, free_port
from tests.signing_in import PASSWORD, put_region

pytestmark = pytest.mark.browser
PATIENCE = 30_000


@dataclass
class Replicas:
    """The processes by their ports, and what they stand on."""

    site: Site
    store: Store
    cluster: Cluster
    folder: Path
    running: dict[int, tuple[RunningApp, AbstractContextManager[RunningApp]]] = field(default_factory=dict)
    asked: int = 0

    def start(self, port: int) -> None:
        starting = forked_app(self.folder / f"{port}.log", port)
        self.running[port] = starting.__enter__(), starting

    def kill(self, port: int) -> None:
        """As `kill -9` does."""
        app, started = self.running.pop(port)
        app.process.kill()
        started.__exit__(None, None, None)

    def process_of(self, page: Page) -> int:
        """The port of the process that a reader's requests go to now."""
        self.asked += 1
        page.context.request.get(f"{self.site.url}/asked-{self.asked}")
        (line,) = [
            line for line in self.site.logged(f'/asked-{self.asked}"').splitlines() if f'/asked-{self.asked}"' in line
        ]
        return int(re.findall(r"127\.0\.0\.1:(\d+)", line)[-1])

    def end(self) -> None:
        for _, started in self.running.values():
            started.__exit__(None, None, None)


@pytest.fixture
def replicas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Replicas]:
    """Two processes that were started at once on an empty database; then the region of `tests.signing_in`."""
    monkeypatch.setenv("MONITOR_PROXIES", "127.0.0.1")
    monkeypatch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "the same for both")
    ports = free_port(), free_port()
    with ExitStack() as stack:
        cluster = stack.enter_context(a_cluster())
        url = stack.enter_context(ServedDatabases.on(cluster.url).new(None))
        store = next(opened := read_by_the_application(url, monkeypatch))
        stack.callback(lambda: next(opened, None))
        made = Replicas(stack.enter_context(nginx(tmp_path, ports)), store, cluster, tmp_path)
        stack.callback(made.end)
        with ThreadPoolExecutor() as starting:
            list(starting.map(made.start, ports))
        with store.writing() as session:
            put_region(session, now=datetime.now(UTC))
        yield made


@dataclass
class QueueMachine:
    """Sends event after event through nginx; what is not answered it sends again, as a machine does."""

    replicas: Replicas
    token: str
    at: datetime
    acknowledged: list[str] = field(default_factory=list)
    stop: Event = field(default_factory=Event)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """As long as the block lasts."""
        sending = Thread(target=self._run, daemon=True)
        sending.start()
        try:
            yield
        finally:
            self.stop.set()
            sending.join(20)

    def _run(self) -> None:
        number = 0
        while not self.stop.wait(0.1):
            while not self.stop.is_set() and self.send(f"e{number}") is None:
                sleep(0.1)
            number += 1

    def send(self, key: str, port: int | None = None) -> str | None:
        """What became of it; None where nobody knows. With a port, past nginx."""
        place = urlsplit(self.replicas.site.url)
        said = {"id": key, "kind": "heartbeat", "at": self.at.isoformat(), "sent_at": datetime.now(UTC).isoformat()}
        line = (
            http.client.HTTPSConnection("localhost", place.port or 443, context=self.replicas.site.trust, timeout=10)
            if port is None
            else http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        )
        try:
            line.request("POST", "/api/events", json.dumps(said), {"Authorization": f"Bearer {self.token}"})
            answered = line.getresponse()
            content: Any = json.loads(answered.read()) if answered.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()
        if content is None:
            return None
        self.acknowledged.append(key)
        state: str = content["taken"][0]["state"]
        return state

    def stored(self) -> list[str]:
        with self.replicas.store.reading() as session:
            found = session.exec(select(DeviceEvent.event_id).order_by(col(DeviceEvent.event_id)))
            return list(found)


def a_queue_machine(replicas: Replicas) -> QueueMachine:
    now = datetime.now(UTC)
    with replicas.store.writing() as session:
        token = add_device(session, MACHINE, small.BY_DAY, "Q1", kind=DeviceKind.QUEUE_MACHINE, now=now)
    return QueueMachine(replicas, token, now)


def signed_in(replicas: Replicas, browser: Browser) -> tuple[Page, Page, Page]:
    """A supervisor's tabs: the live board, the guide's desk, imports."""
    reader = browser.new_context(locale="en-GB", ignore_https_errors=True, viewport={"width": 1440, "height": 900})
    reader.set_default_timeout(PATIENCE)
    board = reader.new_page()
    board.goto(f"{replicas.site.url}/live-board?hall={small.ALWAYS_OPEN}")
    board.get_by_label("Account's name").fill(small.SUPERVISOR)
    board.get_by_label("Password", exact=True).fill(PASSWORD)
    board.get_by_role("button", name="Sign in").click()
    expect(board.locator(".board .part").first).to_have_text("0 waiting", timeout=PATIENCE)
    desk = reader.new_page()
    desk.goto(f"{replicas.site.url}/guide-desk?hall={small.ALWAYS_OPEN}")
    expect(desk.get_by_role("button", name="Payment").first).to_be_enabled(timeout=PATIENCE)
    imports = reader.new_page()
    imports.goto(f"{replicas.site.url}/imports?hall={small.ALWAYS_OPEN}")
    expect(imports.locator("input[type=file]").first).to_be_attached(timeout=PATIENCE)
    return board, desk, imports


def press(desk: Page, number: str) -> None:
    """A ticket is taken; the screen acknowledges its number."""
    desk.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Payment").first.click()
    expect(desk.get_by_text(number).first).to_be_visible(timeout=PATIENCE)


def take(store: Store) -> None:
    """Somebody else takes a ticket, wherever they are."""
    with store.writing() as session:
        take_ticket(session, MACHINE, Stamp(small.ALWAYS_OPEN, str(uuid4()), datetime.now(UTC)), "payment")


def numbered(last: int) -> list[str]:
    return [f"A{number:04}" for number in range(1, last + 1)]


def on_the_board(board: Page, numbers: list[str]) -> float:
    """When they are seen."""
    expect(board.locator(".row .ticket")).to_have_text(numbers, timeout=PATIENCE)
    return monotonic()


def tickets(store: Store) -> list[str | None]:
    with store.reading() as session:
        return list(session.exec(select(Interaction.ticket).order_by(col(Interaction.ticket))))


def sessions(store: Store) -> int:
    with store.reading() as session:
        return len(session.exec(select(AccountSession)).all())


def goes_over(replicas: Replicas, board: Page, desk: Page) -> dict[str, float]:
    """The process that has the screens dies: what happens since is on them, from the other."""
    first = replicas.process_of(board)
    assert {replicas.process_of(board) for _ in range(5)} == {first}
    replicas.kill(first)
    began = monotonic()
    take(replicas.store)
    board_after = on_the_board(board, numbered(2)) - began
    expect(desk.get_by_text("A0002").first).to_be_visible(timeout=PATIENCE)
    desk_after = monotonic() - began
    press(desk, "A0003")
    assert replicas.process_of(board) != first
    replicas.start(first)
    began = monotonic()
    while replicas.process_of(board) != first:
        assert monotonic() - began < PATIENCE / 1000
        sleep(0.5)
    return {"board_fresh": board_after, "desk_fresh": desk_after, "used_again": monotonic() - began}


def a_file_finds_its_screen(replicas: Replicas, imports: Page) -> None:
    """The screen is on the one process, its reader's requests go to the other by now."""
    content = "票号,取号时间\nA001,2026-03-03 09:00\n".encode()
    file = FilePayload(name="day.csv", mimeType="text/csv", buffer=content)
    imports.locator("input[type=file]").first.set_input_files(file)
    log = replicas.site.logged('"PUT /_stcore/upload_file/')
    (line,) = [line for line in log.splitlines() if '"PUT /_stcore/upload_file/' in line]
    assert line.endswith(" 404, 204")


def waits_for_the_database(replicas: Replicas, board: Page, desk: Page) -> dict[str, float]:
    """It is stopped and started under both."""
    replicas.cluster.stop()
    told = desk.get_by_role("alert")
    expect(told.filter(has_text="goes on by itself")).to_be_visible(timeout=PATIENCE)
    replicas.cluster.start()
    began = monotonic()
    expect(told).to_have_count(0, timeout=PATIENCE)
    press(desk, "A0005")
    pressed = monotonic() - began
    return {"pressed": pressed, "board_after_database": on_the_board(board, numbered(5)) - began}


def test_a_process_dies_and_comes_back_and_the_database_goes_and_comes_back(
    replicas: Replicas, browser: Browser
) -> None:
    machine = a_queue_machine(replicas)
    with ThreadPoolExecutor() as both:
        once = both.map(partial(machine.send, "once"), replicas.site.ports)
    assert {*once} == {"applied", "duplicate"}
    board, desk, imports = signed_in(replicas, browser)
    press(desk, "A0001")
    on_the_board(board, numbered(1))
    with machine.at_work():
        seconds = goes_over(replicas, board, desk)
        a_file_finds_its_screen(replicas, imports)
        press(desk, "A0004")
        on_the_board(board, numbered(4))
        seconds |= waits_for_the_database(replicas, board, desk)
    print({what: round(span, 1) for what, span in seconds.items()})  # shown by `pytest -s`
    assert tickets(replicas.store) == numbered(5)
    assert sessions(replicas.store) == 1, "nobody had to sign in again"
    assert len(machine.acknowledged) > 10
    assert set(machine.acknowledged) <= set(machine.stored())
    board.context.close()
