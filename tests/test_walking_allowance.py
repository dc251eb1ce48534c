"""The walking allowance of a day counts for that day's visits, whatever it was before or is later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session

from actions.calling import call_next
from actions.changes import ask_change, decide_change
from actions.counters import sign_on
from actions.serving import greet
from actions.tickets import take_ticket
from analytics.desk import desk as desk_of
from analytics.walking import walking_allowances
from models.actor import Actor, Grant
from models.check import check
from models.standing import walking_on
from models.store import Store
from models.tables import Branch, BranchWalking
from standards.vocabulary import ChangeKind, Role
from tests.desks import GUIDE, HALL, MORNING, WANG, Desk
from tests.factories import DAY, MACHINE, a_hall, an_interaction, an_interaction_row, at, seconds

CHIEF = Actor("c", "chief", (Grant(Role.REGIONAL_MANAGER, None),))


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing() as opened:
        a_hall(opened, walking_ms=10_000)
        yield opened


def _change(session: Session, milliseconds: int, ahead: int) -> None:
    now, from_on = at(12, day=DAY + timedelta(days=3)), DAY + timedelta(days=ahead)
    content = {"walking_ms": milliseconds}
    change = ask_change(session, MACHINE, ChangeKind.WALKING, "", content, from_on, "why", {}, branch_id="H1", now=now)
    decide_change(session, CHIEF, change, branch_id="H1", approve=True, why="", now=now)


def test_the_halls_own_allowance_holds_until_the_first_dated_one(session: Session) -> None:
    _change(session, 20_000, 1)
    _change(session, 30_000, 2)
    hall = session.get_one(Branch, "H1")
    told = [walking_on(session, hall, DAY + timedelta(days=ahead)) for ahead in range(4)]
    assert told == [seconds(10), seconds(20), seconds(30), seconds(30)]
    asked = walking_allowances(session, MACHINE, "H1", DAY, DAY + timedelta(days=9))
    assert [walking for _, walking in asked] == [seconds(10), seconds(20), seconds(30)]


def test_a_greeting_is_counted_with_the_allowance_of_its_day(store: Store) -> None:
    with store.writing() as session:
        a_hall(session, walking_ms=10_000)
        days = [DAY + timedelta(days=ahead) for ahead in range(3)]
        ids = [an_interaction(session, arrived_at=at(10, day=day), greeted_after=seconds(25)) for day in days]
        _change(session, 20_000, 1)
        _change(session, 5_000, 2)
        greetings = [an_interaction_row(session, interaction).greeting_ms for interaction in ids]
        assert greetings == [15_000, 5_000, 20_000]
    assert check(store).whole


def test_a_press_counts_with_the_allowance_of_its_day(working_hall: Store) -> None:
    with working_hall.writing() as session:
        today = MORNING.date()
        session.add(BranchWalking(branch_id=HALL, from_on=today - timedelta(days=9), walking_ms=3_000))
        session.add(BranchWalking(branch_id=HALL, from_on=today, walking_ms=8_000))
        session.add(BranchWalking(branch_id=HALL, from_on=today + timedelta(days=1), walking_ms=1_000))
    desk = Desk(working_hall)
    desk.press(sign_on, WANG, 1)
    ticket = desk.press(take_ticket, GUIDE, "payment").interaction_id
    desk.press(call_next, WANG, 1)
    desk.wait(seconds=20)
    desk.press(greet, WANG, 1)
    assert desk.row(ticket).greeting_ms == 12_000
    with working_hall.reading() as session:
        seen = desk_of(session, WANG, HALL, 1, now=desk.now)
    assert seen is not None
    assert seen.walking == seconds(8)
