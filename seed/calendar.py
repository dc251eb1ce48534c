"""The days of the working calendar: published years with their make-up days, later ones provisional."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import holidays
from chinese_calendar import constants

from models.tables import CalendarDay
from standards.message import Worded

CHINA = "CN"
SATURDAY = 5


class Holiday(Worded):
    """The festivals of the published Chinese calendar; other calendars name theirs in their own words."""

    NEW_YEAR = "new_years_day", "New Year's Day"
    SPRING_FESTIVAL = "spring_festival", "Spring Festival"
    TOMB_SWEEPING = "tomb_sweeping_day", "Tomb-sweeping Day"
    LABOUR_DAY = "labour_day", "Labour Day"
    DRAGON_BOAT = "dragon_boat_festival", "Dragon Boat Festival"
    MID_AUTUMN = "mid_autumn_festival", "Mid-autumn Festival"
    NATIONAL_DAY = "national_day", "National Day"
    VICTORY_DAY = "anti_fascist_70th_day", "70th anniversary of victory"


# How the two sources begin the names of the same festivals, in lower case.
_BEGINNINGS = {
    "new year": Holiday.NEW_YEAR,
    "spring festival": Holiday.SPRING_FESTIVAL,
    "chinese new year": Holiday.SPRING_FESTIVAL,
    "tomb-sweeping": Holiday.TOMB_SWEEPING,
    "labo": Holiday.LABOUR_DAY,
    "dragon boat": Holiday.DRAGON_BOAT,
    "mid-autumn": Holiday.MID_AUTUMN,
    "national day": Holiday.NATIONAL_DAY,
    "anti-fascist": Holiday.VICTORY_DAY,
}
FIRST_PUBLISHED_YEAR: int = min(constants.holidays).year
LAST_PUBLISHED_YEAR: int = max(constants.holidays).year


def chinese_days(last_year: int) -> Iterator[CalendarDay]:
    """Every day of the Chinese calendar from its first published year to `last_year`; unpublished ones provisional."""
    for year in range(FIRST_PUBLISHED_YEAR, last_year + 1):
        if year <= LAST_PUBLISHED_YEAR:
            yield from map(_published, _days(year))
        else:
            yield from country_days(CHINA, year)


def country_days(country: str, year: int) -> Iterator[CalendarDay]:
    """A year of a country (ISO 3166) from its lasting rules alone: provisional, for make-up days are not known."""
    named = holidays.country_holidays(country, years=year, language="en_US")
    for day in _days(year):
        yield CalendarDay(
            calendar=country,
            day_on=day,
            working=named.is_working_day(day),
            holiday=_festival(named.get(day)),
            provisional=True,
        )


def _festival(name: str | None) -> str | None:
    said = (name or "").lower()
    return next((festival for beginning, festival in _BEGINNINGS.items() if said.startswith(beginning)), name)


def _published(day: date) -> CalendarDay:
    working = chinese_calendar.is_workday(day)
    return CalendarDay(
        calendar=CHINA,
        day_on=day,
        working=working,
        holiday=_festival(constants.holidays.get(day)),
        made_up=working and day.weekday() >= SATURDAY,
    )


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
