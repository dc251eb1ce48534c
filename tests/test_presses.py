"""The counter's and the guide's commands, one by one and in any order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from actions.amending import correct, undo
from actions.calling import call_again, call_next, no_show, restore, walk_in
from actions.counters import pause, reopen, sign_off, sign_on
from actions.marking import assist, change_business, keep_promise, mark_attention, promise, set_items
from actions.refusal import Refused, Stale
from actions.serving import add_business, finish, greet, hold, left, resume, transfer
from actions.tickets import take_ticket
from actions.waiting import change_waiting, divert, greet_at_door, left_waiting, void
from analytics.board import board
from analytics.desk import desk as desk_of
from analytics.door import door
from models.actor import NotAllowed
from models.store import Store
from models.tables import AuditEvent, BranchPulse, Correction, CounterSpell, Hold, Interaction
from standards.vocabulary import (
    Begun,
    Channel,
    CounterState,
    HoldKind,
    LeftReason,
    Outcome,
    PauseReason,
    Priority,
)
from tests.desks import GUIDE, HALL, HEAD, MORNING, WANG, ZHAO, Desk
from ui.board_counters import counters_said
from ui.language import translator_of
from ui.wording import Language


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    return Desk(working_hall)


@pytest.fixture
def manned(desk: Desk) -> Desk:
    desk.press(sign_on, WANG, 1)
    desk.press(sign_on, ZHAO, 2)
    return desk


def a_served_visit(desk: Desk) -> UUID:
    desk.press(take_ticket, GUIDE, "payment")
    desk.wait(minutes=4)
    called = desk.press(call_next, WANG, 1).interaction_id
    desk.wait(seconds=9)
    desk.press(greet, WANG, 1)
    desk.wait(minutes=3)
    desk.press(finish, WANG, 1)
    assert called is not None
    return called


def test_two_presses_log_a_visit_with_its_times(manned: Desk) -> None:
    row = manned.row(a_served_visit(manned))
    assert row.outcome is Outcome.COMPLETED
    assert (row.wait_ms, row.greeting_ms, row.handling_ms) == (240_000, 9_000, 180_000)
    assert (row.ticket, row.staff_id, row.counter_id) == ("A0001", "S1", 1)


def test_tickets_are_numbered_by_letter_and_day(desk: Desk) -> None:
    for business in ("payment", "payment", "enquiry"):
        desk.press(take_ticket, GUIDE, business)
    desk.wait(days=1)
    desk.press(take_ticket, GUIDE, "payment")
    assert [row.ticket for row in desk.rows()] == ["A0001", "A0002", "B0001", "A0001"]


def test_a_ticket_before_opening_waits_from_opening(desk: Desk) -> None:
    desk.wait(hours=-1)
    row = desk.row(desk.press(take_ticket, GUIDE, "payment").interaction_id)
    assert row.wait_from_at - row.arrived_at == timedelta(minutes=30)


def test_priority_is_called_before_earlier_tickets(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    manned.wait(minutes=1)
    elderly = manned.press(take_ticket, GUIDE, "payment", priority=Priority.ELDERLY)
    assert manned.press(call_next, WANG, 1).interaction_id == elderly.interaction_id


def test_a_double_press_logs_once_and_answers_the_same(manned: Desk) -> None:
    for _ in range(2):
        manned.press(take_ticket, GUIDE, "payment")
    first = manned.press(call_next, WANG, 1, key="press", seen=1)
    again = manned.press(call_next, WANG, 1, key="press", seen=1)
    assert (again.interaction_id, again.event_id, again.repeated) == (first.interaction_id, first.event_id, True)
    assert len([row for row in manned.rows() if row.outcome is Outcome.CALLED]) == 1


def test_a_press_from_a_second_tab_that_saw_an_older_state_is_refused(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    seen = manned.counter().version
    manned.press(call_next, WANG, 1, seen=seen)
    manned.press(greet, WANG, 1)
    with pytest.raises(Stale):
        manned.press(no_show, WANG, 1, seen=seen)
    assert [row.outcome for row in manned.rows()] == [Outcome.SERVING]


def test_a_key_used_for_something_else_is_refused(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment", key="one")
    with pytest.raises(Refused) as refusal:
        manned.press(call_next, WANG, 1, key="one")
    assert refusal.value.reason == "key_used"


def test_finish_and_call_next_is_one_press(manned: Desk) -> None:
    for _ in range(2):
        manned.press(take_ticket, GUIDE, "payment")
    manned.press(call_next, WANG, 1)
    manned.press(greet, WANG, 1)
    receipt = manned.press(finish, WANG, 1, then_call=True)
    first, second = manned.rows()
    assert (first.outcome, second.outcome) == (Outcome.COMPLETED, Outcome.CALLED)
    assert receipt.interaction_id == second.id
    manned.press(greet, WANG, 1)
    assert manned.press(finish, WANG, 1, then_call=True).interaction_id == second.id
    assert manned.counter().state is CounterState.IDLE


def test_calling_an_empty_queue_says_so_and_changes_nothing(manned: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        manned.press(call_next, WANG, 1)
    assert refusal.value.reason == "queue_empty"
    assert manned.counter().state is CounterState.IDLE


def test_a_recall_keeps_the_first_call_and_counts(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    manned.press(call_next, WANG, 1)
    manned.wait(seconds=30)
    row = manned.row(manned.press(call_again, WANG, 1).interaction_id)
    assert row.recalls == 1
    assert row.called_at is not None
    assert row.last_called_at == row.called_at + timedelta(seconds=30)


def test_a_restored_no_show_is_the_same_interaction_greeted_from_its_last_call(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    manned.wait(minutes=2)
    gone = manned.press(call_next, WANG, 1).interaction_id
    manned.press(no_show, WANG, 1)
    assert manned.row(gone).wait_ms == 120_000
    manned.wait(minutes=10)
    manned.press(restore, WANG, 1, gone)
    manned.wait(seconds=5)
    manned.press(greet, WANG, 1)
    row = manned.row(gone)
    assert (row.wait_ms, row.greeting_ms, row.outcome) == (120_000, 5_000, Outcome.SERVING)


def test_a_walk_in_has_no_wait_and_no_greeting_but_a_handling(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "enquiry")
    manned.wait(minutes=2)
    row = manned.row(manned.press(finish, WANG, 1).interaction_id)
    assert (row.begun, row.wait_ms, row.greeting_ms, row.handling_ms) == (Begun.WALK_IN, None, None, 120_000)


def test_a_call_logged_by_hand_is_on_the_telephone(manned: Desk) -> None:
    row = manned.row(manned.press(walk_in, WANG, 1, "enquiry", channel=Channel.TELEPHONE).interaction_id)
    assert row.channel is Channel.TELEPHONE


def test_a_phone_interruption_is_charged_to_neither_limit(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    manned.press(call_next, WANG, 1)
    manned.press(hold, WANG, 1, HoldKind.PHONE)
    manned.wait(seconds=40)
    manned.press(resume, WANG, 1)
    manned.wait(seconds=6)
    manned.press(greet, WANG, 1)
    manned.press(hold, WANG, 1, HoldKind.PHONE)
    manned.wait(seconds=50)
    manned.press(resume, WANG, 1)
    manned.wait(seconds=70)
    row = manned.row(manned.press(finish, WANG, 1).interaction_id)
    assert (row.greeting_ms, row.handling_ms) == (6_000, 70_000)
    with manned.store.reading() as session:
        assert [kept.kind for kept in session.exec(select(Hold))] == [HoldKind.PHONE] * 2


def test_who_is_away_for_papers_leaves_the_counter_free_and_comes_back_to_any(manned: Desk) -> None:
    for _ in range(2):
        manned.press(take_ticket, GUIDE, "payment")
    away = manned.press(call_next, WANG, 1).interaction_id
    manned.press(greet, WANG, 1)
    manned.press(hold, WANG, 1, HoldKind.AWAY_FOR_PAPERS)
    manned.press(call_next, WANG, 1)
    manned.wait(minutes=30)
    manned.press(resume, ZHAO, 2, interaction_id=away)
    manned.wait(minutes=1)
    manned.press(finish, ZHAO, 2)
    assert manned.row(away).handling_ms == 60_000


def test_papers_kept_are_resumed_at_the_same_counter_alone(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "change")
    kept = manned.press(hold, WANG, 1, HoldKind.PAPERS_KEPT).interaction_id
    with pytest.raises(Refused):
        manned.press(resume, ZHAO, 2, interaction_id=kept)
    assert manned.press(resume, WANG, 1, interaction_id=kept).interaction_id == kept


def test_finishing_from_a_hold_ends_the_hold(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "change")
    manned.wait(minutes=1)
    manned.press(hold, WANG, 1, HoldKind.WAITING)
    manned.wait(minutes=5)
    row = manned.row(manned.press(finish, WANG, 1).interaction_id)
    assert (row.handling_ms, row.held_ms, row.held_since_at) == (60_000, 300_000, None)


def test_added_business_has_no_wait_and_no_greeting_of_its_own(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    manned.press(call_next, WANG, 1)
    manned.press(greet, WANG, 1)
    manned.press(add_business, WANG, 1, "change")
    first, second = manned.rows()
    assert first.outcome is Outcome.COMPLETED
    assert second.visit_id == first.visit_id
    assert (second.begun, second.wait_ms, second.greeting_ms) == (Begun.ADDED, None, None)
    assert second.outcome is Outcome.SERVING


def test_a_transfer_keeps_the_arrival_and_has_a_wait_of_its_own(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    manned.wait(minutes=5)
    manned.press(call_next, WANG, 1)
    manned.press(greet, WANG, 1)
    manned.press(transfer, WANG, 1, to_counter_id=2)
    manned.press(take_ticket, GUIDE, "payment", priority=Priority.DISABLED)
    manned.wait(minutes=2)
    part = manned.row(manned.press(call_next, ZHAO, 2).interaction_id)
    assert part.begun is Begun.TRANSFER
    assert (part.wait_ms, part.transfer_wait_ms) == (None, 120_000)
    assert part.arrived_at == manned.rows()[0].arrived_at


def test_a_transfer_to_a_counter_is_not_called_elsewhere(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "payment")
    manned.press(transfer, WANG, 1, to_counter_id=2)
    with pytest.raises(Refused):
        manned.press(call_next, WANG, 1)


@pytest.mark.parametrize("where", [{}, {"to_counter_id": 1}, {"to_counter_id": 9}, {"business_type": "nothing"}])
def test_a_transfer_to_nowhere_is_refused(manned: Desk, where: dict[str, Any]) -> None:
    manned.press(walk_in, WANG, 1, "payment")
    with pytest.raises(Refused):
        manned.press(transfer, WANG, 1, **where)
    assert [row.outcome for row in manned.rows()] == [Outcome.SERVING]


def test_leaving_at_the_counter_keeps_its_reason(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "payment")
    row = manned.row(manned.press(left, WANG, 1, LeftReason.PAPERS_MISSING).interaction_id)
    assert (row.outcome, row.left_reason, row.left_at) == (Outcome.LEFT, LeftReason.PAPERS_MISSING, manned.now)


def test_the_guide_settles_waiting_tickets(desk: Desk) -> None:
    ids = [desk.press(take_ticket, GUIDE, "payment").interaction_id for _ in range(4)]
    desk.wait(minutes=3)
    desk.press(left_waiting, GUIDE, ids[0])
    desk.press(divert, GUIDE, ids[1])
    desk.press(void, GUIDE, ids[2], "taken twice")
    desk.press(change_waiting, GUIDE, ids[3], "change", priority=Priority.PREGNANT)
    desk.press(greet_at_door, GUIDE, ids[3])
    rows = desk.rows()
    assert [row.outcome for row in rows] == [Outcome.LEFT, Outcome.DIVERTED, Outcome.VOID, Outcome.WAITING]
    assert (rows[0].wait_ms, rows[3].door_greeting_ms, rows[3].ticket) == (180_000, 180_000, "A0004")
    with pytest.raises(Refused):
        desk.press(void, GUIDE, ids[3], "  ")


def test_marks_at_the_counter(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "payment")
    manned.press(set_items, WANG, 1, 40)
    manned.press(change_business, WANG, 1, "enquiry")
    manned.press(assist, WANG, 1, True)
    promised = manned.now + timedelta(hours=3)
    row = manned.row(manned.press(promise, WANG, 1, promised).interaction_id)
    manned.press(mark_attention, WANG, row.id, "asked for the supervisor", seen=row.version)
    manned.press(keep_promise, WANG, row.id)
    row = manned.row(row.id)
    assert (row.items, row.business_type, row.assisted, row.attention) == (40, "enquiry", True, True)
    assert (row.promised_at, row.promise_kept_at) == (promised, manned.now)
    for items in (0, 1000):
        with pytest.raises(Refused):
            manned.press(set_items, WANG, 1, items)
    with pytest.raises(Refused):
        manned.press(promise, WANG, 1, manned.now)


def test_nobody_presses_at_a_colleagues_or_a_closed_counter(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    with pytest.raises(Refused):
        manned.press(call_next, ZHAO, 1)
    with pytest.raises(NotAllowed):
        manned.press(call_next, GUIDE, 1)
    manned.press(sign_off, WANG, 1)
    with pytest.raises(Refused):
        manned.press(call_next, WANG, 1)


def test_signing_on_takes_one_free_counter(manned: Desk) -> None:
    with pytest.raises(Refused):
        manned.press(sign_on, WANG, 2)
    manned.press(sign_off, ZHAO, 2)
    with pytest.raises(Refused):
        manned.press(sign_on, WANG, 2)
    with pytest.raises(Refused):
        manned.press(sign_on, HEAD, 2)


def test_a_pause_has_a_reason_and_leaves_a_spell(manned: Desk) -> None:
    manned.press(pause, WANG, 1, PauseReason.LUNCH, back_at=manned.now + timedelta(minutes=30))
    with pytest.raises(Refused):
        manned.press(walk_in, WANG, 1, "payment")
    manned.wait(minutes=20)
    manned.press(reopen, WANG, 1)
    with manned.store.reading() as session:
        spells = session.exec(select(CounterSpell).where(CounterSpell.counter_id == 1)).all()
        ended = {spell.state: spell.ended_at for spell in spells}
        began = {spell.state: spell.began_at for spell in spells}
    paused_until = ended[CounterState.PAUSED]
    assert paused_until is not None
    assert paused_until - began[CounterState.PAUSED] == timedelta(minutes=20)
    assert manned.counter().back_at is None


def test_undo_takes_the_last_press_back_and_keeps_what_was_recorded(manned: Desk) -> None:
    row_id = a_served_visit(manned)
    manned.wait(seconds=59)
    manned.press(undo, WANG, 1)
    row = manned.row(row_id)
    assert (row.outcome, row.ended_at, row.handling_ms) == (Outcome.SERVING, None, None)
    assert manned.counter().state is CounterState.SERVING
    with manned.store.reading() as session:
        kept = {correction.field: correction.was for correction in session.exec(select(Correction))}
    assert kept["outcome"] == "completed"
    assert kept["ended_at"] is not None
    with pytest.raises(Refused):
        manned.press(undo, WANG, 1)  # the press before is older than a minute


def test_undo_ends_after_a_minute_and_is_for_ones_own_press(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "payment")
    with pytest.raises(Refused):
        manned.press(undo, ZHAO, 1)
    manned.wait(seconds=61)
    with pytest.raises(Refused):
        manned.press(undo, WANG, 1)


def test_undoing_a_walk_in_leaves_a_void_row(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "payment")
    manned.press(undo, WANG, 1)
    assert [row.outcome for row in manned.rows()] == [Outcome.VOID]
    assert manned.counter().state is CounterState.IDLE


def test_a_transfer_that_somebody_has_called_cannot_be_undone(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "payment")
    manned.press(transfer, WANG, 1, to_counter_id=2)
    manned.press(call_next, ZHAO, 2)
    with pytest.raises(Refused) as refusal:
        manned.press(undo, WANG, 1)
    assert refusal.value.reason == "moved_on"
    assert [row.outcome for row in manned.rows()] == [Outcome.TRANSFERRED, Outcome.CALLED]


def test_a_correction_needs_a_reason_and_keeps_the_first_record(manned: Desk) -> None:
    row = manned.row(a_served_visit(manned))
    assert row.greeted_at is not None
    with pytest.raises(Refused):
        manned.press(correct, WANG, row.id, {"items": 2}, " ")
    moved = row.greeted_at + timedelta(seconds=4)
    manned.press(
        correct, WANG, row.id, {"greeted_at": moved, "started_at": moved, "items": 2}, "late", seen=row.version
    )
    after = manned.row(row.id)
    assert (after.greeting_ms, after.items, after.version) == (13_000, 2, row.version + 1)
    with manned.store.reading() as session:
        kept = {correction.field: (correction.was, correction.why) for correction in session.exec(select(Correction))}
    assert kept["items"] == ("1", "late")
    with pytest.raises(Stale):
        manned.press(correct, WANG, row.id, {"items": 3}, "again", seen=row.version)


def test_a_correction_keeps_the_order_of_the_stamps(manned: Desk) -> None:
    row = manned.row(a_served_visit(manned))
    for changes in (
        {"called_at": row.arrived_at - timedelta(seconds=1)},
        {"ended_at": manned.now + timedelta(hours=1)},
        {"greeted_at": None},
        {"outcome": Outcome.WAITING},
        {"staff_id": "S2"},
        {"items": 0},
        {"items": 1},
        {},
    ):
        with pytest.raises(Refused):
            manned.press(correct, WANG, row.id, changes, "because")
    assert manned.row(row.id) == row


def test_a_stamp_marked_inaccurate_takes_the_greeting_out(manned: Desk) -> None:
    row = manned.row(a_served_visit(manned))
    manned.press(correct, HEAD, row.id, {"inaccurate": "greeted_at"}, "pressed late")
    assert manned.row(row.id).greeting_ms is None


def test_a_clerk_corrects_their_own_visits_alone(manned: Desk) -> None:
    row = manned.row(a_served_visit(manned))
    with pytest.raises(Refused):
        manned.press(correct, ZHAO, row.id, {"items": 5}, "because")
    manned.press(correct, HEAD, row.id, {"outcome": Outcome.VOID}, "logged twice")
    assert manned.row(row.id).outcome is Outcome.VOID


def test_every_press_is_in_the_trail_and_moves_the_halls_change_counter(manned: Desk) -> None:
    a_served_visit(manned)
    with manned.store.reading() as session:
        events = [
            (event.actor, event.action) for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.id)))
        ]
        pulse = session.get(BranchPulse, HALL)
        assert pulse is not None
        assert pulse.changes == len(events)
    assert events[-4:] == [("guide", "take_ticket"), ("wang", "call_next"), ("wang", "greet"), ("wang", "finish")]


def test_a_phone_before_the_last_call_is_no_excuse_for_a_late_greeting(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    manned.press(call_next, WANG, 1)
    manned.press(hold, WANG, 1, HoldKind.PHONE)
    manned.wait(seconds=60)
    manned.press(resume, WANG, 1)
    manned.press(call_again, WANG, 1)
    manned.wait(seconds=30)
    assert manned.row(manned.press(greet, WANG, 1).interaction_id).greeting_ms == 30_000


def test_a_phone_before_a_no_show_is_no_excuse_after_its_return(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    gone = manned.press(call_next, WANG, 1).interaction_id
    manned.press(hold, WANG, 1, HoldKind.PHONE)
    manned.wait(seconds=60)
    manned.press(resume, WANG, 1)
    manned.press(no_show, WANG, 1)
    manned.press(restore, WANG, 1, gone)
    manned.wait(seconds=25)
    manned.press(greet, WANG, 1)
    assert manned.row(gone).greeting_ms == 25_000


def test_a_transferred_customers_wait_is_the_same_on_every_screen(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    manned.wait(minutes=31)
    manned.press(call_next, WANG, 1)
    manned.press(transfer, WANG, 1, to_counter_id=2)
    transferred_at = manned.now
    manned.wait(seconds=60)
    with manned.store.reading() as session:
        on_the_board = board(session, HEAD, HALL, now=manned.now).waiting[0].clock.runs_from
        at_the_desk = desk_of(session, ZHAO, HALL, 2, now=manned.now)
        at_the_door = door(session, GUIDE, HALL, now=manned.now).tickets[0].waits_since_at
    assert at_the_desk is not None
    assert [on_the_board, at_the_desk.longest_since_at, at_the_door] == [transferred_at] * 3


def test_a_visit_that_is_not_over_cannot_be_voided(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "payment")
    (row,) = manned.rows()
    with pytest.raises(Refused) as refusal:
        manned.press(correct, HEAD, row.id, {"outcome": Outcome.VOID}, "because")
    assert refusal.value.reason == "open"


@pytest.mark.parametrize("stamp", ["ended_at", "left_at", "called_at"])
def test_a_correction_invents_no_press(manned: Desk, stamp: str) -> None:
    manned.press(walk_in, WANG, 1, "payment")
    (row,) = manned.rows()
    with pytest.raises(Refused):
        manned.press(correct, HEAD, row.id, {stamp: manned.now}, "because")


def test_a_forgotten_greeting_can_be_put_in_when_the_visit_is_over(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    called = manned.press(call_next, WANG, 1).interaction_id
    manned.wait(seconds=10)
    greeted_at = manned.now
    manned.wait(minutes=3)
    manned.press(finish, WANG, 1)
    manned.press(correct, WANG, called, {"greeted_at": greeted_at, "started_at": greeted_at}, "forgot to press")
    row = manned.row(called)
    assert (row.greeting_ms, row.handling_ms) == (10_000, 180_000)


def test_a_clerk_does_not_void_their_own_visits(manned: Desk) -> None:
    row = manned.row(a_served_visit(manned))
    with pytest.raises(NotAllowed):
        manned.press(correct, WANG, row.id, {"outcome": Outcome.VOID}, "looks bad")


def test_nothing_that_is_no_time_becomes_a_stamp(manned: Desk) -> None:
    row = manned.row(a_served_visit(manned))
    for changes in ({"greeted_at": "10:00"}, {"greeted_at": MORNING.replace(tzinfo=None)}, {"items": "3"}):
        with pytest.raises(Refused):
            manned.press(correct, WANG, row.id, changes, "because")


def test_ticket_numbers_go_on_after_tickets_of_other_forms(desk: Desk) -> None:
    desk.press(take_ticket, GUIDE, "payment")
    with desk.store.writing() as session:
        for row in session.exec(select(Interaction)):
            row.ticket = "AZZZZ"
    for _ in range(2):
        desk.press(take_ticket, GUIDE, "payment")
    with desk.store.writing() as session:
        session.exec(select(Interaction).where(Interaction.ticket == "A0002")).one().ticket = "A9999"
    desk.press(take_ticket, GUIDE, "payment")
    assert sorted(row.ticket or "" for row in desk.rows()) == ["A0001", "A10000", "A9999", "AZZZZ"]


def test_yesterdays_forgotten_ticket_is_not_called_but_shown_to_the_guide(manned: Desk) -> None:
    manned.press(take_ticket, GUIDE, "payment")
    manned.wait(days=1)
    today = manned.press(take_ticket, GUIDE, "payment").interaction_id
    assert manned.press(call_next, WANG, 1).interaction_id == today
    with manned.store.reading() as session:
        left_over = door(session, GUIDE, HALL, now=manned.now).tickets
        assert [ticket.forgotten for ticket in left_over] == [True]
        assert board(session, HEAD, HALL, now=manned.now).waiting == ()


def test_a_mark_for_attention_is_ones_own_to_make_and_its_first_note_is_kept(manned: Desk) -> None:
    row_id = a_served_visit(manned)
    manned.press(mark_attention, WANG, row_id, "asked for the supervisor")
    with pytest.raises(Refused):
        manned.press(mark_attention, ZHAO, row_id, marked=False)
    manned.press(mark_attention, WANG, row_id, marked=False)
    row = manned.row(row_id)
    assert (row.attention, row.attention_note) == (False, "asked for the supervisor")
    manned.press(mark_attention, HEAD, row_id, "settled")
    with manned.store.reading() as session:
        kept = [(one.field, one.was) for one in session.exec(select(Correction).order_by(col(Correction.id)))]
    assert kept == [("attention", "True"), ("attention_note", "asked for the supervisor")]


def test_whoever_was_sent_to_one_counter_can_be_freed_by_the_guide(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "payment")
    manned.press(transfer, WANG, 1, to_counter_id=2)
    part = manned.open_rows()[0].id
    manned.press(change_waiting, GUIDE, part, "payment")
    assert manned.press(call_next, WANG, 1).interaction_id == part


def test_a_corrected_greeting_takes_the_start_of_the_same_press_along(manned: Desk) -> None:
    row = manned.row(a_served_visit(manned))
    assert row.greeted_at is not None
    manned.press(correct, WANG, row.id, {"greeted_at": row.greeted_at + timedelta(seconds=4)}, "pressed early")
    after = manned.row(row.id)
    assert after.started_at == after.greeted_at
    assert after.handling_ms == 176_000


def test_a_mark_for_attention_reaches_the_supervisors_board(manned: Desk) -> None:
    manned.press(walk_in, WANG, 1, "payment")
    manned.press(mark_attention, WANG, manned.rows()[0].id)
    with manned.store.reading() as session:
        shown = counters_said(board(session, HEAD, HALL, now=manned.now), translator_of(Language.EN))
    assert [card["note"] for card in shown] == ["Marked for attention", ""]
