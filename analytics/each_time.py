"""The times of closed interactions one by one, for percentiles that are exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlmodel import Session, col

from analytics.alike import alike
from analytics.question import Question
from analytics.selection import Key
from models.tables import Interaction
from standards.vocabulary import Outcome

# Said by what it is not: asked for by its name, the index of outcomes is read, which holds no times.
OF_COMPLETED = col(Interaction.outcome).not_in([outcome for outcome in Outcome if outcome is not Outcome.COMPLETED])


def each_time(
    session: Session, asked: Question, times: Sequence[Any], own: ColumnElement[bool]
) -> Iterator[tuple[Key, bool, list[list[int]]]]:
    """The values (ms) of some times of those of a question for which `own` holds, in no order; a key may come twice.

    With each key comes whether these are excluded. Read once, all of a group in one text: tens of thousands of rows
    take the driver several times as long. The index of a hall's days holds all but greetings at the door.
    """
    for part in alike(asked):
        key_of, anyone = part.keys(), part.branch_ids[0]
        for told, taken_out, found in _of_groups(session, part, times, own):
            yield (
                key_of((anyone, *told)),
                taken_out,
                [list(map(int, text.split(","))) if text else [] for text in found],
            )


def _of_groups(
    session: Session, part: Question, times: Sequence[Any], own: ColumnElement[bool]
) -> Iterator[tuple[tuple[Any, ...], bool, list[str | None]]]:
    columns = [column.label(f"key_{place}") for place, column in enumerate(part.columns[1:])]
    # Before exclusion nothing is excluded: a constant is not grouped by.
    excluded = [] if part.selection.before_exclusion else [part.excluded().label("taken_out")]
    texts = (func.aggregate_strings(cast(time, String), ",") for time in times)
    wanted: Any = select(*columns, *excluded, func.count(), *texts)
    grouped = wanted.where(part.where(), own).group_by(*columns, *excluded)
    for row in session.connection().execute(grouped).all():
        told, (*taken_out, count), found = row[: len(columns)], row[len(columns) : -len(times)], row[-len(times) :]
        if count:
            yield tuple(told), any(taken_out), list(found)
