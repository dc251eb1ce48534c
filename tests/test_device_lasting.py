"""What machines told stays told: tables that change later take nothing away, and facts come before a rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from actions.amending import correct
from actions.calling import call_next
from actions.closing import close_hall, settle
from actions.counters import pause, reopen, sign_off, sign_on
from actions.devices import set_businesses
from actions.overnight import RULE, settle_overnight
from actions.serving import finish, greet
from models.tables import BusinessType, Correction, Staff
from standards.hall_day import Settle
from standards.vocabulary import CorrectionKind, CounterState, Outcome, PauseReason
from tests.desks import HALL, HEAD, WANG, ZHAO, Desk, a_store_with
from tests.machines import ROOT, Machines, Q, at

APPLIED, FINISHED = ("applied", ""), ("refused", "finished")
TODAY = date(2026, 3, 3)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Machines]:
    made = Machines(a_store_with(tmp_path))
    yield made
    made.store.close()


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
