"""A ticket's ways: restored by the hall's rule, moved, merged, void; and who is really called next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from actions.amending import undo
from actions.calling import call_next, no_show, restore
from actions.counters import sign_on
from actions.refusal import Refused, Stale
from actions.restoring import restore_at_door
from actions.serving import finish, greet, hold, resume
from actions.tickets import take_ticket
from actions.waiting import change_waiting, left_waiting, merge, move_waiting, void
from analytics.board import board
from analytics.customers import customers_screen
from analytics.desk import desk as desk_of
from analytics.door import door
from analytics.found_ticket import found_tickets
from models.store import Store
from models.tables import AuditEvent, Branch, Counter
from standards.queueing import LETS_PASS, in_line
from standards.vocabulary import Begun, HoldKind, LeftReason, Outcome, Priority, RestoreRule, VoidReason
from tests.desks import GUIDE, HALL, HEAD, MORNING, WANG, ZHAO, Desk


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    made = Desk(working_hall)
    made.press(sign_on, WANG, 1)
    made.press(sign_on, ZHAO, 2)
    return made


def by_rule(desk: Desk, rule: RestoreRule) -> None:
    with desk.store.writing() as session:
        hall = session.get(Branch, HALL)
        assert hall is not None
        hall.restore_rule = rule


def tickets(desk: Desk, count: int, **named: Any) -> list[UUID]:
    taken = []
    for _ in range(count):
        desk.wait(seconds=1)
        taken.append(desk.press(take_ticket, GUIDE, "payment", **named).interaction_id)
    return [one for one in taken if one is not None]


def a_no_show(desk: Desk) -> UUID:
    (gone,) = tickets(desk, 1)
    desk.wait(minutes=2)
    desk.press(call_next, WANG, 1)
    desk.press(no_show, WANG, 1)
    return gone


def the_next(desk: Desk) -> UUID | None:
    """Who is called next at counter 1, and served."""
    called = desk.press(call_next, WANG, 1).interaction_id
    desk.press(greet, WANG, 1)
    desk.press(finish, WANG, 1)
    return called


def said_of(desk: Desk, ticket: str) -> str:
    return next(row.ticket or "" for row in desk.rows() if row.ticket == ticket)


def test_after_three_means_that_three_others_are_called_before(desk: Desk) -> None:
    by_rule(desk, RestoreRule.AFTER_THREE)
    gone = a_no_show(desk)
    others = tickets(desk, 5)
    receipt = desk.press(restore_at_door, GUIDE, gone)
    assert str(receipt.said) == "A0001 is back in the queue: 3 others are called first."
    assert [the_next(desk) for _ in range(6)] == [*others[:3], gone, *others[3:]]


def test_a_restored_ticket_keeps_its_wait_and_is_greeted_from_its_last_call(desk: Desk) -> None:
    by_rule(desk, RestoreRule.AFTER_THREE)
    gone = a_no_show(desk)
    tickets(desk, 1)
    desk.press(restore_at_door, GUIDE, gone)
    desk.wait(minutes=30)
    the_next(desk)
    desk.press(call_next, WANG, 1)
    desk.wait(seconds=5)
    desk.press(greet, WANG, 1)
    row = desk.row(gone)
    assert (row.wait_ms, row.greeting_ms, row.recalls, row.let_pass) == (120_000, 5_000, 1, 0)


def test_with_nobody_else_waiting_a_counter_calls_who_came_back_at_once(desk: Desk) -> None:
    by_rule(desk, RestoreRule.AFTER_THREE)
    gone = a_no_show(desk)
    assert desk.press(restore, WANG, 1, gone).said is None
    assert desk.row(gone).outcome is Outcome.CALLED


def test_a_counter_that_restores_after_three_is_told_where_the_ticket_stands(desk: Desk) -> None:
    by_rule(desk, RestoreRule.AFTER_THREE)
    gone = a_no_show(desk)
    tickets(desk, 2)
    first = desk.press(restore, WANG, 1, gone, key="back")
    again = desk.press(restore, WANG, 1, gone, key="back")
    assert str(again.said) == str(first.said) == "A0001 is back in the queue: 2 others are called first."
    row = desk.row(gone)
    assert (row.outcome, row.counter_id, row.staff_id) == (Outcome.WAITING, None, None)


def test_by_the_rule_next_the_guide_puts_the_ticket_first_in_line(desk: Desk) -> None:
    gone = a_no_show(desk)
    tickets(desk, 1, priority=Priority.ELDERLY)
    receipt = desk.press(restore_at_door, GUIDE, gone)
    assert str(receipt.said) == "A0001 is back in the queue and is called next."
    assert the_next(desk) == gone


def test_by_the_rule_new_ticket_the_old_one_stays_a_no_show(desk: Desk) -> None:
    by_rule(desk, RestoreRule.NEW_TICKET)
    gone = a_no_show(desk)
    desk.wait(minutes=7)
    receipt = desk.press(restore_at_door, GUIDE, gone)
    assert str(receipt.said) == "A0001 stays a no-show. The new number is A0002."
    old, new = desk.row(gone), desk.row(receipt.interaction_id)
    assert (old.outcome, old.merged_into_id) == (Outcome.NO_SHOW, new.id)
    assert (new.outcome, new.arrived_at, new.business_type) == (Outcome.WAITING, desk.now, "payment")
    with pytest.raises(Refused):
        desk.press(restore_at_door, GUIDE, gone)


def test_only_a_no_show_of_today_is_restored(desk: Desk) -> None:
    (waiting,) = tickets(desk, 1)
    with pytest.raises(Refused):
        desk.press(restore_at_door, GUIDE, waiting)
    desk.press(left_waiting, GUIDE, waiting, LeftReason.OTHER)
    gone = a_no_show(desk)
    desk.wait(days=1)
    with pytest.raises(Refused) as refusal:
        desk.press(restore_at_door, GUIDE, gone)
    assert refusal.value.reason == "other_day"


def test_undoing_a_call_gives_back_the_turn_it_counted(desk: Desk) -> None:
    by_rule(desk, RestoreRule.AFTER_THREE)
    gone = a_no_show(desk)
    tickets(desk, 4)
    desk.press(restore_at_door, GUIDE, gone)
    desk.press(call_next, WANG, 1)
    desk.press(call_next, ZHAO, 2)
    desk.press(undo, WANG, 1)
    assert desk.row(gone).let_pass == 2


def test_undoing_a_restore_makes_it_a_no_show_again(desk: Desk) -> None:
    by_rule(desk, RestoreRule.AFTER_THREE)
    gone = a_no_show(desk)
    tickets(desk, 4)
    desk.press(restore, WANG, 1, gone)
    desk.press(call_next, ZHAO, 2)
    desk.press(undo, WANG, 1)
    row = desk.row(gone)
    assert (row.outcome, row.let_pass, row.counter_id) == (Outcome.NO_SHOW, 0, 1)


def test_a_counter_that_does_not_serve_the_ticket_counts_for_nothing(desk: Desk) -> None:
    by_rule(desk, RestoreRule.AFTER_THREE)
    gone = a_no_show(desk)
    with desk.store.writing() as session:
        counter = session.get(Counter, (HALL, 2))
        assert counter is not None
        counter.business_types = "change"
    desk.press(take_ticket, GUIDE, "change")
    tickets(desk, 1)
    desk.press(restore_at_door, GUIDE, gone)
    desk.press(call_next, ZHAO, 2)
    assert desk.row(gone).let_pass == LETS_PASS


def test_every_screen_shows_a_restored_ticket_where_it_will_be_called(desk: Desk) -> None:
    by_rule(desk, RestoreRule.AFTER_THREE)
    gone = a_no_show(desk)
    tickets(desk, 4)
    desk.press(restore_at_door, GUIDE, gone)
    with desk.store.reading() as session:
        at_the_door = [ticket.ticket for ticket in door(session, GUIDE, HALL, now=desk.now).tickets]
        at_the_desk = desk_of(session, WANG, HALL, 1, now=desk.now)
        found = found_tickets(session, WANG, HALL, "A0001", now=desk.now)
        on_the_board = {one.ticket: one for one in board(session, HEAD, HALL, now=desk.now).waiting}
    assert at_the_door == ["A0002", "A0003", "A0004", "A0001", "A0005"]
    assert at_the_desk is not None
    assert at_the_desk.next_ticket == "A0002"
    assert [one.ahead for one in found] == [3]
    assert (on_the_board["A0001"].clock.limit, on_the_board["A0001"].restored) == (None, True)


def test_the_counter_says_of_a_ticket_what_its_slip_says(desk: Desk) -> None:
    """Who is before somebody may wait for another business at the same counters."""
    for business in ("change", "enquiry"):
        desk.press(take_ticket, GUIDE, business)
        desk.wait(seconds=1)
    last = desk.press(take_ticket, GUIDE, "payment").interaction_id
    with desk.store.reading() as session:
        slip = door(session, GUIDE, HALL, last, now=desk.now).last
        found = found_tickets(session, WANG, HALL, desk.row(last).ticket or "", now=desk.now)
    assert slip is not None
    assert [one.ahead for one in found] == [slip.before] == [2]


def test_a_call_is_not_shown_at_a_counter_that_took_the_customer_over_later(desk: Desk) -> None:
    first, _ = tickets(desk, 2)
    for actor, counter in ((WANG, 1), (ZHAO, 2)):
        desk.press(call_next, actor, counter)
        desk.press(greet, actor, counter)
    desk.press(finish, ZHAO, 2)
    desk.press(hold, WANG, 1, HoldKind.AWAY_FOR_PAPERS)
    desk.wait(seconds=30)

    def last_calls() -> list[tuple[str, int]]:
        with desk.store.reading() as session:
            wall = customers_screen(session, HEAD, HALL, now=desk.now)
            guide = door(session, GUIDE, HALL, now=desk.now)
        assert wall.last == guide.calls
        assert sorted(wall.calls, key=str) == sorted(guide.calls, key=str)
        return sorted((call.ticket, call.counter_id) for call in guide.calls)

    assert last_calls() == [("A0001", 1), ("A0002", 2)]
    desk.press(resume, ZHAO, 2, interaction_id=first)
    assert last_calls() == [("A0002", 2)]


def test_a_change_of_queue_keeps_business_number_and_arrival(desk: Desk) -> None:
    with desk.store.writing() as session:
        for number, codes in ((1, "payment"), (2, "change")):
            counter = session.get(Counter, (HALL, number))
            assert counter is not None
            counter.business_types = codes
    first = desk.press(take_ticket, GUIDE, "payment").interaction_id
    desk.wait(minutes=1)
    desk.press(take_ticket, GUIDE, "change")
    before = desk.row(first)
    desk.press(move_waiting, GUIDE, first, business_type="change", seen=before.version)
    assert desk.press(call_next, ZHAO, 2).interaction_id == first
    after = desk.row(first)
    assert (after.business_type, after.ticket, after.arrived_at) == ("payment", "A0001", before.arrived_at)


def test_a_ticket_moved_to_a_counter_goes_by_its_arrival(desk: Desk) -> None:
    (early, late) = tickets(desk, 2)
    desk.press(move_waiting, GUIDE, late, to_counter_id=1)
    assert desk.press(call_next, ZHAO, 2).interaction_id == early
    with pytest.raises(Refused):
        desk.press(finish, ZHAO, 2, then_call=True, seen=0)
    assert desk.press(call_next, WANG, 1).interaction_id == late


def test_a_moved_ticket_goes_back_to_its_own_queue(desk: Desk) -> None:
    (one,) = tickets(desk, 1)
    desk.press(move_waiting, GUIDE, one, business_type="change")
    desk.press(move_waiting, GUIDE, one, business_type="payment")
    assert desk.row(one).queued_as is None
    desk.press(move_waiting, GUIDE, one, business_type="change")
    desk.press(change_waiting, GUIDE, one, "enquiry")
    assert (desk.row(one).business_type, desk.row(one).queued_as) == ("enquiry", None)


@pytest.mark.parametrize("where", [{}, {"to_counter_id": 9}, {"to_counter_id": 1, "business_type": "change"}])
def test_a_move_to_nowhere_is_refused(desk: Desk, where: dict[str, Any]) -> None:
    (one,) = tickets(desk, 1)
    with pytest.raises(Refused):
        desk.press(move_waiting, GUIDE, one, **where)


def test_merging_keeps_the_first_ticket_and_says_what_became_of_the_others(desk: Desk) -> None:
    first, second, third = tickets(desk, 3)
    desk.press(merge, GUIDE, first, (second, third), "pressed three times", seen=desk.row(first).version)
    rows = [desk.row(one) for one in (first, second, third)]
    assert [row.outcome for row in rows] == [Outcome.WAITING, Outcome.VOID, Outcome.VOID]
    assert [row.merged_into_id for row in rows] == [None, first, first]
    with desk.store.reading() as session:
        reasons = [event.reason for event in session.exec(select(AuditEvent).where(AuditEvent.action == "merge"))]
    assert reasons == ["duplicate: pressed three times"]


def test_merging_never_loses_the_earliest_arrival(desk: Desk) -> None:
    first, second = tickets(desk, 2)
    with pytest.raises(Refused) as refusal:
        desk.press(merge, GUIDE, second, (first,))
    assert str(refusal.value) == "A0001 was taken first: keep that one."
    for others in ((), (first,)):
        with pytest.raises(Refused):
            desk.press(merge, GUIDE, first, others)
    assert {row.outcome for row in desk.rows()} == {Outcome.WAITING}


def test_merging_tickets_that_moved_on_is_refused(desk: Desk) -> None:
    first, second = tickets(desk, 2)
    seen = desk.row(first).version
    desk.press(change_waiting, GUIDE, first, "change")
    with pytest.raises(Stale):
        desk.press(merge, GUIDE, first, (second,), seen=seen)


@pytest.mark.parametrize(
    ("reason", "why", "outcome", "kept"),
    [
        (VoidReason.WRONG, "", Outcome.VOID, "wrong"),
        (VoidReason.DUPLICATE, "two presses", Outcome.VOID, "duplicate: two presses"),
        (VoidReason.TEST, "", Outcome.TEST, "test"),
        (VoidReason.OTHER, "a child played", Outcome.VOID, "a child played"),
    ],
)
def test_a_void_ticket_keeps_its_reason(desk: Desk, reason: VoidReason, why: str, outcome: Outcome, kept: str) -> None:
    (one,) = tickets(desk, 1)
    desk.press(void, GUIDE, one, why, reason=reason)
    assert desk.row(one).outcome is outcome
    with desk.store.reading() as session:
        assert [event.reason for event in session.exec(select(AuditEvent).where(AuditEvent.action == "void"))] == [kept]


@dataclass
class Waiting:
    """A waiting interaction as the order reads it."""

    id: UUID
    arrived: int
    priority: Priority | None = None
    let_pass: int = 0
    begun: Begun = Begun.TICKET
    to_counter_id: int | None = None

    @property
    def arrived_at(self) -> Any:
        return MORNING + timedelta(seconds=self.arrived)

    @property
    def called_at(self) -> Any:
        return self.arrived_at if self.let_pass or self.restored else None

    restored: bool = False


ORDINARY = st.builds(Waiting, st.builds(uuid4), st.integers(100, 200), st.sampled_from([None, None, Priority.ELDERLY]))
LATE = st.builds(
    Waiting, st.builds(uuid4), st.integers(0, 99), let_pass=st.integers(1, LETS_PASS), restored=st.just(True)
)


def called_in_turn(queue: list[Any]) -> list[Any]:
    """What one counter does: call the first, and count everybody else's turn."""
    turns: list[Any] = []
    waiting = list(queue)
    while waiting:
        first = in_line(waiting)[0]
        waiting.remove(first)
        for other in waiting:
            other.let_pass = max(0, other.let_pass - 1)
        turns.append(first)
    return turns


@given(st.lists(ORDINARY, max_size=8), st.lists(LATE, max_size=3))
def test_the_line_is_the_order_of_the_calls(ordinary: list[Any], late: list[Any]) -> None:
    shown = [one.id for one in in_line([*ordinary, *late])]
    assert shown == [one.id for one in called_in_turn([*ordinary, *late])]


@given(st.lists(ORDINARY, max_size=8), st.lists(st.lists(ORDINARY, max_size=2), min_size=8, max_size=8))
def test_after_three_is_exactly_three_unless_nobody_waits(there: list[Any], coming: list[list[Any]]) -> None:
    """Whoever comes meanwhile, priority or not, three others are called before, and never a fourth."""
    late = Waiting(uuid4(), 0, let_pass=LETS_PASS, restored=True)
    waiting, passed = [late, *there], 0
    for arriving in coming:
        first: Any = in_line(waiting)[0]
        if first is late:
            break
        waiting.remove(first)
        late.let_pass -= 1
        passed += 1
        waiting += arriving
    assert passed == LETS_PASS or (passed < LETS_PASS and waiting == [late])
