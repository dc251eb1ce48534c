"""The first seconds after a start are the slowest: what every screen needs is read before the first reader comes."""

from __future__ import annotations

import plotly.graph_objects as go

from charts.shared import SharedFigure
from charts.theme import LIGHT
from ui.drawing import settings
from ui.language import translator_of
from ui.wording import Language


def warm() -> None:
    """Read the catalogue of translations, and let Plotly load what a first figure loads."""
    for language in Language:
        translator_of(language)
        settings(language)
    SharedFigure([go.Bar(x=[1], y=[1]), go.Scatter(x=[1], y=[1])], LIGHT.layout()).to_dict()
