"""The form that gives a standard a new row from a day on: limit, target, scope, edition, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from analytics.directory import Business
from models.actor import EVERYWHERE, Actor, Right
from standards.changed import content_of
from standards.message import Worded, message
from standards.standard import Standard
from standards.vocabulary import Aggregation, ChangeKind, Channel, Grade, HallClass, Measure, Subject, Unit
from ui import clock
from ui.change_draft import draw_answer, draw_draft, field, propose, refuse, shared_day
from ui.change_hall import draw_when, when
from ui.keys import Key
from ui.language import Translator, translator, words
from ui.standard_words import edition_of


class TimeUnit(Worded):
    """In what a limit is typed."""

    SECONDS = "seconds", "seconds"
    MINUTES = "minutes", "minutes"
    HOURS = "hours", "hours"


_MILLISECONDS = {TimeUnit.SECONDS: 1_000, TimeUnit.MINUTES: 60_000, TimeUnit.HOURS: 3_600_000}
_SCOPE = ("channels", "business_types", "except_business_types", "hall_classes")


def draw_change(who: Actor, row: Standard, businesses: Mapping[str, Business]) -> None:
    """For whoever may change standards: the form, and what it would do, below the card."""
    if not who.may(Right.SET_UP):
        return
    now = clock.now()
    open_form = st.toggle(words("Change {code} from a day on", code=row.code), key=f"{Key.CHANGE_STANDARD}-{row.code}")
    draw_answer()
    if not open_form:
        return
    t = translator().plain
    _fill(row)
    with st.form(Key.CHANGE_FORM):
        _draw_limit(t, row)
        if row.subject is Subject.INTERACTION:
            _draw_scope(t, row, businesses)
        left, middle, right = st.columns([1, 3, 2], vertical_alignment="bottom")
        left.text_input(words("Edition"), key=_of(row, "edition"), max_chars=32)
        middle.text_input(words("Source"), key=_of(row, "source"), max_chars=500)
        right.selectbox(
            words("Grade"), list(Grade), format_func=lambda grade: f"{grade} · {t.label(grade)}", key=_of(row, "grade")
        )
        st.caption(words("A limit that is changed without another source becomes our own setting (grade I)."))
        draw_when(shared_day(who, now))
        st.form_submit_button(words("See what it changes"), on_click=_take, args=(who, row))
    draw_draft(who, ChangeKind.STANDARD, now, subject=f"{row.code} {row.issuer}")


def unit_of(row: Standard) -> TimeUnit | None:
    """The largest unit that says the limit in whole numbers; None for what is no time."""
    if row.unit is not Unit.MILLISECOND:
        return None
    return next(unit for unit in reversed(TimeUnit) if not row.limit % _MILLISECONDS[unit] or unit is TimeUnit.SECONDS)


def _of(row: Standard, name: str) -> str:
    return field(f"{name}-{row.code}-{row.issuer}-{row.in_force_from}")


def _fill(row: Standard) -> None:
    """Fill the form once with the row that it starts from."""
    unit = unit_of(row)
    filled: dict[str, Any] = {
        "limit": float(row.limit) if unit is None else row.limit / _MILLISECONDS[unit],
        "unit": unit,
        "target": round(row.target * 100, 2),
        "weight": row.weight,
        "on": row.on,
        "edition": edition_of(translator(), row),
        "source": row.source,
        "grade": row.grade,
        **{name: list(getattr(row.scope, name)) for name in _SCOPE},
    }
    for name, value in filled.items():
        st.session_state.setdefault(_of(row, name), value)


def _draw_limit(t: Translator, row: Standard) -> None:
    columns = st.columns(5, vertical_alignment="bottom")
    if row.measure is not Measure.PROMISE:
        columns[0].number_input(words("Limit"), 0.0, key=_of(row, "limit"), step=1.0, format="%g")
        if row.unit is Unit.MILLISECOND:
            columns[1].selectbox(words("Unit"), list(TimeUnit), format_func=t.label, key=_of(row, "unit"))
        else:
            columns[1].markdown(t.label(row.unit))
    if row.aggregation not in {Aggregation.MEAN, Aggregation.COUNT}:
        columns[2].number_input(words("Target, in per cent"), 0.1, 100.0, key=_of(row, "target"), format="%g")
    columns[3].number_input(words("Weight"), 0.0, 100.0, key=_of(row, "weight"), format="%g")
    columns[4].checkbox(words("Judged by it"), key=_of(row, "on"))


def _draw_scope(t: Translator, row: Standard, businesses: Mapping[str, Business]) -> None:
    def named(code: str) -> str:
        return t.name(businesses[code].name, businesses[code].name_en) if code in businesses else code

    codes = list(dict.fromkeys([*businesses, *row.scope.business_types, *row.scope.except_business_types]))
    offered: dict[str, tuple[str, list[Any], Any]] = {
        "channels": (words("Channel"), list(Channel), t.label),
        "business_types": (words("Business type"), codes, named),
        "except_business_types": (words("Every business but"), codes, named),
        "hall_classes": (words("Hall class"), list(HallClass), t.label),
    }
    for column, (name, (text, options, said)) in zip(st.columns(4), offered.items(), strict=True):
        column.multiselect(text, options, format_func=said, key=_of(row, name), placeholder=_for_none(name))


def _for_none(name: str) -> str:
    """What an empty field means: no exception, or no narrowing."""
    return words("None") if name == "except_business_types" else words("All")


def _take(who: Actor, row: Standard) -> None:
    """What differs from the row is the change."""
    kept, state = content_of(row), st.session_state
    typed: dict[str, Any] = {
        name: state[_of(row, name)]
        for name in (*_SCOPE, "weight", "on", "edition", "source")
        if _of(row, name) in state
    }
    if state[_of(row, "edition")] == edition_of(translator(), row):
        del typed["edition"]  # said in the reader's language, not changed
    content = {name: _plain(value) for name, value in typed.items() if _plain(value) != kept[name]}
    if _of(row, "limit") in state:
        limit = state[_of(row, "limit")] * _in_milliseconds(state.get(_of(row, "unit")))
        if limit != int(limit):
            refuse(message("A limit is a whole number of its unit."))
            return
        content |= {"limit": int(limit)} if int(limit) != row.limit else {}
    target = round(state[_of(row, "target")] / 100, 6)
    content |= {"target": target} if abs(target - row.target) > 1e-9 else {}
    grade = state[_of(row, "grade")]
    content |= {"grade": str(grade)} if grade is not row.grade else {}
    propose(who, ChangeKind.STANDARD, f"{row.code} {row.issuer}", content, *when(), EVERYWHERE)


def _in_milliseconds(unit: TimeUnit | None) -> int:
    return 1 if unit is None else _MILLISECONDS[unit]


def _plain(value: Any) -> Any:
    return [str(code) for code in value] if isinstance(value, list) else value
