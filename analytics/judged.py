"""The judge as conditions on a row: which closed interactions are in a standard's scope, met, missed, or left out.

Comparisons with NULL are never true, so a missing fact counts nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import col

from analytics.rules import Terms, rule
from models.counters import CLOSED, GAVE_UP, NEVER, UNCALLED, UNKEPT
from models.tables import Interaction
from standards.standard import Scope, Span, Standard
from standards.vocabulary import Measure

__all__ = ["CLOSED", "GAVE_UP", "NEVER", "UNCALLED", "Conditions", "conditions", "in_scope", "of_scope", "overdue"]

Condition = ColumnElement[bool]
NOWHERE: Condition = false()


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a closed interaction in scope, of an outcome that is judged, is met, missed, pending, not judged."""

    met: Condition = NOWHERE
    missed: Condition = NOWHERE
    pending: Condition = NOWHERE
    not_judged: Condition = NOWHERE


def in_scope(span: Span) -> Condition:
    """Whether an interaction is of the standard's days and scope; the class of its hall is not asked here."""
    return and_(
        col(Interaction.day_on).between(span.first_on, span.last_on), of_scope(span.standard.scope, Interaction)
    )


def of_scope(scope: Scope, columns: Any) -> Condition:
    """Whether what has these columns is of a scope's channels and business types."""
    conditions: list[Condition] = [true()]
    if scope.channels:
        conditions.append(columns.channel.in_(scope.channels))
    if scope.business_types:
        conditions.append(columns.business_type.in_(scope.business_types))
    if scope.except_business_types:
        conditions.append(columns.business_type.not_in(scope.except_business_types))
    return and_(*conditions)


def overdue(now: datetime) -> Condition:
    """Of promises that are not kept yet: whether their time has passed."""
    return col(Interaction.promised_at) < now


def conditions(standard: Standard, now: datetime) -> Conditions:
    """The verdicts of a case-judging standard on closed interactions; its observed checks are counted elsewhere."""
    sums = rule(standard)
    met, missed, not_judged = (_one_of(terms) for terms in (sums.met, sums.missed, sums.not_judged))
    if standard.measure is not Measure.PROMISE:
        return Conditions(met, missed, not_judged=not_judged)
    late = overdue(now)
    return Conditions(met, or_(missed, and_(UNKEPT, late)), and_(UNKEPT, ~late), not_judged)


def _one_of(terms: Terms) -> Condition:
    """A row has 1 of a sum of counters, or 0."""
    if not terms:
        return NOWHERE
    sign, first = terms[0]
    found: Any = first.of_row * sign if sign < 0 else first.of_row
    for sign, counter in terms[1:]:
        found = found + counter.of_row if sign > 0 else found - counter.of_row
    return found == 1  # type: ignore[no-any-return]
