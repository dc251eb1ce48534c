"""On which side of a limit a closed interaction's fact lies, and what the judge is shown for all that lie there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case
from sqlmodel import col

from models.tables import Interaction
from standards.standard import Standard
from standards.vocabulary import Measure

_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Side:
    """Interactions whose fact lies on one side of a limit, and what the judge is shown for all of them."""

    condition: ColumnElement[bool]
    shown: dict[str, Any]


FACTS: dict[Measure, Any] = {
    Measure.WAIT: col(Interaction.wait_ms),
    Measure.GREETING: col(Interaction.greeting_ms),
    Measure.DOOR_GREETING: col(Interaction.door_greeting_ms),
    Measure.HANDLING: col(Interaction.handling_ms),
}


def sides_of(standard: Standard, now: datetime) -> tuple[Side, ...]:
    """How a standard divides the interactions that have its fact; observed checks are counted elsewhere."""
    if standard.measure in FACTS:
        return _timed(standard)
    return {Measure.RATING: _rated, Measure.PROMISE: _promised}.get(standard.measure, _nowhere)(standard, now)


def _timed(standard: Standard) -> tuple[Side, ...]:
    column, items = FACTS[standard.measure], col(Interaction.items)
    limit: Any = standard.limit * case((items > 1, items), else_=1) if standard.per_item else standard.limit
    name = f"{standard.measure.value}_ms"
    return Side(column <= limit, {name: standard.limit}), Side(column > limit, {name: standard.limit + 1})


def _rated(standard: Standard, now: datetime) -> tuple[Side, ...]:
    rating = col(Interaction.rating)
    return (
        Side(rating >= standard.limit, {"rating": standard.limit}),
        Side(rating < standard.limit, {"rating": standard.limit - 1}),
    )


def _promised(standard: Standard, now: datetime) -> tuple[Side, ...]:
    promised, kept = col(Interaction.promised_at), col(Interaction.promise_kept_at)
    return (
        Side(kept <= promised, {"promised_at": now, "promise_kept_at": now}),
        Side(kept > promised, {"promised_at": now, "promise_kept_at": now + _MOMENT}),
        Side(and_(kept.is_(None), promised < now), {"promised_at": now - _MOMENT}),
        Side(and_(kept.is_(None), promised >= now), {"promised_at": now}),
    )


def _nowhere(standard: Standard, now: datetime) -> tuple[Side, ...]:
    return ()
