"""The five service dimensions 服务五度 as a profile, with the standards that stand behind each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analytics.profile import DimensionShare
from analytics.standard_share import StandardShare
from charts.share_marks import ShareMark, share_marks
from ui import drawing, reader
from ui.keys import Key
from ui.language import Translator
from ui.standard_words import name_of


def draw_profile(dimensions: Sequence[DimensionShare], t: Translator) -> None:
    """A mark for each dimension that has data, and in words what stands behind it and what is missing."""
    marks = [_mark(one, t) for one in dimensions]
    alt = t.words("The five dimensions against their targets")
    drawing.draw(share_marks(marks, reader.theme()), Key.COMPLIANCE_PROFILE, alt=alt)
    if any(one.taken_out for one in dimensions):
        st.caption(t.words("Before (−n): the share before exclusion, and how many interactions were taken out."))
    st.caption(
        t.words(
            "Each dimension is the weighted mean share of its standards that have data; the others drop out. "
            "Which dimension a standard belongs to and its weight are our own settings."
        )
    )
    st.markdown("\n".join(f"- **{t.label(one.dimension)}**{t.words(': ')}{_behind(one, t)}" for one in dimensions))


def _mark(one: DimensionShare, t: Translator) -> ShareMark:
    text = t.share(one.share, one.target)
    if one.share is not None:
        text += f" {t.sample(one.judged)}"
        if one.few:
            text += f"<br>{t.words('Too few to judge')}"
        if one.taken_out:
            before = t.share(one.share_before, one.target)
            text += f"<br>{t.words('{share_text} before (−{n})', share_text=before, n=one.taken_out)}"
    name = t.label(one.dimension)
    target = t.words("Target {target}", target=one.target) if one.target is not None else ""
    return ShareMark(
        key=one.dimension.value,
        name=name,
        text=text,
        share=one.share,
        target=one.target,
        reached=None if one.few else one.reached,
        hover=f"<b>{name}</b><br>{text}<br>{target}",
    )


def _behind(one: DimensionShare, t: Translator) -> str:
    between = t.words(", ")
    told = between.join(_share(share, t) for share in one.behind) or t.words("No data")
    missing = between.join(name_of(t, share.standard) for share in one.without_data)
    return told + (" · " + t.words("no data: {names}", names=missing) if missing else "")


def _share(share: StandardShare, t: Translator) -> str:
    figure = f"{name_of(t, share.standard)} {t.share(share.share, share.target)} {t.sample(share.n)}"
    weight = share.standard.weight
    return figure if weight == 1 else t.words("{figure}, weight {weight}", figure=figure, weight=weight)
