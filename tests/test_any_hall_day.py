"""The whole state machine of a hall: presses, the guide's acts, restores, machines' pads, closing, and the night."""

from __future__ import annotations

from collections import Counter as Tally
from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlmodel import select

from actions.closing import close_hall, come_back, settle, stop_tickets
from actions.counters import sign_on
from actions.opening import open_hall, reopen_hall
from actions.overnight import RULE, settle_overnight
from actions.restoring import restore_at_door
from actions.tickets import take_ticket
from actions.waiting import change_waiting, merge, move_waiting, void
from analytics.day_figures import day_figures
from models.tables import Branch, Hold, Interaction
from standards.day_report import Column
from standards.derive import day_on, milliseconds
from standards.hall_day import Settle
from standards.vocabulary import NEVER_JUDGED, OPEN, Begun, CounterState, Outcome, Priority, RestoreRule, Settlement
from tests.desks import GUIDE, HALL, HEAD
from tests.factories import ZONE
from tests.test_any_presses import BUSINESS, CLERKS, AnyPresses


class AnyHallDay(AnyPresses):
    @initialize(restore_rule=st.sampled_from(RestoreRule))
    def the_hall_has_a_rule(self, restore_rule: RestoreRule) -> None:
        with self.store.writing() as session:
            session.get_one(Branch, HALL).restore_rule = restore_rule
        for counter, clerk in CLERKS.items():
            self.give(sign_on, clerk, counter)
        for business in ("payment", "enquiry", "payment"):
            self.give(take_ticket, GUIDE, business)

    @property
    def today(self) -> date:
        return day_on(self.desk.now, ZONE)

    @rule(pick=st.integers(0, 5), to=st.sampled_from([1, 2, None]), business=BUSINESS)
    def moved_to_another_queue(self, pick: int, to: int | None, business: str) -> None:
        if rows := self.desk.rows():
            named = {"business_type": business} if to is None else {"to_counter_id": to}
            self.give(move_waiting, GUIDE, rows[pick % len(rows)].id, **named)

    @rule(pick=st.integers(0, 5), business=BUSINESS, priority=st.none() | st.sampled_from(Priority))
    def given_another_business(self, pick: int, business: str, priority: Priority | None) -> None:
        if rows := self.desk.rows():
            self.give(change_waiting, GUIDE, rows[pick % len(rows)].id, business, priority=priority)

    @rule(first=st.integers(0, 5), other=st.integers(0, 5))
    def merged(self, first: int, other: int) -> None:
        if rows := self.desk.rows():
            self.give(merge, GUIDE, rows[first % len(rows)].id, [rows[other % len(rows)].id])

    @rule(pick=st.integers(0, 5), test=st.booleans())
    def voided(self, pick: int, test: bool) -> None:
        if rows := self.desk.rows():
            self.give(void, GUIDE, rows[pick % len(rows)].id, "a wrong one", test=test)

    @rule(pick=st.integers(0, 8))
    def a_no_show_comes_back_to_the_guide(self, pick: int) -> None:
        no_shows = [row for row in self.desk.rows() if row.outcome is Outcome.NO_SHOW]
        if no_shows:
            self.give(restore_at_door, GUIDE, no_shows[pick % len(no_shows)].id)

    @rule()
    def the_hall_opens(self) -> None:
        self.give(open_hall, HEAD, self.today)

    @rule()
    def tickets_stop(self) -> None:
        self.give(stop_tickets, HEAD, self.today)

    @rule()
    def the_hall_opens_again(self) -> None:
        self.give(reopen_hall, HEAD, self.today, "they came back")

    @rule(how=st.sampled_from(Settle), outcome=st.sampled_from(sorted(OPEN)), known=st.booleans())
    def settled_at_closing(self, how: Settle, outcome: Outcome, known: bool) -> None:
        visits = [(row.id, row.version) for row in self.desk.rows() if row.outcome is outcome]
        self.give(settle, HEAD, self.today, visits, how, at=self.desk.now if known else None)

    @rule(pick=st.integers(0, 5))
    def a_customer_who_was_carried_over_is_back(self, pick: int) -> None:
        carried = [row for row in self.desk.rows() if row.settlement is Settlement.CARRIED_OVER]
        if carried:
            self.give(come_back, GUIDE, carried[pick % len(carried)].id)

    @rule(first_settle=st.booleans())
    def the_hall_closes(self, first_settle: bool) -> None:
        if first_settle:
            for how, waits in ((Settle.LEFT, True), (Settle.SERVED, False)):
                rows = [row for row in self.desk.open_rows() if (row.outcome is Outcome.WAITING) is waits]
                self.give(settle, HEAD, self.today, [(row.id, row.version) for row in rows], how)
        given = len(self.pressed)
        self.give(close_hall, HEAD, self.today)
        if len(self.pressed) > given:
            self.nothing_is_left()

    def nothing_is_left(self) -> None:
        """After closing nobody waits, nobody stands at a counter, and the report accounts for every ticket."""
        assert self.desk.open_rows() == []
        assert {self.desk.counter(number).state for number in CLERKS} == {CounterState.CLOSED}
        with self.store.reading() as session:
            figures = day_figures(session, HEAD, HALL, self.today, now=self.desk.now)
        assert figures is not None
        rows = [row for row in self.desk.rows() if row.day_on == self.today]
        ends = Tally(self.end_of(row, rows) for row in rows if row.begun is Begun.TICKET)
        wrong = ends[Outcome.VOID] + ends[Outcome.TEST]
        assert figures[Column.TICKETS].value == ends.total() - wrong
        assert ends.keys() <= {Outcome.COMPLETED, Outcome.LEFT, Outcome.NO_SHOW, Outcome.DIVERTED} | NEVER_JUDGED
        assert figures[Column.DIVERTED].value == ends[Outcome.DIVERTED]

    def end_of(self, row: Interaction, rows: list[Interaction]) -> Outcome:
        """How a visit ended: its last part."""
        following = [each for each in rows if each.previous_id == row.id and each.visit_id == row.visit_id]
        assert len(following) <= 1 or row.outcome is not Outcome.TRANSFERRED
        return self.end_of(following[-1], rows) if following else row.outcome

    @rule(hours=st.integers(12, 30))
    def a_night_passes(self, hours: int) -> None:
        self.desk.wait(hours=hours)
        before = self.stored()
        with self.store.writing() as session:
            settle_overnight(session, RULE, HALL, now=self.desk.now)
        self.no_stamp_lost(before)
        assert not [row for row in self.desk.open_rows() if row.day_on < self.today]
        with self.store.writing() as session:
            assert settle_overnight(session, RULE, HALL, now=self.desk.now) == []

    @invariant()
    def a_visit_is_at_one_place(self) -> None:
        open_parts = Tally(row.visit_id for row in self.desk.open_rows())
        assert all(parts == 1 for parts in open_parts.values())
        numbers = Tally((row.day_on, row.ticket) for row in self.desk.rows() if row.begun is Begun.TICKET)
        assert all(times == 1 for times in numbers.values())

    @invariant()
    def holds_add_up(self) -> None:
        with self.store.reading() as session:
            holds = session.exec(select(Hold)).all()
            spans = [(hold.interaction_id, hold.began_at, hold.ended_at) for hold in holds]
        for row in self.desk.rows():
            mine = [(began, ended) for owner, began, ended in spans if owner == row.id]
            assert sum(ended is None for _, ended in mine) == (row.outcome is Outcome.HELD)
            if row.started_at is not None:
                after = [(began, ended) for began, ended in mine if ended is not None and began >= row.started_at]
                assert row.held_ms == sum(milliseconds(ended - began) for began, ended in after)

    @staticmethod
    def a_row_is_whole(row: Interaction) -> None:
        """As at any desk, but that nobody may know when somebody left or was finished."""
        if row.settlement is None:
            AnyPresses.a_row_is_whole(row)
        else:
            assert row.outcome not in OPEN
            assert row.held_since_at is None
        assert row.let_pass >= 0


TestAnyHallDay = pytest.mark.long(AnyHallDay.TestCase)
TestAnyHallDay.settings = settings(
    max_examples=20, stateful_step_count=45, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
