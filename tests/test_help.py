"""A call for help from a counter, and who answers it."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlmodel import select

from actions.amending import undo
from actions.calling import call_next
from actions.counters import sign_on
from actions.help import answer_help, call_for_help
from actions.refusal import Refused
from actions.tickets import take_ticket
from models.actor import Actor, NotAllowed
from models.store import Store
from models.tables import HelpCall
from tests.desks import GUIDE, HEAD, WANG, ZHAO, Desk


@pytest.fixture
def manned(working_hall: Store) -> Desk:
    desk = Desk(working_hall)
    desk.press(sign_on, WANG, 1)
    desk.press(sign_on, ZHAO, 2)
    return desk


def calls(desk: Desk) -> list[HelpCall]:
    with desk.store.reading() as session:
        found = list(session.exec(select(HelpCall).order_by(HelpCall.asked_at)))  # type: ignore[arg-type]
        session.expunge_all()
        return found


def the_call(desk: Desk) -> UUID:
    (call,) = calls(desk)
    return call.id


def test_one_press_calls_help_to_the_counter_and_names_the_visit(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    visit = manned.press(call_next, WANG, 1).interaction_id
    manned.press(call_for_help, WANG, 1, note=" a quarrel ")
    (call,) = calls(manned)
    assert (call.counter_id, call.interaction_id, call.note) == (1, visit, "a quarrel")
    assert (call.asked_by, call.asked_at, call.answered_at) == ("wang", manned.now, None)


def test_help_can_be_called_with_nobody_at_the_counter(manned: Desk) -> None:
    assert manned.press(call_for_help, WANG, 1).interaction_id is None


def test_a_second_call_from_the_same_counter_is_told_that_the_first_one_stands(manned: Desk) -> None:
    manned.press(call_for_help, WANG, 1)
    manned.press(call_for_help, ZHAO, 2)
    with pytest.raises(Refused) as refusal:
        manned.press(call_for_help, WANG, 1)
    assert refusal.value.reason == "called"
    assert [call.counter_id for call in calls(manned)] == [1, 2]


def test_a_forgotten_call_does_not_stand_in_the_way_of_the_next_day(manned: Desk) -> None:
    manned.press(call_for_help, WANG, 1)
    manned.wait(days=1)
    manned.press(call_for_help, WANG, 1)
    assert len(calls(manned)) == 2


@pytest.mark.parametrize("helper", [HEAD, GUIDE])
def test_whoever_has_the_floor_answers_and_says_later_what_came_of_it(manned: Desk, helper: Actor) -> None:
    manned.press(call_for_help, WANG, 1)
    manned.wait(seconds=40)
    manned.press(answer_help, helper, the_call(manned))
    answered_at = manned.now
    manned.wait(minutes=5)
    manned.press(answer_help, HEAD, the_call(manned), outcome="calmed down")
    (call,) = calls(manned)
    assert call.answered_by == helper.name
    assert (call.answered_at, call.outcome) == (answered_at, "calmed down")


def test_a_call_is_answered_once(manned: Desk) -> None:
    manned.press(call_for_help, WANG, 1)
    manned.press(answer_help, HEAD, the_call(manned))
    with pytest.raises(Refused) as refusal:
        manned.press(answer_help, GUIDE, the_call(manned))
    assert refusal.value.reason == "answered"
    assert [call.answered_by for call in calls(manned)] == ["head"]


def test_clerks_do_not_answer_for_the_floor(manned: Desk) -> None:
    manned.press(call_for_help, WANG, 1)
    with pytest.raises(NotAllowed):
        manned.press(answer_help, ZHAO, the_call(manned))


def test_an_undone_call_was_none_but_an_answered_one_stays(manned: Desk) -> None:
    manned.press(call_for_help, WANG, 1)
    manned.press(undo, WANG, 1)
    assert calls(manned) == []
    manned.press(call_for_help, WANG, 1)
    manned.press(answer_help, HEAD, the_call(manned))
    with pytest.raises(Refused) as refusal:
        manned.press(undo, WANG, 1)
    assert refusal.value.reason == "moved_on"
    assert len(calls(manned)) == 1


def test_a_double_press_calls_once(manned: Desk) -> None:
    first = manned.press(call_for_help, WANG, 1, key="help")
    again = manned.press(call_for_help, WANG, 1, key="help")
    assert (again.event_id, again.repeated) == (first.event_id, True)
    assert len(calls(manned)) == 1
