"""The day so far by hour: how many came, and how long they waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from charts.shared import SharedFigure
from charts.theme import Theme

_HEIGHT, _EMPTY_HEIGHT = 280, 60
_FEW = 6  # below that every whole number has its line


@dataclass(frozen=True, slots=True)
class HourWords:
    """The words of the waits in the reader's language; `limit` stands at the line."""

    median: str
    p90: str
    limit: str


def arrivals_by_hour(hours: Sequence[str], arrivals: Sequence[int], theme: Theme) -> SharedFigure:
    """Bars of the customers who came, with their number; `hours` are texts such as 09:00."""
    bars = go.Bar(
        x=list(hours),
        y=list(arrivals),
        text=list(arrivals),
        textposition="outside",
        cliponaxis=False,
        marker={"color": theme.series[0]},
        hovertemplate="%{x} · %{y}<extra></extra>",
    )
    few = max(arrivals, default=0) < _FEW
    # One kind of bar needs no legend: the heading names it.
    return SharedFigure([bars], _layout(theme, hours, {"dtick": 1} if few else {}, showlegend=False))


def waits_by_hour(
    hours: Sequence[str],
    median: Sequence[float | None],
    p90: Sequence[float | None],
    samples: Sequence[str],
    limit: float | None,
    words: HourWords,
    theme: Theme,
) -> SharedFigure:
    """Median and 90th percentile of the waits (minutes) by hour of arrival, with the limit as a line.

    `samples` say of how many waits each hour speaks.
    """
    lines = [
        go.Scatter(
            x=list(hours),
            y=list(values),
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2.5},
            marker={"symbol": symbol, "size": 8, "color": colour},
            customdata=list(samples),
            hovertemplate="%{x} · %{y:.1f} %{customdata}<extra>" + name + "</extra>",
        )
        for name, values, colour, dash, symbol in (
            (words.median, median, theme.series[0], "solid", "circle"),
            (words.p90, p90, theme.series[1], "dash", "diamond"),
        )
    ]
    more = (
        {}
        if limit is None or not hours
        else {"shapes": [_line(limit, theme)], "annotations": [_line_label(limit, words, theme)]}
    )
    return SharedFigure(lines, _layout(theme, hours, {}, showlegend=bool(hours), **more))


def _layout(theme: Theme, hours: Sequence[str], axis: dict[str, object], **more: object) -> dict[str, object]:
    """Without any hour nothing is to be seen; the drawing code is loaded all the same, before the first customer."""
    return theme.layout(
        height=_HEIGHT if hours else _EMPTY_HEIGHT,
        yaxis={"rangemode": "tozero", "nticks": 6, "visible": bool(hours), **axis},
        xaxis={"type": "category", "showgrid": False, "visible": bool(hours)},
        bargap=0.25,
        **more,
    )


def _line(limit: float, theme: Theme) -> dict[str, object]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": limit,
        "y1": limit,
        "line": {"color": theme.target, "width": 1.5, "dash": "dot"},
    }


def _line_label(limit: float, words: HourWords, theme: Theme) -> dict[str, object]:
    return {
        "xref": "paper",
        "x": 1,
        "xanchor": "right",
        "y": limit,
        "yanchor": "bottom",
        "text": words.limit,
        "showarrow": False,
        "font": {"color": theme.muted, "size": 13},
        "bgcolor": theme.surface,  # a day of long waits runs through it
        "opacity": 0.85,
    }
