"""The duty roster: put in as a whole, checked, copied from a week before, never under somebody else's change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from actions.duty import DutyLine, copy_roster, put_roster
from actions.refusal import Refused
from analytics.roster import Roster, roster
from models.actor import NotAllowed
from models.store import Store
from models.tables import AuditEvent, Staff
from standards.vocabulary import DutyPost
from tests.desks import GUIDE, HALL, HEAD, WANG, Desk

TODAY = date(2026, 3, 3)
WEEK = timedelta(days=7)
LEAD, COUNTER, DOOR = DutyPost.LEAD, DutyPost.COUNTER, DutyPost.GUIDE
USUAL = (DutyLine("S1", LEAD), DutyLine("S1", COUNTER, 1, 510, 780), DutyLine("S2", COUNTER, 2))


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    return Desk(working_hall)


def refused(reason: str, work: Callable[..., object], *arguments: Any, **named: Any) -> None:
    with pytest.raises(Refused) as caught:
        work(*arguments, **named)
    assert caught.value.reason == reason


def shown(desk: Desk, of_day: date = TODAY) -> Roster:
    with desk.store.reading() as session:
        return roster(session, WANG, HALL, of_day)


def lines(desk: Desk, of_day: date = TODAY) -> tuple[DutyLine, ...]:
    return tuple(
        DutyLine(one.staff_id, one.post, one.counter_id, one.begins, one.ends) for one in shown(desk, of_day).lines
    )


def test_a_roster_is_put_in_as_a_whole_the_one_in_charge_first(desk: Desk) -> None:
    desk.press(put_roster, HEAD, TODAY, USUAL[::-1])
    assert lines(desk) == USUAL
    assert shown(desk).counters == (1, 2)


def test_what_is_replaced_stays_in_the_trail(desk: Desk) -> None:
    desk.press(put_roster, HEAD, TODAY, USUAL)
    receipt = desk.press(put_roster, HEAD, TODAY, [DutyLine("S2", LEAD), DutyLine("S2", COUNTER, 1)])
    assert lines(desk) == (DutyLine("S2", LEAD), DutyLine("S2", COUNTER, 1))
    with desk.store.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.id == receipt.event_id)).one()
        gone = event.before[f"duty {HALL} {TODAY} S1 {COUNTER}"]
        assert gone is not None
        assert gone["begins"] == 510
        assert event.after[f"duty {HALL} {TODAY} S2 {COUNTER}"] == {"counter_id": 1}


def test_a_roster_that_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    desk.press(put_roster, HEAD, TODAY, USUAL, instead_of=())
    refused("stale", desk.press, put_roster, HEAD, TODAY, (), instead_of=())
    desk.press(put_roster, HEAD, TODAY, (), instead_of=USUAL)
    assert lines(desk) == ()


def test_last_weeks_roster_is_copied_without_who_has_left(desk: Desk) -> None:
    refused("no_roster", desk.press, copy_roster, HEAD, TODAY)
    desk.press(put_roster, HEAD, TODAY, USUAL)
    assert shown(desk, TODAY + WEEK).before
    with desk.store.writing() as session:
        session.get_one(Staff, (HALL, "S1")).active = False
    desk.press(copy_roster, HEAD, TODAY + WEEK)
    assert lines(desk, TODAY + WEEK) == (DutyLine("S2", COUNTER, 2),)
    refused("stale", desk.press, copy_roster, HEAD, TODAY + WEEK)


@pytest.mark.parametrize(
    ("reason", "wrong"),
    [
        ("unknown_staff", (DutyLine("S9", LEAD),)),
        ("unknown_counter", (DutyLine("S1", COUNTER, 7),)),
        ("duty_span", (DutyLine("S1", DOOR, None, 600, 600),)),
        ("duty_span", (DutyLine("S1", DOOR, None, 1440, 1500),)),
        ("duty_twice", (DutyLine("S1", LEAD, None, 0, 60), DutyLine("S1", LEAD, None, 60, 120))),
        ("counter_twice", (DutyLine("S1", COUNTER, 1), DutyLine("S2", COUNTER, 1, 600, 700))),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, reason: str, wrong: tuple[DutyLine, ...]) -> None:
    refused(reason, desk.press, put_roster, HEAD, TODAY, wrong)
    assert lines(desk) == ()


def test_two_may_share_a_counter_one_after_the_other(desk: Desk) -> None:
    shared = (DutyLine("S1", COUNTER, 1, 510, 780), DutyLine("S2", COUNTER, 1, 780, 1050))
    desk.press(put_roster, HEAD, TODAY, shared)
    assert lines(desk) == shared


def test_a_day_that_has_passed_stands_and_only_whoever_runs_the_hall_writes(desk: Desk) -> None:
    refused("past_day", desk.press, put_roster, HEAD, TODAY - timedelta(days=1), USUAL)
    for actor in (WANG, GUIDE):
        with pytest.raises(NotAllowed):
            desk.press(put_roster, actor, TODAY, USUAL)
        with pytest.raises(NotAllowed):
            desk.press(copy_roster, actor, TODAY)
