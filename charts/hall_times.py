"""Mean, median and ninth decile of a time, a line each hall, against the limit; for standards that judge a mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from charts.shared import SharedFigure
from charts.theme import Theme

ROW_PIXELS = 34


@dataclass(frozen=True, slots=True)
class TimeLine:
    """One hall; minutes, None without data. `few`: too few cases to judge, drawn without colour."""

    key: str
    name: str
    mean: float | None
    median: float | None
    ninth_decile: float | None
    few: bool
    hover: str


@dataclass(frozen=True, slots=True)
class TimeWords:
    """What the plot says, already translated."""

    axis: str
    mean: str
    spread: str
    limit: str


def hall_times(lines: Sequence[TimeLine], limit: float, words: TimeWords, theme: Theme) -> SharedFigure:
    """The halls in their given order from the top down; `limit` in minutes."""
    shown = [line for line in reversed(lines) if line.mean is not None]
    names = [line.name for line in shown]
    most = max([limit, *(line.ninth_decile or line.mean or 0 for line in shown)]) * 1.06
    colours = [theme.muted if line.few else theme.missed if (line.mean or 0) > limit else theme.met for line in shown]
    return SharedFigure(
        [*_spreads(shown, words, theme), _means(shown, names, colours, words), _limit(limit, names, words, theme)],
        theme.layout(
            height=len(shown) * ROW_PIXELS + 120,
            xaxis={"title": {"text": words.axis}, "range": [0, most]},
            yaxis={"type": "category", "categoryarray": names, "showgrid": False, "tickfont": {"color": theme.text}},
            legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            margin={"l": 8, "r": 12, "t": 36, "b": 8},
        ),
    )


def _spreads(shown: Sequence[TimeLine], words: TimeWords, theme: Theme) -> list[go.Scatter]:
    """From the median to the ninth decile, one trace with breaks between the halls."""
    x: list[float | None] = []
    y: list[str | None] = []
    for line in shown:
        x += [line.median, line.ninth_decile, None]
        y += [line.name, line.name, None]
    return [
        go.Scatter(x=x, y=y, mode="lines", line={"color": theme.muted, "width": 3}, name=words.spread, hoverinfo="skip")
    ]


def _means(shown: Sequence[TimeLine], names: list[str], colours: list[str], words: TimeWords) -> go.Scatter:
    return go.Scatter(
        x=[line.mean for line in shown],
        y=names,
        mode="markers",
        marker={
            "size": 12,
            "color": colours,
            "symbol": ["circle-open" if line.few else "diamond" for line in shown],
        },
        customdata=[[line.key] for line in shown],
        hovertext=[line.hover for line in shown],
        hoverinfo="text",
        name=words.mean,
    )


def _limit(limit: float, names: list[str], words: TimeWords, theme: Theme) -> go.Scatter:
    return go.Scatter(
        x=[limit] * len(names), y=names, mode="lines", line={"color": theme.target, "width": 1.5, "dash": "dot"},
        name=words.limit, hoverinfo="skip",
    )  # fmt: skip
