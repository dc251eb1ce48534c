"""Tickets in the machine = visits here, or which differ; and what waits or was refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from actions.devices import set_folder, set_in_use
from actions.press import Stamp
from actions.tickets import take_ticket
from analytics.machines import machines
from analytics.reconciliation import MachineDay, Reconciliation, reconciliation
from analytics.ticket_gaps import MOST_GAPS, missing_numbers
from models.actor import NotAllowed
from models.tables import Interaction
from standards.derive import day_on
from standards.vocabulary import EventState, Source
from tests.desks import GUIDE, HALL, HEAD
from tests.engines import Databases, Holding, new_store
from tests.factories import ZONE
from tests.machines import PAD, RATER, ROOT, Machines, Q, at

DAY = day_on(at(0), ZONE)


@pytest.fixture(scope="module")
def hall(databases: Databases) -> Iterator[Machines]:
    with new_store(databases, Holding.NOTHING) as store:
        yield Machines(store)


@pytest.fixture
def machine(hall: Machines) -> Machines:
    hall.start_again()
    return hall


def the_day(machine: Machines) -> Reconciliation:
    with machine.store.reading() as session:
        return reconciliation(session, HEAD, HALL, DAY)


def of(machine: Machines, code: str = Q) -> MachineDay:
    return next(one for one in the_day(machine).machines if one.machine.id == code)


def take(machine: Machines, *tickets: str, **named: object) -> None:
    for place, ticket in enumerate(tickets):
        machine.say("ticket_taken", place, ticket, **named)


def test_tickets_in_the_machine_equal_visits_here(machine: Machines) -> None:
    take(machine, "A001", "A002")
    machine.say("business_added", 9, "A001", counter=1)
    machine.say("day_total", 480, None, tickets=2)
    line = of(machine)
    assert (line.tickets_there, line.visits_here, line.events) == (2, 2, 4)
    assert line.equal
    assert the_day(machine).equal


def test_without_a_total_the_numbers_it_sent_are_counted_once_each(machine: Machines) -> None:
    take(machine, "A001", "A002", "A002")
    line = of(machine)
    assert (line.day_total, line.tickets_there, line.visits_here, line.equal) == (None, 2, 2, True)


def test_the_last_total_of_the_day_stands(machine: Machines) -> None:
    take(machine, "A001")
    machine.say("day_total", 480, None, tickets=9)
    machine.say("day_total", 490, None, tickets=1)
    assert of(machine).day_total == 1


def test_a_ticket_nobody_could_read_is_in_the_machine_and_not_here(machine: Machines) -> None:
    take(machine, "A001")
    machine.say("ticket_taken", 1, "A002", business="报装")
    line, day = of(machine), the_day(machine)
    assert (line.tickets_there, line.visits_here, line.not_here) == (2, 1, ("A002",))
    assert not line.equal
    assert not day.equal
    assert day.reasons == ((EventState.REFUSED, "unknown_business", 1),)
    assert [(event.ticket, event.kind, event.device_id) for event in day.open_events] == [("A002", "ticket_taken", Q)]


def test_numbers_missing_in_the_row_are_named_where_the_total_is_larger(machine: Machines) -> None:
    take(machine, "A001", "A004", "B01")
    assert of(machine).gaps == ()
    machine.say("day_total", 480, None, tickets=5)
    line = of(machine)
    assert (line.gaps, line.equal) == (("A002", "A003"), False)


def test_a_visit_that_no_machine_told_of_is_here_and_not_there(machine: Machines) -> None:
    take(machine, "A001", "A002")
    with machine.store.writing() as session:
        row = next(row for row in machine.rows() if row.ticket == "A002")
        session.get_one(Interaction, (HALL, row.id)).ticket = "X9"
    day = the_day(machine)
    assert (day.not_there, of(machine).not_here, day.equal) == (("X9",), ("A002",), False)


def test_a_ticket_given_by_hand_is_counted_apart(machine: Machines) -> None:
    take(machine, "A001")
    with machine.store.writing() as session:
        take_ticket(session, GUIDE, Stamp(HALL, f"by-hand-{at(3)}", at(3)), "payment", source=Source.STAFF)
    assert (the_day(machine).by_hand, of(machine).visits_here, the_day(machine).equal) == (1, 1, True)


def test_what_waits_is_counted_by_device_and_reason(machine: Machines) -> None:
    machine.say("called", 5, "A009", device=PAD)
    machine.say("ended", 6, "A009", device=PAD)
    line, day = of(machine, PAD), the_day(machine)
    assert (line.waiting, line.refused, line.gives_tickets) == (2, 0, False)
    assert day.reasons == ((EventState.WAITING, "no_ticket", 2),)
    assert [event.kind for event in day.open_events] == ["ended", "called"]


def test_a_clock_that_is_off_and_a_machine_that_is_silent_are_told(machine: Machines) -> None:
    machine.send(machine.event("heartbeat", 0, None), device=RATER, sent=at(0), received=at(0) + timedelta(seconds=90))
    found = of(machine, RATER).machine
    assert (found.difference, found.clock_off) == (timedelta(seconds=90), True)
    assert not found.silent(at(10))
    assert found.silent(at(90))
    machine.send(machine.event("heartbeat", 1, None), device=PAD, sent=at(1), received=at(1) + timedelta(seconds=5))
    assert not of(machine, PAD).machine.clock_off


def test_a_machine_of_files_has_no_clock_that_was_measured(machine: Machines) -> None:
    machine.say("heartbeat", 0, None, device=PAD)
    with machine.store.writing() as session:
        set_folder(session, ROOT, HALL, PAD, "H1/PAD1", None, now=at(0))
        set_in_use(session, ROOT, HALL, PAD, False, now=at(0))
    with machine.store.reading() as session:
        listed = machines(session, HEAD, HALL)
    assert [(one.id, one.active) for one in listed] == [(Q, True), (RATER, True), (PAD, False)]
    assert listed[-1].difference is None
    with machine.store.writing() as session:
        set_folder(session, ROOT, HALL, PAD, None, None, now=at(0))
        set_in_use(session, ROOT, HALL, PAD, True, now=at(0))


def test_only_who_may_see_the_hall_may_ask(machine: Machines) -> None:
    stranger = HEAD.__class__("9", "other", (), "H2")
    with machine.store.reading() as session, pytest.raises(NotAllowed):
        reconciliation(session, stranger, HALL, DAY)


@given(any_.sets(any_.integers(0, 400), min_size=1))
def test_gaps_and_numbers_together_fill_the_row(numbers: set[int]) -> None:
    gaps = missing_numbers(f"A{number:03d}" for number in numbers)
    found = {int(gap[1:]) for gap in gaps}
    assert not found & numbers
    if len(gaps) < MOST_GAPS:
        assert found | numbers == set(range(min(numbers), max(numbers) + 1))
