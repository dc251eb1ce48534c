"""The judged times, derived from the stamps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from standards.derive import Stamps, between, day_on, hour_at, milliseconds, times
from standards.vocabulary import Begun, Channel, Outcome, Stage

SHANGHAI = ZoneInfo("Asia/Shanghai")
KOLKATA = ZoneInfo("Asia/Kolkata")
MONDAY = date(2025, 6, 30)
NOON = datetime(2025, 6, 30, 4, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def stamps(**known: Any) -> Stamps:
    """A ticket that was taken at noon and served in good order, but for what is named."""
    plain = Stamps(
        begun=Begun.TICKET,
        channel=Channel.COUNTER,
        outcome=Outcome.COMPLETED,
        queued_at=NOON,
        wait_from_at=NOON,
        arrived_at=NOON,
        called_at=after(60),
        last_called_at=after(60),
        greeted_at=after(75),
        started_at=after(75),
        ended_at=after(375),
    )
    return replace(plain, **known)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(seconds=15), 15_000),
        (timedelta(microseconds=15_000_999), 15_000),
        (timedelta(seconds=-3), 0),
    ],
)
def test_milliseconds_are_whole_and_never_below_nought(span: timedelta, expected: int) -> None:
    assert milliseconds(span) == expected


def test_between_is_unknown_where_a_stamp_is_missing() -> None:
    assert between(None, NOON) is None
    assert between(NOON, None) is None
    assert between(NOON, after(1.5)) == 1_500


def test_the_business_day_is_the_halls_local_day_of_the_arrival() -> None:
    assert day_on(datetime(2025, 6, 29, 16, 0, tzinfo=UTC), SHANGHAI) == MONDAY
    assert day_on(datetime(2025, 6, 29, 15, 59, 59, tzinfo=UTC), SHANGHAI) == MONDAY - timedelta(days=1)


def test_the_hour_is_that_of_the_halls_wall_even_where_zones_have_half_hours() -> None:
    assert hour_at(datetime(2025, 6, 30, 4, 59, tzinfo=UTC), SHANGHAI) == NOON
    assert hour_at(datetime(2025, 6, 30, 4, 45, tzinfo=UTC), KOLKATA) == datetime(2025, 6, 30, 4, 30, tzinfo=UTC)


def test_the_wait_is_from_the_arrival_to_the_first_call() -> None:
    assert times(stamps(called_at=after(60), last_called_at=after(300))).wait_ms == 60_000


def test_a_wait_is_never_below_nought() -> None:
    assert times(stamps(wait_from_at=after(600))).wait_ms == 0


def test_who_left_before_the_call_waited_until_they_left() -> None:
    left = stamps(outcome=Outcome.LEFT, called_at=None, started_at=None, ended_at=None, left_at=after(900))
    assert times(left).wait_ms == 900_000


def test_a_no_show_waited_until_the_first_call() -> None:
    missing = stamps(outcome=Outcome.NO_SHOW, started_at=None, greeted_at=None, ended_at=None, left_at=after(900))
    assert times(missing).wait_ms == 60_000


def test_a_wait_that_still_goes_on_has_no_length_yet() -> None:
    waiting = stamps(outcome=Outcome.WAITING, called_at=None, last_called_at=None, started_at=None, ended_at=None)
    assert times(waiting).wait_ms is None


def test_a_wait_never_runs_into_the_service_where_the_call_was_not_stamped() -> None:
    assert times(stamps(outcome=Outcome.LEFT, called_at=None, ended_at=None, left_at=after(900))).wait_ms is None


@pytest.mark.parametrize("begun", [Begun.WALK_IN, Begun.ADDED, Begun.TRANSFER])
def test_without_a_ticket_of_its_own_a_row_has_no_wait(begun: Begun) -> None:
    assert times(stamps(begun=begun)).wait_ms is None


def test_a_transfer_keeps_the_arrival_and_waits_anew_from_its_new_queue() -> None:
    second = times(stamps(begun=Begun.TRANSFER, queued_at=after(30), called_at=after(100)))
    assert second.transfer_wait_ms == 70_000
    assert times(stamps()).transfer_wait_ms is None


def test_a_greeting_counts_from_the_counter_where_that_is_known() -> None:
    assert times(stamps(at_counter_at=after(70), greeted_at=after(80))).greeting_ms == 10_000


def test_the_walking_allowance_plays_no_part_where_the_arrival_at_the_counter_is_known() -> None:
    seen = stamps(at_counter_at=after(70), greeted_at=after(80))
    assert times(seen, walking=timedelta(seconds=10)).greeting_ms == 10_000


def test_else_a_greeting_counts_from_the_last_call_less_the_walking_allowance() -> None:
    restored = stamps(called_at=after(60), last_called_at=after(300), greeted_at=after(330))
    assert times(restored).greeting_ms == 30_000
    assert times(restored, walking=timedelta(seconds=12)).greeting_ms == 18_000


def test_a_greeting_delay_is_never_below_nought() -> None:
    assert times(stamps(), walking=timedelta(minutes=2)).greeting_ms == 0
    assert times(stamps(phone_held_ms=60_000)).greeting_ms == 0


def test_phone_holds_before_the_greeting_are_taken_off_it() -> None:
    assert times(stamps(phone_held_ms=5_000)).greeting_ms == 10_000


@pytest.mark.parametrize("stage", [Stage.AT_COUNTER, Stage.GREETED])
def test_a_greeting_with_a_stamp_marked_inaccurate_is_not_known(stage: Stage) -> None:
    assert times(stamps(at_counter_at=after(70), inaccurate=frozenset({stage}))).greeting_ms is None


@pytest.mark.parametrize("stage", [Stage.CALLED, Stage.LAST_CALLED, Stage.GREETED])
def test_a_greeting_from_the_only_call_is_not_known_where_that_call_is_inaccurate(stage: Stage) -> None:
    assert times(stamps(inaccurate=frozenset({stage}))).greeting_ms is None


def test_an_inaccurate_first_call_leaves_a_greeting_from_a_later_call_alone() -> None:
    called_twice = stamps(called_at=after(10), inaccurate=frozenset({Stage.CALLED}))
    assert times(called_twice).greeting_ms == 15_000


@pytest.mark.parametrize("stage", [Stage.CALLED, Stage.LAST_CALLED])
def test_an_inaccurate_call_leaves_a_greeting_from_the_counter_alone(stage: Stage) -> None:
    seen = stamps(at_counter_at=after(70), greeted_at=after(80), inaccurate=frozenset({stage}))
    assert times(seen).greeting_ms == 10_000


def test_a_stamp_of_another_stage_that_is_inaccurate_leaves_the_greeting_alone() -> None:
    assert times(stamps(inaccurate=frozenset({Stage.ENDED}))).greeting_ms == 15_000


def test_the_start_never_stands_in_for_the_greeting() -> None:
    assert times(stamps(greeted_at=None)).greeting_ms is None


def test_without_a_ticket_a_greeting_needs_both_stamps() -> None:
    assert times(stamps(begun=Begun.WALK_IN)).greeting_ms is None
    both = stamps(begun=Begun.WALK_IN, at_counter_at=after(70), greeted_at=after(82))
    assert times(both).greeting_ms == 12_000


def test_added_business_has_no_greeting() -> None:
    assert times(stamps(begun=Begun.ADDED, at_counter_at=after(70))).greeting_ms is None


def test_a_transfers_new_queue_is_greeted_anew() -> None:
    assert times(stamps(begun=Begun.TRANSFER)).greeting_ms == 15_000


def test_the_guides_greeting_is_from_the_arrival_to_the_door() -> None:
    assert times(stamps(door_greeted_at=after(9))).door_greeting_ms == 9_000
    assert times(stamps()).door_greeting_ms is None


@pytest.mark.parametrize("begun", [Begun.WALK_IN, Begun.ADDED, Begun.TRANSFER])
def test_only_a_ticket_is_greeted_at_the_door(begun: Begun) -> None:
    assert times(stamps(begun=begun, door_greeted_at=after(9))).door_greeting_ms is None


def test_a_greeting_at_the_door_with_an_inaccurate_stamp_is_not_known() -> None:
    seen = stamps(door_greeted_at=after(9), inaccurate=frozenset({Stage.DOOR_GREETED}))
    assert times(seen).door_greeting_ms is None


def test_handling_is_from_start_to_end_less_the_holds_after_the_start() -> None:
    assert times(stamps()).handling_ms == 300_000
    assert times(stamps(held_ms=100_000)).handling_ms == 200_000


def test_handling_is_never_below_nought() -> None:
    assert times(stamps(held_ms=999_000)).handling_ms == 0


def test_handling_is_not_known_before_its_end() -> None:
    assert times(stamps(outcome=Outcome.SERVING, ended_at=None)).handling_ms is None
