"""Which standard is in force, for whom and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.catalogue import CATALOGUE
from standards.standard import Scope, Standard, followed, in_force, spans
from standards.vocabulary import Aggregation, Channel, HallClass, Issuer, Measure, Subject

HEADLINE = next(row for row in CATALOGUE if row.code == "H01")
NEW_YEAR = date(2022, 1, 1)


def a_row(
    code: str = "H05", issuer: Issuer = Issuer.STATE_GRID, start: date | None = None, limit: int = 1, on: bool = True
) -> Standard:
    return replace(HEADLINE, code=code, issuer=issuer, in_force_from=start, limit=limit, on=on)


def test_the_next_row_of_the_same_code_and_issuer_ends_the_last() -> None:
    old, new = a_row(limit=1), a_row(start=NEW_YEAR, limit=2)
    assert in_force([new, old], Issuer.STATE_GRID, NEW_YEAR - timedelta(days=1)) == (old,)
    assert in_force([new, old], Issuer.STATE_GRID, NEW_YEAR) == (new,)


def test_a_period_across_a_change_is_cut_into_its_spans() -> None:
    old, new = a_row(limit=1), a_row(start=NEW_YEAR, limit=2)
    first, last = date(2021, 12, 1), date(2022, 1, 31)
    found = spans([old, new], Issuer.STATE_GRID, first, last)
    assert [(span.standard, span.first_on, span.last_on) for span in found] == [
        (old, first, date(2021, 12, 31)),
        (new, NEW_YEAR, last),
    ]


def test_before_its_first_edition_a_standard_is_not_in_force() -> None:
    assert in_force([a_row(start=NEW_YEAR)], Issuer.STATE_GRID, NEW_YEAR - timedelta(days=1)) == ()


def test_a_row_that_is_off_ends_its_forerunner_and_judges_nothing() -> None:
    rows = [a_row(), a_row(start=NEW_YEAR, on=False)]
    assert in_force(rows, Issuer.STATE_GRID, NEW_YEAR) == ()
    assert in_force(rows, Issuer.STATE_GRID, NEW_YEAR - timedelta(days=1)) == (rows[0],)


@pytest.mark.parametrize(
    ("hall", "issuers", "expected"),
    [
        (Issuer.STATE_GRID, [Issuer.STATE_GRID, Issuer.SOUTHERN_GRID, Issuer.LAW], Issuer.STATE_GRID),
        (Issuer.SOUTHERN_GRID, [Issuer.STATE_GRID, Issuer.SOUTHERN_GRID, Issuer.LAW], Issuer.SOUTHERN_GRID),
        (Issuer.SOUTHERN_GRID, [Issuer.STATE_GRID, Issuer.LAW], Issuer.LAW),
        (Issuer.STATE_GRID, [Issuer.SOUTHERN_GRID], Issuer.SOUTHERN_GRID),
        (Issuer.STATE_GRID, [Issuer.OWN, Issuer.TRAINING], Issuer.TRAINING),
    ],
)
def test_a_hall_follows_one_issuer_per_code(hall: Issuer, issuers: list[Issuer], expected: Issuer) -> None:
    rows = [a_row(issuer=issuer) for issuer in issuers]
    assert [row.issuer for row in followed(rows, hall)] == [expected]


def test_a_state_grid_hall_waits_by_the_southern_grid_average_for_want_of_its_own() -> None:
    standing = {row.code: row for row in in_force(CATALOGUE, Issuer.STATE_GRID, date(2025, 7, 1))}
    assert standing["H03"].issuer is Issuer.SOUTHERN_GRID


@given(
    starts=st.sets(st.dates(date(2005, 1, 1), date(2025, 12, 31)), min_size=1, max_size=6),
    first_on=st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    days=st.integers(0, 900),
)
def test_the_spans_of_a_period_agree_with_each_day_of_it(starts: set[date], first_on: date, days: int) -> None:
    rows = [a_row(start=start, limit=start.toordinal()) for start in starts]
    last_on = first_on + timedelta(days=days)
    found = spans(rows, Issuer.STATE_GRID, first_on, last_on)
    edges = {first_on, last_on} | {day for span in found for day in (span.first_on, span.last_on)}
    for day in edges:
        standing = [span.standard for span in found if span.first_on <= day <= span.last_on]
        latest = max((start for start in starts if start <= day), default=None)
        assert [row.in_force_from for row in standing] == ([] if latest is None else [latest])
        assert tuple(standing) == in_force(rows, Issuer.STATE_GRID, day)


def test_a_scope_without_lists_covers_everything() -> None:
    assert Scope().covers(Channel.TELEPHONE, "payment", HallClass.D)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(channels=(Channel.COUNTER,)), True),
        (Scope(channels=(Channel.TELEPHONE,)), False),
        (Scope(business_types=("payment",)), True),
        (Scope(business_types=("repair",)), False),
        (Scope(except_business_types=("payment",)), False),
        (Scope(hall_classes=(HallClass.B,)), True),
        (Scope(hall_classes=(HallClass.A, HallClass.C)), False),
    ],
)
def test_a_scope_covers_what_each_of_its_lists_names(scope: Scope, expected: bool) -> None:
    assert scope.covers(Channel.COUNTER, "payment", HallClass.B) is expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (HEADLINE, True),
        (replace(HEADLINE, aggregation=Aggregation.MEAN), False),
        (replace(HEADLINE, aggregation=Aggregation.COUNT), False),
        (replace(HEADLINE, subject=Subject.CASE), False),
        (replace(HEADLINE, measure=Measure.CONTACT), False),
    ],
)
def test_means_counts_and_cases_judge_no_single_interaction(row: Standard, expected: bool) -> None:
    assert row.judges_interactions is expected


def test_a_limit_in_milliseconds_reads_as_a_time() -> None:
    assert HEADLINE.limit_time == timedelta(seconds=15)
