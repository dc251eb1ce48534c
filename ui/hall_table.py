"""The table behind the comparison: sortable by every heading, without a rank; each hall's name opens the hall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from analytics.durations import Duration
from analytics.funnel import Position
from analytics.side_by_side import HallFigures, SideBySide
from analytics.spread import Spread
from analytics.standard_share import StandardShare
from analytics.traffic import Traffic
from standards.standard import Standard
from standards.vocabulary import Aggregation, Measure
from ui import address
from ui.hall_charts import timed
from ui.keys import Key
from ui.language import Translator, translator, words
from ui.share_words import exclusion_words, mean_of_words
from ui.wording import signed_points, whole_percents

_TIMES = frozenset({Measure.WAIT, Measure.GREETING, Measure.HANDLING})


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how its values (that it is sorted by) are written; None: as they are."""

    heading: str
    width: int
    written: Callable[[Any], str] | None = None


def draw(
    halls: Sequence[HallFigures],
    places: dict[str, Position],
    standard: Standard,
    days: tuple[date, date],
) -> None:
    """A line each hall; `places` says where a share lies, by hall code."""
    t = translator().plain
    rows = [_row(t, figures, places.get(figures.hall.id), standard, days) for figures in halls]
    filled = {name for row in rows for name, value in row.items() if value not in {None, ""}}
    columns = {name: column for name, column in _columns(t, standard).items() if name in filled}
    table = pd.DataFrame(rows, columns=list(columns))
    written = {name: column.written for name, column in columns.items() if column.written is not None}
    st.dataframe(
        table.style.format(written, na_rep=""),
        placeholder="",
        key=Key.HALLS_TABLE,
        hide_index=True,
        height=35 * (len(rows) + 1) + 3,
        column_config={name: _config(name, column) for name, column in columns.items()},
    )


def caption(answer: SideBySide, standard: Standard) -> str:
    """What the columns are of, and what they are compared with."""
    t = translator()
    days = t.period(answer.before_first_on, answer.before_last_on)
    before = words("Last period: {days}.", days=days)
    of = _times_of(t, answer, standard)
    marks = words("Marks for attention are counted over all interactions of the hall.")
    none = words("Sort by any heading; there is no rank, and halls with fewer than 20 cases stay out of it.")
    excluded = exclusion_words(answer.region, t) if answer.region else ""
    together = [words("All halls together: {figure}.", figure=excluded)] if excluded else []
    return " ".join([none, before, of, marks, *together])


def _times_of(t: Translator, answer: SideBySide, standard: Standard) -> str:
    """What median and p90 are over: a mean's are of its own values, others of completed visits."""
    if standard.aggregation is not Aggregation.MEAN:
        return words("Median and p90 are over completed visits: {scope}.", scope=_timed_scope(t, standard))
    over = mean_of_words(answer.region, t) if answer.region else ""
    return words("Mean, median and p90 are of the same cases. {over}", over=over)


def _timed_scope(t: Translator, standard: Standard) -> str:
    """What the durations are narrowed to: one channel, one business type; more they can't be."""
    channels, businesses = standard.scope.channels, standard.scope.business_types
    channel = t.label(channels[0]) if len(channels) == 1 else t.words("All channels")
    within = len(businesses) == 1
    return channel if not within else t.words("{channel}, the standard's business type alone", channel=channel)


def _config(name: str, column: Column) -> Any:
    if name == "hall":
        # The name stands behind the link's mark; a table's link has no text of its own for each line.
        return st.column_config.LinkColumn(column.heading, width=column.width, display_text=r"#(.*)$", pinned=True)
    return st.column_config.Column(column.heading, width=column.width)


def _columns(t: Translator, standard: Standard) -> dict[str, Column]:
    """Every column in its order; a table has those that its rows have."""

    def seconds(value: float) -> str:
        return t.duration(timedelta(seconds=value))

    def share(value: float) -> str:
        return t.share(value, standard.target)

    written: dict[Aggregation, Callable[[Any], str]] = {
        Aggregation.MEAN: seconds,
        Aggregation.COUNT: lambda n: f"{n:,.0f}",
    }
    return {
        "hall": Column(words("Hall"), 170),
        "hall_class": Column(words("Class"), 60),
        "share": Column(words("Share met"), 85, share),
        "mean": Column(words("Mean"), 100, seconds),
        "findings": Column(words("Findings"), 80),
        "n": Column(words("n"), 75, lambda n: f"{n:,}"),
        "interval": Column(words("95% interval"), 95),
        "before": Column(words("Before exclusion"), 130, written.get(standard.aggregation, share)),
        "before_n": Column(words("n before"), 95, lambda n: f"{n:,.0f}"),
        "excluded": Column(words("Taken out"), 85, lambda n: f"{n:,.0f}"),
        "place": Column(words("Place"), 160),
        "change": Column(words("vs last period (points)"), 150, signed_points),
        "p50": Column(words("Median"), 95, seconds),
        "p90": Column(words("p90"), 110, seconds),
        "wait_p50": Column(words("Median wait"), 110, seconds),
        "wait_p90": Column(words("p90 of the wait"), 150, seconds),
        "handling_p50": Column(words("Median handling time"), 150, seconds),
        "handling_p90": Column(words("p90 of the handling time"), 170, seconds),
        "abandoned": Column(words("Share abandoned"), 125, t.share),
        "tickets": Column(words("Tickets (n)"), 85, lambda n: f"{n:,}"),
        "attention": Column(words("Marked per 1,000"), 125, t.number),
        "attention_interval": Column(words("95% interval per 1,000"), 160),
        "interactions": Column(words("Interactions"), 90, lambda n: f"{n:,}"),
    }


def _row(
    t: Translator, figures: HallFigures, place: Position | None, standard: Standard, days: tuple[date, date]
) -> dict[str, Any]:
    hall = figures.hall
    link = address.link("compliance", hall=hall.id, standard=standard.code, first_on=days[0], last_on=days[1])
    row: dict[str, Any] = {"hall": f"{link}#{t.name(hall.name, hall.name_en)}", "hall_class": str(hall.hall_class)}
    row |= _figure(t, figures.share, place, standard) | _excluded(figures.share, standard)
    if standard.aggregation not in {Aggregation.MEAN, Aggregation.COUNT}:
        row["change"] = figures.change
    row |= _times(figures, standard)
    return row | _traffic(t, figures.traffic, standard.measure)


def _figure(t: Translator, share: StandardShare | None, place: Position | None, standard: Standard) -> dict[str, Any]:
    """The standard's own figure; of too few cases it is told in words, so that no sorting ranks it."""
    n = share.n if share else 0
    if standard.aggregation is Aggregation.MEAN:
        few = share is None or share.few
        value = None if share is None or share.value is None else share.value.total_seconds()
        return {"mean": None if few else value, "n": n, "place": _few(t, share, value) if few else ""}
    if standard.aggregation is Aggregation.COUNT:
        return {"findings": share.findings if share and share.has_data else None, "n": n}
    if share is None or share.few or place is None:
        return {"share": None, "n": n, "interval": _interval(share), "place": _few(t, share, None)}
    return {"share": share.share, "n": n, "interval": _interval(share), "place": t.label(place)}


def _excluded(share: StandardShare | None, standard: Standard) -> dict[str, Any]:
    """The same figure before exclusion, and how many were taken out; nothing where nothing was."""
    if share is None or share.before is None or not share.taken_out:
        return {"before": None, "before_n": None, "excluded": None}
    before, counts = share.before, {"before_n": share.before.n, "excluded": share.taken_out}
    if standard.aggregation is Aggregation.MEAN:
        return {"before": _seconds(before.value)} | counts
    if standard.aggregation is Aggregation.COUNT:
        return {"before": before.findings} | counts
    return {"before": before.share} | counts


def _few(t: Translator, share: StandardShare | None, seconds: float | None) -> str:
    if share is None or not share.has_data:
        return t.words("No data")
    told = t.share(share.share) if seconds is None else t.duration(timedelta(seconds=seconds))
    return t.words("Too few to judge ({figure})", figure=told)


def _interval(share: StandardShare | None) -> str:
    if share is None or share.low is None or share.high is None:
        return ""
    low, high = whole_percents(share.low, share.high)
    return f"{low}–{high}%"


def _times(figures: HallFigures, standard: Standard) -> dict[str, float | None]:
    """Median and p90 of a mean's own values, else of the time that the standard looks at, else of wait and handling."""
    if standard.aggregation is Aggregation.MEAN:
        return _pair("", figures.share.spread if figures.share else None)
    if standard.measure in _TIMES:
        return _pair("", timed(figures, standard.measure))
    return _pair("wait_", timed(figures, Measure.WAIT)) | _pair("handling_", timed(figures, Measure.HANDLING))


def _pair(name: str, duration: Duration | Spread | None) -> dict[str, float | None]:
    p50, p90 = (duration.p50, duration.p90) if duration else (None, None)
    return {f"{name}p50": _seconds(p50), f"{name}p90": _seconds(p90)}


def _seconds(value: timedelta | None) -> float | None:
    return None if value is None else value.total_seconds()


def _traffic(t: Translator, traffic: Traffic | None, measure: Measure) -> dict[str, Any]:
    waits: dict[str, Any] = {} if measure is not Measure.WAIT else {"abandoned": None, "tickets": 0}
    if traffic is None:
        return waits | {"attention": None, "attention_interval": "", "interactions": 0}
    if waits:
        waits = {"abandoned": traffic.abandoned_share, "tickets": traffic.tickets}
    interval = traffic.attention_interval
    between = f"{t.number(interval.low)}–{t.number(interval.high)}" if interval else ""
    return waits | {
        "attention": traffic.attention_per_1000,
        "attention_interval": between,
        "interactions": traffic.interactions,
    }
