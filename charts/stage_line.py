"""The stages of a visit on a line of time, a row each, with the limits they were judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import plotly.graph_objects as go

from charts.share_marks import colour
from charts.shared import SharedFigure
from charts.theme import Theme

ROW_PIXELS, MARGIN_PIXELS = 56, 48
_SHORTEST_AXIS = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageBar:
    """One stage from `begin` to `end` (aware). `limits_at` is when each of its limits was up; texts are translated.

    `reached` None means that nothing judges it. `holds` are the stretches in it that are not counted.
    """

    name: str
    text: str
    begin: datetime
    end: datetime
    limits_at: tuple[datetime, ...] = ()
    reached: bool | None = None
    holds: tuple[tuple[datetime, datetime], ...] = ()
    hover: str = ""


def stage_line(bars: Sequence[StageBar], theme: Theme, *, zone: Any, hold: str) -> SharedFigure:
    """A row for each stage, from the top, in the local time of `zone`; `hold` is the word for a hatched stretch."""
    first, last = _ends(bars)
    return SharedFigure(
        [*_stretches(bars, theme, zone), _holds(bars, theme, zone, hold), _limits(bars, theme, zone)],
        theme.layout(
            height=ROW_PIXELS * len(bars) + MARGIN_PIXELS,
            showlegend=False,
            barmode="overlay",
            margin={"l": 10, "r": 14, "t": 8, "b": 28},
            annotations=[_words(place, bar, theme) for place, bar in enumerate(bars)],
            xaxis={
                "type": "date",
                "range": [_local(first, zone), _local(last, zone)],
                "tickformat": "%H:%M",
                "nticks": 6,
            },
            yaxis={"range": [len(bars) - 0.4, -0.75], "visible": False},
        ),
    )


def _ends(bars: Sequence[StageBar]) -> tuple[datetime, datetime]:
    first = min(bar.begin for bar in bars)
    last = max(at for bar in bars for at in (bar.end, *bar.limits_at))
    room = max(last - first, _SHORTEST_AXIS) / 40
    return first - room, max(last, first + _SHORTEST_AXIS) + room


def _stretches(bars: Sequence[StageBar], theme: Theme, zone: Any) -> tuple[go.Scatter, ...]:
    """Lines that begin with a stroke: a stage of a second among minutes can still be seen, and looks no longer."""
    return tuple(
        go.Scatter(
            x=[_local(bar.begin, zone), _local(bar.end, zone)],
            y=[place, place],
            mode="lines+markers",
            line={"color": colour(bar.reached, theme), "width": 12},
            marker={"symbol": "line-ns", "size": [12, 0], "line": {"width": 2, "color": colour(bar.reached, theme)}},
            hovertext=bar.hover or f"{bar.name}<br>{bar.text}",
            hovertemplate="%{hovertext}<extra></extra>",
        )
        for place, bar in enumerate(bars)
    )


def _holds(bars: Sequence[StageBar], theme: Theme, zone: Any, hold: str) -> go.Bar:
    held = [(place, begin, end) for place, bar in enumerate(bars) for begin, end in bar.holds]
    return go.Bar(
        orientation="h",
        base=[_local(begin, zone) for _, begin, _ in held],
        x=[(end - begin) / timedelta(milliseconds=1) for _, begin, end in held],
        y=[place for place, _, _ in held],
        width=0.3,
        marker={
            "color": theme.surface,
            "pattern": {"shape": "/", "fgcolor": theme.pending, "solidity": 0.5},
            "line": {"width": 1, "color": theme.pending},
        },
        hovertemplate=f"{hold}<extra></extra>",
    )


def _limits(bars: Sequence[StageBar], theme: Theme, zone: Any) -> go.Scatter:
    up = [(place, at) for place, bar in enumerate(bars) for at in bar.limits_at]
    return go.Scatter(
        x=[_local(at, zone) for _, at in up],
        y=[place for place, _ in up],
        mode="markers",
        marker={"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": theme.target}},
        hoverinfo="skip",
    )


def _words(place: int, bar: StageBar, theme: Theme) -> dict[str, Any]:
    return {
        "xref": "paper",
        "yref": "y",
        "x": 0,
        "y": place,
        "yshift": 23,
        "bgcolor": theme.surface,
        "borderpad": 0,
        "xanchor": "left",
        "showarrow": False,
        "text": f"{bar.name} · {bar.text}",
        "font": {"color": theme.missed if bar.reached is False else theme.text, "size": 13},
    }


def _local(at: datetime, zone: Any) -> datetime:
    # Plotly draws the numbers it is given; the zone is taken off once they are the hall's.
    return at.astimezone(zone).replace(tzinfo=None)
