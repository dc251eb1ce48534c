"""Figures that many viewers share."""

from __future__ import annotations

import plotly.graph_objects as go
import plotly.io

from charts.shared import SharedFigure
from charts.theme import DARK, LIGHT, Theme


def a_figure(theme: Theme = LIGHT) -> SharedFigure:
    return SharedFigure([go.Scatter(x=[1, 2], y=[3, 4], uid="one")], theme.layout(yaxis={"title": {"text": "n"}}))


def test_the_dictionary_is_made_once_and_sent_unchanged() -> None:
    figure = a_figure()
    first = figure.to_dict()
    sent = [plotly.io.to_json(figure.to_dict(), validate=False) for _ in range(2)]
    assert figure.to_dict() is first
    assert sent[0] == sent[1]


def test_what_is_sent_is_what_a_plain_figure_sends() -> None:
    plain = go.Figure([go.Scatter(x=[1, 2], y=[3, 4])], LIGHT.layout(yaxis={"title": {"text": "n"}}))
    assert plotly.io.to_json(a_figure().to_dict(), validate=False) == plotly.io.to_json(plain, validate=False)


def test_a_theme_keeps_its_axes_where_a_chart_adds_to_them() -> None:
    layout = DARK.layout(yaxis={"tickformat": ".0%"}, showlegend=False)
    assert layout["yaxis"]["tickformat"] == ".0%"
    assert layout["yaxis"]["gridcolor"] == DARK.grid
    assert layout["xaxis"]["gridcolor"] == DARK.grid


def test_a_sent_figure_carries_no_template() -> None:
    assert len(plotly.io.to_json(a_figure(), validate=False)) < 2000
