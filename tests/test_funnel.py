"""The funnel: its limits are the exact ones, its places follow from them, too few cases have no place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics.funnel import Position, position
from analytics.statistics import MINIMUM_CASES, funnel_limits
from charts.funnel import FunnelWords, Mark, funnel
from charts.theme import DARK, LIGHT, Theme

WORDS = FunnelWords(
    cases_title="n",
    share_title="share",
    inner="inner",
    outer="outer",
    centre="centre",
    target="target",
    within="within",
    below="below",
    above="above",
    too_few="few",
)
CENTRE = 0.9


def a_mark(key: str, met: int, judged: int) -> Mark:
    return Mark(key, f"Hall {key}", judged, met / judged, position(met, judged, CENTRE), f"{met} of {judged}")


def drawn(*marks: Mark, target: float | None = 0.95, theme: Theme = LIGHT) -> dict[str, dict[str, Any]]:
    """The traces by their names."""
    return {trace["name"]: trace for trace in funnel(marks, CENTRE, target, WORDS, theme).to_plotly_json()["data"]}


@pytest.mark.parametrize(("band", "confidence"), [("inner", 0.95), ("outer", 0.998)])
def test_the_bands_are_the_exact_limits(band: str, confidence: float) -> None:
    outline = drawn(a_mark("A", 400, 500), a_mark("B", 20, 24))[band]
    corners = list(zip(outline["x"], outline["y"], strict=True))
    half = len(corners) // 2
    for low_corner, high_corner in zip(corners[:half], reversed(corners[half:]), strict=True):
        assert low_corner[0] == high_corner[0]
        limits = funnel_limits(CENTRE, low_corner[0], confidence)
        assert (low_corner[1], high_corner[1]) == (limits.low, limits.high)
    assert corners[half - 1][0] >= 500


def test_every_hall_is_drawn_once_in_the_group_of_its_place() -> None:
    traces = drawn(a_mark("low", 300, 400), a_mark("middle", 360, 400), a_mark("high", 399, 400), a_mark("few", 19, 19))
    where = {name: [key for (key,) in trace["customdata"]] for name, trace in traces.items() if "customdata" in trace}
    assert where == {"below": ["low"], "within": ["middle"], "above": ["high"], "few": ["few"]}


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_hall_with_too_few_cases_is_hollow_and_without_colour(theme: Theme) -> None:
    marker = drawn(a_mark("few", 2, 19), a_mark("A", 300, 400), theme=theme)["few"]["marker"]
    assert marker["symbol"] == "circle-open"
    assert marker["color"] == theme.muted
    assert marker["color"] not in {theme.met, theme.missed}


def test_shape_says_what_colour_says() -> None:
    traces = drawn(a_mark("low", 300, 400), a_mark("middle", 360, 400), a_mark("high", 399, 400))
    assert len({traces[name]["marker"]["symbol"] for name in ("below", "within", "above")}) == 3


def test_the_target_is_a_line_of_its_own_only_where_it_is_not_the_centre() -> None:
    assert drawn(a_mark("A", 360, 400))["target"]["y"] == [0.95, 0.95]
    assert "target" not in drawn(a_mark("A", 360, 400), target=None)


def test_a_funnel_without_halls_is_still_a_funnel() -> None:
    assert {"inner", "outer", "centre"} <= set(drawn())


def test_every_hall_lies_within_the_axes() -> None:
    marks = [a_mark("A", 10, 400), a_mark("B", 5000, 5000)]
    axes = funnel(marks, CENTRE, None, WORDS, LIGHT).to_plotly_json()["layout"]
    for mark in marks:
        assert axes["xaxis"]["range"][0] <= mark.cases <= axes["xaxis"]["range"][1]
        assert axes["yaxis"]["range"][0] <= mark.share <= axes["yaxis"]["range"][1]


@pytest.mark.parametrize(
    ("met", "judged", "place"),
    [
        (0, 0, Position.NO_DATA),
        (0, 19, Position.TOO_FEW),
        (19, 19, Position.TOO_FEW),
        (18, 20, Position.WITHIN),
        (0, 20, Position.FAR_BELOW),
        (360, 400, Position.WITHIN),
        (345, 400, Position.BELOW),
        (330, 400, Position.FAR_BELOW),
        (374, 400, Position.ABOVE),
        (390, 400, Position.FAR_ABOVE),
    ],
)
def test_a_place_follows_from_the_limits(met: int, judged: int, place: Position) -> None:
    assert position(met, judged, CENTRE) is place


@given(some.integers(MINIMUM_CASES, 3000), some.floats(0.05, 0.95), some.data())
def test_a_share_on_a_limit_is_not_beyond_it(judged: int, centre: float, data: some.DataObject) -> None:
    met = data.draw(some.integers(0, judged))
    inner = funnel_limits(centre, judged, 0.95)
    inside = inner.low <= met / judged <= inner.high
    assert (position(met, judged, centre) is Position.WITHIN) == inside
