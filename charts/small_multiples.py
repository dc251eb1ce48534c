"""Trends as small multiples: one panel a hall, the same axes in all, two panels in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

import plotly.graph_objects as go

from charts.shared import SharedFigure
from charts.theme import Theme

COLUMNS = 2
PANEL_PIXELS = 150


@dataclass(frozen=True, slots=True)
class Point:
    """A stretch of days by its last day; `value` None where there is no data; `few`: too few cases to judge."""

    on: date
    value: float | None
    few: bool
    hover: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A hall's course under its title, already translated."""

    title: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """The axes of all panels: shares as per cent or another unit; `level` is a line across, `day_names` the ticks."""

    low: float
    high: float
    tick_format: str
    level: float | None
    day_names: tuple[tuple[date, str], ...] = ()


def small_multiples(panels: Sequence[Panel], scale: Scale, theme: Theme) -> SharedFigure:
    """All panels in their given order; points with too few cases are hollow and grey."""
    rows = max(1, ceil(len(panels) / COLUMNS))
    days = [point.on for panel in panels for point in panel.points]
    axes: dict[str, Any] = {}
    traces: list[go.Scatter] = []
    titles: list[dict[str, Any]] = []
    for place, panel in enumerate(panels):
        number = "" if place == 0 else str(place + 1)
        row, column = divmod(place, COLUMNS)
        across, down = _span(column, COLUMNS, 0.05), _span(rows - 1 - row, rows, 0.44 / rows)
        axes |= _axes(number, across, down, scale, (min(days), max(days)), bottom=place + COLUMNS >= len(panels))
        traces += _traces(panel, number, scale, theme)
        titles.append(_title(panel.title, across[0], down[1], theme))
    return SharedFigure(
        traces,
        theme.layout(
            height=rows * PANEL_PIXELS + 60,
            annotations=titles,
            showlegend=False,
            margin={"l": 44, "r": 8, "t": 40, "b": 28},
            **axes,
        ),
    )


def _span(place: int, of: int, gap: float) -> tuple[float, float]:
    """The part of 0 to 1 that a panel takes, a gap left above or beside it."""
    size = 1 / of
    return place * size + (gap if place and of == COLUMNS else 0), (place + 1) * size - gap / 2


def _axes(
    number: str,
    across: tuple[float, float],
    down: tuple[float, float],
    scale: Scale,
    days: tuple[date, date],
    bottom: bool,
) -> dict[str, Any]:
    return {
        f"xaxis{number}": {
            "domain": list(across),
            "anchor": f"y{number}",
            "type": "date",
            "range": [days[0], days[1]] if days[0] != days[1] else None,
            "showticklabels": bottom,
            "tickvals": [day for day, _ in scale.day_names],
            "ticktext": [name for _, name in scale.day_names],
            "tickangle": 0,
            "automargin": False,
        },
        f"yaxis{number}": {
            "domain": list(down),
            "anchor": f"x{number}",
            "range": [scale.low, scale.high],
            "tickformat": scale.tick_format,
            "nticks": 4,
            "automargin": False,
            "showticklabels": across[0] == 0,
        },
    }


def _title(text: str, x: float, y: float, theme: Theme) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "align": "left",
        "font": {"size": 11, "color": theme.text},
    }


def _traces(panel: Panel, number: str, scale: Scale, theme: Theme) -> list[go.Scatter]:
    place = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    judged = [None if point.few else point.value for point in panel.points]
    days = [point.on for point in panel.points]
    line = go.Scatter(
        x=days,
        y=judged,
        mode="lines+markers",
        line={"color": theme.accent, "width": 1.5},
        marker={"size": 6, "color": theme.accent},
        cliponaxis=False,
        hovertext=[point.hover for point in panel.points],
        hoverinfo="text",
        **place,
    )
    traces = [
        line,
        _few([point for point in panel.points if point.few and point.value is not None], scale, theme, place),
    ]
    if scale.level is not None and days:
        dotted = {"color": theme.target, "width": 1, "dash": "dot"}
        ends = {"x": [days[0], days[-1]], "y": [scale.level] * 2}
        traces.insert(0, go.Scatter(**ends, mode="lines", line=dotted, hoverinfo="skip", **place))
    return traces


def _few(points: Sequence[Point], scale: Scale, theme: Theme, place: dict[str, str]) -> go.Scatter:
    """Points of too few cases: hollow, in no line; one beyond the axis stands at its edge as a triangle."""
    kept = [min(scale.high, max(scale.low, point.value or 0.0)) for point in points]
    symbols = [_symbol(point.value or 0.0, scale) for point in points]
    return go.Scatter(
        x=[point.on for point in points],
        y=kept,
        mode="markers",
        marker={"size": 6, "color": theme.muted, "symbol": symbols},
        hovertext=[point.hover for point in points],
        hoverinfo="text",
        cliponaxis=False,
        **place,
    )


def _symbol(value: float, scale: Scale) -> str:
    if value < scale.low:
        return "triangle-down-open"
    return "triangle-up-open" if value > scale.high else "circle-open"
