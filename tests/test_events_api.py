"""The address for the machines' events: who gets in, what is answered, and that nothing acknowledged is lost."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from requests import Session as Client
from sqlalchemy.exc import OperationalError
from sqlmodel import func, select
from starlette.applications import Starlette

from actions.devices import add_device, set_in_use
from models.store import Store
from models.store import store as store_of
from models.tables import DeviceEvent, Interaction
from standards.vocabulary import DeviceKind
from tests.conftest import RunningApp
from tests.desks import HALL, a_store_with
from tests.machines import ROOT, Machines, Q, at
from tests.small_region import ALWAYS_OPEN
from ui import clock
from web import event_writer
from web.events import MOST_BYTES, ROUTES, api
from web.gate import Gate


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the newest schema and nothing in it, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    a_store_with(folder).close()
    return folder / "monitor.db"


@pytest.fixture
def hall(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    """The hall in the database that the application reads."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'monitor.db'}")
    store_of.cache_clear()
    shutil.copy(empty, tmp_path / "monitor.db")
    yield Machines(store_of())
    store_of().close()
    store_of.cache_clear()


@pytest.fixture
def client(hall: Machines) -> Iterator[Client]:
    """Brings the queue machine's token."""
    with client_of(api) as opened:
        opened.headers["Authorization"] = f"Bearer {hall.tokens[Q]}"
        yield opened


def client_of(application: Any) -> Client:
    """Asks an application in this process."""
    from schemathesis.python.asgi import get_client  # takes seconds, so only whoever asks loads it

    return get_client(application)


def an_event(name: str = "1", **named: Any) -> dict[str, Any]:
    now = clock.now().isoformat()
    return {"id": name, "kind": "ticket_taken", "at": now, "ticket": f"A{name}", "business": "payment", **named}


def sent(*events: dict[str, Any]) -> dict[str, Any]:
    return {"sent_at": clock.now().isoformat(), "events": list(events)}


def test_a_batch_is_answered_line_by_line(client: Client, hall: Machines) -> None:
    answer = client.post("/events", json=sent(an_event(), an_event("2", business="no such")))
    assert answer.status_code == 200
    assert answer.json()["taken"] == [
        {"id": "1", "state": "applied", "reason": ""},
        {"id": "2", "state": "refused", "reason": "unknown_business"},
    ]
    assert [row.ticket for row in hall.rows()] == ["A1"]


def test_one_event_may_come_by_itself_and_again_in_a_batch(client: Client) -> None:
    event = an_event()
    alone = client.post("/events", json=event | {"sent_at": clock.now().isoformat()})
    again = client.post("/events", json=sent(event))
    assert [line["state"] for one in (alone, again) for line in one.json()["taken"]] == ["applied", "duplicate"]


@pytest.mark.parametrize(
    ("header", "error"), [(None, "no_token"), ("Basic x", "no_token"), ("Bearer wrong", "unknown_token")]
)
def test_without_a_valid_token_nobody_gets_in(client: Client, header: str | None, error: str) -> None:
    del client.headers["Authorization"]
    headers = {} if header is None else {"Authorization": header}
    for answer in (
        client.post("/events", json=sent(an_event()), headers=headers),
        client.get("/clock", headers=headers),
    ):
        assert (answer.status_code, answer.json()["error"]) == (401, error)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_machine_that_was_just_retired_is_turned_away(client: Client, hall: Machines) -> None:
    assert client.post("/events", json=sent(an_event())).status_code == 200
    with hall.store.writing() as session:
        set_in_use(session, ROOT, HALL, Q, False, now=at(0))
    assert client.post("/events", json=sent(an_event("2"))).status_code == 401
    assert len(hall.rows()) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"counter": "1"}, "events.0.counter"),
        ({"at": "yesterday"}, "events.0.at"),
        ({"unheard": 1}, "events.0.unheard"),
        ({"business": None}, "events.0"),
    ],
)
def test_what_can_not_be_read_is_told_by_its_field(client: Client, wrong: dict[str, Any], field: str) -> None:
    answer = client.post("/events", json=sent(an_event(**wrong)))
    assert answer.status_code == 422
    assert field in {one["field"] for one in answer.json()["fields"]}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 5000, b'{"events": []}'])
def test_a_body_that_is_no_batch_is_turned_away(client: Client, body: bytes) -> None:
    assert client.post("/events", data=body).status_code == 422


def test_an_empty_batch_is_told_in_a_sentence(client: Client) -> None:
    answer = client.post("/events", json={"sent_at": "2026-03-03T09:00:00+08:00", "events": []})
    assert (answer.status_code, answer.json()["error"]) == (422, "no_events")
    assert answer.json()["message"] == "There is no event in the batch: send one at least."


def test_too_much_at_once_is_turned_away(client: Client) -> None:
    answer = client.post("/events", data=b" " * (MOST_BYTES + 1))
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_our_time_is_told(client: Client) -> None:
    assert client.get("/clock").json()["now"].endswith("Z")


def test_a_busy_database_asks_for_the_same_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))

    monkeypatch.setattr(event_writer, "take_in_all", locked)
    answer = client.post("/events", json=sent(an_event()))
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["error"]) == (503, "1", "busy")


def test_what_one_sends_does_not_harm_whoever_shares_the_transaction(hall: Machines) -> None:
    with hall.store.writing() as session:
        set_in_use(session, ROOT, HALL, "PAD1", False, now=at(0))
    good, retired = (event_writer.Sender(HALL, code) for code in (Q, "PAD1"))
    writer = event_writer.EventWriter()
    answers = [
        writer.hand_in(one, hall.batch(hall.event("ticket_taken", 0, f"A{place}")), at(0))
        for place, one in enumerate((good, retired, good))
    ]
    assert [answer.exception() is None for answer in answers] == [True, False, True]
    assert [row.ticket for row in hall.rows()] == ["A0", "A2"]


@pytest.mark.parametrize(("path", "status"), [("/api/events", 401), ("/api/clock", 401), ("/api/openapi.json", 401)])
def test_from_elsewhere_the_token_routes_alone_are_open(path: str, status: int, hall: Machines) -> None:
    behind = Gate(Starlette(routes=ROUTES))
    with client_of(behind) as elsewhere:
        answer = elsewhere.request("GET" if path != "/api/events" else "POST", path)
    assert answer.status_code == status


@pytest.mark.usefixtures("client")
def test_the_description_is_kept(hall: Machines) -> None:
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def kept(case: Any) -> None:
        # Not every time of a right shape lies in our age: that what is well-shaped is accepted can't be asked.
        headers = {"Authorization": f"Bearer {hall.tokens[Q]}"}
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    addresses = dict(each_address(kept))
    assert set(addresses) == {"GET /clock", "POST /events"}
    for try_address in addresses.values():
        try_address()


def each_address(kept: Callable[[Any], None]) -> Iterator[tuple[str, Callable[[], None]]]:
    """Each address with the test that asks it everything its description allows and forbids.

    It is what `schema.parametrize()` does while tests are looked for: hundreds of cases, made anew by every process.
    """
    import schemathesis
    from schemathesis.checks import load_all_checks
    from schemathesis.core.result import Ok
    from schemathesis.generation.feedback import FeedbackSources
    from schemathesis.pytest._test_builder import build_operation_test
    from schemathesis.python._constants.orchestrator import make_constants_value_source

    load_all_checks()
    described = schemathesis.openapi.from_asgi("/openapi.json", api)
    feedback = FeedbackSources(constants_value_source=make_constants_value_source(described))
    for found in described.get_all_operations():
        assert isinstance(found, Ok)
        address = found.ok()
        yield (
            address.label,
            build_operation_test(
                config=described.config, operation=address, test_func=kept, given_kwargs={}, feedback=feedback
            ),
        )


def test_a_server_killed_in_the_middle_has_all_it_acknowledged_once(small_region: Store, app: RunningApp) -> None:
    with small_region.writing() as session:
        token = add_device(session, ROOT, ALWAYS_OPEN, "Q1", kind=DeviceKind.QUEUE_MACHINE, now=clock.now())
    acknowledged = []
    for number in range(30):
        request = urllib.request.Request(
            f"{app.url}/api/events",
            json.dumps(sent(an_event(str(number)))).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                acknowledged += [line["id"] for line in json.load(answer)["taken"]]
        except OSError:
            break
        if number == 10:
            app.process.kill()
    with small_region.reading() as session:
        stored = set(session.exec(select(DeviceEvent.event_id)))
        tickets = session.exec(select(func.count()).select_from(Interaction)).one()
    assert len(acknowledged) >= 11
    assert set(acknowledged) <= stored
    assert tickets == len(stored)
