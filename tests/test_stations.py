"""Stations and screens: paired once by a code, known by a cookie, and nobody by themselves."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from actions.refusal import Refused
from actions.stations import (
    CODE_LASTS,
    add_station,
    begin_pairing,
    note_seen,
    pair,
    paired,
    put_to_use,
    retire_station,
    screen_actor,
    screen_by,
)
from actions.throttling import Locked
from analytics.station_list import stations
from analytics.station_people import station_people
from models.actor import Right
from models.store import Store
from models.tables import AuditEvent, Branch, Device, Duty
from standards.vocabulary import DeviceKind, DutyPost, Role
from tests.asked import Answered, a_scope, ask
from tests.desks import HALL, MORNING
from tests.signing_in import cookie_of
from tests.stations import MACHINE, a_paired, a_person, account_named, sign_on_at, the_device, whoever
from web.cookies import DEVICE, SESSION, put_cookie
from web.gate import Gate

LATER = MORNING + CODE_LASTS


def known(store: Store, token: str) -> str | None:
    with store.reading() as session:
        device = paired(session, token)
        return None if device is None else device.id


def a_code(store: Store, device: str) -> str:
    with store.writing() as session:
        return begin_pairing(session, MACHINE, HALL, device, now=MORNING)


def test_a_code_pairs_one_browser_once_and_pairing_anew_lets_the_first_go(working_hall: Store) -> None:
    first = a_paired(working_hall, "W1", DeviceKind.STATION)
    assert known(working_hall, first) == "W1"
    code = a_code(working_hall, "W1")
    typed = f" {code[:4].lower()}-{code[4:]} "
    second = pair(working_hall, typed, address="10.1.1.2", now=MORNING)
    assert (second.branch_id, second.code, second.kind) == (HALL, "W1", DeviceKind.STATION)
    assert (known(working_hall, first), known(working_hall, second.token)) == (None, "W1")
    with pytest.raises(Refused):
        pair(working_hall, code, address="10.1.1.3", now=MORNING)


def test_a_code_is_no_longer_good_after_its_time(working_hall: Store) -> None:
    with working_hall.writing() as session:
        add_station(session, MACHINE, HALL, "W1", kind=DeviceKind.STATION, now=MORNING)
    code = a_code(working_hall, "W1")
    with pytest.raises(Refused) as caught:
        pair(working_hall, code, address="10.1.1.1", now=LATER)
    assert caught.value.reason == "pairing"
    assert pair(working_hall, code, address="10.1.1.1", now=LATER - timedelta(seconds=1)).code == "W1"


def test_whoever_guesses_codes_is_locked_out_for_the_hour(working_hall: Store) -> None:
    for _ in range(20):
        with pytest.raises(Refused, match="not known"):
            pair(working_hall, "AAAAAAAA", address="10.9.9.9", now=MORNING)
    with pytest.raises(Locked):
        pair(working_hall, "AAAAAAAA", address="10.9.9.9", now=MORNING)
    a_paired(working_hall, "W1", DeviceKind.STATION)  # from another address


def test_no_token_at_all_is_never_a_device_that_nobody_paired(working_hall: Store) -> None:
    with working_hall.writing() as session:
        add_station(session, MACHINE, HALL, "W1", kind=DeviceKind.STATION, now=MORNING)
        assert [paired(session, ""), screen_by(session, ""), screen_by(session, "screen ")] == [None, None, None]


def test_a_machine_is_no_station_and_a_station_stands_at_a_counter_there_is(working_hall: Store) -> None:
    with working_hall.writing() as session:
        for columns in ({"kind": DeviceKind.QUEUE_MACHINE}, {"kind": DeviceKind.STATION, "counter_id": 99}):
            with pytest.raises(Refused):
                add_station(session, MACHINE, HALL, "W1", **columns, now=MORNING)
        add_station(session, MACHINE, HALL, "W1", kind=DeviceKind.STATION, counter_id=1, now=MORNING)
        with pytest.raises(Refused):
            add_station(session, MACHINE, HALL, "W1", kind=DeviceKind.SCREEN, now=MORNING)


def test_a_station_out_of_use_opens_nothing_and_whoever_was_on_is_out(working_hall: Store) -> None:
    token = a_paired(working_hall, "W1", DeviceKind.STATION)
    with working_hall.writing() as session:
        wang = a_person(session, "wang", "S1", Role.CLERK)
    on = sign_on_at(working_hall, "W1", wang)
    with working_hall.writing() as session:
        retire_station(session, MACHINE, HALL, "W1", now=MORNING)
    assert (known(working_hall, token), whoever(working_hall, on.token)) == (None, None)
    with working_hall.writing() as session:
        put_to_use(session, MACHINE, HALL, "W1", now=MORNING)
        assert [one.paired for one in stations(session, MACHINE, HALL, now=MORNING)] == [False]
    assert known(working_hall, token) is None


def test_a_screen_shows_and_asks_for_ratings_in_its_hall_and_may_nothing_else(working_hall: Store) -> None:
    a_paired(working_hall, "S", DeviceKind.SCREEN)
    a_paired(working_hall, "W1", DeviceKind.STATION)
    actor = screen_actor(the_device(working_hall, "S"))
    assert {right for right in Right if actor.may(right, HALL)} == {Right.DISPLAY}
    assert not any(actor.may(right, hall) for right in Right for hall in ("H2", None))
    with working_hall.reading() as session:
        found = screen_by(session, actor.session_id or "")
        assert found is not None
        assert found.id == "S"
        assert screen_by(session, screen_actor(session.get_one(Device, (HALL, "W1"))).session_id or "") is None


def test_the_list_tells_how_each_stands_and_who_is_on(working_hall: Store) -> None:
    a_paired(working_hall, "W1", DeviceKind.STATION, counter_id=1)
    with working_hall.writing() as session:
        add_station(session, MACHINE, HALL, "W2", kind=DeviceKind.STATION, now=MORNING)
        begin_pairing(session, MACHINE, HALL, "W2", now=MORNING)
        wang = a_person(session, "wang", "S1", Role.CLERK)
    soon = MORNING + timedelta(minutes=5)
    sign_on_at(working_hall, "W1", wang, now=soon)
    with working_hall.reading() as session:
        first, second = stations(session, MACHINE, HALL, now=soon)
    assert (first.id, first.paired, first.who, first.last_seen_at) == ("W1", True, ("wang", "wang"), soon)
    assert (second.id, second.paired, second.who, second.code_until) == ("W2", False, None, LATER)
    with working_hall.reading() as session:
        first, second = stations(session, MACHINE, HALL, now=LATER + timedelta(minutes=5))
    assert (first.who, second.code_until) == (None, None)  # idle too long; the code too old


def test_when_it_was_last_seen_is_written_once_a_minute(working_hall: Store) -> None:
    a_paired(working_hall, "S", DeviceKind.SCREEN)
    with working_hall.writing() as session:
        device = session.get_one(Device, (HALL, "S"))
        note_seen(session, device, now=MORNING + timedelta(seconds=59))
        assert device.last_seen_at == MORNING
        note_seen(session, device, now=MORNING + timedelta(seconds=60))
        assert device.last_seen_at == MORNING + timedelta(seconds=60)


def test_at_a_station_those_who_may_sign_on_are_named_the_likely_ones_first(working_hall: Store) -> None:
    a_paired(working_hall, "W1", DeviceKind.STATION)
    with working_hall.writing() as session:
        people = {name: a_person(session, name, "S1", Role.CLERK) for name in ("anna", "bert", "cora")}
        a_person(session, "no-pin", "S1", Role.CLERK, pin=None)
        a_person(session, "office", None, Role.SUPERVISOR)
        a_person(session, "gone", "S1", Role.CLERK)
        closed = a_person(session, "dora", "S2", Role.CLERK)
        session.add(Duty(branch_id=HALL, day_on=MORNING.date(), staff_id="S2", post=DutyPost.COUNTER))
    with working_hall.writing() as session:
        account_named(session, "gone").active = False
    sign_on_at(working_hall, "W1", people["cora"])
    with working_hall.reading() as session:
        found = station_people(session, the_device(working_hall, "W1"), now=MORNING)
    assert [(one.called[0], one.likely) for one in found] == [
        ("cora", True),
        ("dora", True),
        ("anna", False),
        ("bert", False),
    ]
    assert closed in {one.account_id for one in found}


def test_the_trail_tells_of_each_step(working_hall: Store) -> None:
    a_paired(working_hall, "W1", DeviceKind.STATION)
    with working_hall.writing() as session:
        retire_station(session, MACHINE, HALL, "W1", now=MORNING)
        put_to_use(session, MACHINE, HALL, "W1", now=MORNING)
        lines = [(row.action, row.subject) for row in session.exec(select(AuditEvent)) if row.subject == "W1"]
    steps = ("add_station", "begin_pairing", "pair_station", "retire_station", "resume_station")
    assert sorted(lines) == sorted((step, "W1") for step in steps)


async def told(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the gate says what the gate told it."""
    sent = {name: value for name, value in Headers(scope=scope).items() if name.startswith("x-monitor")}
    await JSONResponse(sent)(scope, receive, send)


def at_the_gate(path: str = "/live-board", kind: str = "http", **headers: str) -> Answered:
    return ask(Gate(told), {**a_scope(path, kind=kind, **headers), "client": ("10.2.3.4", 50_000)})


def device_cookie(token: str, name: str = DEVICE) -> str:
    answer = Response()
    put_cookie(answer, {"type": "http", "headers": [], "client": ("127.0.0.1", 1), "scheme": "http"}, name, token)
    return answer.headers["set-cookie"].split(";")[0]


def test_the_gate_lets_a_screen_in_and_leads_a_station_to_its_sign_on(store: Store) -> None:
    with store.writing() as session:
        session.add(Branch(id=HALL, name="一号厅", zone="Asia/Shanghai"))
    screen, station = (
        a_paired(store, "S", DeviceKind.SCREEN),
        a_paired(store, "W1", DeviceKind.STATION),
    )
    seen = json.loads(at_the_gate(cookie=device_cookie(screen), x_monitor_station="a lie").text)
    assert seen == {"x-monitor-device": the_device(store, "S").token_digest}
    led = at_the_gate(cookie=device_cookie(station), accept="text/html", x_monitor_device=seen["x-monitor-device"])
    assert (led.status, led.headers["location"]) == (303, "/auth/station?next=/live-board")
    assert at_the_gate("/_stcore/health", cookie=device_cookie(station)).status == 401
    assert at_the_gate("/_stcore/stream", kind="websocket", cookie=device_cookie(station)).closed_with == 1008
    # One cookie's token is none in the other's place.
    assert at_the_gate(cookie=device_cookie(screen, SESSION)).status == 401
    assert at_the_gate(cookie=cookie_of(screen)).status == 401
    with store.writing() as session:
        retire_station(session, MACHINE, HALL, "S", now=MORNING)
    assert at_the_gate(cookie=device_cookie(screen)).status == 401
