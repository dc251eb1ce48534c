"""The judge in SQL: which closed interactions a standard finds met or missed, said once more as conditions.

`standards.judge` is the rule; this mirrors it for the rows that no longer change, where the database can count them
(a test holds both together). Comparisons with NULL are never true, so a missing fact counts nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, not_, or_, true
from sqlmodel import col

from models.tables import Interaction
from standards.facts import QUEUED
from standards.standard import Scope, Span, Standard
from standards.vocabulary import NEVER_JUDGED, OPEN, Begun, Measure, Outcome

Condition = ColumnElement[bool]

NOWHERE: Condition = false()
CLOSED: Condition = col(Interaction.outcome).not_in(OPEN)
NEVER: Condition = col(Interaction.outcome).in_(NEVER_JUDGED)
UNCALLED: Condition = and_(col(Interaction.called_at).is_(None), col(Interaction.started_at).is_(None))
GAVE_UP: Condition = and_(
    col(Interaction.begun).in_(QUEUED),
    or_(col(Interaction.outcome) == Outcome.NO_SHOW, and_(col(Interaction.outcome) == Outcome.LEFT, UNCALLED)),
)
_UNFINISHED = (Outcome.TRANSFERRED, Outcome.LEFT, Outcome.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a closed interaction in scope, of an outcome that is judged, is met, missed, pending, not judged."""

    met: Condition = NOWHERE
    missed: Condition = NOWHERE
    pending: Condition = NOWHERE
    not_judged: Condition = NOWHERE


def in_scope(span: Span) -> Condition:
    """Whether an interaction is of the standard's days and scope; the class of its hall is not asked here."""
    return and_(col(Interaction.day_on).between(span.first_on, span.last_on), _of_scope(span.standard.scope))


def _of_scope(scope: Scope) -> Condition:
    business_type = col(Interaction.business_type)
    conditions: list[Condition] = [true()]
    if scope.channels:
        conditions.append(col(Interaction.channel).in_(scope.channels))
    if scope.business_types:
        conditions.append(business_type.in_(scope.business_types))
    if scope.except_business_types:
        conditions.append(business_type.not_in(scope.except_business_types))
    return and_(*conditions)


def in_scope_anywhere(scopes: Iterable[Scope]) -> Condition:
    """Whether an interaction may be in one of these scopes; what is surely in none needs no look."""
    different = set(scopes)
    return true() if Scope() in different else or_(false(), *map(_of_scope, different))


def conditions(standard: Standard, now: datetime) -> Conditions:
    """The verdicts of a case-judging standard on closed interactions; its observed checks are counted elsewhere."""
    return _CONDITIONS[standard.measure](standard, now)


def _wait(standard: Standard, now: datetime) -> Conditions:
    wait, ticket = col(Interaction.wait_ms), col(Interaction.begun) == Begun.TICKET
    within = and_(ticket, wait <= standard.limit)
    return Conditions(
        met=and_(within, not_(GAVE_UP)),
        missed=and_(ticket, wait > standard.limit),
        not_judged=and_(within, GAVE_UP),
    )


def _greeting(standard: Standard, now: datetime) -> Conditions:
    greeting, own = col(Interaction.greeting_ms), col(Interaction.begun) != Begun.ADDED
    return Conditions(
        met=and_(own, not_(GAVE_UP), greeting <= standard.limit),
        missed=and_(own, not_(GAVE_UP), greeting > standard.limit),
        not_judged=and_(own, GAVE_UP),
    )


def _door_greeting(standard: Standard, now: datetime) -> Conditions:
    greeting = col(Interaction.door_greeting_ms)
    return Conditions(met=greeting <= standard.limit, missed=greeting > standard.limit)


def _handling(standard: Standard, now: datetime) -> Conditions:
    items = col(Interaction.items)
    limit: Any = standard.limit * case((items > 1, items), else_=1) if standard.per_item else standard.limit
    completed, handling = col(Interaction.outcome) == Outcome.COMPLETED, col(Interaction.handling_ms)
    return Conditions(
        met=and_(completed, handling <= limit),
        missed=and_(completed, handling > limit),
        not_judged=col(Interaction.outcome).in_(_UNFINISHED),
    )


def _rating(standard: Standard, now: datetime) -> Conditions:
    rating = col(Interaction.rating)
    return Conditions(met=rating >= standard.limit, missed=rating < standard.limit)


def _promise(standard: Standard, now: datetime) -> Conditions:
    promised, kept = col(Interaction.promised_at), col(Interaction.promise_kept_at)
    unkept = kept.is_(None)
    return Conditions(
        met=kept <= promised,
        missed=or_(kept > promised, and_(unkept, promised < now)),
        pending=and_(unkept, promised >= now),
    )


def _observed(standard: Standard, now: datetime) -> Conditions:
    return Conditions()


_CONDITIONS: dict[Measure, Callable[[Standard, datetime], Conditions]] = {
    Measure.WAIT: _wait,
    Measure.GREETING: _greeting,
    Measure.DOOR_GREETING: _door_greeting,
    Measure.HANDLING: _handling,
    Measure.RATING: _rating,
    Measure.PROMISE: _promise,
    Measure.OBSERVATION: _observed,
}
