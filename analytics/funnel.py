"""Whether a hall's share lies beyond what chance allows round a centre."""

from __future__ import annotations

from analytics.statistics import FUNNEL_CONFIDENCES, MINIMUM_CASES, funnel_limits
from standards.message import Worded


class Centre(Worded):
    """What the funnel's limits stand round."""

    REGION = "region", "The region's mean"
    TARGET = "target", "The standard's target"


class Position(Worded):
    """Where a hall lies; no rank follows from it."""

    FAR_BELOW = "far_below", "Below the 99.8% limits"
    BELOW = "below", "Below the 95% limits"
    WITHIN = "within", "Within the limits"
    ABOVE = "above", "Above the 95% limits"
    FAR_ABOVE = "far_above", "Above the 99.8% limits"
    TOO_FEW = "too_few", "Too few to judge"
    NO_DATA = "no_data", "No data"


BELOW_CHANCE = frozenset({Position.FAR_BELOW, Position.BELOW})
ABOVE_CHANCE = frozenset({Position.FAR_ABOVE, Position.ABOVE})
JUDGED = BELOW_CHANCE | ABOVE_CHANCE | {Position.WITHIN}


def position(met: int, judged: int, centre: float) -> Position:
    """Where a share of `met` among `judged` cases lies round a centre (0 to 1), by the exact binomial limits.

    Fewer than `MINIMUM_CASES` judged cases have no place.
    """
    if judged < MINIMUM_CASES:
        return Position.TOO_FEW if judged else Position.NO_DATA
    share = met / judged
    inner, outer = (funnel_limits(centre, judged, confidence) for confidence in FUNNEL_CONFIDENCES)
    if share < inner.low:
        return Position.FAR_BELOW if share < outer.low else Position.BELOW
    if share > inner.high:
        return Position.FAR_ABOVE if share > outer.high else Position.ABOVE
    return Position.WITHIN
