"""No sequence of presses, double presses, lost answers and undos ends in a state that cannot be, or loses a stamp."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from actions.amending import undo
from actions.calling import call_again, call_next, no_show, restore, walk_in
from actions.counters import pause, reopen, sign_off, sign_on
from actions.marking import set_items
from actions.press import Receipt
from actions.refusal import Refused
from actions.restoring import restore_at_door
from actions.serving import add_business, finish, greet, hold, left, resume, transfer
from actions.tickets import take_ticket
from actions.waiting import divert, left_waiting, merge, move_waiting
from models.actor import Actor
from models.store import Store
from models.tables import Branch, Interaction
from standards.queueing import FREES_COUNTER, LETS_PASS
from standards.vocabulary import CounterState, HoldKind, LeftReason, Outcome, PauseReason, RestoreRule, Stage
from tests.desks import GUIDE, HALL, WANG, ZHAO, Desk, a_store_with, a_working_hall

BUSINESS = st.sampled_from(["payment", "enquiry", "change"])
CLERKS = {1: WANG, 2: ZHAO}
HERE = {Outcome.CALLED, Outcome.SERVING, Outcome.HELD}
ENDS_A_WAIT = {Outcome.LEFT, Outcome.DIVERTED, Outcome.VOID}
# A later call replaces the last one; every other stamp stays unless it is undone.
MOVES = {Stage.LAST_CALLED.value}


@lru_cache(maxsize=1)
def _template() -> Path:
    folder = Path(tempfile.mkdtemp())
    store = a_store_with(folder)
    with store.writing() as session:
        a_working_hall(session)
    store.close()
    return folder / "monitor.db"


class AnyPresses(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store: Store = a_store_with(Path(self.folder.name), _template())
        self.desk = Desk(self.store)
        self.pressed: list[tuple[Callable[..., Receipt], Actor, tuple[Any, ...], dict[str, Any], str, Receipt]] = []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def give(self, command: Callable[..., Receipt], actor: Actor, *args: Any, **named: Any) -> None:
        """One press: refused, it changes nothing; taken, it loses no stamp."""
        before = self.stored()
        key = f"press-{len(self.pressed)}-{self.desk.now.isoformat()}-{command.__name__}"
        try:
            receipt = self.desk.press(command, actor, *args, key=key, **named)
        except Refused:
            assert self.stored() == before
            return
        self.pressed.append((command, actor, args, named, key, receipt))
        if command is not undo:
            self.no_stamp_lost(before)

    def stored(self) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
        rows = {str(row.id): row.model_dump() for row in self.desk.rows()}
        return rows, [self.desk.counter(number).model_dump() for number in (1, 2)]

    def no_stamp_lost(self, before: tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]) -> None:
        after, _ = self.stored()
        for row_id, row in before[0].items():
            for stage in Stage:
                if row[stage.value] is not None and stage.value not in MOVES:
                    assert after[row_id][stage.value] == row[stage.value]

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        self.desk.wait(seconds=seconds)

    @rule(after=st.sampled_from(RestoreRule))
    def the_hall_changes_its_rule(self, after: RestoreRule) -> None:
        with self.store.writing() as session:
            hall = session.get(Branch, HALL)
            assert hall is not None
            hall.restore_rule = after

    @rule(business=BUSINESS)
    def a_ticket_is_taken(self, business: str) -> None:
        self.give(take_ticket, GUIDE, business)

    @rule(command=st.sampled_from([left_waiting, divert, restore_at_door]), pick=st.integers(0, 5))
    def the_guide_settles_one(self, command: Callable[..., Receipt], pick: int) -> None:
        rows = self.desk.rows()
        if rows:
            self.give(command, GUIDE, rows[pick % len(rows)].id)

    @rule(pick=st.integers(0, 5), counter=st.sampled_from([1, 2, 9]), business=BUSINESS, to_counter=st.booleans())
    def the_guide_moves_one(self, pick: int, counter: int, business: str, to_counter: bool) -> None:
        rows = self.desk.rows()
        if rows:
            where = {"to_counter_id": counter} if to_counter else {"business_type": business}
            self.give(move_waiting, GUIDE, rows[pick % len(rows)].id, **where)

    @rule(pick=st.integers(0, 5), other=st.integers(0, 5))
    def the_guide_merges_two(self, pick: int, other: int) -> None:
        rows = self.desk.rows()
        if rows:
            self.give(merge, GUIDE, rows[pick % len(rows)].id, (rows[other % len(rows)].id,))

    @rule(
        counter=st.sampled_from([1, 2]),
        command=st.sampled_from(
            [sign_on, sign_off, reopen, call_next, call_next, call_again, no_show, greet, greet, finish, resume, undo]
        ),
        current=st.booleans(),
    )
    def a_plain_press(self, counter: int, command: Callable[..., Receipt], current: bool) -> None:
        seen = self.desk.counter(counter).version - (0 if current else 1)
        self.give(command, CLERKS[counter], counter, seen=seen)

    @rule(counter=st.sampled_from([1, 2]))
    def finish_and_next(self, counter: int) -> None:
        self.give(finish, CLERKS[counter], counter, then_call=True)

    @rule(counter=st.sampled_from([1, 2]), business=BUSINESS, command=st.sampled_from([walk_in, add_business]))
    def another_business(self, counter: int, business: str, command: Callable[..., Receipt]) -> None:
        self.give(command, CLERKS[counter], counter, business)

    @rule(counter=st.sampled_from([1, 2]), kind=st.sampled_from(HoldKind))
    def hold_it(self, counter: int, kind: HoldKind) -> None:
        self.give(hold, CLERKS[counter], counter, kind)

    @rule(counter=st.sampled_from([1, 2]), pick=st.integers(0, 5), command=st.sampled_from([resume, restore]))
    def back_again(self, counter: int, pick: int, command: Callable[..., Receipt]) -> None:
        rows = self.desk.rows()
        if rows:
            self.give(command, CLERKS[counter], counter, interaction_id=rows[pick % len(rows)].id)

    @rule(counter=st.sampled_from([1, 2]), to=st.sampled_from([1, 2, None]), business=st.none() | BUSINESS)
    def transfer_it(self, counter: int, to: int | None, business: str | None) -> None:
        self.give(transfer, CLERKS[counter], counter, to_counter_id=to, business_type=business)

    @rule(counter=st.sampled_from([1, 2]), items=st.integers(0, 12))
    def count_items(self, counter: int, items: int) -> None:
        self.give(set_items, CLERKS[counter], counter, items)

    @rule(counter=st.sampled_from([1, 2]), why=st.sampled_from(LeftReason))
    def leave(self, counter: int, why: LeftReason) -> None:
        self.give(left, CLERKS[counter], counter, why)

    @rule(counter=st.sampled_from([1, 2]))
    def have_a_pause(self, counter: int) -> None:
        self.give(pause, CLERKS[counter], counter, PauseReason.FETCH)

    @rule(pick=st.integers(0, 50))
    def an_answer_was_lost_and_the_press_comes_again(self, pick: int) -> None:
        if not self.pressed:
            return
        command, actor, args, named, key, first = self.pressed[pick % len(self.pressed)]
        before = self.stored()
        again = self.desk.press(command, actor, *args, key=key, **named)
        assert again.repeated
        assert again.event_id == first.event_id
        assert again.interaction_id == first.interaction_id
        assert self.stored() == before

    @invariant()
    def every_state_can_be(self) -> None:
        rows = self.desk.rows()
        for number in (1, 2):
            here = [row for row in rows if self.occupies(row) and row.counter_id == number]
            counter = self.desk.counter(number)
            assert len(here) <= 1
            assert (counter.state is CounterState.SERVING) == bool(here)
            assert (counter.staff_id is None) == (counter.state is CounterState.CLOSED)
        for row in rows:
            self.a_row_is_whole(row)

    @staticmethod
    def occupies(row: Interaction) -> bool:
        return row.outcome in HERE and row.hold_kind not in FREES_COUNTER

    @staticmethod
    def a_row_is_whole(row: Interaction) -> None:
        stamps = [getattr(row, stage.value) for stage in Stage if stage is not Stage.DOOR_GREETED]
        known = [at for at in stamps if at is not None]
        assert known == sorted(known)
        assert (row.outcome is Outcome.HELD) == (row.held_since_at is not None) == (row.hold_kind is not None)
        if row.outcome in {Outcome.COMPLETED, Outcome.TRANSFERRED}:
            assert row.ended_at is not None
        if row.outcome is Outcome.WAITING:
            assert row.counter_id is None or row.called_at is None
        assert 0 <= row.let_pass <= LETS_PASS
        assert row.let_pass == 0 or row.outcome is Outcome.WAITING or row.outcome in ENDS_A_WAIT
        for milliseconds in (row.wait_ms, row.greeting_ms, row.handling_ms, row.transfer_wait_ms):
            assert milliseconds is None or milliseconds >= 0


TestAnyPresses = pytest.mark.long(AnyPresses.TestCase)
TestAnyPresses.settings = settings(
    max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
