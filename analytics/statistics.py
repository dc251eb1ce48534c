"""Intervals, funnel limits and percentiles; standard library only (domain.md, section 6).

Shares run from 0 to 1. Nothing here knows a database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist
from typing import NamedTuple

CONFIDENCE = 0.95
FUNNEL_CONFIDENCES = (0.95, 0.998)
MINIMUM_CASES = 20
"""Fewer judged cases than this are too few for a rank or a colour (product.md: small n)."""


class Interval(NamedTuple):
    """The two ends of an interval."""

    low: float
    high: float


@lru_cache(maxsize=8)
def _deviations(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(met: int, judged: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Wilson's score interval of a share (Wilson 1927), or None where nothing was judged."""
    if judged == 0:
        return None
    z, share = _deviations(confidence), met / judged
    middle = share + z * z / (2 * judged)
    spread = z * sqrt(share * (1 - share) / judged + (z / (2 * judged)) ** 2)
    whole = 1 + z * z / judged
    # At none or all of the cases the end is 0 or 1 exactly; the sum leaves a rounding error there.
    low = 0.0 if met == 0 else (middle - spread) / whole
    high = 1.0 if met == judged else (middle + spread) / whole
    return Interval(low, high)


def poisson_rate(events: int, cases: int, per: int = 1000, confidence: float = CONFIDENCE) -> Interval | None:
    """The exact Poisson interval (Garwood 1936) of a rate of events per so many cases, or None without cases."""
    if cases == 0:
        return None
    tail = (1 - confidence) / 2
    low = 0.0 if events == 0 else _poisson_mean(events - 1, 1 - tail)
    return Interval(low * per / cases, _poisson_mean(events, tail) * per / cases)


def _poisson_mean(events: int, chance: float) -> float:
    """The mean at which at most `events` come with this chance, by halving."""
    low, high = 0.0, events + 20 + 10 * sqrt(events + 1)
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _poisson_at_most(events, middle) > chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _poisson_at_most(events: int, mean: float) -> float:
    """P(X ≤ events), summed downward from its largest term until the terms vanish."""
    if mean == 0:
        return 1.0
    if events > mean:  # the short tail is above
        return 1 - _poisson_tail(events + 1, mean, 1)
    return _poisson_tail(events, mean, -1)


def _poisson_tail(start: int, mean: float, step: int) -> float:
    term = exp(start * log(mean) - mean - lgamma(start + 1))
    total, count = 0.0, start
    while term > total * 1e-17 and count >= 0:
        total += term
        term *= count / mean if step < 0 else mean / (count + 1)
        count += step
    return total


class FunnelLimits(NamedTuple):
    """The shares that a hall of `cases` keeps within, by chance alone, with one confidence."""

    cases: int
    confidence: float
    low: float
    high: float


def funnel_limits(centre: float, cases: int, confidence: float) -> FunnelLimits:
    """Exact binomial limits round a centre (Spiegelhalter 2005, without interpolation).

    A hall whose true share is the centre lies strictly below `low` or strictly above `high` with at most half of what
    the confidence leaves, each.
    """
    tail = (1 - confidence) / 2
    below, above = _binomial_quantiles(centre, cases, (tail, 1 - tail))
    return FunnelLimits(cases, confidence, below / cases, above / cases)


@lru_cache(maxsize=8192)
def _binomial_quantiles(share: float, cases: int, chances: tuple[float, ...]) -> tuple[int, ...]:
    """For each chance the least count that is not exceeded with at least that chance; `chances` rise."""
    if share <= 0 or share >= 1:
        return (round(share) * cases,) * len(chances)
    found: list[int] = []
    cumulated, count = 0.0, _first_likely(share, cases)
    term = exp(_log_binomial(count, cases, share))
    odds = share / (1 - share)
    for chance in chances:
        # A sum of many terms is off by less than this; a bound that is met exactly must count as met.
        while count < cases and cumulated + term < chance - 1e-12:
            cumulated += term
            term *= (cases - count) / (count + 1) * odds
            count += 1
        found.append(count)
    return tuple(found)


def _first_likely(share: float, cases: int) -> int:
    """A count so low that what lies below it adds nothing that a limit could feel."""
    return max(0, int(cases * share - 12 * sqrt(cases * share * (1 - share)) - 20))


def _log_binomial(count: int, cases: int, share: float) -> float:
    ways = lgamma(cases + 1) - lgamma(count + 1) - lgamma(cases - count + 1)
    return ways + count * log(share) + (cases - count) * log1p(-share)


def nearest_rank(values: Sequence[int], percent: int) -> int | None:
    """The nearest-rank percentile of values in rising order: the ⌈percent·n/100⌉-th, or None without values."""
    if not values:
        return None
    return values[max(1, -(-percent * len(values) // 100)) - 1]


def interpolated_rank(counts: Mapping[int, int], edges: Sequence[int], percent: int) -> int | None:
    """The nearest-rank percentile of values known by class alone, or None without any.

    `counts` says how many lie up to an edge and above the one before; `edges` are all of them, rising. Within a class
    the values are taken to lie evenly; beyond the last edge (its key is `BEYOND`) nothing is known but that.
    """
    total = sum(counts.values())
    rank = max(1, -(-percent * total // 100))
    reached, below = 0, 0
    for edge in edges:
        count = counts.get(edge, 0)
        if count and reached + count >= rank:
            return below + round((edge - below) * (rank - reached) / count)
        reached, below = reached + count, edge
    return edges[-1] if total else None


BEYOND = -1
"""The class of the values over the last edge."""
