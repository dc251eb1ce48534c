"""Intervals, funnel limits and percentiles, against published values and brute force."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics.each_time import nearest_ranks
from analytics.statistics import funnel_limits, nearest_rank, poisson_rate, wilson


@pytest.mark.parametrize(
    ("met", "judged", "low", "high"),
    [
        (9, 10, 0.5958, 0.9821),
        (45, 50, 0.7864, 0.9565),
        (180, 200, 0.8506, 0.9343),
        (10, 10, 0.7225, 1),
        (0, 10, 0, 0.2775),
    ],
)
def test_the_wilson_interval_has_the_published_values(met: int, judged: int, low: float, high: float) -> None:
    assert wilson(met, judged) == pytest.approx((low, high), abs=5e-5)


def test_without_judged_cases_there_is_no_interval() -> None:
    assert wilson(0, 0) is None
    assert poisson_rate(0, 0) is None


@given(some.integers(1, 100_000), some.data())
def test_the_wilson_interval_holds_its_share_within_0_and_1(judged: int, data: some.DataObject) -> None:
    met = data.draw(some.integers(0, judged))
    interval = wilson(met, judged)
    assert interval is not None
    assert 0 <= interval.low <= met / judged <= interval.high <= 1


@pytest.mark.parametrize(
    # Published exact limits of a Poisson count (Garwood 1936; Ulm 1990).
    ("events", "low", "high"),
    [(0, 0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (100, 81.3640, 121.6268)],
)
def test_the_poisson_interval_has_the_published_values(events: int, low: float, high: float) -> None:
    assert poisson_rate(events, 1000) == pytest.approx((low, high), abs=5e-5)


@given(some.integers(0, 60))
def test_the_poisson_ends_leave_half_of_the_rest_on_each_side(events: int) -> None:
    interval = poisson_rate(events, 1000)
    assert interval is not None
    at_most = sum(exp(-interval.high) * interval.high**k / factorial(k) for k in range(events + 1))
    below = sum(exp(-interval.low) * interval.low**k / factorial(k) for k in range(events))
    assert at_most == pytest.approx(0.025, rel=1e-6)
    assert below == pytest.approx(0.975 if events else 0, rel=1e-6)


def test_a_poisson_interval_of_many_events_is_about_two_roots_wide() -> None:
    interval = poisson_rate(250_000, 1_000_000)
    assert interval is not None
    assert interval.low == pytest.approx(250 - 1.96 * 0.5, abs=0.01)
    assert interval.high == pytest.approx(250 + 1.96 * 0.5, abs=0.01)


@given(some.integers(1, 80), some.integers(1, 99), some.sampled_from([950, 998]))
def test_the_funnel_limits_are_the_binomial_quantiles(cases: int, percent: int, per_mille: int) -> None:
    share, tail = Fraction(percent, 100), Fraction(1000 - per_mille, 2000)
    chances = [comb(cases, k) * share**k * (1 - share) ** (cases - k) for k in range(cases + 1)]
    limits = funnel_limits(percent / 100, cases, per_mille / 1000)
    for end, chance in ((limits.low, tail), (limits.high, 1 - tail)):
        count = round(end * cases)
        assert sum(chances[: count + 1]) >= chance - Fraction(1, 10**11)
        assert sum(chances[:count]) < chance + Fraction(1, 10**11)


@pytest.mark.parametrize("centre", [0.0, 1.0])
def test_a_funnel_round_none_or_all_has_no_width(centre: float) -> None:
    limits = funnel_limits(centre, 50, 0.95)
    assert (limits.low, limits.high) == (centre, centre)


def test_a_funnel_at_a_million_cases_meets_the_normal_limits() -> None:
    limits = funnel_limits(0.9, 1_000_000, 0.998)
    assert limits.low == pytest.approx(0.9 - 3.0902 * 0.0003, abs=2e-6)
    assert limits.high == pytest.approx(0.9 + 3.0902 * 0.0003, abs=2e-6)


def test_a_funnel_near_one_keeps_its_lower_limit() -> None:
    limits = funnel_limits(0.999, 1000, 0.998)
    assert (limits.low, limits.high) == (
        0.995,
        1.0,
    )  # five or more misses at a mean of one: 0.0037; six or more: 0.0006


@pytest.mark.parametrize(
    ("percent", "value"), [(5, 15), (30, 20), (40, 20), (50, 35), (90, 50), (100, 50)]
)  # the textbook's example of the nearest rank
def test_the_nearest_rank_is_a_value_that_occurred(percent: int, value: int) -> None:
    assert nearest_rank([15, 20, 35, 40, 50], percent) == value


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert nearest_rank([], 50) is None


@given(some.lists(some.integers(0, 50), min_size=1), some.lists(some.integers(1, 100), min_size=1, max_size=3))
def test_times_in_any_order_have_the_same_percentiles_as_in_rising_order(
    values: list[int], percents: list[int]
) -> None:
    found = nearest_ranks(np.array(values, dtype=np.int64), percents)
    assert found == [nearest_rank(sorted(values), percent) for percent in percents]
