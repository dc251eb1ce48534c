"""Which standards are below their target: the sentence, the marks, the means and counts, what has no data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import streamlit as st

from analytics.selection import Selection
from analytics.shares import GroupShare, grouped_shares
from analytics.standard_share import StandardShare, together
from charts.share_marks import share_marks
from models.actor import Actor
from standards.vocabulary import Aggregation, VerdictKind
from ui import address, answers, drawing, reader
from ui.keys import Key
from ui.language import Translator
from ui.narrowing import clicked
from ui.share_words import (
    edition_words,
    exclusion_words,
    figure_words,
    judged_words,
    mean_of_words,
    named_editions,
    share_mark,
    sources_words,
)
from ui.standard_words import limit_in_words, name_of
from ui.wording import whole_percents


def whole_of(who: Actor, asked: Selection, shares: Sequence[StandardShare], code: str, now: datetime) -> StandardShare:
    """One figure of all editions of a standard; a mean's percentiles can't be added and are asked for anew."""
    editions = [share for share in shares if share.code == code]
    if len(editions) > 1 and editions[0].standard.aggregation is Aggregation.MEAN:
        group: GroupShare
        [group] = answers.answer(grouped_shares, who, selection=asked, standard=code, by=(), now=now)
        return group.share
    return together(editions)


def by_urgency(shares: Sequence[StandardShare]) -> list[StandardShare]:
    """Shares with data: below the target beyond chance first, the furthest first; those of too few cases last."""
    judged = [share for share in shares if share.share is not None]
    return sorted(
        judged, key=lambda share: (share.few, share.signal is not False, (share.share or 0) - share.target, share.code)
    )


def chosen_code(shares: Sequence[StandardShare]) -> str:
    """The standard to look into: the one of the address, else the most urgent, else the first with data."""
    codes = [share.code for share in shares if share.has_data]
    asked = address.here().standard
    if asked in codes:
        return str(asked)
    urgent = by_urgency(shares)
    return urgent[0].code if urgent else codes[0]


def headline(shares: Sequence[StandardShare], t: Translator) -> str:
    """Which standard is below its target, the furthest first."""
    judged = [share for share in shares if share.has_data and not share.few and share.reached is not None]
    below = [share for share in judged if share.signal is False]
    if not judged:
        return t.words("Too few cases to judge any standard")
    if not below and any(share.by_chance for share in judged):
        return t.words("None of {n} standards is below its target beyond chance", n=len(judged))
    if not below:
        return t.words("All {n} standards with enough data reach their targets", n=len(judged))
    worst = next(iter(by_urgency(below)), below[0])
    return t.words(
        "{below} of {n} standards below target beyond chance; furthest below: {name} {figure}",
        below=len(below),
        n=len(judged),
        name=name_of(t, worst.standard),
        figure=figure_words(worst, t),
    )


def draw_marks(shares: Sequence[StandardShare], code: str, t: Translator) -> None:
    """The shares with their targets; a click chooses the standard to look into."""
    listed = by_urgency(shares)
    if not listed:
        return
    names = named_editions(listed, t.plain)
    marks = [share_mark(share, share.code, names[share], t, chosen=share.code == code) for share in listed]
    drawing.draw(
        share_marks(marks, reader.theme()),
        Key.COMPLIANCE_STANDARDS,
        alt=t.words("The share met of each standard against its target"),
        choose=_choose,
    )
    st.caption(
        t.words(
            "● at target  ◆ below target beyond chance  ○ too few, or within chance  ┃ target  ━ 95% interval. "
            "Click a row to look into it."
        )
    )
    if any(share.taken_out for share in listed):
        st.caption(t.words("Before (−n): the share before exclusion, and how many interactions were taken out."))


def _choose() -> None:
    if (code := clicked(Key.COMPLIANCE_STANDARDS)) is not None:
        address.change(standard=code, tab=None, verdict=None)


def draw_nothing(shares: Sequence[StandardShare], t: Translator) -> None:
    """Where no standard has data; what has none because it was taken out is told with its figure before."""
    st.info(t.words("No data"))
    if any(share.before_exclusion.has_data for share in shares):
        draw_rest(shares, t)


def draw_rest(shares: Sequence[StandardShare], t: Translator) -> None:
    """Means against their limit, counts with their findings, and in one line what has no data."""
    for share in shares:
        if share.has_data and share.share is None:
            limit = limit_in_words(t, share.standard)
            words = judged_words(share, t) if share.few else _limit_words(share, t)
            st.markdown(f"**{name_of(t, share.standard)}**{t.words(': ')}{figure_words(share, t)} · {limit} · {words}")
            if over := " · ".join(filter(None, [exclusion_words(share, t), mean_of_words(share, t)])):
                st.caption(over)
    emptied = [share for share in shares if not share.has_data and share.before_exclusion.has_data]
    for share in emptied:
        st.markdown(
            f"**{name_of(t, share.standard)}**{t.words(': ')}{figure_words(share, t)} · {exclusion_words(share, t)}"
        )
    missing = [share.standard for share in shares if not share.has_data and share not in emptied]
    if missing:
        names = t.words(", ").join(dict.fromkeys(name_of(t, standard) for standard in missing))
        st.caption(t.words("No data: {names}", names=names))


def _limit_words(share: StandardShare, t: Translator) -> str:
    if share.reached is None:
        return t.words("the limit changed within the period")
    return t.label(VerdictKind.MET if share.reached else VerdictKind.MISSED)


def draw_table(shares: Sequence[StandardShare], t: Translator) -> None:
    """The table behind the marks, a row for each standard and edition."""
    listed = by_urgency(shares) + [share for share in shares if share.has_data and share.share is None]
    with_before = any(share.taken_out for share in listed)
    rows = [_row(share, t.plain, with_before) for share in listed]
    st.dataframe(
        rows,
        hide_index=True,
        key=Key.COMPLIANCE_TABLE,
        column_config=dict.fromkeys(
            (t.words("Not judged"), t.words("Pending"), t.words("Taken out")),
            st.column_config.NumberColumn(format="localized"),
        ),
        on_select=lambda: _choose_row(listed),
        selection_mode="single-row",
    )


def _row(share: StandardShare, t: Translator, with_before: bool) -> dict[str, str | int]:
    by_limit = share.standard.aggregation in {Aggregation.MEAN, Aggregation.COUNT}
    row: dict[str, str | int] = {
        t.words("Standard"): f"{share.code} {name_of(t, share.standard)}",
        t.words("Edition"): edition_words(share, t),
        t.words("Figure"): figure_words(share, t),
        t.words("95% interval"): _ends(share),
        t.words("Target"): limit_in_words(t, share.standard) if by_limit else t.share(share.target),
        t.words("Judgement"): judged_words(share, t) if share.few or not by_limit else _limit_words(share, t),
        t.words("Source"): sources_words(share, t),
        t.words("Not judged"): share.not_judged,
        t.words("Pending"): share.pending,
    }
    if with_before:
        row[t.words("Before exclusion")] = figure_words(replace(share.before_exclusion, spread=None), t)
        row[t.words("Taken out")] = share.taken_out
    return row


def _ends(share: StandardShare) -> str:
    if share.low is None or share.high is None:
        return ""
    low, high = whole_percents(share.low, share.high)
    return f"{low}–{high}%"


def _choose_row(listed: Sequence[StandardShare]) -> None:
    rows = st.session_state[Key.COMPLIANCE_TABLE]["selection"]["rows"]
    if rows:
        address.change(standard=listed[rows[0]].code, tab=None, verdict=None)
