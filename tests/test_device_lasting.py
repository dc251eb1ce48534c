"""What machines told stays told: tables that change later take nothing away, and facts come before a rule."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from actions.amending import correct
from actions.calling import call_next
from actions.closing import close_hall, settle
from actions.counters import pause, reopen, sign_off, sign_on
from actions.devices import set_businesses
from actions.overnight import RULE, settle_overnight
from actions.serving import finish, greet
from models.store import Store
from models.tables import BusinessType, Correction, Staff
from standards.hall_day import Settle
from standards.vocabulary import CorrectionKind, CounterState, Outcome, PauseReason
from tests.desks import HALL, HEAD, WANG, ZHAO, Desk
from tests.machines import ROOT, Machines, Q, at

APPLIED, FINISHED = ("applied", ""), ("refused", "finished")
TODAY = date(2026, 3, 3)


@pytest.fixture
def hall(empty_store: Store) -> Machines:
    return Machines(empty_store)


@pytest.fixture
def desk(hall: Machines) -> Desk:
    """The console of the same hall."""
    return Desk(hall.store)


def serving(hall: Machines, **named: str) -> None:
    """A ticket that is taken at nine, called at five past and greeted."""
    assert hall.say("ticket_taken", 0, **named) == APPLIED
    assert hall.say("called", 5, staff="S1") == APPLIED
    assert hall.say("greeted", 6) == APPLIED


def test_a_business_that_is_given_up_takes_no_visit_away(hall: Machines) -> None:
    serving(hall)
    with hall.store.writing() as session:
        session.get_one(BusinessType, "payment").active = False
    assert hall.say("ended", 10) == APPLIED
    assert (hall.row().outcome, hall.row().business_type) == (Outcome.COMPLETED, "payment")
    assert hall.say("ticket_taken", 11, "A002") == ("refused", "unknown_business")


@pytest.mark.parametrize("meanings", [{}, {"JF": "enquiry"}])
def test_a_word_that_means_something_else_now_leaves_visits_as_they_were(
    hall: Machines, meanings: dict[str, str]
) -> None:
    with hall.store.writing() as session:
        set_businesses(session, ROOT, HALL, Q, {"JF": "payment"}, now=at(0))
    first = hall.event("ticket_taken", 0, business="JF")
    assert hall.send(first) == [APPLIED]
    with hall.store.writing() as session:
        set_businesses(session, ROOT, HALL, Q, meanings, now=at(1))
    assert hall.say("called", 5) == APPLIED
    assert (hall.row().business_type, hall.row().outcome) == ("payment", Outcome.CALLED)
    assert hall.send(first) == [("duplicate", "")]


def test_somebody_who_has_gone_keeps_the_visits_they_served(hall: Machines) -> None:
    serving(hall)
    with hall.store.writing() as session:
        session.get_one(Staff, (HALL, "S1")).active = False
    assert hall.say("ended", 10) == APPLIED
    assert hall.row().staff_id == "S1"


def finished_by_hand(hall: Machines, desk: Desk) -> None:
    """Called at five past nine, greeted a minute later and finished at nine past, all by the console."""
    hall.say("ticket_taken", 0)
    desk.press(sign_on, WANG, 1)
    for minutes, command in ((5, call_next), (6, greet), (9, finish)):
        desk.now = at(minutes)
        desk.press(command, WANG, 1)


def test_a_machine_adds_nothing_to_what_a_person_finished(hall: Machines, desk: Desk) -> None:
    finished_by_hand(hall, desk)
    late = [
        hall.event("business_added", 7, business="enquiry"),
        hall.event("transferred", 8, to_counter=2),
        hall.event("left", 8.5),
        hall.event("rated", 9.2, rating=5),
    ]
    assert hall.send(*late) == [FINISHED, FINISHED, FINISHED, APPLIED]
    assert [(row.outcome, row.ended_at, row.rating) for row in hall.rows()] == [(Outcome.COMPLETED, at(9), 5)]


def test_a_visit_that_a_person_voided_takes_nothing_more(hall: Machines, desk: Desk) -> None:
    serving(hall)
    hall.say("ended", 9, counter=1)
    desk.now = at(20)
    desk.press(correct, HEAD, hall.row().id, {"outcome": Outcome.VOID}, "a test ticket")
    late = [
        hall.event("transferred", 8, to_counter=2),
        hall.event("rated", 9.1, rating=5),
        hall.event("items", 7, items=3),
    ]
    assert hall.send(*late) == [FINISHED] * 3
    assert [(row.outcome, row.rating, row.items) for row in hall.rows()] == [(Outcome.VOID, None, 1)]


def night(hall: Machines) -> None:
    """The rule settles what nobody settled, the morning after."""
    with hall.store.writing() as session:
        assert settle_overnight(session, RULE, HALL, now=at(60 * 22))


def test_facts_that_come_after_the_rule_take_its_place(hall: Machines) -> None:
    hall.say("ticket_taken", 400)
    night(hall)
    late = [hall.event("called", 403), hall.event("greeted", 404), hall.event("ended", 410)]
    assert hall.send(*late, sent=at(60 * 23)) == [APPLIED] * 3
    row = hall.row()
    assert (row.outcome, row.ended_at, row.handling_ms) == (Outcome.COMPLETED, at(410), 360_000)
    assert (row.settlement, row.gone_by_at, row.left_at) == (None, None, None)
    with hall.store.reading() as session:
        found = session.exec(select(Correction).where(Correction.by == "rule", Correction.was == "left")).all()
        kept = [(one.kind, one.field, one.became) for one in found]
    assert kept == [(CorrectionKind.RULE, "outcome", "completed")]


def test_facts_without_an_end_are_settled_by_the_rule_again(hall: Machines) -> None:
    hall.say("ticket_taken", 400)
    night(hall)
    expected = {
        "called": Outcome.NO_SHOW,
        "greeted": Outcome.COMPLETED,
        "held": Outcome.LEFT,
        "ended": Outcome.COMPLETED,
    }
    for minutes, (kind, outcome) in enumerate(expected.items(), 401):
        assert hall.send(hall.event(kind, minutes, counter=1), sent=at(60 * 23)) == [APPLIED]
        assert (hall.row().outcome, hall.row().settlement is None) == (outcome, kind == "ended")


def test_a_rating_alone_leaves_the_rule_s_word(hall: Machines) -> None:
    for kind in ("ticket_taken", "called", "greeted"):
        hall.say(kind, 400)
    hall.say("held", 401, hold="away_for_papers")
    night(hall)
    before = hall.row()
    hall.send(hall.event("items", 401.5, items=2), sent=at(60 * 23))
    after = hall.row()
    assert (after.outcome, after.left_at, after.settlement) == (before.outcome, before.left_at, before.settlement)
    assert (after.items, after.held_since_at, after.left_reason) == (2, None, before.left_reason)


def test_a_late_event_leaves_the_pauses_that_people_pressed(hall: Machines, desk: Desk) -> None:
    desk.press(sign_on, WANG, 1)
    hall.say("ticket_taken", 0)
    for minutes, command, more in ((60, pause, (PauseReason.LUNCH,)), (100, reopen, ())):
        desk.now = at(minutes)
        desk.press(command, WANG, 1, *more)
    for kind, minutes in (("ticket_taken", 110), ("called", 120), ("greeted", 121), ("ended", 130)):
        hall.say(kind, minutes, "A002", counter=1)
    before = [(spell.state, spell.began_at) for spell in hall.spells() if spell.began_at <= at(120)]
    assert hall.send(hall.event("called", 105), hall.event("ended", 107, counter=1), sent=at(140)) == [APPLIED] * 2
    assert hall.send(hall.event("called", 50), sent=at(141)) == [("applied", "")]
    after = [(spell.state, spell.began_at) for spell in hall.spells()]
    assert set(before) <= set(after)
    assert (CounterState.SERVING, at(105)) in after
    assert hall.counter().state is CounterState.IDLE


def test_a_counter_that_was_closed_later_stays_closed(hall: Machines, desk: Desk) -> None:
    desk.press(sign_on, WANG, 1)
    serving(hall)
    desk.now = at(480)
    row = hall.row()
    desk.press(settle, HEAD, TODAY, [(row.id, row.version)], Settle.SERVED)
    desk.press(close_hall, HEAD, TODAY)
    late = [
        hall.event("ended", 100, counter=1),
        hall.event("ticket_taken", 101, "A009"),
        hall.event("called", 102, "A009"),
    ]
    assert hall.send(*late, sent=at(490)) == [APPLIED] * 3
    assert (hall.counter().state, hall.counter().staff_id) == (CounterState.CLOSED, None)


def test_a_ticket_that_is_called_elsewhere_leaves_its_counter_free(hall: Machines, desk: Desk) -> None:
    hall.say("ticket_taken", 0)
    hall.say("called", 2, counter=1)
    hall.say("called", 5, counter=2)
    assert (hall.counter(1).state, hall.counter(2).state) == (CounterState.IDLE, CounterState.SERVING)
    hall.say("ended", 8, counter=2)
    desk.now = at(500)
    desk.press(close_hall, HEAD, TODAY)
    assert {hall.counter(number).state for number in (1, 2)} == {CounterState.CLOSED}


@pytest.mark.parametrize("kind", ["voided", "diverted", "test"])
def test_a_ticket_that_is_settled_leaves_its_counter_free(hall: Machines, kind: str) -> None:
    hall.say("ticket_taken", 0)
    hall.say("called", 2)
    assert hall.say(kind, 3) == APPLIED
    assert hall.counter().state is CounterState.IDLE


def test_a_late_event_is_charged_to_whoever_was_signed_on_then(hall: Machines, desk: Desk) -> None:
    for minutes, command, actor in ((0, sign_on, WANG), (180, sign_off, WANG), (181, sign_on, ZHAO)):
        desk.now = at(minutes)
        desk.press(command, actor, 1)
    late = [
        hall.event(kind, minutes, counter=1) for kind, minutes in (("ticket_taken", 10), ("called", 12), ("ended", 20))
    ]
    assert hall.send(*late, sent=at(190)) == [APPLIED] * 3
    assert hall.row().staff_id == "S1"
