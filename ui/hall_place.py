"""Where each hall lies round the chosen centre, and what that says in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from analytics.funnel import ABOVE_CHANCE, BELOW_CHANCE, JUDGED, Centre, Position, position
from analytics.side_by_side import HallFigures, SideBySide
from analytics.statistics import FUNNEL_CONFIDENCES
from standards.standard import Standard
from standards.vocabulary import Aggregation
from ui import filters
from ui.keys import Key
from ui.language import Translator, label, translator, words
from ui.share_words import exclusion_words

_FAR = frozenset({Position.FAR_BELOW, Position.FAR_ABOVE})


@dataclass(frozen=True, slots=True)
class Placed:
    """A hall's figures and its place; no place follows from too few cases."""

    figures: HallFigures
    position: Position


def chosen_centre(standard: Standard, halls: int) -> Centre:
    """The region's mean, or the standard's target; the target for a single hall; no choice where no share is judged."""
    if standard.aggregation in {Aggregation.MEAN, Aggregation.COUNT}:
        return Centre.TARGET
    if halls == 1:
        st.caption(words("You may see one hall: it is compared with the standard's target, not with other halls."))
        return Centre.TARGET
    named = {str(centre): label(centre) for centre in Centre}
    chosen = filters.choice(
        "measure", list(named), named.__getitem__, text=words("Compared with"), key=Key.HALLS_CENTRE
    )
    return Centre(chosen or Centre.REGION)


def centre_share(answer: SideBySide, centre: Centre) -> float | None:
    """The share that the limits stand round, None where nothing was judged."""
    region = answer.region
    if region is None or region.share is None:
        return None
    return region.share if centre is Centre.REGION else region.target


def placed(answer: SideBySide, centre: float) -> tuple[Placed, ...]:
    """Every hall with its place, in the order of the answer."""
    return tuple(
        Placed(
            figures,
            position(figures.share.met, figures.share.judged, centre) if figures.share else Position.NO_DATA,
        )
        for figures in answer.halls
    )


def draw_signals(halls: Sequence[Placed], centre: Centre, share: float) -> None:
    """The halls beyond chance, named with their figures; then those of which nothing can be said."""
    t = translator()
    below = [hall for hall in halls if hall.position in BELOW_CHANCE]
    above = [hall for hall in halls if hall.position in ABOVE_CHANCE]
    judged = [hall for hall in halls if hall.position in JUDGED]
    if len(halls) == 1:
        st.markdown(_of_one(t, halls[0], share))
        return
    st.markdown(_sentence(t, below, above, judged, centre, share))
    _list(t, words("Below what chance allows"), below)
    _list(t, words("Above what chance allows"), above)
    _list(t, words("Too few to judge"), [hall for hall in halls if hall.position is Position.TOO_FEW])
    _list(t, words("No data"), [hall for hall in halls if hall.position is Position.NO_DATA])
    if share in {0, 1}:
        st.caption(words("Round a share of none or all there is no chance: a single case is beyond it."))
    elif judged:
        st.caption(_by_chance(t, halls, judged))


def _of_one(t: Translator, hall: Placed, target: float) -> str:
    return f"{_line(t, hall)} · {t.words('Target {share}', share=target)}"


def _sentence(
    t: Translator,
    below: Sequence[Placed],
    above: Sequence[Placed],
    judged: Sequence[Placed],
    centre: Centre,
    share: float,
) -> str:
    if not judged:
        return t.words("No hall has enough judged cases to compare.")
    counts = {"below": len(below), "above": len(above), "n": len(judged)}
    if centre is Centre.TARGET:
        return t.words(
            "Against the target of {share}, {below} of {n} halls lie below what chance allows and {above} above it.",
            share=share,
            **counts,
        )
    return t.words(
        "Against the region's mean of {share}, {below} of {n} halls lie below what chance allows and {above} above it.",
        share=share,
        **counts,
    )


def _list(t: Translator, title: str, halls: Sequence[Placed]) -> None:
    if halls:
        lines = "\n".join(f"- {_line(t, hall)}" for hall in halls)
        st.markdown(f"**{title}**\n{lines}")


def _line(t: Translator, hall: Placed) -> str:
    name = t.name(hall.figures.hall.name, hall.figures.hall.name_en)
    share = hall.figures.share
    if share is None or not share.judged:
        return name
    parts = [f"{name} **{t.share(share.share, share.target)}** {t.sample(share.judged)}"]
    if hall.position is not Position.TOO_FEW:
        parts += [t.interval(share.low, share.high), t.label(hall.position)]
    return " · ".join([*parts, *filter(None, [exclusion_words(share, t)])])


def _by_chance(t: Translator, halls: Sequence[Placed], judged: Sequence[Placed]) -> str:
    """How many would lie outside anyway; and, where most do, why the limits are then too narrow."""
    expected = (1 - FUNNEL_CONFIDENCES[0]) * len(judged)
    text = t.words(
        "By chance alone about {expected} of {n} halls would lie outside the 95% limits.",
        expected=expected,
        n=len(judged),
    )
    far = sum(hall.position in _FAR for hall in halls)
    if far * 2 <= len(judged):
        return text
    crowd = t.words(
        "Most halls lie outside the 99.8% limits: they differ by more than chance, and visits in one queue hang "
        "together, which makes such limits narrow. Look at how far a hall is from the centre, not only at its side."
    )
    return f"{text} {crowd}"
