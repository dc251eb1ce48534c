"""A share along the days or the hours: point and interval against the target, the number of cases below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from charts.share_marks import ShareMark, colour, scale_begins, symbol, unchanged
from charts.shared import SharedFigure
from charts.theme import Theme

HEIGHT = 330


def share_course(
    marks: Sequence[ShareMark], cases: Sequence[int], theme: Theme, *, cases_title: str, ticks: int = 12
) -> SharedFigure:
    """Marks in their order along the x axis by name; `cases` are the judged of each.

    Points hang together by a line only where both are judged by enough cases. A click gives back the mark's key.
    """
    names = [mark.name for mark in marks]
    return SharedFigure(
        [_targets(marks, theme), _line(marks, theme), _points(marks, theme), _cases(marks, cases, theme)],
        theme.layout(
            height=HEIGHT,
            showlegend=False,
            margin={"l": 6, "r": 6, "t": 12, "b": 8},
            xaxis={
                "type": "category",
                "categoryorder": "array",
                "categoryarray": names,
                "tickvals": every(names, ticks),
                "anchor": "y2",
                "showgrid": False,
            },
            yaxis={
                "domain": [0.3, 1],
                "range": [scale_begins(marks) - 0.01, 1.02],
                "tickformat": ".0%",
                "nticks": 6,
                "zeroline": False,
            },
            yaxis2={"domain": [0, 0.2], "nticks": 3, "title": axis_title(cases_title, theme), "rangemode": "tozero"},
        ),
    )


def _targets(marks: Sequence[ShareMark], theme: Theme) -> go.Scatter:
    return go.Scatter(
        x=[mark.name for mark in marks],
        y=[mark.target for mark in marks],
        mode="lines",
        line={"color": theme.target, "width": 2, "shape": "hvh"},
        hoverinfo="skip",
    )


def _line(marks: Sequence[ShareMark], theme: Theme) -> go.Scatter:
    return go.Scatter(
        x=[mark.name for mark in marks],
        y=[mark.share if mark.reached is not None else None for mark in marks],
        mode="lines",
        line={"color": theme.grid, "width": 2},
        hoverinfo="skip",
    )


def _points(marks: Sequence[ShareMark], theme: Theme) -> go.Scatter:
    shown = [mark for mark in marks if mark.share is not None]
    return go.Scatter(
        x=[mark.name for mark in shown],
        y=[mark.share for mark in shown],
        mode="markers",
        marker={
            "symbol": [symbol(mark.reached) for mark in shown],
            "color": [colour(mark.reached, theme) for mark in shown],
            "size": 11,
            "line": {"width": 1, "color": theme.surface},
        },
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [_reach(mark.share, mark.high) for mark in shown],
            "arrayminus": [_reach(mark.low, mark.share) for mark in shown],
            "color": theme.muted,
            "thickness": 1.2,
            "width": 0,
        },
        customdata=[mark.key for mark in shown],
        hovertext=[mark.hover for mark in shown],
        hovertemplate="%{hovertext}<extra></extra>",
        **unchanged(),
    )


def _cases(marks: Sequence[ShareMark], cases: Sequence[int], theme: Theme) -> go.Bar:
    return go.Bar(
        x=[mark.name for mark in marks],
        y=list(cases),
        yaxis="y2",
        marker={"color": [theme.accent if mark.chosen else theme.neutral for mark in marks], "opacity": 0.55},
        customdata=[mark.key for mark in marks],
        hovertext=[mark.hover for mark in marks],
        hovertemplate="%{hovertext}<extra></extra>",
        **unchanged(0.55),
    )


def _reach(low: float | None, high: float | None) -> float:
    return 0.0 if low is None or high is None else max(0.0, high - low)


def axis_title(text: str, theme: Theme) -> dict[str, Any]:
    """A title that does not outgrow a low panel."""
    return {"text": text, "font": {"size": 12, "color": theme.muted}, "standoff": 4}


def every(names: Sequence[str], ticks: int) -> list[str]:
    """So many of the names that they can be read beside each other."""
    return list(names[:: max(1, -(-len(names) // ticks))])
