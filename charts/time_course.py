"""Times along the hours, the days or other groups: mean, median and 90th percentile against a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

import plotly.graph_objects as go

from charts.share_course import HEIGHT, axis_title, every
from charts.share_marks import colour, symbol, unchanged
from charts.shared import SharedFigure
from charts.theme import Theme

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMark:
    """One group; `key` is given back when it is clicked, texts are translated, None where there is no data."""

    key: str
    name: str
    cases: int
    mean: timedelta | None
    median: timedelta | None = None
    p90: timedelta | None = None
    reached: bool | None = None
    hover: str = ""


def time_course(
    marks: Sequence[TimeMark],
    theme: Theme,
    *,
    limit: timedelta,
    words: Sequence[str],
    minutes_title: str,
    cases_title: str,
    ticks: int = 12,
) -> SharedFigure:
    """Marks in their order; `words` name mean, median and 90th percentile. A click gives back the mark's key."""
    names = [mark.name for mark in marks]
    mean, median, p90 = words
    return SharedFigure(
        [
            _dots(marks, p90, [mark.p90 for mark in marks], theme, "line-ew", 14),
            _dots(marks, median, [mark.median for mark in marks], theme, "circle-open", 8),
            _means(marks, mean, theme),
            _cases(marks, theme),
        ],
        theme.layout(
            height=HEIGHT,
            margin={"l": 6, "r": 6, "t": 34, "b": 8},
            shapes=[_limit(limit, theme)],
            xaxis={
                "type": "category",
                "categoryorder": "array",
                "categoryarray": names,
                "tickvals": every(names, ticks),
                "anchor": "y2",
                "showgrid": False,
            },
            yaxis={"domain": [0.3, 1], "range": [0, _highest(marks, limit)], "title": axis_title(minutes_title, theme)},
            yaxis2={"domain": [0, 0.2], "nticks": 3, "title": axis_title(cases_title, theme), "rangemode": "tozero"},
        ),
    )


def _highest(marks: Sequence[TimeMark], limit: timedelta) -> int:
    seen = [value for mark in marks for value in (mark.mean, mark.p90) if value is not None]
    return max(1, ceil(max([limit, *seen]) / _MINUTE * 1.08))


def _limit(limit: timedelta, theme: Theme) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "y",
        "y0": limit / _MINUTE,
        "y1": limit / _MINUTE,
        "line": {"color": theme.target, "width": 2},
    }


def _minutes(value: timedelta | None) -> float | None:
    return None if value is None else value / _MINUTE


def _dots(
    marks: Sequence[TimeMark], word: str, values: Sequence[timedelta | None], theme: Theme, shape: str, size: int
) -> go.Scatter:
    return go.Scatter(
        name=word,
        x=[mark.name for mark in marks],
        y=[_minutes(value) for value in values],
        mode="markers",
        marker={"symbol": shape, "size": size, "color": theme.muted, "line": {"width": 2, "color": theme.muted}},
        **_told(marks),
    )


def _means(marks: Sequence[TimeMark], word: str, theme: Theme) -> go.Scatter:
    return go.Scatter(
        name=word,
        x=[mark.name for mark in marks],
        y=[_minutes(mark.mean) for mark in marks],
        mode="markers",
        marker={
            "symbol": [symbol(mark.reached) for mark in marks],
            "color": [colour(mark.reached, theme) for mark in marks],
            "size": 11,
        },
        **_told(marks),
    )


def _cases(marks: Sequence[TimeMark], theme: Theme) -> go.Bar:
    return go.Bar(
        x=[mark.name for mark in marks],
        y=[mark.cases for mark in marks],
        yaxis="y2",
        showlegend=False,
        marker={"color": theme.neutral, "opacity": 0.55},
        **(_told(marks) | unchanged(0.55)),
    )


def _told(marks: Sequence[TimeMark]) -> dict[str, Any]:
    return {
        "customdata": [mark.key for mark in marks],
        "hovertext": [mark.hover for mark in marks],
        "hovertemplate": "%{hovertext}<extra></extra>",
        **unchanged(),
    }
