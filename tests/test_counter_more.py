"""The counter beyond the two presses: covering, a trainee, pauses, bulk payers, numbers, a hall without a queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from actions.amending import undo
from actions.calling import call_next, no_show, walk_in
from actions.counters import pause, reopen, sign_off, sign_on
from actions.help import call_for_help
from actions.marking import mark_bulk
from actions.refusal import Refused
from actions.serving import add_business, finish, greet, hold, resume
from actions.tickets import take_ticket
from analytics.board import Board, board
from analytics.counter_places import signing_on
from analytics.desk import desk as desk_of
from analytics.found_ticket import Found, found_tickets
from models.actor import Actor, Grant
from models.store import Store
from models.tables import Branch, CounterSpell, Staff
from standards.vocabulary import CounterState, HoldKind, Outcome, PauseReason, Role
from tests.desks import GUIDE, HALL, HEAD, WANG, ZHAO, Desk
from ui.board_counters import counters_said
from ui.board_words import board_said
from ui.language import translator_of
from ui.wording import Language

T = translator_of(Language.EN)
HEAD_WITH_NUMBER = replace(HEAD, staff_id="S2")
SERVING_GUIDE = replace(GUIDE, grants=(*GUIDE.grants, Grant(Role.CLERK, frozenset({HALL}))), staff_id="S2")


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    return Desk(working_hall)


@pytest.fixture
def trainee(desk: Desk) -> Desk:
    """Wang learns; Zhao may guide."""
    with desk.store.writing() as session:
        session.get_one(Staff, (HALL, "S1")).trainee = True
    return desk


def the_board(desk: Desk) -> Board:
    with desk.store.reading() as session:
        return board(session, HEAD, HALL, now=desk.now)


def found(desk: Desk, number: str) -> tuple[Found, ...]:
    with desk.store.reading() as session:
        return found_tickets(session, WANG, HALL, number, now=desk.now)


@pytest.mark.parametrize(("person", "covers"), [(HEAD_WITH_NUMBER, True), (SERVING_GUIDE, True), (ZHAO, False)])
def test_somebody_of_another_post_covers_by_signing_on(desk: Desk, person: Actor, covers: bool) -> None:
    desk.press(sign_on, person, 1)
    assert desk.counter().covering is covers
    assert counters_said(the_board(desk), T)[0]["staff"] == ("S2 (covering)" if covers else "S2")
    desk.press(sign_off, person, 1)
    assert desk.counter().covering is False
    with desk.store.reading() as session:
        spells = {spell.state: spell.covering for spell in session.exec(select(CounterSpell))}
    assert spells == {CounterState.IDLE: covers, CounterState.CLOSED: False}


def test_a_trainee_signs_on_with_a_mentor_and_not_alone(trainee: Desk) -> None:
    with trainee.store.reading() as session:
        how = signing_on(session, WANG, HALL, now=trainee.now)
    assert (how.trainee, [mentor.staff_id for mentor in how.mentors]) == (True, ["S2"])
    for mentor in (None, "S1", "nobody"):
        with pytest.raises(Refused) as refusal:
            trainee.press(sign_on, WANG, 1, mentor_id=mentor)
        assert refusal.value.reason == "no_mentor"
    trainee.press(sign_on, WANG, 1, mentor_id="S2")
    assert counters_said(the_board(trainee), T)[0]["staff"] == "S1, guided by S2"


def test_everything_a_trainee_begins_names_the_mentor(trainee: Desk) -> None:
    trainee.press(sign_on, WANG, 1, mentor_id="S2")
    trainee.press(take_ticket, GUIDE, "payment")
    trainee.press(call_next, WANG, 1)
    trainee.press(greet, WANG, 1)
    trainee.press(add_business, WANG, 1, "change")
    trainee.press(finish, WANG, 1)
    trainee.press(walk_in, WANG, 1, "enquiry")
    assert [row.mentor_id for row in trainee.rows()] == ["S2", "S2", "S2"]


def test_who_is_taken_over_from_a_trainee_is_nobodys_pupil(trainee: Desk) -> None:
    trainee.press(sign_on, WANG, 1, mentor_id="S2")
    trainee.press(sign_on, ZHAO, 2)
    trainee.press(walk_in, WANG, 1, "payment")
    held = trainee.press(hold, WANG, 1, HoldKind.AWAY_FOR_PAPERS).interaction_id
    trainee.press(resume, ZHAO, 2, interaction_id=held)
    assert (trainee.row(held).staff_id, trainee.row(held).mentor_id) == ("S2", None)


def test_an_undone_sign_off_brings_the_mentor_back(trainee: Desk) -> None:
    trainee.press(sign_on, WANG, 1, mentor_id="S2")
    trainee.press(sign_off, WANG, 1)
    assert trainee.counter().mentor_id is None
    trainee.press(undo, WANG, 1)
    assert (trainee.counter().staff_id, trainee.counter().mentor_id) == ("S1", "S2")


def test_a_pause_runs_against_its_own_end_on_the_board(desk: Desk) -> None:
    desk.press(sign_on, WANG, 1)
    began_at, back_at = desk.now, desk.now + timedelta(minutes=15)
    desk.press(pause, WANG, 1, PauseReason.LUNCH, back_at=back_at)
    card = counters_said(the_board(desk), T)[0]
    assert card["note"] == "Lunch · back at 09:15"
    assert card["clock"]["from"] == began_at.timestamp() * 1000
    assert card["clock"]["limit"] == 15 * 60_000
    desk.wait(minutes=16)
    assert counters_said(the_board(desk), T)[0]["note"] == "Lunch · was due back at 09:15"
    desk.press(pause, WANG, 1, PauseReason.LUNCH, back_at=desk.now + timedelta(minutes=5))
    assert counters_said(the_board(desk), T)[0]["note"] == "Lunch · back at 09:21"


def test_a_return_lies_ahead(desk: Desk) -> None:
    desk.press(sign_on, WANG, 1)
    with pytest.raises(Refused) as refusal:
        desk.press(pause, WANG, 1, PauseReason.FETCH, back_at=desk.now)
    assert refusal.value.reason == "past"
    assert desk.counter().state is CounterState.IDLE


def test_a_bulk_payer_is_marked_and_unmarked_and_an_undo_takes_it_back(desk: Desk) -> None:
    desk.press(sign_on, WANG, 1)
    visit = desk.press(walk_in, WANG, 1, "payment").interaction_id
    desk.press(mark_bulk, WANG, 1, True)
    assert desk.row(visit).bulk is True
    desk.press(undo, WANG, 1)
    assert desk.row(visit).bulk is False


def test_a_number_finds_who_waits_who_is_away_and_who_did_not_come(desk: Desk) -> None:
    desk.press(sign_on, WANG, 1)
    for business in ("payment", "payment", "payment", "enquiry"):
        desk.press(take_ticket, GUIDE, business)
        desk.wait(seconds=1)
    desk.press(call_next, WANG, 1)
    desk.press(greet, WANG, 1)
    desk.press(hold, WANG, 1, HoldKind.AWAY_FOR_PAPERS)
    desk.press(call_next, WANG, 1)
    desk.press(no_show, WANG, 1)
    assert [(one.ticket, one.outcome) for one in found(desk, "1")] == [
        ("A0001", Outcome.HELD),
        ("B0001", Outcome.WAITING),
    ]
    assert [(one.outcome, one.counter_id) for one in found(desk, "a2")] == [(Outcome.NO_SHOW, 1)]
    assert [(one.outcome, one.ahead) for one in found(desk, "Ａ0003")] == [(Outcome.WAITING, 0)]
    assert found(desk, "12") == found(desk, "C1") == found(desk, "x") == ()


def test_how_many_are_called_before_counts_everybody_for_the_same_counters(desk: Desk) -> None:
    for business in ("enquiry", "payment", "payment"):
        desk.press(take_ticket, GUIDE, business)
        desk.wait(seconds=1)
    assert [one.ahead for one in found(desk, "A0002")] == [2]


def test_a_call_for_help_leads_the_board_and_an_answer_ends_it(desk: Desk) -> None:
    desk.press(sign_on, WANG, 1)
    desk.press(call_for_help, WANG, 1)
    part = board_said(the_board(desk), T.plain)["headline"]["parts"][0]
    assert part["text"] == "counter 1 calls for help, {clock}"
    with desk.store.reading() as session:
        shown = desk_of(session, WANG, HALL, 1, now=desk.now)
    assert shown is not None
    assert shown.help is not None
    assert shown.help.answered is False


def test_a_tiny_hall_has_no_queue_to_speak_of(desk: Desk) -> None:
    with desk.store.writing() as session:
        session.get_one(Branch, HALL).tiny = True
    desk.press(sign_on, WANG, 1)
    said = board_said(the_board(desk), T.plain)
    assert (said["waiting"]["title"], said["waiting"]["empty"]) == ("", "")
    assert not any("waiting" in part["text"] for part in said["headline"]["parts"])
    visit = desk.press(walk_in, WANG, 1, "payment").interaction_id
    desk.wait(minutes=4)
    desk.press(finish, WANG, 1)
    row = desk.row(visit)
    assert (row.wait_ms, row.greeting_ms, row.handling_ms) == (None, None, 240_000)
    desk.press(take_ticket, GUIDE, "payment")
    assert board_said(the_board(desk), T.plain)["waiting"]["title"] == "Nearest to the limit"


def test_a_paused_counter_goes_on(desk: Desk) -> None:
    desk.press(sign_on, WANG, 1)
    desk.press(pause, WANG, 1, PauseReason.MEETING)
    desk.press(reopen, WANG, 1)
    assert (desk.counter().state, desk.counter().back_at) == (CounterState.IDLE, None)
