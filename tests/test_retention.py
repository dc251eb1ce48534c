"""What has been kept for its time is let go at night, by one process, counted in the trail; nothing younger goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from actions.refusal import Refused
from actions.retention import let_go, set_period
from analytics.stored import stored_for, would_go
from models.access_rules import RULES
from models.actor import Actor, Grant, NotAllowed, machine_actor
from models.audit_check import check_chains
from models.retention import LEAST_DAYS, MOST_DAYS, USUAL_DAYS, Kept, days_kept, setting_name
from models.store import Store
from models.tables import (
    Account,
    AccountSession,
    AuditHead,
    Counter,
    Device,
    DeviceEvent,
    HelpCall,
    ImportReject,
    ImportRun,
    ShiftChange,
    SignInWay,
    Staff,
    Throttle,
)
from standards.vocabulary import DeviceKind, EventState, Role
from tests.desks import HALL, HEAD
from tests.trails import a_line, lines_of
from web.retaining import retain_if_night

NOW = datetime(2028, 6, 1, 20, tzinfo=UTC)  # four o'clock in the morning in Shanghai
KEEPER = Actor("9", "keeper", (Grant(Role.ADMINISTRATOR, None),))
MACHINE = machine_actor("test")
PHONE = "13812345678"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def old_and_young(session: Session, kept: Kept) -> None:
    """One row a day beyond its time and one a day within it, of a kind."""
    for days in (USUAL_DAYS[kept] + 1, USUAL_DAYS[kept] - 1):
        {
            Kept.AUDIT: an_audit_line,
            Kept.SESSIONS: a_session,
            Kept.REJECTS: a_reject,
            Kept.EVENTS: an_event,
            Kept.NOTES: some_notes,
            Kept.LEAVERS: a_leaver,
        }[kept](session, days)
    session.flush()


def an_audit_line(session: Session, days: float) -> None:
    a_line(session, HALL, at=ago(days))


def a_session(session: Session, days: float) -> None:
    account = Account(name=f"a{days}")
    session.add(account)
    session.flush()
    times: dict[str, Any] = {"began_at": ago(days), "seen_at": ago(days), "idle_until": ago(days), "ends_at": ago(days)}
    session.add(AccountSession(id=f"s{days}", account_id=account.id, way=SignInWay.PASSWORD, **times))


def a_reject(session: Session, days: float) -> None:
    run = ImportRun(
        branch_id=HALL, file_name="x.csv", digest="0", mapping="x 1", by="x", began_at=ago(days), rejected=1
    )
    session.add(run)
    session.flush()
    said: dict[str, Any] = {"reason": "bad_time", "detail": f"{days}", "content": {"电话": PHONE}}
    session.add(ImportReject(branch_id=HALL, import_id=run.id, line=1, **said))


def an_event(session: Session, days: float, state: EventState = EventState.APPLIED) -> None:
    if session.get(Device, (HALL, "Q")) is None:
        machine = DeviceKind.QUEUE_MACHINE
        session.add(Device(branch_id=HALL, id="Q", kind=machine, name="Q", token_digest="0", added_at=ago(days)))
        session.flush()
    content = {"id": "1", "rating": 5, "tags": [PHONE], "staff": "S1", "business": "payment"}
    times: dict[str, Any] = {
        "at": ago(days),
        "happened_at": ago(days),
        "received_at": ago(days),
        "day_on": ago(days).date(),
    }
    session.add(
        DeviceEvent(
            branch_id=HALL,
            device_id="Q",
            event_id=f"{days} {state}",
            kind="rated",
            content=content,
            state=state,
            **times,
        )
    )


def some_notes(session: Session, days: float) -> None:
    said: dict[str, Any] = {"note": PHONE, "outcome": PHONE}
    session.add(HelpCall(branch_id=HALL, counter_id=1, asked_by="x", asked_at=ago(days), **said))
    given: dict[str, Any] = {"given_by": "x", "given_at": ago(days), "note": PHONE, "content": {"held": []}}
    session.add(ShiftChange(branch_id=HALL, day_on=date(2026, 1, 1), **given))


def a_leaver(session: Session, days: float) -> None:
    number = f"L{days}"
    session.add(Staff(branch_id=HALL, id=number, name="王小明"))
    account: dict[str, Any] = {
        "display_name": "王小明",
        "branch_id": HALL,
        "staff_id": number,
        "leaving_on": ago(days).date(),
    }
    session.add(Account(name=number.lower(), **account))


def still_said(session: Session, kept: Kept) -> int:
    """How many rows of a kind still say what they said."""
    if kept is Kept.AUDIT:
        return sum(line.action == "call_next" for line in lines_of(session, HALL))
    found: dict[Kept, Callable[[], list[Any]]] = {
        Kept.SESSIONS: lambda: [row.id for row in session.exec(select(AccountSession))],
        Kept.REJECTS: lambda: [row for row in session.exec(select(ImportReject)) if row.content and row.detail],
        Kept.EVENTS: lambda: [row for row in session.exec(select(DeviceEvent)) if "tags" in row.content],
        Kept.NOTES: lambda: [row for row in session.exec(select(HelpCall)) if row.note and row.outcome],
        Kept.LEAVERS: lambda: [row for row in session.exec(select(Staff)) if row.name == "王小明"],
    }
    return len(found[kept]())


@pytest.mark.parametrize("kept", list(Kept))
def test_what_is_beyond_its_time_goes_and_what_is_within_stays(working_hall: Store, kept: Kept) -> None:
    with working_hall.writing() as session:
        old_and_young(session, kept)
        expected = 2 if kept is Kept.NOTES else 1
        assert would_go(session, KEEPER, kept, USUAL_DAYS[kept], now=NOW) == expected
        assert would_go(session, KEEPER, kept, MOST_DAYS, now=NOW) == 0
    assert retain_if_night(working_hall, NOW) == expected
    with working_hall.reading() as session:
        assert still_said(session, kept) == 1
        noted = [line for hall in (HALL, "*") for line in lines_of(session, hall) if line.action == "retain"]
        assert [(line.subject, line.after["retain"]["rows"]) for line in noted] == [(kept.value, expected)]
        assert check_chains(session).count == 0
    assert retain_if_night(working_hall, NOW + timedelta(days=0.5)) in {0, None}


def test_a_night_is_taken_on_once_and_not_by_day(working_hall: Store) -> None:
    with working_hall.writing() as session:
        old_and_young(session, Kept.NOTES)
    assert retain_if_night(working_hall, NOW - timedelta(hours=3)) is None
    assert retain_if_night(working_hall, NOW) == 2
    assert retain_if_night(working_hall, NOW + timedelta(minutes=10)) is None
    assert retain_if_night(working_hall, NOW + timedelta(days=1)) == 0


def test_the_trail_is_let_go_a_little_at_a_time_and_stays_whole(working_hall: Store) -> None:
    with working_hall.writing() as session:
        for nth in range(7):
            a_line(session, HALL, nth, at=ago(800 - nth))
    for left in (4, 1, 1):
        with working_hall.writing() as session:
            let_go(session, MACHINE, HALL, Kept.AUDIT, now=NOW, most=3)
            assert len(lines_of(session, HALL)) == left
            assert check_chains(session).count == 0
            head = session.exec(select(AuditHead).where(col(AuditHead.branch_id) == HALL)).one()
            assert (head.line, head.first) == (7, 8 - left)


def test_an_old_line_behind_a_young_one_stays_with_it(working_hall: Store) -> None:
    with working_hall.writing() as session:
        for nth, days in enumerate((800, 10, 800)):  # a clock that was wrong
            a_line(session, HALL, nth, at=ago(days))
        let_go(session, MACHINE, HALL, Kept.AUDIT, now=NOW)
        assert [line.line for line in lines_of(session, HALL)] == [2, 3]
        assert check_chains(session).count == 0


def test_codes_of_an_event_stay_and_a_name_that_no_visit_has_goes(working_hall: Store) -> None:
    with working_hall.writing() as session:
        for state in (EventState.APPLIED, EventState.REFUSED):
            an_event(session, 400, state)
        session.flush()
        assert let_go(session, MACHINE, HALL, Kept.EVENTS, now=NOW) == 2
        session.expire_all()
        kept = {row.state: row.content for row in session.exec(select(DeviceEvent))}
        assert kept[EventState.APPLIED] == {"rating": 5, "staff": "S1", "business": "payment"}
        assert kept[EventState.REFUSED] == {"rating": 5, "business": "payment"}
        assert let_go(session, MACHINE, HALL, Kept.EVENTS, now=NOW) == 0


def test_who_left_and_still_stands_at_a_counter_is_left(working_hall: Store) -> None:
    with working_hall.writing() as session:
        a_leaver(session, 800)
        session.flush()
        session.get_one(Counter, (HALL, 1)).staff_id = "L800"
        session.flush()
        assert let_go(session, MACHINE, HALL, Kept.LEAVERS, now=NOW) == 0
        assert session.get_one(Staff, (HALL, "L800")).name == "王小明"


def test_tries_in_vain_are_forgotten(working_hall: Store) -> None:
    with working_hall.writing() as session:
        session.add(Throttle(name="account x", failures=1, first_at=ago(3), last_at=ago(3)))
    retain_if_night(working_hall, NOW)
    with working_hall.reading() as session:
        assert session.get(Throttle, "account x") is None


def test_a_period_is_set_within_its_bounds_and_stands_in_the_trail(working_hall: Store) -> None:
    with working_hall.writing() as session:
        for days in (LEAST_DAYS[Kept.AUDIT] - 1, MOST_DAYS + 1, -1):
            with pytest.raises(Refused):
                set_period(session, KEEPER, Kept.AUDIT, days, now=NOW)
        for who in (HEAD, Actor("9", "keeper", (Grant(Role.ADMINISTRATOR, frozenset({HALL})),))):
            with pytest.raises(NotAllowed):
                set_period(session, who, Kept.AUDIT, 365, now=NOW)
        set_period(session, KEEPER, Kept.AUDIT, 365, now=NOW)
        set_period(session, KEEPER, Kept.AUDIT, 400, now=NOW)
        assert stored_for(session, HEAD).days(Kept.AUDIT) == days_kept(session, Kept.AUDIT) == 400
        last = lines_of(session, "*")[-1]
        row = f"setting {setting_name(Kept.AUDIT)}"
        assert (last.action, last.before[row]["value"], last.after[row]["value"]) == ("set_period", "365", "400")


def test_every_kind_has_its_usual_and_its_least_and_a_name_of_its_own() -> None:
    assert all(LEAST_DAYS[kept] <= USUAL_DAYS[kept] <= MOST_DAYS for kept in Kept)
    assert not {setting_name(kept) for kept in Kept} & {rule.name for rule in RULES}
