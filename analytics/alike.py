"""Parts of a question whose halls need not be told apart: the database adds them up."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import replace

from analytics.question import HallFacts, Question
from analytics.selection import By


def alike(asked: Question, apart: Iterable[Collection[str]] = ()) -> Iterator[Question]:
    """The question by parts, each of halls alike: none of the sets `apart` holds one of them and not another, and
    where hours are asked for their clocks are the same. A question by hall is one part.
    """
    sets = tuple(apart)
    parts: dict[Hashable, list[HallFacts]] = {}
    for hall in asked.halls:
        zone = hall.zone if By.HOUR in asked.by else None
        likeness = () if By.HALL in asked.by else (zone, *(hall.branch_id in each for each in sets))
        parts.setdefault(likeness, []).append(hall)
    for halls in parts.values():
        yield replace(asked, halls=tuple(halls))
