"""The grid of late entries: what is typed in it, and what that means."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from actions.late_rows import OUTCOMES, STAGES, LateProblem, LateRow
from analytics.late_choices import LateChoices
from standards.message import Message, message
from standards.vocabulary import Outcome
from ui.language import Translator, translator_of
from ui.late_times import minute_of
from ui.wording import Language

LINES = 10
LONGEST_TICKET = 32
WRONG = "✗"
HEADS: dict[str, Message] = {
    "ticket": message("Ticket"),
    "business_type": message("Business type"),
    **{stage.value: Message(stage.label) for stage in STAGES},
    "counter_id": message("Counter"),
    "staff_id": message("Counter staff"),
    "items": message("Items"),
    "outcome": message("Outcome"),
}
_TIMES = frozenset(stage.value for stage in STAGES)
Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Usual:
    """What stands for a cell that was left empty, and the day of all the times."""

    day: date
    zone: tzinfo
    counter_id: int | None
    staff_id: str | None


def empty_grid() -> pd.DataFrame:
    """Ten lines of nothing."""
    return grid_of([])


def grid_of(rows: list[Cells]) -> pd.DataFrame:
    """These rows, each marked as wrong, from the top, then empty lines, as texts to be typed over."""
    lines = [{name: row.get(name) for name in HEADS} for row in rows]
    lines += [dict.fromkeys(HEADS)] * (LINES - len(lines))
    grid = pd.DataFrame(lines, columns=list(HEADS), dtype="str")
    # The editor looks its columns up by name several times a run: as plain objects names are found at once.
    grid.columns, grid.index = (pd.Index(names, dtype=object) for names in (HEADS, _numbered(len(lines), len(rows))))
    return grid


def _numbered(lines: int, wrong: int) -> list[str]:
    """The lines' numbers, with a mark at those that are wrong."""
    return [f"{WRONG} {line}" if line <= wrong else str(line) for line in range(1, lines + 1)]


def typed_rows(grid: pd.DataFrame) -> dict[int, Cells]:
    """The lines in which something was typed, each as its cells."""
    rows: dict[int, Cells] = {}
    for line, cells in enumerate(grid.to_dict("records"), start=1):
        typed = {str(name): _text(cell) for name, cell in cells.items()}
        if any(typed.values()):
            rows[line] = typed
    return rows


def _text(cell: Any) -> str:
    return "" if cell is None or cell is pd.NA or cell != cell else str(cell).strip()  # only NaN differs from itself


def meant(line: int, cells: Cells, usual: Usual) -> tuple[LateRow, tuple[LateProblem, ...]]:
    """A line as a visit, and the cells that can't be read."""
    problems: list[LateProblem] = []
    read: dict[str, Any] = {"line": line, "counter_id": usual.counter_id, "staff_id": usual.staff_id}
    for name, typed in cells.items():
        if not typed:
            continue
        try:
            read[name] = _read(name, typed, usual)
        except ValueError:
            said = message("{typed} can't be read here.", typed=typed)
            no_time = message("{typed} is no time of day: write 9:32 or 932.", typed=typed)
            problems.append(LateProblem(line, name, no_time if name in _TIMES else said))
    return LateRow(**read, unread=frozenset(problem.column for problem in problems)), tuple(problems)


def _read(name: str, typed: str, usual: Usual) -> object:
    """A cell's value; ValueError where it has none."""
    if name in _TIMES:
        minute = minute_of(typed)
        if minute is None:
            raise ValueError(typed)
        return datetime.combine(usual.day, minute, usual.zone).astimezone(UTC)
    if name in {"items", "counter_id"}:
        return int(float(typed))
    if name == "outcome":
        return Outcome(typed)
    if name == "ticket":
        return unicodedata.normalize("NFKC", typed).upper()[:LONGEST_TICKET]
    return typed


def column_config(businesses: Mapping[str, str], choices: LateChoices, t: Translator) -> dict[str, Any]:
    """How each column is typed: times and numbers as text, so that nothing typed is thrown away."""
    return _column_config(tuple(businesses.items()), choices, t.language)


@lru_cache(maxsize=64)
def _column_config(
    named_businesses: tuple[tuple[str, str], ...], choices: LateChoices, language: Language
) -> dict[str, Any]:
    businesses, plain = dict(named_businesses), translator_of(language).plain
    people = {one.staff_id: plain.name(one.name, one.name_en) or one.staff_id for one in choices.staff}
    # What holds texts is typed as text by itself; Streamlit copies whatever more is said on every run.
    config: dict[str, Any] = {name: plain.say(head) for name, head in HEADS.items()}
    config["_index"] = st.column_config.TextColumn("", disabled=True)
    for name, options, named in (
        ("business_type", businesses, businesses),
        ("counter_id", [str(counter) for counter in choices.counters], None),
        ("staff_id", people, people),
        ("outcome", [outcome.value for outcome in OUTCOMES], {one.value: plain.label(one) for one in OUTCOMES}),
    ):
        column: Any = st.column_config.SelectboxColumn(
            plain.say(HEADS[name]), options=list(options), format_func=_naming(named) if named else None
        )
        column["type_config"]["options"] = _Unchanged(column["type_config"]["options"])
        config[name] = column
    return config


class _Unchanged(list[Any]):
    """Options that nobody changes: Streamlit copies a configuration on every run, for each reader, to its last word."""

    def __deepcopy__(self, memo: dict[int, Any]) -> _Unchanged:
        return self


def _naming(names: Mapping[str, str]) -> Any:
    def named(option: Any) -> str:
        return names.get(str(option), str(option))

    return named
