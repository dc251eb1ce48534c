"""The pictures of the comparison: the funnel of a share, the times of a mean; a chosen mark opens its hall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from analytics.durations import Duration
from analytics.funnel import Centre
from analytics.side_by_side import HallFigures, SideBySide
from analytics.standard_share import StandardShare
from charts.funnel import FunnelWords, Mark, funnel
from charts.hall_times import TimeLine, TimeWords, hall_times
from standards.standard import Standard
from standards.vocabulary import Measure
from ui import address, drawing, navigation, session
from ui.hall_place import Placed
from ui.keys import Key
from ui.language import Translator, translator, words
from ui.standard_words import limit_in_words, titled

MINUTE = timedelta(minutes=1)


def draw_funnel(halls: Sequence[Placed], standard: Standard, centre: Centre, share: float) -> str | None:
    """The funnel plot; the code of the hall whose mark was chosen."""
    t = translator().figure
    marks = [_mark(t, hall, hall.figures.share) for hall in halls if hall.figures.share and hall.figures.share.judged]
    figure = funnel(
        marks,
        share,
        standard.target if centre is Centre.REGION else None,
        FunnelWords(
            cases_title=words("Judged cases (n)"),
            share_title=words("Share met"),
            inner=words("95% limits"),
            outer=words("99.8% limits"),
            centre=words("{centre} {share}", centre=centre, share=share),
            target=words("Target {share}", share=standard.target),
            within=words("Within the limits"),
            below=words("Below the limits"),
            above=words("Above the limits"),
            too_few=words("Too few to judge"),
        ),
        session.theme(),
    )
    alt = words(
        "Funnel plot of {standard}: share met against the number of judged cases.", standard=titled(t, standard)
    )
    return _chosen(drawing.draw(figure, key=Key.HALLS_FUNNEL, alt=alt, choose=True))


def _mark(t: Translator, hall: Placed, share: StandardShare) -> Mark:
    name = t.name(hall.figures.hall.name, hall.figures.hall.name_en)
    lines = [name, f"{t.share(share.share, share.target)} {t.sample(share.judged)}"]
    lines += [t.interval(share.low, share.high), t.label(hall.position)]
    return Mark(hall.figures.hall.id, name, share.judged, share.met / share.judged, hall.position, "<br>".join(lines))


def mean_sentence(answer: SideBySide, standard: Standard) -> str:
    """How many halls are over the limit, and why there is neither funnel nor interval."""
    t = translator()
    enough = [figures.share for figures in answer.halls if figures.share is not None and not figures.share.few]
    over = sum(share.reached is False for share in enough)
    said = words(
        "In {over} of {n} halls the mean is over the limit: {limit}.",
        over=over,
        n=len(enough),
        limit=limit_in_words(t, standard),
    )
    why = words(
        "A funnel plot is for shares. Waits in one queue hang together, so that no honest interval follows from their "
        "number alone: the median and p90 show the spread instead."
    )
    return f"{said} {why}"


def draw_times(answer: SideBySide, standard: Standard) -> str | None:
    """Means with median and p90 against the limit; the code of the hall whose mark was chosen."""
    t = translator().figure
    lines = [_time_line(t, figures, standard) for figures in answer.halls]
    figure = hall_times(
        lines,
        standard.limit_time / MINUTE,
        TimeWords(
            axis=words("{measure} in minutes", measure=standard.measure),
            mean=words("Mean"),
            spread=words("From the median to p90"),
            limit=words("Limit: {limit}", limit=limit_in_words(t, standard)),
        ),
        session.theme(),
    )
    alt = words("Mean, median and p90 of {standard} by hall.", standard=titled(t, standard))
    return _chosen(drawing.draw(figure, key=Key.HALLS_VALUES, alt=alt, choose=True))


def timed(figures: HallFigures, measure: Measure) -> Duration | None:
    """The time that a standard looks at, of completed interactions; None where it looks at none."""
    if figures.durations is None:
        return None
    return {
        Measure.WAIT: figures.durations.wait,
        Measure.GREETING: figures.durations.greeting,
        Measure.HANDLING: figures.durations.handling,
    }.get(measure)


def _time_line(t: Translator, figures: HallFigures, standard: Standard) -> TimeLine:
    share, spread = figures.share, figures.share.spread if figures.share else None
    name = t.name(figures.hall.name, figures.hall.name_en)
    value = share.value if share else None
    few = share is None or share.few
    n = share.n if share else 0
    parts = [name, f"{words('Mean')} {t.duration(value)} {t.sample(n)}"]
    if spread is not None:
        parts += [f"{words('Median')} {t.duration(spread.p50)}", f"{words('p90')} {t.duration(spread.p90)}"]
    parts += [words("Too few to judge")] if few else []
    return TimeLine(
        key=figures.hall.id,
        name=f"{name} {t.sample(n)}",
        mean=_minutes(value),
        median=_minutes(spread.p50) if spread else None,
        ninth_decile=_minutes(spread.p90) if spread else None,
        few=few,
        hover="<br>".join(parts),
    )


def _minutes(value: timedelta | None) -> float | None:
    return None if value is None else value / MINUTE


def _chosen(event: Any) -> str | None:
    """The key of the first chosen mark; bands and lines carry none."""
    points = event["selection"]["points"] if event else []
    keys = [point["customdata"][0] for point in points if point.get("customdata")]
    return keys[0] if keys else None


def open_hall(code: str | None, standard: Standard, first_on: date, last_on: date) -> None:
    """Go to the chosen hall's own page with the same standard and days."""
    if code is not None:
        st.switch_page(
            navigation.page("compliance"),
            query_params=address.parameters(hall=code, standard=standard.code, first_on=first_on, last_on=last_on),
        )
