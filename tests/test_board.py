"""The board's numbers, each against a recount by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlmodel import Session, select

from actions.press import Stamp
from actions.tickets import take_ticket
from analytics.board import Board, board, changes, so_far
from analytics.limit_clock import LimitClock, Nearness
from analytics.suggestion import Remedy, Suggestion
from models.actor import Actor, Grant, NotAllowed
from models.store import Store
from models.tables import BranchHours, Counter, ServiceStandard, Staff
from standards.vocabulary import (
    Begun,
    Channel,
    CounterState,
    HoldKind,
    Outcome,
    PauseReason,
    Role,
    Source,
)
from tests.factories import DAY, MACHINE, a_hall, an_interaction, at, minutes, seconds

NOW = at(11)
MEAN_LIMIT = minutes(15)


@contextmanager
def a_region(store: Store, **columns: Any) -> Iterator[Session]:
    """The hall H1 in a session that leaves nothing behind."""
    with store.writing() as session:
        a_hall(session, **columns)
        yield session
        session.rollback()


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with a_region(store) as session:
        yield session


def seen(session: Session, now: datetime = NOW) -> Board:
    session.flush()
    return board(session, MACHINE, "H1", now=now)


def a_waiting(session: Session, waited: timedelta, **columns: Any) -> UUID:
    return an_interaction(session, arrived_at=NOW - waited, outcome=Outcome.WAITING, **columns)


def at_the_counter(session: Session, outcome: Outcome, since: timedelta, **columns: Any) -> UUID:
    """Somebody called (or greeted) `since` ago, at counter 1 unless said otherwise."""
    began_at = NOW - since
    stamps: dict[str, Any] = {"called_at": began_at, "last_called_at": began_at, "counter_id": 1}
    if outcome is not Outcome.CALLED:
        stamps |= {"greeted_at": began_at, "started_at": began_at}
    arrived_at = began_at - minutes(1)
    return an_interaction(session, arrived_at=arrived_at, waited=None, outcome=outcome, **(stamps | columns))


def a_counter(session: Session, number: int = 1, state: CounterState = CounterState.SERVING, **columns: Any) -> None:
    session.add(Counter(branch_id="H1", id=number, state=state, **({"since_at": NOW - minutes(10)} | columns)))
    session.flush()


def switch_on(session: Session, code: str) -> None:
    for row in session.exec(select(ServiceStandard).where(ServiceStandard.code == code)):
        row.on = True


class TestTheQueue:
    def test_an_empty_hall_has_nothing_to_say(self, session: Session) -> None:
        shown = seen(session)
        assert (shown.waiting, shown.counters, shown.hours, shown.longest, shown.suggestion) == ((), (), (), None, None)
        assert (shown.over, shown.soon, shown.open_counters, shown.traffic.abandoned_share) == (0, 0, 0, None)
        assert not any(share.has_data for share in shown.shares)

    def test_without_a_limit_for_single_waits_the_mean_limit_is_orientation_and_nobody_is_over(
        self, session: Session
    ) -> None:
        a_waiting(session, minutes(40))
        shown = seen(session)
        assert shown.wait_limit is not None
        assert (shown.wait_limit.code, shown.wait_limit.time, shown.wait_limit.of_mean) == ("H03", MEAN_LIMIT, True)
        assert (shown.over, shown.past_mean) == (0, 1)

    def test_a_limit_for_single_waits_that_is_on_takes_its_place(self, session: Session) -> None:
        switch_on(session, "H04")
        a_waiting(session, minutes(18))
        a_waiting(session, minutes(21))
        shown = seen(session)
        assert shown.wait_limit is not None
        assert (shown.wait_limit.code, shown.wait_limit.time, shown.wait_limit.of_mean) == ("H04", minutes(20), False)
        assert (shown.over, shown.past_mean, shown.soon) == (1, 0, 1)

    def test_the_limit_includes_its_own_value(self, session: Session) -> None:
        switch_on(session, "H04")
        a_waiting(session, minutes(20))
        assert (seen(session).over, seen(session).soon) == (0, 1)
        assert seen(session, NOW + timedelta(milliseconds=1)).over == 1

    def test_a_transfer_waits_from_the_transfer_and_has_no_limit(self, session: Session) -> None:
        switch_on(session, "H04")
        a_waiting(session, minutes(50), begun=Begun.TRANSFER, queued_at=NOW - minutes(4))
        a_waiting(session, minutes(2))
        shown = seen(session)
        assert shown.longest is not None
        assert shown.longest.clock.limit is None
        assert shown.longest.clock.taken(NOW) == minutes(4)
        assert [one.begun for one in shown.waiting] == [Begun.TICKET, Begun.TRANSFER]

    def test_a_ticket_taken_before_opening_has_not_waited_yet(self, session: Session) -> None:
        session.add(BranchHours(branch_id="H1", from_on=DAY, weekday=DAY.weekday(), opens=12 * 60, closes=18 * 60))
        session.flush()
        a_waiting(session, minutes(30))
        shown = seen(session)
        assert shown.waiting[0].clock.taken(NOW) == timedelta()
        assert shown.waiting[0].clock.taken(at(12, 5)) == minutes(5)

    def test_who_is_away_for_papers_is_not_in_the_queue_and_frees_the_counter(self, session: Session) -> None:
        a_counter(session, state=CounterState.IDLE)
        at_the_counter(
            session,
            Outcome.HELD,
            minutes(9),
            hold_kind=HoldKind.AWAY_FOR_PAPERS,
            held_since_at=NOW - minutes(8),
            ticket="A1",
        )
        shown = seen(session)
        assert (shown.waiting, shown.counters[0].visit) == ((), None)
        assert [(one.ticket, one.since_at) for one in shown.away] == [("A1", NOW - minutes(8))]

    def test_answers_overdue_or_due_within_two_hours_are_shown_until_they_are_given(self, session: Session) -> None:
        for ticket, promised, kept in (
            ("late", NOW - minutes(1), None),
            ("soon", NOW + minutes(119), None),
            ("later", NOW + minutes(121), None),
            ("given", NOW + minutes(5), NOW),
        ):
            an_interaction(session, ticket=ticket, promised_at=promised, promise_kept_at=kept)
        assert [promise.ticket for promise in seen(session).promises] == ["late", "soon"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seconds_waited=some.lists(some.integers(0, 40 * 60), max_size=12),
    outcomes=some.lists(some.sampled_from(list(Outcome)), min_size=12, max_size=12),
    single=some.booleans(),
)
def test_the_queue_is_what_a_naive_count_finds(
    store: Store, seconds_waited: list[int], outcomes: list[Outcome], single: bool
) -> None:
    with a_region(store) as session:
        if single:
            switch_on(session, "H04")
        for number, waited in enumerate(seconds_waited):
            an_interaction(session, arrived_at=NOW - seconds(waited), outcome=outcomes[number], ticket=f"A{number}")
        shown = seen(session)
        waits = [
            waited for waited, outcome in zip(seconds_waited, outcomes, strict=False) if outcome is Outcome.WAITING
        ]
        limit = (20 if single else 15) * 60
        beyond = sum(waited > limit for waited in waits)
        assert len(shown.waiting) == len(waits)
        assert (shown.over, shown.past_mean) == ((beyond, 0) if single else (0, beyond))
        assert shown.soon == sum(limit - 180 <= waited <= limit for waited in waits)
        assert (None if shown.longest is None else shown.longest.clock.taken(NOW)) == (
            seconds(max(waits)) if waits else None
        )
        lefts = [one.clock.left(NOW) for one in shown.waiting]
        assert lefts == sorted(seconds(limit - waited) for waited in waits)


class TestTheCounters:
    def test_called_runs_against_the_greeting_limit_after_the_walk(self, store: Store) -> None:
        with a_region(store, walking_ms=20_000) as session:
            a_counter(session)
            at_the_counter(session, Outcome.CALLED, seconds(30), ticket="B7")
            visit = seen(session).counters[0].visit
            assert visit is not None
            assert visit.ticket == "B7"
            assert visit.clock.limit is not None
            assert (visit.clock.limit.code, visit.clock.taken(NOW)) == ("H01", seconds(10))
            assert visit.clock.nearness(NOW) is Nearness.SOON
            assert visit.clock.nearness(NOW + seconds(5)) is Nearness.SOON
            assert visit.clock.nearness(NOW + seconds(6)) is Nearness.OVER

    def test_serving_runs_against_the_handling_limit_of_the_business_times_its_items(self, session: Session) -> None:
        a_counter(session, 1)
        a_counter(session, 2)
        at_the_counter(session, Outcome.SERVING, minutes(6), items=3, held_ms=60_000)
        at_the_counter(session, Outcome.SERVING, minutes(6), counter_id=2, business_type="meter")
        first, second = (counter.visit for counter in seen(session).counters)
        assert first is not None
        assert second is not None
        assert first.clock.limit is not None
        assert second.clock.limit is not None
        assert (first.clock.limit.code, first.clock.limit.time) == ("H05", minutes(15))
        assert first.clock.taken(NOW) == minutes(5)
        assert (second.clock.limit.code, second.clock.limit.time) == ("H06", minutes(20))

    def test_a_hold_stops_the_clock(self, session: Session) -> None:
        a_counter(session)
        at_the_counter(session, Outcome.HELD, minutes(4), hold_kind=HoldKind.PHONE, held_since_at=NOW - minutes(3))
        visit = seen(session).counters[0].visit
        assert visit is not None
        assert (visit.hold_kind, visit.clock.taken(NOW), visit.clock.taken(at(12))) == (
            HoldKind.PHONE, minutes(1), minutes(1),
        )  # fmt: skip

    def test_open_are_the_manned_ones_that_are_neither_paused_nor_closed(self, session: Session) -> None:
        session.add(Staff(branch_id="H1", id="7", name="张敏", name_en="Zhang Min"))
        session.flush()
        for number, state in enumerate(CounterState, 1):
            a_counter(session, number, state, staff_id="7" if number == 1 else None)
        shown = seen(session)
        assert (shown.open_counters, len(shown.counters)) == (2, 4)
        assert shown.counters[0].staff_name == "张敏"

    def test_a_pause_says_why_and_until_when(self, session: Session) -> None:
        a_counter(session, 1, CounterState.PAUSED, pause_reason=PauseReason.LUNCH, back_at=at(12))
        counter = seen(session).counters[0]
        assert (counter.pause_reason, counter.back_at, counter.since_at) == (
            PauseReason.LUNCH,
            at(12),
            NOW - minutes(10),
        )


class TestTheSuggestion:
    def test_a_free_counter_should_call_whom_it_serves(self, session: Session) -> None:
        a_counter(session, 1, CounterState.IDLE, business_types="meter")
        a_counter(session, 2, CounterState.IDLE)
        a_waiting(session, minutes(2))
        assert seen(session).suggestion == Suggestion(Remedy.CALL_NEXT, 2)

    def test_a_counter_that_has_just_become_free_is_left_in_peace(self, session: Session) -> None:
        a_counter(session, 1, CounterState.IDLE, since_at=NOW - seconds(59))
        a_waiting(session, minutes(2))
        assert seen(session).suggestion is None

    def test_a_closed_counter_should_open_where_the_queue_grows_and_somebody_is_near_the_limit(
        self, session: Session
    ) -> None:
        a_counter(session, 1, CounterState.CLOSED)
        a_waiting(session, minutes(13))
        assert seen(session).suggestion == Suggestion(Remedy.OPEN, 1)

    def test_nothing_is_suggested_while_the_queue_shrinks_or_nobody_is_near_the_limit(self, session: Session) -> None:
        a_counter(session, 1, CounterState.CLOSED)
        a_waiting(session, minutes(5))
        assert seen(session).suggestion is None
        a_waiting(session, minutes(16))
        an_interaction(session, arrived_at=NOW - minutes(30), waited=minutes(25), handled=minutes(1))
        assert not seen(session).growth.grows
        assert seen(session).suggestion is None

    @pytest.mark.parametrize(
        ("reason", "suggested"),
        [(PauseReason.MEETING, Suggestion(Remedy.RESUME, 1)), (PauseReason.DEVICE, None), (PauseReason.LUNCH, None)],
    )
    def test_a_paused_counter_should_go_on_unless_it_is_broken_or_the_pause_is_a_meal(
        self, session: Session, reason: PauseReason, suggested: Suggestion | None
    ) -> None:
        a_counter(session, 1, CounterState.PAUSED, pause_reason=reason)
        a_waiting(session, minutes(13))
        assert seen(session).suggestion == suggested


class TestTheDaySoFar:
    def test_headline_shares_carry_n_and_sources(self, session: Session) -> None:
        for late in (False, False, True):
            an_interaction(session, greeted_after=seconds(16 if late else 15), source=Source.DEVICE)
        an_interaction(session, arrived_at=at(10, day=DAY - timedelta(days=1)))
        shown = {share.code: share for share in seen(session).shares}
        assert set(shown) == {"H01", "H03", "H05", "H06", "H15"}
        assert (shown["H01"].met, shown["H01"].judged, shown["H01"].sources) == (2, 3, (Source.DEVICE,))
        assert not shown["H06"].has_data

    def test_the_abandoned_stand_beside_the_waits(self, session: Session) -> None:
        an_interaction(session)
        an_interaction(session, outcome=Outcome.LEFT)
        an_interaction(session, outcome=Outcome.NO_SHOW)
        an_interaction(session, outcome=Outcome.VOID)
        assert (seen(session).traffic.abandoned, seen(session).traffic.tickets) == (2, 3)

    def test_the_hours_hold_who_came_and_the_waits_that_ended(self, session: Session) -> None:
        for waited in (4, 6, 8):
            an_interaction(session, arrived_at=at(8, 10), waited=minutes(waited))
        an_interaction(session, arrived_at=at(10, 59), outcome=Outcome.WAITING)
        an_interaction(session, arrived_at=at(8, 30), outcome=Outcome.TEST)
        an_interaction(session, arrived_at=at(8, 30), channel=Channel.TELEPHONE)
        hours = seen(session).hours
        assert [(hour.hour, hour.arrivals, hour.waits) for hour in hours] == [(8, 3, 3), (9, 0, 0), (10, 1, 0)]
        assert (hours[0].p50, hours[0].p90, hours[2].p50) == (minutes(6), minutes(8), None)


class TestTheHall:
    def test_a_hall_at_night_is_quiet_and_says_when_it_opens(self, session: Session) -> None:
        for weekday in range(5):
            session.add(BranchHours(branch_id="H1", from_on=DAY, weekday=weekday, opens=510, closes=1050))
        a_counter(session, 1, CounterState.CLOSED)
        night = seen(session, at(23))
        assert (night.quiet, night.hours_of_hall.opens_at) == (True, at(8, 30, day=DAY + timedelta(days=1)))
        friday_evening = seen(session, at(17, 30, day=DAY + timedelta(days=4)))
        assert friday_evening.hours_of_hall.opens_at == at(8, 30, day=DAY + timedelta(days=7))
        assert seen(session, at(8, 30)).hours_of_hall.closes_at == at(17, 30)

    def test_a_closed_hall_opens_next_by_the_hours_of_that_day(self, session: Session) -> None:
        for from_on, opens in ((DAY, 540), (DAY + timedelta(days=1), 480)):
            for weekday in range(7):
                session.add(BranchHours(branch_id="H1", from_on=from_on, weekday=weekday, opens=opens, closes=1020))
        a_counter(session, 1, CounterState.CLOSED)
        assert seen(session, at(23)).hours_of_hall.opens_at == at(8, day=DAY + timedelta(days=1))

    def test_a_closed_hall_with_somebody_in_it_is_not_quiet(self, session: Session) -> None:
        session.add(BranchHours(branch_id="H1", from_on=DAY, weekday=0, opens=510, closes=600))
        session.flush()
        a_waiting(session, minutes(70))
        assert not seen(session).hours_of_hall.open
        assert not seen(session).quiet

    def test_every_press_moves_the_change_counter(self, session: Session) -> None:
        before = changes(session, MACHINE, "H1")
        take_ticket(session, MACHINE, Stamp("H1", str(uuid4()), NOW), "payment")
        assert changes(session, MACHINE, "H1") == before + 1

    def test_a_stranger_sees_nothing(self, session: Session) -> None:
        stranger = Actor("x", "x", (Grant(Role.SUPERVISOR, frozenset({"H2"})),))
        known = so_far(session, MACHINE, "H1", now=NOW)
        for question in (
            lambda: board(session, stranger, "H1", now=NOW),
            lambda: board(session, stranger, "H1", now=NOW, known=known),
            lambda: so_far(session, stranger, "H1", now=NOW),
            lambda: changes(session, stranger, "H1"),
        ):
            with pytest.raises(NotAllowed):
                question()

    def test_a_board_of_a_day_that_is_known_is_the_board_asked_whole(self, session: Session) -> None:
        a_waiting(session, minutes(20))
        an_interaction(session, arrived_at=NOW - minutes(30), waited=minutes(25), handled=minutes(1))
        session.flush()
        known = so_far(session, MACHINE, "H1", now=NOW)
        assert board(session, MACHINE, "H1", now=NOW, known=known) == seen(session)
        assert seen(session).hours == known.hours != ()

    def test_a_day_that_is_over_is_not_shown_as_today(self, session: Session) -> None:
        a_waiting(session, minutes(20))
        session.flush()
        yesterday = so_far(session, MACHINE, "H1", now=NOW)
        tomorrow = NOW + timedelta(days=1)
        assert board(session, MACHINE, "H1", now=tomorrow, known=yesterday) == seen(session, tomorrow)
        assert seen(session, tomorrow).hours == ()

    def test_a_hall_that_does_not_exist_is_refused(self, session: Session) -> None:
        with pytest.raises(NotAllowed):
            board(session, MACHINE, "H9", now=NOW)


@given(taken=some.integers(0, 10_000_000), stopped=some.integers(0, 10_000_000) | some.none())
def test_a_clock_never_runs_backwards_and_stands_where_it_was_stopped(taken: int, stopped: int | None) -> None:
    stopped_at = None if stopped is None else NOW + timedelta(milliseconds=stopped)
    clock = LimitClock(runs_from=NOW, stopped_at=stopped_at)
    expected = taken if stopped is None else stopped
    assert clock.taken(NOW + timedelta(milliseconds=taken)) == timedelta(milliseconds=expected)
    assert clock.left(NOW) is None
    assert clock.nearness(NOW) is Nearness.NO_LIMIT
