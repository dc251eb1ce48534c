"""How long it took: mean, median and 90th percentile, each with its n."""

from __future__ import annotations

import streamlit as st

from analytics.durations import Duration, Durations
from analytics.traffic import Traffic
from standards.vocabulary import Measure
from ui.language import Translator
from ui.share_words import before_words


def draw_times(taken: Durations, t: Translator, *, waits: bool) -> None:
    """The times of completed interactions; waits stand there only where nobody in particular is asked about."""
    kinds = {Measure.WAIT: taken.wait, Measure.GREETING: taken.greeting, Measure.HANDLING: taken.handling}
    rows = [_row(measure, kind, t) for measure, kind in kinds.items() if waits or measure is not Measure.WAIT]
    st.table(rows, border="horizontal", hide_index=True)
    st.caption(t.words("Over completed visits. Percentiles: {how}.", how=taken.percentiles))
    if taken.before is not None:
        st.caption(before_words(_means(taken.before, t, waits=waits), taken.excluded, t))


def _means(taken: Durations, t: Translator, *, waits: bool) -> str:
    kinds = {Measure.WAIT: taken.wait, Measure.GREETING: taken.greeting, Measure.HANDLING: taken.handling}
    told = [
        t.words("{measure}: mean {mean} {sample}", measure=measure, mean=kind.mean, sample=t.sample(kind.count))
        for measure, kind in kinds.items()
        if kind.mean is not None and (waits or measure is not Measure.WAIT)
    ]
    return t.words(", ").join(told)


def _row(measure: Measure, taken: Duration, t: Translator) -> dict[str, str]:
    return {
        t.words("Measure"): t.label(measure),
        t.words("Cases"): f"{taken.count:,}",
        t.words("Mean"): t.duration(taken.mean),
        t.words("Median"): t.duration(taken.p50),
        t.words("p90"): t.duration(taken.p90),
    }


def abandoned_words(counted: Traffic, t: Translator) -> str:
    """What stands beside a wait: who gave up."""
    ends = counted.abandoned_interval
    interval = t.interval(ends.low, ends.high) if ends else ""
    figure = f"{t.share(counted.abandoned_share)} {t.sample(counted.tickets)}"
    before = counted.before
    told = f"{t.words('Share abandoned')} {figure} {interval}".strip()
    if before is None:
        return told
    figure = f"{t.share(before.abandoned_share)} {t.sample(before.tickets)}"
    return f"{told} · {before_words(figure, before.tickets - counted.tickets, t)}"
