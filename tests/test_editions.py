"""The dated editions of the catalogue: the day before and the day of a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from standards.catalogue import CATALOGUE
from standards.standard import Standard, in_force
from standards.vocabulary import (
    Aggregation,
    Issuer,
    Unit,
)

MINUTE, HOUR = 60_000, 3_600_000


def rows(code: str, issuer: Issuer | None = None) -> list[Standard]:
    return [row for row in CATALOGUE if row.code == code and issuer in (None, row.issuer)]


def the(code: str, issuer: Issuer | None = None, edition: str | None = None) -> Standard:
    (row,) = [row for row in rows(code, issuer) if edition in (None, row.edition)]
    return row


def limit_on(day: date, code: str, issuer: Issuer = Issuer.STATE_GRID) -> tuple[int, Unit] | None:
    """The limit in force, were every row switched on."""
    standing = in_force([replace(row, on=True) for row in rows(code, issuer)], issuer, day)
    return (standing[0].limit, standing[0].unit) if standing else None


@pytest.mark.parametrize(
    ("code", "first_on", "before", "after"),
    [
        ("C01", date(2022, 1, 1), (1, Unit.WORKING_DAY), (24 * HOUR, Unit.MILLISECOND)),
        ("C03", date(2022, 1, 1), (7, Unit.WORKING_DAY), (5, Unit.WORKING_DAY)),
        ("C03", date(2011, 1, 1), None, (7, Unit.WORKING_DAY)),
        ("F07-reading", date(2022, 1, 1), (7, Unit.WORKING_DAY), (5, Unit.WORKING_DAY)),
        ("F11-high", date(2014, 1, 1), (20, Unit.WORKING_DAY), (10, Unit.WORKING_DAY)),
        ("F01-city", date(2005, 1, 1), None, (45 * MINUTE, Unit.MILLISECOND)),
    ],
)
def test_the_day_before_and_the_day_of_a_change_give_the_old_and_the_new_limit(
    code: str, first_on: date, before: tuple[int, Unit] | None, after: tuple[int, Unit]
) -> None:
    assert limit_on(first_on - timedelta(days=1), code) == before
    assert limit_on(first_on, code) == after


@pytest.mark.parametrize("place", ["city", "rural", "remote"])
def test_arrival_is_a_limit_for_each_case_until_2011_and_an_average_from_2022(place: str) -> None:
    by_edition = {row.edition: row.aggregation for row in rows(f"F01-{place}", Issuer.STATE_GRID)}
    assert by_edition == {"2005": Aggregation.DEADLINE, "2011": Aggregation.DEADLINE, "2022": Aggregation.MEAN}


@pytest.mark.parametrize(
    ("issuer", "edition", "limits"),
    [
        (Issuer.STATE_GRID, "2005", [3, 7, 15, 30]),
        (Issuer.STATE_GRID, "2011", [3, 7, 15, 30]),
        (Issuer.SOUTHERN_GRID, "2017", [2, 5, 15, 30]),
        (Issuer.LAW, "undated", [3, 8, 20, 45]),
    ],
)
def test_supply_plans_have_a_limit_for_each_customer_and_edition(
    issuer: Issuer, edition: str, limits: list[int]
) -> None:
    customers = ["residential", "low", "high-single", "high-double"]
    assert [the(f"F08-{customer}", issuer, edition).limit for customer in customers] == limits


def test_editions_start_in_their_year_and_undated_rows_are_in_force_always() -> None:
    for row in CATALOGUE:
        assert (row.in_force_from is None) == (row.edition == "undated")
        if row.in_force_from and row.issuer is not Issuer.LAW:
            assert row.in_force_from == date(int(row.edition), 1, 1)
            assert row.note, f"{row.code} {row.edition} does not say that its day is ours"
