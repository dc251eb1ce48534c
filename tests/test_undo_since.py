"""An undo takes back one's own press alone: neither a customer's answer nor a place that was left for another."""

from __future__ import annotations

from uuid import UUID

import pytest

from actions.amending import undo
from actions.calling import call_next
from actions.counters import sign_off, sign_on
from actions.rating import ask_rating, rate
from actions.refusal import Refused
from actions.serving import finish, greet
from actions.tickets import take_ticket
from models.actor import Actor, Grant
from models.store import Store
from standards.rating import Level
from standards.vocabulary import Outcome, Role
from tests.desks import GUIDE, HALL, WANG, Desk

SCREEN = Actor("9", "screen", (Grant(Role.DISPLAY, frozenset({HALL})),))


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    made = Desk(working_hall)
    made.press(sign_on, WANG, 1)
    return made


def served(desk: Desk) -> UUID:
    row_id = desk.press(take_ticket, GUIDE, "payment").interaction_id
    assert row_id is not None
    desk.press(call_next, WANG, 1)
    desk.press(greet, WANG, 1)
    desk.wait(minutes=3)
    desk.press(finish, WANG, 1)
    return row_id


def test_nobody_gets_a_second_counter_by_taking_back_that_they_left_the_first(desk: Desk) -> None:
    desk.press(sign_off, WANG, 1)
    desk.press(sign_on, WANG, 2)
    with pytest.raises(Refused) as caught:
        desk.press(undo, WANG, 1)
    assert str(caught.value) == "You are signed on at counter 2."
    assert [desk.counter(number).staff_id for number in (1, 2)] == [None, "S1"]


def test_a_visit_that_its_customer_has_rated_stays_finished(desk: Desk) -> None:
    done = served(desk)
    desk.press(ask_rating, SCREEN, done)
    desk.press(rate, SCREEN, done, Level.DISSATISFIED)
    with pytest.raises(Refused) as caught:
        desk.press(undo, WANG, 1)
    assert caught.value.reason == "moved_on"
    assert (desk.row(done).outcome, desk.row(done).rating) == (Outcome.COMPLETED, 2)


def test_a_customer_who_was_asked_too_early_is_asked_again_at_the_end(desk: Desk) -> None:
    done = served(desk)
    desk.press(ask_rating, SCREEN, done)
    desk.press(undo, WANG, 1)
    assert desk.row(done).rating_asked_at is None
    desk.wait(minutes=5)
    desk.press(finish, WANG, 1)
    desk.press(ask_rating, SCREEN, done)
    desk.press(rate, SCREEN, done, Level.FAIR)
    assert desk.row(done).rating == 3
