"""Opening and closing the hall: the checklist, no more tickets, every open visit settled, the day signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from actions.calling import call_next, no_show, walk_in
from actions.closing import close_hall, come_back, settle, stop_tickets
from actions.counters import sign_on
from actions.opening import all_in_order, check, open_hall, reopen_hall
from actions.refusal import Refused
from actions.restoring import restore_at_door
from actions.serving import greet, hold
from actions.tickets import take_ticket
from actions.waiting import void
from analytics.counter_places import signing_on
from analytics.customers import customers_screen
from analytics.day_events import faults
from analytics.door import door
from analytics.hall_day import DayNow, hall_day
from analytics.selection import Selection
from analytics.traffic import traffic
from models.actor import Actor, Grant, NotAllowed
from models.check import check as whole
from models.store import Store
from models.tables import AuditEvent, Counter, CounterSpell, HallDay, Hold, Interaction
from standards.hall_day import OpeningCheck, Settle
from standards.vocabulary import (
    Channel,
    CounterState,
    HoldKind,
    LeftReason,
    Outcome,
    Priority,
    Role,
    Settlement,
    Source,
)
from tests.desks import GUIDE, HALL, HEAD, MORNING, WANG, Desk
from tests.factories import MACHINE, at
from ui.customer_screen import customers_said

TODAY = date(2026, 3, 3)


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    return Desk(working_hall)


def refused(reason: str, work: Callable[..., object], *arguments: Any, **named: Any) -> None:
    with pytest.raises(Refused) as caught:
        work(*arguments, **named)
    assert caught.value.reason == reason


def shown(desk: Desk) -> DayNow:
    with desk.store.reading() as session:
        return hall_day(session, HEAD, HALL, now=desk.now)


def stored(desk: Desk, of_day: date = TODAY) -> HallDay:
    with desk.store.reading() as session:
        found = session.get_one(HallDay, (HALL, of_day))
        session.expunge(found)
        return found


def ticket(desk: Desk, business: str = "payment", source: Source = Source.STAFF) -> UUID:
    actor = GUIDE if source is Source.STAFF else MACHINE
    found = desk.press(take_ticket, actor, business, source=source).interaction_id
    assert found is not None
    return found


def seen(desk: Desk, *ids: UUID) -> tuple[tuple[UUID, int], ...]:
    return tuple((row_id, desk.row(row_id).version) for row_id in ids)


def settled(desk: Desk, row_id: UUID, how: Settle, **named: Any) -> Interaction:
    desk.press(settle, HEAD, TODAY, seen(desk, row_id), how, **named)
    return desk.row(row_id)


def at_the_counter(desk: Desk, *, greeted: bool = True) -> UUID:
    """Somebody whom Wang called to counter 1, and (usually) greeted."""
    row_id = ticket(desk)
    desk.press(sign_on, WANG, 1)
    desk.wait(minutes=3)
    desk.press(call_next, WANG, 1)
    desk.wait(seconds=9)
    if greeted:
        desk.press(greet, WANG, 1)
        desk.wait(minutes=4)
    return row_id


def test_an_item_is_true_false_or_not_looked_at_and_the_hall_opens_with_some_unchecked(desk: Desk) -> None:
    assert (shown(desk).version, shown(desk).unchecked) == (0, len(OpeningCheck))
    desk.press(check, HEAD, TODAY, OpeningCheck.PRINTERS, True, seen=0)
    desk.press(check, HEAD, TODAY, OpeningCheck.NETWORK, False)
    desk.press(check, HEAD, TODAY, OpeningCheck.PRINTERS, None)
    desk.press(open_hall, HEAD, TODAY)
    day = shown(desk)
    assert (day.opened_at, day.opened_by) == (desk.now, "head")
    assert day.failing == ((OpeningCheck.NETWORK, ""),)
    assert day.unchecked == len(OpeningCheck) - 1
    desk.press(check, HEAD, TODAY, OpeningCheck.NETWORK, True)
    assert shown(desk).failing == ()
    refused("opened", desk.press, open_hall, HEAD, TODAY)


def test_an_item_that_is_wanting_is_told_with_its_note_until_it_is_in_order(desk: Desk) -> None:
    assert faults_of(desk) is None
    desk.press(check, HEAD, TODAY, OpeningCheck.QUEUE_MACHINE, False, note=" no paper;\n roll 2 ")
    desk.press(check, HEAD, TODAY, OpeningCheck.PRINTERS, False)
    assert shown(desk).failing == ((OpeningCheck.QUEUE_MACHINE, "no paper； roll 2"), (OpeningCheck.PRINTERS, ""))
    assert faults_of(desk) == "queue_machine: no paper； roll 2; printers: "
    assert stored(desk).checklist["printers"] is False
    desk.press(all_in_order, HEAD, TODAY)
    assert shown(desk).unchecked == 0
    assert [item for item, _ in shown(desk).failing] == [OpeningCheck.QUEUE_MACHINE, OpeningCheck.PRINTERS]
    desk.press(check, HEAD, TODAY, OpeningCheck.QUEUE_MACHINE, True, note="forgotten")
    assert faults_of(desk) == "printers: "


def faults_of(desk: Desk) -> str | None:
    with desk.store.reading() as session:
        return faults(session, HALL, TODAY)


def test_a_press_that_saw_another_version_of_the_day_is_stale(desk: Desk) -> None:
    desk.press(check, HEAD, TODAY, OpeningCheck.PRINTERS, True, seen=0)
    refused("stale", desk.press, open_hall, HEAD, TODAY, seen=0)
    desk.press(open_hall, HEAD, TODAY, seen=shown(desk).version, key="open")
    assert desk.press(open_hall, HEAD, TODAY, seen=1, key="open").repeated


def test_only_whoever_runs_the_hall_opens_and_closes_it_and_only_the_day_in_hand(desk: Desk) -> None:
    for actor in (GUIDE, WANG):
        for command in (open_hall, stop_tickets, close_hall):
            with pytest.raises(NotAllowed):
                desk.press(command, actor, TODAY)
        with pytest.raises(NotAllowed):
            desk.press(reopen_hall, actor, TODAY, "why")
    refused("other_day", desk.press, open_hall, HEAD, TODAY - timedelta(days=1))
    refused("other_day", desk.press, close_hall, HEAD, TODAY - timedelta(days=2))
    refused("other_day", desk.press, close_hall, HEAD, TODAY + timedelta(days=1))


def test_after_the_stop_the_console_gives_no_ticket_and_a_machines_is_taken_in_and_marked(desk: Desk) -> None:
    before = ticket(desk)
    desk.wait(minutes=1)
    desk.press(stop_tickets, HEAD, TODAY)
    desk.wait(minutes=1)
    refused("tickets_stopped", desk.press, take_ticket, GUIDE, "payment")
    after = ticket(desk, source=Source.DEVICE)
    assert {one.id: one.late for one in shown(desk).open} == {before: False, after: True}
    refused("stopped", desk.press, stop_tickets, HEAD, TODAY)
    desk.now += timedelta(days=1)
    ticket(desk)


def test_the_hall_is_not_signed_while_anything_is_open(desk: Desk) -> None:
    row_id = ticket(desk)
    refused("still_open", desk.press, close_hall, HEAD, TODAY)
    settled(desk, row_id, Settle.LEFT)
    desk.press(close_hall, HEAD, TODAY, "all quiet")
    assert (stored(desk).closed_at, stored(desk).closed_by, stored(desk).note) == (desk.now, "head", "all quiet")
    refused("hall_closed", desk.press, close_hall, HEAD, TODAY)


def test_in_a_closed_hall_nobody_begins_anything_until_it_is_open_again(desk: Desk) -> None:
    gone = at_the_counter(desk, greeted=False)
    desk.press(no_show, WANG, 1)
    desk.press(close_hall, HEAD, TODAY)
    refused("hall_closed", desk.press, sign_on, WANG, 1)
    refused("hall_closed", desk.press, take_ticket, GUIDE, "payment")
    refused("hall_closed", desk.press, restore_at_door, GUIDE, gone)
    desk.press(sign_on, MACHINE, 1, staff_id="S1")
    desk.press(reopen_hall, HEAD, TODAY, "a family at the door")
    desk.press(sign_on, WANG, 1)
    desk.press(restore_at_door, GUIDE, gone)


def test_every_screen_of_a_closed_hall_says_since_when_for_that_day_alone(desk: Desk) -> None:
    def said(now: datetime) -> set[datetime | None]:
        with desk.store.reading() as session:
            wall = customers_screen(session, HEAD, HALL, now=now)
            guide = door(session, GUIDE, HALL, now=now)
            clerk = signing_on(session, WANG, HALL, now=now)
        return {wall.closed_at, guide.closed_at, clerk.closed_at}

    assert said(desk.now) == {None}
    desk.press(close_hall, HEAD, TODAY)
    assert said(desk.now) == {desk.now}
    assert said(desk.now + timedelta(days=1)) == {None}
    with desk.store.reading() as session:
        wall = customers_screen(session, HEAD, HALL, now=desk.now)
    assert json.loads(customers_said(wall))["hours"] == ["已于 09:00 闭厅", "Closed at 09:00"]


def test_who_left_unseen_has_no_wait_and_counts_as_abandoned(desk: Desk) -> None:
    unseen, watched = ticket(desk), ticket(desk)
    desk.wait(minutes=20)
    row = settled(desk, unseen, Settle.LEFT)
    assert (row.outcome, row.left_at, row.wait_ms) == (Outcome.LEFT, None, None)
    row = settled(desk, watched, Settle.LEFT, at=desk.now, why=LeftReason.WAIT_TOO_LONG)
    assert (row.left_at, row.wait_ms, row.left_reason) == (desk.now, 20 * 60_000, LeftReason.WAIT_TOO_LONG)
    with desk.store.reading() as session:
        counted = traffic(session, HEAD, Selection(branch_ids=(HALL,), first_on=TODAY, last_on=TODAY))
    assert (counted.tickets, counted.abandoned) == (2, 2)
    assert whole(desk.store).whole


def test_who_was_served_has_a_handling_only_where_the_end_is_known(desk: Desk) -> None:
    row_id = at_the_counter(desk)
    ended_at = desk.now - timedelta(minutes=1)
    row = settled(desk, row_id, Settle.SERVED, at=ended_at)
    assert (row.outcome, row.ended_at, row.handling_ms) == (Outcome.COMPLETED, ended_at, 3 * 60_000)
    assert row.settlement is Settlement.AT_CLOSING
    desk.press(walk_in, WANG, 1, "payment")
    (walked,) = desk.open_rows()
    desk.wait(minutes=5)
    row = settled(desk, walked.id, Settle.SERVED)
    assert (row.outcome, row.ended_at, row.handling_ms) == (Outcome.COMPLETED, None, None)
    assert whole(desk.store).whole


def test_an_end_before_a_stamp_or_ahead_is_refused(desk: Desk) -> None:
    row_id = at_the_counter(desk)
    started_at = desk.row(row_id).started_at
    assert started_at is not None
    for wrong in (started_at - timedelta(milliseconds=1), desk.now + timedelta(seconds=1)):
        refused("order", settled, desk, row_id, Settle.SERVED, at=wrong)
    assert desk.row(row_id).outcome is Outcome.SERVING


def test_only_who_was_called_is_a_no_show_and_the_counter_is_free_again(desk: Desk) -> None:
    called, waits = at_the_counter(desk, greeted=False), ticket(desk)
    refused("not_called", settled, desk, waits, Settle.NO_SHOW)
    version = desk.counter().version
    row = settled(desk, called, Settle.NO_SHOW)
    assert (row.outcome, row.wait_ms) == (Outcome.NO_SHOW, 3 * 60_000)
    assert (desk.counter().state, desk.counter().version) == (CounterState.IDLE, version + 1)


def test_who_is_on_hold_left_when_the_hold_began_unless_somebody_knows(desk: Desk) -> None:
    row_id = at_the_counter(desk)
    desk.press(hold, WANG, 1, HoldKind.AWAY_FOR_PAPERS)
    held_at = desk.now
    desk.wait(hours=2)
    row = settled(desk, row_id, Settle.LEFT, why=LeftReason.PAPERS_MISSING)
    assert (row.outcome, row.left_at, row.held_since_at, row.hold_kind) == (Outcome.LEFT, held_at, None, None)
    with desk.store.reading() as session:
        assert [one.ended_at for one in session.exec(select(Hold))] == [held_at]


def test_all_of_a_kind_are_settled_in_one_press_and_who_moved_on_is_left_alone(desk: Desk) -> None:
    rows = [ticket(desk) for _ in range(60)]
    desk.press(sign_on, WANG, 1)
    listed = seen(desk, *rows)
    desk.press(call_next, WANG, 1)
    desk.press(settle, HEAD, TODAY, listed, Settle.LEFT)
    (left_alone,) = desk.open_rows()
    assert left_alone.id == rows[0]
    refused("stale", desk.press, settle, HEAD, TODAY, listed, Settle.LEFT)


def test_an_open_visit_of_another_day_is_settled_too(desk: Desk) -> None:
    row_id = ticket(desk)
    desk.now += timedelta(days=1)
    of_day = TODAY + timedelta(days=1)
    refused("still_open", desk.press, close_hall, HEAD, of_day)
    desk.press(settle, HEAD, of_day, seen(desk, row_id), Settle.LEFT)
    desk.press(close_hall, HEAD, of_day)
    assert desk.open_rows() == []


def test_a_customer_carried_over_has_an_appointment_next_time_linked_to_that_visit(desk: Desk) -> None:
    row_id = ticket(desk, "change")
    row = settled(desk, row_id, Settle.CARRY_OVER)
    assert (row.outcome, row.settlement, row.left_at) == (Outcome.LEFT, Settlement.CARRIED_OVER, None)
    desk.now += timedelta(days=1)
    assert [one.id for one in shown(desk).carried] == [row_id]
    receipt = desk.press(come_back, GUIDE, row_id, key="back")
    back = desk.row(receipt.interaction_id)
    assert (back.previous_id, back.priority, back.business_type) == (row_id, Priority.APPOINTMENT, "change")
    assert back.visit_id == back.id
    assert shown(desk).carried == ()
    assert desk.press(come_back, GUIDE, row_id, key="back").repeated
    refused("back_already", desk.press, come_back, GUIDE, row_id)
    refused("not_carried_over", desk.press, come_back, GUIDE, back.id)
    assert len(desk.rows()) == 2


def test_a_returned_customers_wrong_ticket_is_no_hindrance_to_another(desk: Desk) -> None:
    row_id = ticket(desk)
    settled(desk, row_id, Settle.CARRY_OVER)
    desk.now += timedelta(days=1)
    wrong = desk.press(come_back, GUIDE, row_id).interaction_id
    desk.press(void, GUIDE, wrong, "misprinted")
    assert [one.id for one in shown(desk).carried] == [row_id]
    again = desk.press(come_back, GUIDE, row_id).interaction_id
    assert desk.row(again).previous_id == row_id
    refused("back_already", desk.press, come_back, GUIDE, row_id)


def test_who_was_never_called_was_not_served(desk: Desk) -> None:
    row_id = ticket(desk)
    refused("never_called", settled, desk, row_id, Settle.SERVED, at=desk.now)
    assert desk.row(row_id).outcome is Outcome.WAITING


def test_closing_signs_off_who_is_still_signed_on_with_its_trail(desk: Desk) -> None:
    desk.press(sign_on, WANG, 1)
    version = desk.counter().version
    receipt = desk.press(close_hall, HEAD, TODAY)
    counter = desk.counter()
    assert (counter.state, counter.staff_id, counter.version) == (CounterState.CLOSED, None, version + 1)
    with desk.store.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.id == receipt.event_id)).one()
        assert event.before["counter H1 1"]["staff_id"] == "S1"
        spells = session.exec(select(CounterSpell).where(col(CounterSpell.ended_at).is_(None))).all()
        assert [spell.state for spell in spells] == [CounterState.CLOSED]
        assert session.exec(select(Counter).where(col(Counter.staff_id).is_not(None))).all() == []


def test_the_hall_is_reopened_within_its_day_with_a_reason(desk: Desk) -> None:
    refused("not_closed", desk.press, reopen_hall, HEAD, TODAY, "why")
    desk.press(close_hall, HEAD, TODAY)
    refused("no_reason", desk.press, reopen_hall, HEAD, TODAY, "  ")
    receipt = desk.press(reopen_hall, HEAD, TODAY, "an inspector came")
    assert (stored(desk).closed_at, stored(desk).closed_by, stored(desk).stopped_at) == (None, None, None)
    with desk.store.reading() as session:
        assert session.get_one(AuditEvent, (HALL, receipt.event_id)).reason == "an inspector came"
    ticket(desk)
    desk.press(settle, HEAD, TODAY, seen(desk, *(row.id for row in desk.open_rows())), Settle.LEFT)
    desk.press(close_hall, HEAD, TODAY)
    desk.now += timedelta(days=1)
    refused("other_day", desk.press, reopen_hall, HEAD, TODAY, "too late")


def test_a_day_that_was_opened_can_be_closed_in_the_night_after_and_is_told_of_the_next_morning(desk: Desk) -> None:
    desk.press(open_hall, HEAD, TODAY)
    desk.now = at(0, 40, day=TODAY + timedelta(days=1))
    assert (shown(desk).day_on, shown(desk).unsigned_on) == (TODAY, None)
    morning = at(8, 0, day=TODAY + timedelta(days=1))
    desk.now = morning
    assert (shown(desk).day_on, shown(desk).unsigned_on) == (TODAY + timedelta(days=1), TODAY)
    desk.press(close_hall, HEAD, TODAY)
    assert shown(desk).unsigned_on is None
    assert desk.now > MORNING


def test_signing_yesterday_in_the_morning_leaves_the_new_days_counters_and_visits_alone(desk: Desk) -> None:
    forgotten = ticket(desk)
    desk.press(open_hall, HEAD, TODAY)
    desk.now = at(9, 0, day=TODAY + timedelta(days=1))
    desk.press(sign_on, WANG, 1)
    here = ticket(desk)
    refused("still_open", desk.press, close_hall, HEAD, TODAY)
    desk.press(settle, HEAD, TODAY, seen(desk, forgotten), Settle.LEFT)
    desk.press(close_hall, HEAD, TODAY)
    assert [row.id for row in desk.open_rows()] == [here]
    assert desk.counter().staff_id == "S1"


def test_a_phone_call_at_a_counter_is_settled_like_any_visit(desk: Desk) -> None:
    desk.press(sign_on, WANG, 1)
    desk.press(walk_in, WANG, 1, "enquiry", channel=Channel.TELEPHONE)
    (call,) = desk.open_rows()
    desk.wait(minutes=2)
    row = settled(desk, call.id, Settle.SERVED, at=desk.now)
    assert (row.handling_ms, row.wait_ms) == (2 * 60_000, None)


def test_who_reads_the_hall_without_working_there_learns_no_names(desk: Desk) -> None:
    administrator = Actor("9", "admin", (Grant(Role.ADMINISTRATOR, None),))
    with desk.store.reading() as session:
        assert hall_day(session, administrator, HALL, now=desk.now).people.staff == ()
        assert hall_day(session, WANG, HALL, now=desk.now).people.of_staff("S2") == ("S2", "")
        with pytest.raises(NotAllowed):
            hall_day(session, Actor("8", "display", (Grant(Role.DISPLAY, None),)), HALL, now=desk.now)
