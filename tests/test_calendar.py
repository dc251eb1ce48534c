"""The working calendar: published years with their make-up days, later ones provisional."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest

from models.tables import CalendarDay
from seed.calendar import (
    CHINA,
    FIRST_PUBLISHED_YEAR,
    LAST_PUBLISHED_YEAR,
    Holiday,
    chinese_days,
    country_days,
)

UNPUBLISHED = LAST_PUBLISHED_YEAR + 1


@cache
def calendar() -> dict[date, CalendarDay]:
    return {day.day_on: day for day in chinese_days(UNPUBLISHED + 1)}


@pytest.mark.parametrize("day_on", [date(2026, 2, 14), date(2026, 2, 28), date(2025, 9, 28), date(2024, 2, 4)])
def test_a_weekend_day_made_up_is_worked(day_on: date) -> None:
    day = calendar()[day_on]
    assert day_on.weekday() >= 5
    assert (day.working, day.made_up, day.holiday, day.provisional) == (True, True, None, False)


@pytest.mark.parametrize(
    ("day_on", "holiday"),
    [
        (date(2026, 2, 17), Holiday.SPRING_FESTIVAL),
        (date(2026, 2, 20), Holiday.SPRING_FESTIVAL),  # a Friday, made up on Saturday the 14th
        (date(2025, 10, 1), Holiday.NATIONAL_DAY),
        (date(2015, 9, 3), Holiday.VICTORY_DAY),
    ],
)
def test_a_holiday_is_rested_and_named(day_on: date, holiday: Holiday) -> None:
    day = calendar()[day_on]
    assert (day.working, day.made_up, day.holiday) == (False, False, holiday)


def test_a_plain_weekend_is_rested_and_a_plain_weekday_worked() -> None:
    saturday, monday = calendar()[date(2026, 3, 7)], calendar()[date(2026, 3, 9)]
    assert (saturday.working, saturday.holiday, saturday.made_up) == (False, None, False)
    assert (monday.working, monday.holiday, monday.made_up) == (True, None, False)


def test_every_day_stands_once_without_a_gap() -> None:
    days = [day.day_on for day in chinese_days(UNPUBLISHED)]
    assert days[0] == date(FIRST_PUBLISHED_YEAR, 1, 1)
    assert days[-1] == date(UNPUBLISHED, 12, 31)
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))


def test_published_years_are_settled_and_the_first_beyond_them_is_not() -> None:
    """A date that depends on any day from the turn of that year on shows that it may still move."""
    turn = date(UNPUBLISHED, 1, 1)
    assert {day.day_on for day in calendar().values() if day.provisional} == {
        day_on for day_on in calendar() if day_on >= turn
    }


def test_a_provisional_year_knows_its_festivals_and_no_make_up_days() -> None:
    days = [day for day in calendar().values() if day.day_on.year == UNPUBLISHED]
    assert {Holiday.NEW_YEAR, Holiday.SPRING_FESTIVAL, Holiday.NATIONAL_DAY} <= {day.holiday for day in days}
    assert [day for day in days if day.made_up] == []
    assert [day.day_on for day in days if day.working and day.day_on.weekday() >= 5] == []
    assert [day.day_on for day in days if day.working and day.holiday] == []


def test_no_published_day_is_both_worked_and_a_holiday() -> None:
    assert [day.day_on for day in calendar().values() if day.working and day.holiday] == []
    assert [day.day_on for day in calendar().values() if day.made_up and not day.working] == []


def test_another_country_has_its_own_days_all_provisional() -> None:
    days = {day.day_on: day for day in country_days("DE", 2026)}
    assert len(days) == 365
    assert {day.calendar for day in days.values()} == {"DE"}
    assert all(day.provisional for day in days.values())
    assert (days[date(2026, 10, 3)].working, days[date(2026, 12, 25)].working) == (False, False)
    assert days[date(2026, 10, 5)].working
    assert {day.calendar for day in calendar().values()} == {CHINA}
