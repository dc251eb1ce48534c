"""Funnel plot of halls 厅际比较图: share against number of cases, exact binomial limits round a centre, no rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from analytics.funnel import ABOVE_CHANCE, BELOW_CHANCE, Position
from analytics.statistics import FUNNEL_CONFIDENCES, MINIMUM_CASES, FunnelLimits, funnel_limits
from charts.shared import SharedFigure
from charts.theme import Theme

STEPS = 120
_WITHIN_SYMBOL, _FEW_SYMBOL = "circle", "circle-open"


@dataclass(frozen=True, slots=True)
class Mark:
    """One hall: `key` is handed back when it is chosen, `hover` says all of it in words; shares 0 to 1."""

    key: str
    name: str
    cases: int
    share: float
    position: Position
    hover: str


@dataclass(frozen=True, slots=True)
class FunnelWords:
    """What the plot says, already translated."""

    cases_title: str
    share_title: str
    inner: str
    outer: str
    centre: str
    target: str
    within: str
    below: str
    above: str
    too_few: str


def curve(centre: float, most_cases: int) -> tuple[tuple[FunnelLimits, FunnelLimits], ...]:
    """Inner and outer limits at rising numbers of cases up to `most_cases`, close together where they bend."""
    top = max(most_cases, MINIMUM_CASES)
    sizes = sorted({max(1, round(top ** (step / STEPS))) for step in range(STEPS + 1)})
    inner, outer = FUNNEL_CONFIDENCES
    return tuple((funnel_limits(centre, size, inner), funnel_limits(centre, size, outer)) for size in sizes)


def funnel(
    marks: Sequence[Mark], centre: float, target: float | None, words: FunnelWords, theme: Theme
) -> SharedFigure:
    """The plot; `target` is drawn as a line of its own where the centre is not the target."""
    most = round(max((mark.cases for mark in marks), default=MINIMUM_CASES) * 1.08) + 1
    limits = curve(centre, most)
    lowest = _lowest(marks, limits, target)
    lines = [_level(centre, most, words.centre, theme.text, "solid")]
    if target is not None:
        lines.append(_level(target, most, words.target, theme.target, "dot"))
    return SharedFigure(
        [*_bands(limits, words, theme), *lines, *_groups(marks, words, most, theme)],
        theme.layout(
            height=520,
            xaxis={"title": {"text": words.cases_title}, "range": [0, most], "rangemode": "tozero", "tickformat": ",d"},
            yaxis={"title": {"text": words.share_title}, "range": [lowest, 1.005], "tickformat": ".0%"},
            legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
            margin={"l": 8, "r": 12, "t": 16, "b": 150},
        ),
    )


def _lowest(
    marks: Sequence[Mark], limits: tuple[tuple[FunnelLimits, FunnelLimits], ...], target: float | None
) -> float:
    """Low enough for every hall and the outer limit at the least number that is judged, not lower."""
    at_minimum = next(outer.low for _, outer in limits if outer.cases >= MINIMUM_CASES)
    widest = min((outer.low for _, outer in limits if outer.cases >= _fewest(marks)), default=at_minimum)
    levels = [widest, *(mark.share for mark in marks), *([target] if target is not None else [])]
    return max(0.0, min(levels) - 0.02)


def _fewest(marks: Sequence[Mark]) -> int:
    return max(MINIMUM_CASES, min((mark.cases for mark in marks), default=MINIMUM_CASES))


def _bands(limits: tuple[tuple[FunnelLimits, FunnelLimits], ...], words: FunnelWords, theme: Theme) -> list[go.Scatter]:
    """Each band as one closed outline: up along the low limits, back along the high ones."""
    bands = []
    for place, name, colour in ((1, words.outer, theme.outer_band), (0, words.inner, theme.band)):
        along = [pair[place] for pair in limits]
        bands.append(
            go.Scatter(
                x=[limit.cases for limit in along] + [limit.cases for limit in reversed(along)],
                y=[limit.low for limit in along] + [limit.high for limit in reversed(along)],
                mode="lines",
                line={"width": 0.5, "color": theme.muted},
                fill="toself",
                fillcolor=colour,
                name=name,
                hoverinfo="skip",
            )
        )
    return bands


def _level(share: float, most: int, name: str, colour: str, dash: str) -> go.Scatter:
    return go.Scatter(
        x=[0, most], y=[share, share], mode="lines", line={"color": colour, "width": 1.5, "dash": dash}, name=name,
        hoverinfo="skip",
    )  # fmt: skip


def _groups(marks: Sequence[Mark], words: FunnelWords, most: int, theme: Theme) -> list[go.Scatter]:
    """One trace a kind of place, so that shape and word say what the colour says."""
    groups: list[tuple[str, set[Position], dict[str, Any]]] = [
        (words.below, set(BELOW_CHANCE), {"symbol": "triangle-down", "color": theme.missed}),
        (words.above, set(ABOVE_CHANCE), {"symbol": "triangle-up", "color": theme.met}),
        (words.within, {Position.WITHIN}, {"symbol": _WITHIN_SYMBOL, "color": theme.neutral}),
        (words.too_few, {Position.TOO_FEW}, {"symbol": _FEW_SYMBOL, "color": theme.muted}),
    ]
    traces = []
    for name, positions, look in groups:
        chosen = sorted((mark for mark in marks if mark.position in positions), key=lambda mark: mark.cases)
        if chosen:
            traces.append(_trace(chosen, name, look, most, theme))
    return traces


def _sides(marks: Sequence[Mark], most: int) -> list[str]:
    """Names stand beside their marks, towards the middle: above or below they cover a neighbour on a telephone."""
    return ["middle right" if mark.cases < most / 2 else "middle left" for mark in marks]


def _trace(marks: Sequence[Mark], name: str, look: dict[str, Any], most: int, theme: Theme) -> go.Scatter:
    # Only a signal is named beside its mark; the others' names would hide the crowd round the centre.
    named = all(mark.position in BELOW_CHANCE | ABOVE_CHANCE for mark in marks)
    return go.Scatter(
        x=[mark.cases for mark in marks],
        y=[mark.share for mark in marks],
        mode="markers+text" if named else "markers",
        marker={
            "size": 12,
            **look,
            "line": {"width": 1, "color": theme.surface if "open" not in look["symbol"] else look["color"]},
        },
        text=[mark.name for mark in marks],
        textposition=_sides(marks, most),
        textfont={"size": 12, "color": theme.text},
        customdata=[[mark.key] for mark in marks],
        hovertext=[mark.hover for mark in marks],
        hoverinfo="text",
        cliponaxis=False,
        name=name,
    )
