"""Handing over the shift: what stands is kept, another signs, and what is held or promised has a new owner by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from actions.calling import call_next
from actions.counters import sign_off, sign_on
from actions.marking import keep_promise, promise
from actions.refusal import Refused
from actions.serving import finish, greet, hold, resume
from actions.shift import hand_over, take_over, withdraw
from actions.tickets import take_ticket
from analytics.desk_asides import promises
from analytics.hand_over import HandOvers, hand_overs
from models.actor import Actor, Grant, NotAllowed
from models.check import check
from models.store import Store
from models.tables import Correction, ShiftChange
from standards.vocabulary import CorrectionKind, HoldKind, Outcome, Role
from tests.desks import GUIDE, HALL, HEAD, WANG, ZHAO, Desk

MANAGER = Actor("7", "manager", (Grant(Role.REGIONAL_MANAGER, None),))


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    made = Desk(working_hall)
    made.press(sign_on, WANG, 1)
    return made


def refused(reason: str, work: Callable[..., object], *arguments: Any, **named: Any) -> None:
    with pytest.raises(Refused) as caught:
        work(*arguments, **named)
    assert caught.value.reason == reason


def served(desk: Desk) -> UUID:
    """Somebody whom Wang serves now."""
    row_id = desk.press(take_ticket, GUIDE, "change").interaction_id
    assert row_id is not None
    desk.press(call_next, WANG, 1)
    desk.wait(seconds=8)
    desk.press(greet, WANG, 1)
    desk.wait(minutes=2)
    return row_id


def held(desk: Desk) -> UUID:
    row_id = served(desk)
    desk.press(hold, WANG, 1, HoldKind.AWAY_FOR_PAPERS)
    return row_id


def promised(desk: Desk) -> UUID:
    row_id = served(desk)
    desk.press(promise, WANG, 1, desk.now + timedelta(days=1))
    desk.press(finish, WANG, 1)
    return row_id


def given(desk: Desk, who: Actor = WANG, note: str = "", **named: Any) -> UUID:
    desk.press(hand_over, who, note, **named)
    with desk.store.reading() as session:
        return max(session.exec(select(ShiftChange.id)).all())


def shown(desk: Desk, who: Actor = WANG) -> HandOvers:
    with desk.store.reading() as session:
        return hand_overs(session, who, HALL, now=desk.now)


def test_what_is_held_and_promised_moves_to_the_taker_by_name_with_its_trail(desk: Desk) -> None:
    papers, answer = held(desk), promised(desk)
    change = given(desk, note="the printer is slow")
    desk.press(take_over, ZHAO, change)
    assert [desk.row(row_id).owner_id for row_id in (papers, answer)] == ["S2", "S2"]
    assert [desk.row(row_id).staff_id for row_id in (papers, answer)] == ["S1", "S1"]  # who served has the figures
    with desk.store.reading() as session:
        assert [one.id for one in promises(session, HALL, "S2")] == [answer]
        assert promises(session, HALL, "S1") == ()
    (kept,) = shown(desk).given
    assert (kept.given_by, kept.taken_by, kept.note, kept.moved) == ("wang", "zhao", "the printer is slow", 2)
    with desk.store.reading() as session:
        made = session.exec(select(Correction)).all()
        assert {(one.interaction_id, one.field, one.was, one.became) for one in made} == {
            (papers, "owner_id", "S1", "S2"),
            (answer, "owner_id", "S1", "S2"),
        }
        assert {one.kind for one in made} == {CorrectionKind.HAND_OVER}
    assert check(desk.store).whole


def test_the_record_holds_what_stood_when_it_was_given_whatever_happens_after(desk: Desk) -> None:
    papers = held(desk)
    desk.press(take_ticket, GUIDE, "payment")
    change = given(desk)
    desk.press(resume, WANG, 1, interaction_id=papers)
    desk.press(finish, WANG, 1)
    desk.press(take_over, ZHAO, change)
    (kept,) = shown(desk).given
    assert [one.id for one in kept.content.held] == [papers]
    assert (kept.content.waiting, kept.moved) == (1, 0)
    assert (desk.row(papers).staff_id, desk.row(papers).outcome) == ("S1", Outcome.COMPLETED)
    assert shown(desk).now.held == ()


def test_who_was_only_called_is_handed_on_as_called_and_who_is_served_as_served(desk: Desk) -> None:
    desk.press(take_ticket, GUIDE, "payment")
    desk.press(call_next, WANG, 1)
    called_at = desk.now
    desk.wait(minutes=2)
    (called,) = shown(desk).now.open
    assert (called.outcome, called.at) == (Outcome.CALLED, called_at)
    desk.press(greet, WANG, 1)
    greeted_at = desk.now
    desk.wait(minutes=2)
    change = given(desk, HEAD)
    desk.press(hold, WANG, 1, HoldKind.AWAY_FOR_PAPERS)
    (kept,) = shown(desk).given
    assert (kept.id, [(one.outcome, one.at) for one in kept.content.open]) == (change, [(Outcome.SERVING, greeted_at)])
    assert [(one.outcome, one.at) for one in shown(desk).now.held] == [(Outcome.HELD, desk.now)]


def test_what_was_promised_and_answered_since_stays_with_who_answered(desk: Desk) -> None:
    answer = promised(desk)
    change = given(desk)
    desk.press(keep_promise, WANG, answer)
    desk.press(take_over, ZHAO, change)
    assert desk.row(answer).owner_id is None


def test_a_promise_is_kept_by_whoever_owes_it_or_answers_for_them(desk: Desk) -> None:
    answer, other = promised(desk), promised(desk)
    refused("not_yours", desk.press, keep_promise, ZHAO, answer)
    desk.press(take_over, ZHAO, given(desk))
    refused("not_yours", desk.press, keep_promise, WANG, answer)
    refused("stale", desk.press, keep_promise, ZHAO, answer, seen=desk.row(answer).version - 1)
    desk.press(keep_promise, ZHAO, answer, seen=desk.row(answer).version)
    desk.press(keep_promise, HEAD, other)
    assert [desk.row(one).promise_kept_at for one in (answer, other)] == [desk.now, desk.now]


def test_others_things_stay_theirs(desk: Desk) -> None:
    papers = held(desk)
    change = given(desk, ZHAO)
    desk.press(take_over, HEAD, change)
    assert desk.row(papers).owner_id is None


def test_nobody_inherits_a_customer_at_a_counter_unseen(desk: Desk) -> None:
    row_id = served(desk)
    refused("occupied", desk.press, hand_over, WANG)
    desk.press(hold, WANG, 1, HoldKind.PHONE)
    refused("occupied", desk.press, hand_over, WANG)
    given(desk, ZHAO)
    assert [one.id for one in shown(desk).now.open] == [row_id]


def test_whoever_gives_cannot_take_and_it_is_taken_once(desk: Desk) -> None:
    change = given(desk)
    refused("same_person", desk.press, take_over, WANG, change)
    desk.press(take_over, ZHAO, change, key="take")
    assert desk.press(take_over, ZHAO, change, key="take").repeated
    refused("taken_over", desk.press, take_over, HEAD, change)


def test_a_taker_without_a_staff_number_can_own_nothing(desk: Desk) -> None:
    held(desk)
    change = given(desk)
    refused("no_staff", desk.press, take_over, GUIDE, change)
    assert shown(desk).given[0].waits


def test_the_supervisor_gives_for_somebody_who_has_gone(desk: Desk) -> None:
    papers = held(desk)
    desk.press(sign_off, WANG, 1)
    with pytest.raises(NotAllowed):
        given(desk, ZHAO, staff_id="S1")
    change = given(desk, HEAD, staff_id="S1")
    desk.press(take_over, ZHAO, change)
    assert desk.row(papers).owner_id == "S2"


def test_a_hand_over_is_taken_back_by_its_giver_and_then_nobody_can_take_it(desk: Desk) -> None:
    change = given(desk)
    with pytest.raises(NotAllowed):
        desk.press(withdraw, ZHAO, change)
    desk.press(withdraw, WANG, change)
    (kept,) = shown(desk).given
    assert (kept.withdrawn, kept.waits) == (True, False)
    refused("taken_over", desk.press, take_over, ZHAO, change)


def test_only_those_who_work_in_the_hall_sign(desk: Desk) -> None:
    change = given(desk)
    for command, arguments in ((hand_over, ()), (take_over, (change,)), (withdraw, (change,))):
        with pytest.raises(NotAllowed):
            desk.press(command, MANAGER, *arguments)
    assert shown(desk, MANAGER).given[0].waits
