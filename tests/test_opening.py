"""From when a wait counts: opening intervals, breaks, midnight and the clock on the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.derive import Opening, OpeningWeek, between, opening_times, wait_from
from standards.vocabulary import Channel

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2025, 6, 30)
WITH_A_BREAK = tuple(Opening(day, *hours) for day in range(5) for hours in [(9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60)])
NEW_HOURS_ON = date(2025, 7, 2)
LATE = (Opening(4, 20 * 60, 24 * 60),)
SUNDAY_MORNING = (Opening(6, 9 * 60, 12 * 60),)


def at(hour: int, minute: int = 0, day: date = MONDAY, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)


def always(openings: tuple[Opening, ...]) -> tuple[OpeningWeek, ...]:
    return (OpeningWeek(date.min, openings),)


def every_day(opens: int, closes: int) -> tuple[Opening, ...]:
    return tuple(Opening(day, opens * 60, closes * 60) for day in range(7))


@pytest.mark.parametrize(
    ("arrived_at", "expected"),
    [
        (at(8, 40), at(9)),
        (at(9), at(9)),
        (at(11, 50), at(11, 50)),
        (at(12), at(13, 30)),
        (at(12, 30), at(13, 30)),
        (at(16, 59), at(16, 59)),
        (at(17), at(9, day=date(2025, 7, 1))),
        (at(17, day=date(2025, 7, 4)), at(9, day=date(2025, 7, 7))),
    ],
    ids=["early", "at opening", "before the break", "as the break begins", "in the break", "late", "closed", "weekend"],
)
def test_a_ticket_taken_outside_the_opening_intervals_counts_from_the_next_one(
    arrived_at: datetime, expected: datetime
) -> None:
    assert wait_from(arrived_at, Channel.COUNTER, always(WITH_A_BREAK), SHANGHAI) == expected


def test_on_a_telephone_line_a_wait_counts_from_the_arrival() -> None:
    assert wait_from(at(3), Channel.TELEPHONE, always(WITH_A_BREAK), SHANGHAI) == at(3)


def test_where_no_intervals_are_set_a_wait_counts_from_the_arrival() -> None:
    assert wait_from(at(3), Channel.COUNTER, (), SHANGHAI) == at(3)


def test_an_interval_until_midnight_holds_to_its_last_minute() -> None:
    friday = date(2025, 7, 4)
    assert wait_from(at(23, 59, day=friday), Channel.COUNTER, always(LATE), SHANGHAI) == at(23, 59, day=friday)
    assert wait_from(at(0, 0, date(2025, 7, 5)), Channel.COUNTER, always(LATE), SHANGHAI) == at(
        20, 0, date(2025, 7, 11)
    )


def test_an_interval_that_passes_midnight_is_still_open_after_it() -> None:
    night = (Opening(4, 20 * 60, 26 * 60),)
    saturday = date(2025, 7, 5)
    assert wait_from(at(1, 59, saturday), Channel.COUNTER, always(night), SHANGHAI) == at(1, 59, saturday)
    assert wait_from(at(2, 0, saturday), Channel.COUNTER, always(night), SHANGHAI) == at(20, 0, date(2025, 7, 11))


@pytest.mark.parametrize(
    ("sunday", "opens_at"),
    [
        (date(2025, 3, 30), datetime(2025, 3, 30, 7, tzinfo=UTC)),
        (date(2025, 10, 26), datetime(2025, 10, 26, 8, tzinfo=UTC)),
        (date(2025, 3, 23), datetime(2025, 3, 23, 8, tzinfo=UTC)),
    ],
    ids=["summer time begins", "summer time ends", "winter"],
)
def test_opening_times_follow_the_clock_on_the_wall_when_it_changes(sunday: date, opens_at: datetime) -> None:
    (opens, closes) = opening_times(sunday, SUNDAY_MORNING, BERLIN)[0]
    assert (opens, closes) == (opens_at, opens_at + timedelta(hours=3))
    assert wait_from(opens_at - timedelta(hours=8), Channel.COUNTER, always(SUNDAY_MORNING), BERLIN) == opens_at


def test_opening_times_come_in_order_and_of_that_weekday_alone() -> None:
    assert list(opening_times(MONDAY, WITH_A_BREAK[::-1], SHANGHAI)) == [(at(9), at(12)), (at(13, 30), at(17))]
    assert not opening_times(date(2025, 7, 5), WITH_A_BREAK, SHANGHAI)


@given(minutes=st.integers(0, 366 * 24 * 60))
def test_a_wait_never_begins_before_the_arrival_and_always_while_the_hall_is_open(minutes: int) -> None:
    arrived_at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    begun_at = wait_from(arrived_at, Channel.COUNTER, always(WITH_A_BREAK), BERLIN)
    assert begun_at >= arrived_at
    local_day = begun_at.astimezone(BERLIN).date()
    assert any(opens <= begun_at < closes for opens, closes in opening_times(local_day, WITH_A_BREAK, BERLIN))


def test_a_ticket_taken_inside_an_interval_counts_through_the_break() -> None:
    begun_at = wait_from(at(11, 50), Channel.COUNTER, always(WITH_A_BREAK), SHANGHAI)
    assert between(begun_at, at(13, 40)) == 110 * 60_000


@pytest.mark.parametrize(
    ("arrived_at", "expected"),
    [
        (at(20), at(9, day=date(2025, 7, 1))),
        (at(20, day=date(2025, 7, 1)), at(8, day=NEW_HOURS_ON)),
        (at(7, day=NEW_HOURS_ON), at(8, day=NEW_HOURS_ON)),
        (at(20, day=NEW_HOURS_ON), at(8, day=date(2025, 7, 3))),
    ],
    ids=["two evenings before", "the evening before", "the first morning", "the first evening"],
)
def test_a_ticket_counts_from_the_hours_of_the_day_on_which_the_hall_opens_next(
    arrived_at: datetime, expected: datetime
) -> None:
    weeks = (OpeningWeek(date.min, every_day(9, 17)), OpeningWeek(NEW_HOURS_ON, every_day(8, 16)))
    assert wait_from(arrived_at, Channel.COUNTER, weeks, SHANGHAI) == expected


def test_the_old_hours_last_night_hold_past_midnight_of_the_day_of_the_new_ones() -> None:
    weeks = (OpeningWeek(date.min, every_day(20, 26)), OpeningWeek(NEW_HOURS_ON, every_day(8, 16)))
    assert wait_from(at(1, day=NEW_HOURS_ON), Channel.COUNTER, weeks, SHANGHAI) == at(1, day=NEW_HOURS_ON)
    assert wait_from(at(2, day=NEW_HOURS_ON), Channel.COUNTER, weeks, SHANGHAI) == at(8, day=NEW_HOURS_ON)


def test_before_the_first_hours_of_a_hall_a_wait_counts_from_the_arrival() -> None:
    weeks = (OpeningWeek(NEW_HOURS_ON, every_day(8, 16)),)
    assert wait_from(at(20, day=date(2025, 7, 1)), Channel.COUNTER, weeks, SHANGHAI) == at(20, day=date(2025, 7, 1))
