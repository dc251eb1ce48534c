"""How it went in each hall: small panels on the same axes, never one knot of lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from analytics.side_by_side import HallFigures, SideBySide, Stretch
from analytics.standard_share import StandardShare
from charts.small_multiples import Panel, Point, Scale, small_multiples
from standards.standard import Standard
from standards.vocabulary import Aggregation
from ui import drawing, session
from ui.keys import Key
from ui.language import Translator, translator, words
from ui.share_words import figure_words
from ui.standard_words import limit_in_words, titled

MINUTE = timedelta(minutes=1)


def draw_courses(answer: SideBySide, standard: Standard) -> None:
    """One small panel a hall on the same axes."""
    t = translator().figure
    panels = [Panel(_panel_title(t, figures), _points(t, figures.course)) for figures in answer.halls]
    values = [point.value for panel in panels for point in panel.points if point.value is not None and not point.few]
    if not values:
        st.info(words("No day or week has enough cases for a trend."))
        return
    means = standard.aggregation is Aggregation.MEAN
    level = standard.limit_time / MINUTE if means else standard.target
    ends = [*values, level]
    pad = max(0.02, (max(ends) - min(ends)) * 0.08) if not means else max(ends) * 0.08
    scale = Scale(
        low=0.0 if means else max(0.0, min(ends) - pad),
        high=max(ends) + pad if means else min(1.02, max(ends) + pad),
        tick_format="~g" if means else ".0%",
        level=level,
        day_names=tuple((stretch.last_on, t.short_day(stretch.last_on)) for stretch in _named(answer.course)),
    )
    alt = words("{standard} over time, one panel for each hall on the same axes.", standard=titled(t, standard))
    drawing.draw(small_multiples(panels, scale, session.theme()), key=Key.HALLS_TRENDS, alt=alt)


def _named(course: Sequence[Stretch]) -> list[Stretch]:
    """An early and a late stretch, away from the edges: there the names of two panels would meet."""
    edge = len(course) // 6
    return [course[edge], course[-1 - edge]] if len(course) > 1 else list(course)


def course_caption(answer: SideBySide, standard: Standard) -> str:
    """What a point is and what the dotted line is."""
    t, step = translator(), answer.course[-1] if answer.course else None
    single = step is None or step.first_on == step.last_on
    each = words("Each point is one day.") if single else words("Each point is seven days, told by their last day.")
    means = standard.aggregation is Aggregation.MEAN
    line = (
        words("The dotted line is the limit: {limit}.", limit=limit_in_words(t, standard))
        if means
        else words("The dotted line is the target of {share}.", share=standard.target)
    )
    few = words("Hollow grey points have fewer than 20 cases; triangles stand for such points beyond the axis.")
    unit = [words("Minutes.")] if means else []
    return " ".join([each, *unit, line, few])


def _panel_title(t: Translator, figures: HallFigures) -> str:
    n = figures.share.n if figures.share else 0
    return f"{t.name(figures.hall.name, figures.hall.name_en)}<br>{t.sample(n)}"


def _points(t: Translator, course: Sequence[Stretch]) -> tuple[Point, ...]:
    return tuple(
        Point(
            on=stretch.last_on,
            value=_value(stretch.share),
            few=stretch.share is None or stretch.share.few,
            hover="<br>".join([t.period(stretch.first_on, stretch.last_on), _said(t, stretch.share)]),
        )
        for stretch in course
    )


def _value(share: StandardShare | None) -> float | None:
    if share is None:
        return None
    return share.share if share.share is not None else share.value / MINUTE if share.value is not None else None


def _said(t: Translator, share: StandardShare | None) -> str:
    if share is None or not share.has_data:
        return t.words("No data")
    few = f" {t.words('Too few to judge')}" if share.few else ""
    return f"{figure_words(share, t)}{few}"
