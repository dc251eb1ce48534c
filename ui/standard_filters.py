"""The filters of the catalogue: what is looked for, for which hall, and how it stands on the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from analytics.catalogue import CatalogueLine, Standing
from analytics.directory import Hall, halls
from models.actor import Actor
from standards.standard import Standard
from standards.vocabulary import Basis, Dimension, Grade, Issuer
from ui import address, answers, filters
from ui.keys import Key
from ui.language import label, translator, words
from ui.standard_words import edition_of

EVERY_STANDING = "every"
_FIELDS = ("dimension", "basis", "issuer", "grade", "edition")


def hall(who: Actor) -> Hall | None:
    """The hall whose issuer decides what is in force; None where the reader has no hall."""
    t = translator().plain
    known = {found.id: found for found in answers.answer(halls, who)}
    chosen = filters.choice(
        "hall",
        sorted(known, key=lambda code: code != who.branch_id),
        lambda code: t.name(known[code].name, known[code].name_en),
        text=words("In force for"),
        key=Key.CATALOGUE_HALL,
    )
    return known.get(chosen or "")


def narrowed(lines: Sequence[CatalogueLine]) -> tuple[CatalogueLine, ...]:
    """Draw the filters; the lines that fit what is chosen."""
    search, standing = st.columns([3, 2])
    with search:
        sought = _search()
    with standing:
        wanted = _standing()
    chosen = _more(lines)
    return tuple(
        line
        for line in lines
        if wanted in {None, line.standing}
        and all(_of(line.standard, field) == value for field, value in chosen.items() if value is not None)
        and (not sought or sought.casefold() in _text(line.standard))
    )


def _search() -> str:
    st.session_state[Key.CATALOGUE_SEARCH] = address.here().search or ""
    st.text_input(
        words("Search"),
        placeholder=words("Code, name or source"),
        key=Key.CATALOGUE_SEARCH,
        max_chars=address.LONGEST,
        on_change=_take_search,
    )
    return address.here().search or ""


def _take_search() -> None:
    address.change(search=st.session_state[Key.CATALOGUE_SEARCH].strip() or None)


def _standing() -> Standing | None:
    """How a row stands on the day; in force where the address says nothing."""
    named = {str(standing): label(standing) for standing in Standing} | {EVERY_STANDING: words("Every dated row")}
    chosen = filters.choice(
        "tab",
        list(named),
        named.__getitem__,
        text=words("On that day"),
        key=Key.CATALOGUE_STANDING,
    )
    return None if chosen in {None, EVERY_STANDING} else Standing(str(chosen))


def _more(lines: Iterable[CatalogueLine]) -> dict[str, Any]:
    """The five further filters; how many of them are set stands on their lid."""
    view, t = address.here(), translator()
    standards = [line.standard for line in lines]

    def graded(grade: Grade) -> str:
        return f"{grade} · {t.label(grade)}"

    given = sum(getattr(view, field) is not None for field in _FIELDS)
    lid = words("More filters ({n} set)", n=given) if given else words("More filters")
    with st.expander(lid, expanded=bool(given)):
        columns = iter(st.columns(len(_FIELDS)))
        editions = {row.edition: edition_of(t, row) for row in standards}
        return {
            "dimension": _one(next(columns), "dimension", list(Dimension), t.label, words("Dimension"), standards),
            "basis": _one(next(columns), "basis", list(Basis), t.label, words("Basis"), standards),
            "issuer": _one(next(columns), "issuer", list(Issuer), t.label, words("Issuer"), standards),
            "grade": _one(next(columns), "grade", list(Grade), graded, words("Grade"), standards),
            "edition": _one(
                next(columns), "edition", sorted(editions), editions.__getitem__, words("Edition"), standards
            ),
        }


def _one(
    column: Any,
    field: str,
    options: Sequence[Any],
    format_func: Callable[[Any], str],
    text: str,
    standards: Iterable[Standard],
) -> Any:
    """A select over the values that occur."""
    there = {_of(standard, field) for standard in standards}
    with column:
        return filters.choice(
            field,
            [option for option in options if option in there],
            format_func,
            text=text,
            key=Key[f"CATALOGUE_{field.upper()}"],
            every=words("All"),
        )


def _of(standard: Standard, field: str) -> Any:
    return getattr(standard, field)


def _text(standard: Standard) -> str:
    parts = (standard.code, standard.name_zh, standard.name_en, standard.source, standard.note or "")
    return " ".join(parts).casefold()
