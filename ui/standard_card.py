"""One code of the catalogue in full: what is asked, where the number comes from, and its editions."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analytics.catalogue import CatalogueLine, Collection, Standing
from analytics.directory import Business, Hall
from standards.standard import Standard
from standards.vocabulary import Subject
from ui import address, navigation
from ui.escaping import in_markdown
from ui.language import Translator, translator, words
from ui.standard_words import (
    GRADE_MEANINGS,
    days_in_words,
    edition_of,
    limit_in_words,
    name_of,
    note_of,
    scope_in_words,
    target_in_words,
)


def draw(lines: Sequence[CatalogueLine], businesses: Sequence[Business], hall: Hall | None) -> None:
    """The row of a code that stands on the day, then every dated row of the code."""
    t, line = translator().plain, standing_line(lines)
    with st.container(border=True):
        st.subheader(f"{line.standard.code} {in_markdown(name_of(t, line.standard))}", anchor=False)
        st.markdown(_badges(t, line))
        st.markdown(_facts(t, line.standard, {one.id: t.name(one.name, one.name_en) for one in businesses}))
        st.markdown(_data(t, line.collection, line.standard))
        if line.collection is Collection.COMING_IN and line.standing is Standing.IN_FORCE and hall is not None:
            _link_to_figures(line.standard, hall)
        st.markdown(f"**{words('Editions')}**")
        st.markdown("\n".join(_edition(t, line) for line in lines))


def standing_line(lines: Sequence[CatalogueLine]) -> CatalogueLine:
    """The row of a code that stands on the day, on or off; else its newest."""
    return next((line for line in lines if line.standing in {Standing.IN_FORCE, Standing.OFF}), lines[0])


def explain_grades() -> None:
    """What the letters mean, while no row is chosen."""
    t = translator()
    with st.container(border=True):
        st.markdown(f"**{words('How good the evidence is')}**")
        st.markdown("\n".join(f"- **{grade}** {t.say(meaning)}" for grade, meaning in GRADE_MEANINGS.items()))


def _badges(t: Translator, line: CatalogueLine) -> str:
    colour = "blue" if line.standing is Standing.IN_FORCE else "gray"
    badges = [f":{colour}-badge[{t.label(line.standing)}]"]
    if line.standard.critical:
        badges.append(f":red-badge[{t.words('Critical')}]")
    if line.standard.headline:
        badges.append(f":gray-badge[{t.words('Headline standard')}]")
    return " ".join(badges)


def _facts(t: Translator, row: Standard, business_names: dict[str, str]) -> str:
    grade = f"{row.grade} · {t.say(GRADE_MEANINGS[row.grade])}"
    pairs = [
        (t.words("Limit"), limit_in_words(t, row)),
        (t.words("Target"), target_in_words(t, row)),
        (t.words("Judged as"), t.label(row.aggregation)),
        (t.words("Basis"), f"{t.label(row.basis)} · {t.label(row.measure)}"),
        (t.words("Applies to"), scope_in_words(t, row.scope, business_names)),
        (t.words("Dimension"), f"{t.label(row.dimension)} · {t.label(row.characteristic)}"),
        (t.words("Weight"), t.number(row.weight)),
        (t.words("Grade"), grade),
    ]
    listed = "\n".join(f"- {name}{t.words(': ')}{in_markdown(value)}" for name, value in pairs)
    source = f"- {t.words('Source')}{t.words(': ')}{_source(row)}"
    note = note_of(t, row)
    ours = t.words("Target, weight, dimension and characteristic are in no source: they are our own setting (grade I).")
    return "\n".join([listed, source, *([f"- {in_markdown(note)}"] if note else []), "", f":small[{ours}]"])


def _source(row: Standard) -> str:
    title = in_markdown(row.source)
    return f"[{title}]({row.source_url})" if row.source_url else title


def _data(t: Translator, collection: Collection, row: Standard) -> str:
    """What its basis brings in now, said where it brings nothing."""
    if collection is Collection.COMING_IN:
        return t.words("Data: it is coming in.")
    if collection is Collection.NONE_SO_FAR:
        return t.words("Data: none so far in the halls that you may see. Its basis: {basis}.", basis=row.basis)
    if row.subject is Subject.SUPPLY:
        return t.words("Data: a reference for managers; this product does not collect it.")
    return t.words("Data: it has a basis ({basis}), but no data collection yet.", basis=row.basis)


def _link_to_figures(row: Standard, hall: Hall) -> None:
    st.page_link(
        navigation.page("compliance"),
        label=words("How often it was met"),
        query_params=address.parameters(standard=row.code, hall=hall.id),
    )


def _edition(t: Translator, line: CatalogueLine) -> str:
    row = line.standard
    target = target_in_words(t, row)
    parts = [
        t.label(row.issuer),
        limit_in_words(t, row),
        t.words("target {share_text}", share_text=target),
        days_in_words(t, row.in_force_from, line.ends_on),
        t.words("grade {letter}", letter=str(row.grade)),
        t.label(line.standing),
    ]
    return f"- **{in_markdown(edition_of(t, row))}** {in_markdown(' · '.join(parts))}  \n  {_source(row)}"
