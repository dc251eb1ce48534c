"""Shares as marks on a scale, a row each: share, interval and target, the name above and the figures beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

import plotly.graph_objects as go

from charts.shared import SharedFigure
from charts.theme import Theme

ROW_PIXELS, MARGIN_PIXELS = 46, 44
_LINES, _LINE_PIXELS = 2, 16
_SCALE_ENDS = 0.64
_NAME_ABOVE = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareMark:
    """One row. `key` is given back when the row is clicked; shares run from 0 to 1; texts are translated.

    `reached` None means: no colour (too few, or nothing to hold it against). `text` stands beside the scale, `hover`
    is what the pointer shows (`<br>` between lines).
    """

    key: str
    name: str
    text: str
    share: float | None
    low: float | None = None
    high: float | None = None
    target: float | None = None
    reached: bool | None = None
    hover: str = ""
    chosen: bool = False


def share_marks(marks: Sequence[ShareMark], theme: Theme) -> SharedFigure:
    """A row for each mark, from the top; a click anywhere in a row chooses it (its key is the point's customdata)."""
    begins = scale_begins(marks)
    rows = [
        _row_areas(marks, theme, begins),
        _intervals(marks, theme),
        _targets(marks, theme),
        _points(marks, theme),
    ]
    return SharedFigure(
        rows,
        theme.layout(
            height=_row_pixels(marks) * len(marks) + MARGIN_PIXELS,
            showlegend=False,
            barmode="overlay",
            bargap=0,
            margin={"l": 6, "r": 6, "t": 8, "b": 28},
            annotations=[text for place, mark in enumerate(marks) for text in _texts(place, mark, theme)],
            xaxis={
                "domain": [0.015, _SCALE_ENDS],
                "range": [begins, 1.005],
                "tickformat": ".0%",
                "nticks": 5,
                "zeroline": False,
            },
            yaxis={"range": [len(marks) - 0.42, -0.62], "visible": False},
        ),
    )


def _row_pixels(marks: Sequence[ShareMark]) -> int:
    """Rows are as high as the longest text beside the scale."""
    lines = max((mark.text.count("<br>") + 1 for mark in marks), default=1)
    return ROW_PIXELS + _LINE_PIXELS * max(0, lines - _LINES)


def scale_begins(marks: Sequence[ShareMark]) -> float:
    """Where the scale begins: a whole tenth below every share and target, and below the intervals that can be read."""
    seen = [value for mark in marks for value in (mark.share, mark.target) if value is not None]
    seen += [mark.low for mark in marks if mark.low is not None and mark.reached is not None]
    return max(0.0, floor((min(seen, default=0.9) - 0.02) * 10) / 10)


def _row_areas(marks: Sequence[ShareMark], theme: Theme, begins: float) -> go.Bar:
    """What is clicked: the whole row, tinted where it is the chosen one."""
    return go.Bar(
        orientation="h",
        base=begins,
        x=[1.005 - begins] * len(marks),
        y=list(range(len(marks))),
        width=0.62,
        marker={"color": [theme.band if mark.chosen else theme.outer_band for mark in marks], "line": {"width": 0}},
        customdata=[mark.key for mark in marks],
        hovertext=[mark.hover for mark in marks],
        hovertemplate="%{hovertext}<extra></extra>",
        **unchanged(),
    )


def _intervals(marks: Sequence[ShareMark], theme: Theme) -> go.Scatter:
    ends: list[tuple[float | None, int | None]] = []
    for place, mark in enumerate(marks):
        if mark.low is not None and mark.high is not None:
            ends += [(mark.low, place), (mark.high, place), (None, None)]
    return go.Scatter(
        x=[end for end, _ in ends],
        y=[place for _, place in ends],
        mode="lines",
        line={"color": theme.muted, "width": 2},
        hoverinfo="skip",
    )


def _targets(marks: Sequence[ShareMark], theme: Theme) -> go.Scatter:
    aimed = [(mark.target, place) for place, mark in enumerate(marks) if mark.target is not None]
    return go.Scatter(
        x=[target for target, _ in aimed],
        y=[place for _, place in aimed],
        mode="markers",
        marker={"symbol": "line-ns", "size": 20, "line": {"width": 3, "color": theme.target}},
        hoverinfo="skip",
    )


def _points(marks: Sequence[ShareMark], theme: Theme) -> go.Scatter:
    shown = [(place, mark) for place, mark in enumerate(marks) if mark.share is not None]
    return go.Scatter(
        x=[mark.share for _, mark in shown],
        y=[place for place, _ in shown],
        mode="markers",
        marker={
            "symbol": [symbol(mark.reached) for _, mark in shown],
            "color": [colour(mark.reached, theme) for _, mark in shown],
            "size": 13,
            "line": {"width": 1.5, "color": theme.surface},
        },
        cliponaxis=False,
        customdata=[mark.key for _, mark in shown],
        hovertext=[mark.hover for _, mark in shown],
        hovertemplate="%{hovertext}<extra></extra>",
        **unchanged(),
    )


def symbol(reached: bool | None) -> str:
    """A shape says the same as the colour: a disc at the target, a diamond below it, a ring without judgement."""
    return {True: "circle", False: "diamond", None: "circle-open"}[reached]


def colour(reached: bool | None, theme: Theme) -> str:
    """No colour without judgement."""
    return {True: theme.met, False: theme.missed, None: theme.neutral}[reached]


def _texts(place: int, mark: ShareMark, theme: Theme) -> tuple[dict[str, Any], ...]:
    shared = {"xref": "paper", "yref": "y", "y": place, "showarrow": False, "yanchor": "middle"}
    strong = {True: theme.text, False: theme.missed, None: theme.muted}[mark.reached]
    return (
        shared
        | {
            "x": 0.015,
            "xanchor": "left",
            "text": mark.name,
            "yshift": _NAME_ABOVE + 9,
            "font": {"color": theme.text, "size": 13},
        },
        shared
        | {
            "x": _SCALE_ENDS + 0.02,
            "xanchor": "left",
            "text": mark.text,
            "align": "left",
            "font": {"color": strong, "size": 13},
        },
    )


def unchanged(opacity: float = 1) -> dict[str, Any]:
    """A click must not pale the other marks: what is chosen is shown in words and by a tint."""
    return {"selected": {"marker": {"opacity": opacity}}, "unselected": {"marker": {"opacity": opacity}}}
