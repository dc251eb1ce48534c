"""What is missing, said before any figure: halls without data, since when, and the gaps of the period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from analytics.completeness import Gap, HallCompleteness
from ui.keys import Key
from ui.language import Translator, translator, words

MOST_GAPS = 3


def draw(halls: Sequence[HallCompleteness], as_of: datetime) -> None:
    """One sentence, a line for each hall that lacks something, and the counts behind it on demand."""
    t = translator()
    lacking = [hall for hall in halls if not hall.complete]
    if lacking:
        lines = "\n".join(f"- **{_name(t, hall)}**{t.words(': ')}{_lack(t, hall)}" for hall in lacking)
        st.warning(f"{_sentence(t, halls, lacking)}\n\n{lines}")
    else:
        st.success(_sentence(t, halls, lacking))
    with st.expander(words("Data by hall")):
        _table(t.plain, halls)
        st.caption(
            words(
                "As of {time}. An hour without any interaction counts as missing only where about 15 or more usually "
                "come in such hours; a quiet hour of a small hall does not.",
                time=t.time(as_of, halls[0].hall.zone),
            )
        )


def _name(t: Translator, hall: HallCompleteness) -> str:
    return t.name(hall.hall.name, hall.hall.name_en)


def _sentence(t: Translator, halls: Sequence[HallCompleteness], lacking: Sequence[HallCompleteness]) -> str:
    if len(halls) == 1:
        return t.words("Data is incomplete.") if lacking else t.words("Data is complete.")
    if not lacking:
        return t.words("Data is complete in all {n} halls.", n=len(halls))
    return t.words("Data is complete in {n} of {all} halls.", n=len(halls) - len(lacking), all=len(halls))


def _lack(t: Translator, hall: HallCompleteness) -> str:
    if not hall.interactions:
        return t.words("no data in the whole period.")
    if hall.silent_since is not None:
        lasting, earlier = hall.gaps[-1], hall.gaps[:-1]
        since = t.words(
            "no data since {moment}; about {n} interactions usually come in that time.",
            moment=_moment(t, hall.silent_since),
            n=round(lasting.usual),
        )
        return " ".join([since, *([_gaps(t, earlier)] if earlier else [])])
    return _gaps(t, hall.gaps)


def _gaps(t: Translator, gaps: Sequence[Gap]) -> str:
    named = [
        t.words("{began} to {ended}", began=_moment(t, gap.began_at), ended=_moment(t, gap.ended_at))
        for gap in gaps[-MOST_GAPS:]
    ]
    text = t.words("no data from {times}.", times=t.words(", ").join(named))
    more = len(gaps) - len(named)
    return f"{text} {t.words('{n} earlier gaps.', n=more)}" if more else text


def _moment(t: Translator, at: datetime) -> str:
    return f"{t.short_day(at.date())} {t.time(at)}"


def _table(t: Translator, halls: Sequence[HallCompleteness]) -> None:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    st.dataframe(
        [_row(t, hall) for hall in halls],
        key=Key.HALLS_GAPS,
        hide_index=True,
        column_config={
            "hall": text(words("Hall")),
            "state": text(words("Data")),
            "interactions": number(words("Interactions"), format="localized"),
            "hours": number(words("Opening hours"), format="localized"),
            "empty": number(words("of these without any interaction"), format="localized"),
            "first": text(words("First data")),
            "last": text(words("Last data")),
        },
    )


def _row(t: Translator, hall: HallCompleteness) -> dict[str, Any]:
    return {
        "hall": _name(t, hall),
        "state": t.words("Complete") if hall.complete else t.words("Incomplete"),
        "interactions": hall.interactions,
        "hours": hall.opening_hours,
        "empty": None if hall.opening_hours is None else hall.empty_hours,
        "first": t.words("No data") if hall.first_at is None else _moment(t, hall.first_at),
        "last": t.words("No data") if hall.last_at is None else _moment(t, hall.last_at),
    }
