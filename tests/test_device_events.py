"""Events of a hall's machines: what each makes of a visit, what is refused or waits, and whose word stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from actions.amending import correct, undo
from actions.calling import call_next, no_show
from actions.counters import sign_on
from actions.devices import add_device, device_of, renew_token, set_businesses, set_in_use
from actions.refusal import Refused
from actions.serving import add_business, finish, greet, transfer
from actions.tickets import take_ticket
from models.actor import NotAllowed, device_actor
from models.store import Store
from models.tables import BranchPulse, Device
from standards.vocabulary import CounterState, DeviceKind, HoldKind, LeftReason, Outcome, Source
from tests.desks import GUIDE, HALL, HEAD, WANG, ZHAO, Desk
from tests.machines import PAD, ROOT, Machines, Q, at

APPLIED = ("applied", "")


@pytest.fixture
def hall(empty_store: Store) -> Machines:
    return Machines(empty_store)


@pytest.fixture
def desk(hall: Machines) -> Desk:
    """The console of the same hall."""
    return Desk(hall.store)


def served(hall: Machines, ticket: str = "A001", start: float = 0) -> None:
    """A ticket that is called after five minutes, greeted after six seconds, and ended after four minutes more."""
    assert hall.say("ticket_taken", start, ticket) == APPLIED
    assert hall.say("called", start + 5, ticket, staff="S1") == APPLIED
    assert hall.say("greeted", start + 5.1, ticket, counter=1) == APPLIED
    assert hall.say("ended", start + 9, ticket, counter=1) == APPLIED


def test_a_visit_told_by_machines_is_judged_like_any_other(hall: Machines) -> None:
    served(hall)
    row = hall.row()
    assert (row.outcome, row.source, row.staff_id, row.counter_id) == (Outcome.COMPLETED, Source.DEVICE, "S1", 1)
    assert (row.wait_ms, row.greeting_ms, row.handling_ms) == (300_000, 6_000, 234_000)
    assert (row.stamp_sources, row.served_source, row.version) == ("", None, 4)


def test_an_event_sent_again_changes_nothing_and_says_so(hall: Machines) -> None:
    event = hall.event("ticket_taken", 0)
    assert hall.send(event, event) == [APPLIED, ("duplicate", "")]
    before = hall.whole()
    assert hall.send(event) == [("duplicate", "")]
    assert hall.whole() == before


def test_a_number_used_for_something_else_is_refused_and_the_first_stands(hall: Machines) -> None:
    hall.send(hall.event("ticket_taken", 0, id="x"))
    assert hall.send(hall.event("ticket_taken", 0, "A002", id="x")) == [("refused", "id_used")]
    assert [row.ticket for row in hall.rows()] == ["A001"]


def test_two_devices_may_use_the_same_number(hall: Machines) -> None:
    hall.send(hall.event("ticket_taken", 0, id="x"))
    assert hall.send(hall.event("called", 1, id="x"), device=PAD) == [APPLIED]


def test_what_comes_before_its_ticket_waits_for_it(hall: Machines) -> None:
    assert hall.say("called", 5) == ("waiting", "no_ticket")
    assert hall.rows() == []
    assert hall.say("ticket_taken", 0) == APPLIED
    assert hall.row().outcome is Outcome.CALLED
    assert {event.state.value for event in hall.events()} == {"applied"}
    assert hall.counter().state is CounterState.SERVING


def test_what_can_not_be_is_refused_and_kept(hall: Machines) -> None:
    served(hall)
    assert hall.say("greeted", 10) == ("refused", "finished")
    assert hall.say("called", 10, counter=99) == ("refused", "unknown_counter")
    assert hall.say("ticket_taken", 11) == ("refused", "ticket_known")
    assert hall.say("ticket_taken", 11, "A009", business="no such") == ("refused", "unknown_business")
    assert len(hall.events()) == 8
    assert len(hall.rows()) == 1


def test_an_event_from_the_future_is_refused(hall: Machines) -> None:
    assert hall.send(hall.event("ticket_taken", 1), sent=at(0)) == [("refused", "ahead")]


def test_a_clock_that_is_off_by_ninety_seconds_gives_right_times(hall: Machines) -> None:
    off = timedelta(seconds=90)
    for kind, minutes in (("ticket_taken", 0), ("called", 5), ("greeted", 5.1)):
        event = hall.event(kind, minutes, at=at(minutes) - off, counter=1)
        hall.send(event, received=event.at + off + timedelta(seconds=minutes / 10))
    row = hall.row()
    assert (row.arrived_at, row.called_at, row.greeting_ms) == (at(0), at(5), 6_000)
    with hall.store.reading() as session:
        assert session.get_one(Device, (HALL, Q)).difference_ms == 90_000


def test_a_small_difference_is_the_network_s_and_not_the_clock_s(hall: Machines) -> None:
    event = hall.event("ticket_taken", 0)
    hall.send(event, received=at(0) + timedelta(seconds=1.5))
    assert hall.row().arrived_at == at(0)


def test_a_machine_that_was_offline_sends_late_and_keeps_its_times(hall: Machines) -> None:
    events = [hall.event("ticket_taken", 0), hall.event("called", 5), hall.event("ended", 9)]
    assert hall.send(*reversed(events), sent=at(200)) == [APPLIED] * 3
    assert hall.row().ended_at == at(9)


def test_a_started_event_parts_the_greeting_from_the_start(hall: Machines) -> None:
    hall.say("ticket_taken", 0)
    hall.say("called", 5)
    hall.say("greeted", 5.1)
    assert hall.row().started_at == at(5.1)
    hall.say("started", 5.5)
    assert (hall.row().greeted_at, hall.row().started_at) == (at(5.1), at(5.5))


def test_a_recall_keeps_the_first_call_and_counts(hall: Machines) -> None:
    hall.say("ticket_taken", 0)
    hall.say("called", 5)
    hall.say("recalled", 6)
    hall.say("called", 7)
    row = hall.row()
    assert (row.called_at, row.last_called_at, row.recalls) == (at(5), at(7), 2)


def test_a_transfer_makes_a_second_part_that_waits_by_the_first_arrival(hall: Machines) -> None:
    hall.say("ticket_taken", 0)
    hall.say("called", 5)
    hall.say("greeted", 5.1)
    assert hall.say("transferred", 8, to_counter=2) == APPLIED
    hall.say("called", 10, counter=2)
    first, second = hall.rows()
    assert (first.outcome, second.outcome, second.previous_id) == (Outcome.TRANSFERRED, Outcome.CALLED, first.id)
    assert (second.visit_id, second.arrived_at, second.transfer_wait_ms) == (first.visit_id, at(0), 120_000)
    assert second.to_counter_id == 2


def test_another_business_begins_at_once_at_the_same_counter(hall: Machines) -> None:
    hall.say("ticket_taken", 0)
    hall.say("called", 5, staff="S1")
    hall.say("greeted", 5.1)
    assert hall.say("business_added", 8, business="enquiry") == APPLIED
    first, second = hall.rows()
    assert (first.outcome, first.ended_at) == (Outcome.COMPLETED, at(8))
    assert (second.outcome, second.started_at, second.counter_id, second.staff_id) == (Outcome.SERVING, at(8), 1, "S1")


def test_holds_come_off_the_handling_and_have_rows(hall: Machines) -> None:
    hall.say("ticket_taken", 0)
    hall.say("called", 5)
    hall.say("greeted", 5.1)
    hall.say("held", 6, hold=HoldKind.AWAY_FOR_PAPERS, counter=1)
    assert (hall.row().outcome, hall.counter().state) == (Outcome.HELD, CounterState.IDLE)
    hall.say("resumed", 8, counter=2)
    hall.say("ended", 9, counter=2)
    row = hall.row()
    assert (row.held_ms, row.handling_ms, row.counter_id) == (120_000, 114_000, 2)
    assert [(hold.kind, hold.ended_at) for hold in hall.holds()] == [(HoldKind.AWAY_FOR_PAPERS, at(8))]


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("diverted", Outcome.DIVERTED), ("voided", Outcome.VOID), ("test", Outcome.TEST), ("left", Outcome.LEFT)],
)
def test_a_ticket_may_end_without_a_call(hall: Machines, kind: str, outcome: Outcome) -> None:
    hall.say("ticket_taken", 0)
    assert hall.say(kind, 3, reason=LeftReason.WAIT_TOO_LONG) == APPLIED
    assert hall.row().outcome is outcome


def test_a_no_show_is_restored_to_the_queue_or_to_a_counter(hall: Machines) -> None:
    for number in ("A001", "A002"):
        hall.say("ticket_taken", 0, number)
        hall.say("called", 5, number)
        hall.say("no_show", 6, number)
    hall.say("restored", 7, "A001")
    hall.say("restored", 8, "A002", counter=1)
    waiting, called = hall.rows()
    assert (waiting.outcome, waiting.called_at) == (Outcome.WAITING, at(5))
    assert (called.outcome, called.last_called_at, called.recalls) == (Outcome.CALLED, at(8), 1)


def test_a_ticket_before_the_opening_waits_from_the_opening(hall: Machines) -> None:
    hall.say("ticket_taken", -45)
    hall.say("called", -25)
    assert hall.row().wait_ms == timedelta(minutes=5) // timedelta(milliseconds=1)


def test_a_rating_goes_to_its_ticket_or_to_who_was_last_finished_there(hall: Machines) -> None:
    served(hall)
    served(hall, "A002", start=10)
    assert hall.say("rated", 9.5, rating=4) == APPLIED
    assert hall.say("rating_asked", 19.1, None, counter=1) == APPLIED
    assert hall.say("rated", 19.5, None, counter=1, rating=2, tags=("slow", "unheard")) == APPLIED
    assert hall.say("rated", 19.6, None, counter=1, rating=5) == ("refused", "rated")
    first, second = hall.rows()
    assert (first.rating, second.rating, second.rating_tags) == (4, 2, "slow")
    assert (second.rating_asked_at, second.rated_at) == (at(19.1), at(19.5))


def test_a_rating_that_comes_before_the_end_it_belongs_to_waits(hall: Machines) -> None:
    hall.say("ticket_taken", 0)
    hall.say("called", 5)
    assert hall.say("rated", 9.5, None, counter=1, rating=5) == ("waiting", "not_finished")
    hall.say("ended", 9, counter=1)
    assert hall.row().rating == 5


def test_counters_open_serve_pause_and_close_with_their_spells(hall: Machines) -> None:
    hall.say("counter_opened", -10, None, staff="S2")
    hall.say("ticket_taken", 0)
    hall.say("called", 5)
    hall.say("ended", 9, counter=1)
    hall.say("counter_paused", 10, None, counter=1, pause="lunch")
    assert (hall.counter().state, hall.counter().staff_id) == (CounterState.PAUSED, "S2")
    hall.say("counter_closed", 20, None, counter=1)
    assert (hall.counter().state, hall.counter().staff_id) == (CounterState.CLOSED, None)
    assert [spell.state.value for spell in hall.spells()] == ["idle", "serving", "idle", "paused", "closed"]
    assert hall.row().staff_id == "S2"


def test_a_counter_s_day_that_comes_backwards_has_the_same_spells(hall: Machines) -> None:
    day = [hall.event("counter_opened", -5, None, staff="S1")]
    for place, number in enumerate(("A001", "A002", "A003")):
        day += [
            hall.event("ticket_taken", place, number),
            hall.event("called", 10 * place + 5, number),
            hall.event("ended", 10 * place + 15, number, counter=1),
        ]
    day.append(hall.event("counter_closed", 50, None, counter=1))
    for event in reversed(day):
        hall.send(event, sent=at(60))
    spells = [(spell.state.value, spell.staff_id, spell.began_at) for spell in hall.spells()]
    assert spells == [
        ("idle", "S1", at(-5)),
        ("serving", "S1", at(5)),
        ("idle", "S1", at(15)),
        ("serving", "S1", at(15)),
        ("idle", "S1", at(25)),
        ("serving", "S1", at(25)),
        ("idle", "S1", at(35)),
        ("closed", None, at(50)),
    ]
    assert hall.counter().state is CounterState.CLOSED


def test_one_ends_and_the_next_is_called_in_the_same_second(hall: Machines) -> None:
    for number in ("A001", "A002"):
        hall.say("ticket_taken", 0, number)
    hall.say("called", 5, "A001")
    hall.say("called", 9, "A002")
    hall.say("ended", 9, "A001", counter=1)
    assert hall.counter().state is CounterState.SERVING


def test_somebody_the_hall_does_not_know_is_left_out_and_said(hall: Machines) -> None:
    assert hall.say("counter_opened", 0, None, staff="S9") == ("applied", "unknown_staff")
    assert (hall.counter().state, hall.counter().staff_id) == (CounterState.IDLE, None)


def test_a_day_s_total_and_a_heartbeat_are_kept_and_change_nothing(hall: Machines) -> None:
    assert hall.say("day_total", 0, None, tickets=12) == APPLIED
    assert hall.say("heartbeat", 1, None) == APPLIED
    assert [event.content.get("tickets") for event in hall.events()] == [12, None]


def test_the_hall_s_pulse_moves_once_a_batch(hall: Machines) -> None:
    def pulse() -> int:
        with hall.store.reading() as session:
            return session.get_one(BranchPulse, HALL).changes

    before = pulse()
    hall.send(*(hall.event("ticket_taken", 0, f"A{number:03}") for number in range(30)))
    assert pulse() == before + 1


def test_a_name_of_the_machine_s_own_is_told_anew_once_somebody_says_what_it_means(hall: Machines) -> None:
    assert hall.say("ticket_taken", 0, business="交费") == ("refused", "unknown_business")
    assert hall.say("called", 5) == ("waiting", "no_ticket")
    with hall.store.writing() as session:
        set_businesses(session, ROOT, HALL, Q, {"交费": "payment"}, now=at(6))
    assert (hall.row().business_type, hall.row().outcome) == ("payment", Outcome.CALLED)
    assert hall.say("ticket_taken", 7, "A002", business="交费") == APPLIED


# --- mixed halls: people and machines at the same visit


def test_the_console_serves_a_machine_s_ticket_and_each_stamp_keeps_its_source(hall: Machines, desk: Desk) -> None:
    hall.say("ticket_taken", 0)
    desk.press(sign_on, WANG, 1)
    desk.now = at(5)
    desk.press(call_next, WANG, 1)
    desk.now = at(5.1)
    desk.press(greet, WANG, 1)
    row = hall.row()
    assert (row.source, row.served_source) == (Source.DEVICE, Source.STAFF)
    assert {"called_at=staff", "greeted_at=staff", "started_at=staff"} <= set(row.stamp_sources.split())
    assert hall.say("ended", 9, counter=1) == APPLIED
    row = hall.row()
    assert (row.outcome, row.ended_at, row.called_at, row.greeting_ms) == (Outcome.COMPLETED, at(9), at(5), 6_000)
    assert "ended_at" not in row.stamp_sources
    assert hall.counter().state is CounterState.IDLE


def test_pads_serve_a_ticket_of_the_console(hall: Machines, desk: Desk) -> None:
    receipt = desk.press(take_ticket, GUIDE, "payment")
    ticket = hall.row().ticket
    assert ticket == "MA0001"
    desk.press(sign_on, WANG, 1)
    for kind, minutes in (("called", 5), ("greeted", 5.1), ("ended", 9)):
        assert hall.say(kind, minutes, ticket, counter=1, device=PAD) == APPLIED
    row = desk.row(receipt.interaction_id)
    assert (row.source, row.served_source, row.staff_id) == (Source.STAFF, Source.DEVICE, "S1")
    assert {"called_at=device", "greeted_at=device", "ended_at=device"} <= set(row.stamp_sources.split())
    assert (row.outcome, row.handling_ms) == (Outcome.COMPLETED, 234_000)


def test_a_machine_never_reopens_what_a_person_finished(hall: Machines, desk: Desk) -> None:
    hall.say("ticket_taken", 0)
    desk.press(sign_on, WANG, 1)
    for minutes, command in ((5, call_next), (5.1, greet), (9, finish)):
        desk.now = at(minutes)
        desk.press(command, WANG, 1)
    assert hall.say("called", 10) == ("refused", "finished")
    assert hall.say("ended", 11) == ("refused", "finished")
    assert hall.say("at_counter", 5.05) == APPLIED  # it fills what nobody pressed
    row = hall.row()
    assert (row.outcome, row.ended_at, row.at_counter_at) == (Outcome.COMPLETED, at(9), at(5.05))


def test_a_correction_stands_against_what_a_machine_says_later(hall: Machines, desk: Desk) -> None:
    served(hall)
    desk.now = at(20)
    desk.press(correct, HEAD, hall.row().id, {"ended_at": at(8), "items": 3}, "the pad hung")
    assert set(hall.row().stamp_sources.split()) == {"ended_at=staff", "items=staff"}
    hall.say("items", 9, items=7)
    hall.say("assisted", 9)
    row = hall.row()
    assert (row.ended_at, row.items, row.assisted) == (at(8), 3, True)


def test_an_undo_notes_nothing(hall: Machines, desk: Desk) -> None:
    hall.say("ticket_taken", 0)
    desk.press(sign_on, WANG, 1)
    desk.now = at(5)
    desk.press(call_next, WANG, 1)
    desk.press(undo, WANG, 1)
    row = hall.row()
    assert (row.outcome, row.called_at, row.stamp_sources, row.served_source) == (Outcome.WAITING, None, "", None)
    assert hall.say("called", 6) == APPLIED
    assert hall.row().called_at == at(6)


def test_pads_go_on_with_the_part_that_a_person_transferred(hall: Machines, desk: Desk) -> None:
    hall.say("ticket_taken", 0)
    desk.press(sign_on, WANG, 1)
    desk.press(sign_on, ZHAO, 2)
    hall.say("called", 5, counter=1)
    desk.now = at(7)
    desk.press(transfer, WANG, 1, to_counter_id=2)
    assert hall.say("called", 8, counter=2) == APPLIED
    hall.say("ended", 9, counter=2)
    first, second = hall.rows()
    assert (first.outcome, first.ended_at, first.recalls) == (Outcome.TRANSFERRED, at(7), 0)
    assert (second.source, second.outcome, second.called_at) == (Source.STAFF, Outcome.COMPLETED, at(8))
    assert second.staff_id == "S2"


def test_pads_end_the_business_that_a_person_added(hall: Machines, desk: Desk) -> None:
    hall.say("ticket_taken", 0)
    desk.press(sign_on, WANG, 1)
    hall.say("called", 5)
    hall.say("greeted", 5.1)
    desk.now = at(7)
    desk.press(add_business, WANG, 1, "enquiry")
    assert hall.say("ended", 9, counter=1) == APPLIED
    assert [(row.outcome, row.ended_at) for row in hall.rows()] == [
        (Outcome.COMPLETED, at(7)),
        (Outcome.COMPLETED, at(9)),
    ]


def test_a_no_show_by_hand_may_be_called_again_by_the_machine(hall: Machines, desk: Desk) -> None:
    hall.say("ticket_taken", 0)
    desk.press(sign_on, WANG, 1)
    desk.now = at(5)
    desk.press(call_next, WANG, 1)
    desk.press(no_show, WANG, 1)
    hall.say("items", 6, items=2)
    assert hall.row().outcome is Outcome.NO_SHOW
    assert hall.say("restored", 7, counter=2) == APPLIED
    assert (hall.row().outcome, hall.row().counter_id) == (Outcome.CALLED, 2)


# --- the machines themselves


def test_a_token_is_known_by_its_digest_alone_until_it_is_renewed_or_retired(hall: Machines) -> None:
    old = hall.tokens[Q]
    with hall.store.writing() as session:
        stored = session.get_one(Device, (HALL, Q))
        assert old not in stored.token_digest
        assert device_of(session, old) is stored
        assert device_of(session, old, "H2") is None
        new = renew_token(session, ROOT, HALL, Q, now=at(0))
        assert device_of(session, old) is None
        set_in_use(session, ROOT, HALL, Q, False, now=at(0))
        assert device_of(session, new) is None
    with pytest.raises(Refused, match="no device Q1 in use"):
        hall.say("heartbeat", 0, None)


def test_only_who_sets_halls_up_adds_machines(hall: Machines) -> None:
    with hall.store.writing() as session, pytest.raises(NotAllowed):
        add_device(session, HEAD, HALL, "Q2", kind=DeviceKind.QUEUE_MACHINE, now=at(0))


@pytest.mark.parametrize(("code", "reason"), [("Q1", "known_device"), ("a b", "code")])
def test_a_machine_s_code_is_new_and_plain(hall: Machines, code: str, reason: str) -> None:
    with hall.store.writing() as session, pytest.raises(Refused) as refused:
        add_device(session, ROOT, HALL, code, kind=DeviceKind.QUEUE_MACHINE, now=at(0))
    assert refused.value.reason == reason


def test_a_machine_may_send_events_and_nothing_else(hall: Machines) -> None:
    with hall.store.reading() as session:
        actor = device_actor(session.get_one(Device, (HALL, Q)))
    with hall.store.writing() as session, pytest.raises(NotAllowed):
        renew_token(session, actor, HALL, Q, now=at(0))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "recalled"},
        {"kind": "transferred", "ticket": "A1"},
        {"kind": "rated", "rating": 6, "ticket": "A1"},
        {"kind": "rated", "rating": 5},
        {"kind": "ticket_taken", "ticket": "A\x001", "business": "payment"},
        {"kind": "heartbeat", "unheard": 1},
        {"kind": "heartbeat", "at": "2026-03-03T09:00:00"},
        {"kind": "heartbeat", "at": "1999-03-03T09:00:00Z"},
        {"kind": "day_total"},
    ],
)
def test_an_event_without_what_its_kind_needs_can_not_be_said(hall: Machines, wrong: dict[str, Any]) -> None:
    named = {"ticket": None, "minutes": 0, **wrong}
    with pytest.raises(ValidationError):
        hall.event(named.pop("kind"), named.pop("minutes"), named.pop("ticket"), **named)
