"""The fields of an interaction that a file can fill, and how each one's text is understood."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from models.tables import Interaction
from standards.vocabulary import Begun, Channel, LeftReason, Outcome, Priority, Source, Stage

STAGES = frozenset(stage.value for stage in Stage)
TIMES = STAGES | {"promised_at", "promise_kept_at"}
_YES, _NO = frozenset({"1", "true", "yes", "y", "是"}), frozenset({"0", "false", "no", "n", "否"})
BEST_RATING = 5


def _member(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    return lambda text: kind(text.strip().lower())


def _from_1(text: str) -> int:
    return _between(text, 1, 10_000)


def _rating(text: str) -> int:
    return _between(text, 1, BEST_RATING)


def _between(text: str, least: int, most: int) -> int:
    if not text.isdecimal():  # int() reads 1_0 as ten, and " 5" and "+5"
        raise ValueError("not a whole number")
    number = int(text)
    if not least <= number <= most:
        raise ValueError(f"not between {least} and {most}")
    return number


def _yes_or_no(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueError("neither yes nor no")


def _short(text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError("too long")
    return text


def _held(text: str) -> int:
    return _between(text, 0, 24 * 60 * 60) * 1000


LONGEST = 32
FIELDS: dict[str, Callable[[str], Any] | None] = dict.fromkeys(TIMES) | {
    "begun": _member(Begun),
    "channel": _member(Channel),
    "outcome": _member(Outcome),
    "priority": _member(Priority),
    "left_reason": _member(LeftReason),
    "source": _member(Source),
    "ticket": _short,
    "business_type": _short,
    "staff_id": _short,
    "counter_id": _from_1,
    "items": _from_1,
    "rating": _rating,
    "assisted": _yes_or_no,
    "attention": _yes_or_no,
    "held_seconds": _held,
}
"""Every field; None stands for times, which are read together."""

COLUMNS = {"held_seconds": "held_ms"}
_ALL = Interaction.model_fields
UNSAID = {
    column: _ALL[column].default
    for column in (COLUMNS.get(name, name) for name in FIELDS)
    if not _ALL[column].is_required()
}
"""What the columns hold of which a line says nothing."""
"""Where a field's column of `Interaction` has another name."""

NEEDED_STAGES = {
    Outcome.COMPLETED: ("called_at", "ended_at"),
    Outcome.TRANSFERRED: ("ended_at",),
    Outcome.NO_SHOW: ("called_at",),
    Outcome.LEFT: ("left_at",),
}
"""What must have happened for an interaction to have ended so."""

IMPOSSIBLE_STAGES = {
    Outcome.COMPLETED: ("left_at",),
    Outcome.TRANSFERRED: ("left_at",),
    Outcome.LEFT: ("ended_at",),
    Outcome.NO_SHOW: ("at_counter_at", "greeted_at", "started_at", "ended_at"),
}
"""What is not read of an interaction that ended so: who was served to the end has not left."""
