"""What is counted of the closed interactions: how they ended, and which of their times lie within a limit.

Each counter is a whole number a row, and so adds up over any rows. The rollups keep the sums of those named in `STORED`
and the other lists, and where they do not hold an answer the same expression is summed over the rows: one definition
for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_

from models.base import table_of
from models.visits import Interaction
from standards.facts import QUEUED
from standards.vocabulary import NEVER_JUDGED, OPEN, Begun, Measure, Outcome

Condition = ColumnElement[bool]

ROW = table_of(Interaction).c
"""The columns of an interaction."""

_OUTCOME = ROW.outcome
CLOSED: Condition = _OUTCOME.not_in(OPEN)
NEVER: Condition = _OUTCOME.in_(NEVER_JUDGED)
UNCALLED: Condition = and_(ROW.called_at.is_(None), ROW.started_at.is_(None))
GAVE_UP: Condition = and_(
    ROW.begun.in_(QUEUED),
    or_(_OUTCOME == Outcome.NO_SHOW, and_(_OUTCOME == Outcome.LEFT, UNCALLED)),
)
_COMPLETED = _OUTCOME == Outcome.COMPLETED
_PARTED = and_(_OUTCOME.in_((Outcome.TRANSFERRED, Outcome.LEFT, Outcome.NO_SHOW)), not_(GAVE_UP))

_SECOND = 1000
_MINUTE = 60 * _SECOND


@dataclass(frozen=True, slots=True)
class Fact:
    """What a counter looks at: one value of each row, NULL where it has none."""

    name: str
    of_row: ColumnElement[Any] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Counter:
    """A whole number that every closed interaction has: 1 where `holds` says so of its fact, else 0; or the fact."""

    name: str
    fact: Fact
    holds: Callable[[ColumnElement[Any]], Condition] | None = field(default=None, compare=False, repr=False)

    def summed(self, fact: ColumnElement[Any]) -> ColumnElement[int]:
        """Over rows, given the column that holds the fact."""
        if self.holds is None:
            return func.coalesce(func.sum(fact), 0)
        return func.count().filter(self.holds(fact))

    @property
    def of_row(self) -> ColumnElement[int]:
        """Of a single row."""
        fact = self.fact.of_row
        return func.coalesce(fact, 0) if self.holds is None else case((self.holds(fact), 1), else_=0)


def _flag(name: str, condition: Condition) -> Counter:
    """The interactions for which a condition holds."""
    return Counter(name, Fact(name, case((condition, 1))), lambda fact: fact.is_not(None))


def _equal(name: str, fact: Fact, value: Any) -> Counter:
    return Counter(name, fact, lambda found: found == value)


@dataclass(frozen=True, slots=True)
class Family:
    """A time (ms) of those interactions of which the rules say the same; `edges` are the limits that are kept."""

    fact: Fact
    edges: tuple[int, ...] = field(default=(), compare=False)

    @property
    def cases(self) -> Counter:
        """How many have the time."""
        return Counter(f"{self.fact.name}_n", self.fact, lambda fact: fact.is_not(None))

    @property
    def total(self) -> Counter:
        """The sum of the time."""
        return Counter(f"{self.fact.name}_ms", self.fact)

    def within(self, limit: int) -> Counter:
        """How many keep a limit (ms), its own value included."""
        return _within(self.fact, limit)

    def kept(self, edges: tuple[int, ...] | None = None) -> Iterator[Counter]:
        """What a rollup keeps of it, with all of its edges or some."""
        yield self.cases
        yield self.total
        yield from (self.within(edge) for edge in self.edges if edges is None or edge in edges)


@cache
def _within(fact: Fact, limit: int) -> Counter:
    return Counter(f"{fact.name}_le_{limit}", fact, lambda found: found <= limit)


def _family(name: str, condition: Condition, time: ColumnElement[Any], edges: tuple[int, ...]) -> Family:
    return Family(Fact(name, case((condition, time))), edges)


def _milliseconds(seconds: tuple[int, ...] = (), minutes: tuple[int, ...] = ()) -> tuple[int, ...]:
    return (*(_SECOND * each for each in seconds), *(_MINUTE * each for each in minutes))


_WAIT_EDGES = _milliseconds((9, 12, 15, 20, 30), (1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 45, 60, 120, 240))
_GREETING_EDGES = _milliseconds((3, 5, 8, 10, 12, 15, 20, 30), (1, 5))
_DOOR_EDGES = _milliseconds((5, 10, 15, 30), (1, 5))
_HANDLING_EDGES = _milliseconds((30,), (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 120, 240))
_ITEM_EDGES = _milliseconds((), (3, 5, 10, 15, 20))
_LIMIT_EDGES = _milliseconds((9, 12, 15, 20), (5, 10, 15, 20, 30))
"""The limits in use: of hours, counters and people fewer edges are kept than percentiles need."""

_WAIT, _GREETING, _HANDLED = ROW.wait_ms, ROW.greeting_ms, ROW.handling_ms
_ITEMS = case((ROW["items"] > 1, ROW["items"]), else_=1)
WAIT_COMPLETED = _family("wait_completed", _COMPLETED, _WAIT, _WAIT_EDGES)
WAIT_PARTED = _family("wait_parted", _PARTED, _WAIT, _WAIT_EDGES)
WAIT_GAVE_UP = _family("wait_gave_up", GAVE_UP, _WAIT, _WAIT_EDGES)
GREETING_COMPLETED = _family("greeting_completed", _COMPLETED, _GREETING, _GREETING_EDGES)
GREETING_PARTED = _family("greeting_parted", _PARTED, _GREETING, _GREETING_EDGES)
GREETING_GAVE_UP = _family("greeting_gave_up", GAVE_UP, _GREETING, ())
HANDLING = _family("handling", _COMPLETED, _HANDLED, _HANDLING_EDGES)
# Within a limit for each of the items is within it for an item's share, rounded up.
HANDLING_ITEM = _family("handling_item", _COMPLETED, (_HANDLED + _ITEMS - 1) // _ITEMS, _ITEM_EDGES)
DOOR_GREETING = _family("door_greeting", not_(NEVER), ROW.door_greeting_ms, _DOOR_EDGES)

FAMILIES: dict[Measure, tuple[Family, ...]] = {
    Measure.WAIT: (WAIT_COMPLETED, WAIT_PARTED, WAIT_GAVE_UP),
    Measure.GREETING: (GREETING_COMPLETED, GREETING_PARTED, GREETING_GAVE_UP),
    Measure.HANDLING: (HANDLING,),
    Measure.DOOR_GREETING: (DOOR_GREETING,),
}
"""Whose times count for a measure: together every case that is judged or averaged, no case twice."""

_ENDED_AS = Fact("outcome", _OUTCOME)
ENDED: dict[Outcome, Counter] = {
    outcome: _equal(outcome.value, _ENDED_AS, outcome) for outcome in Outcome if outcome not in OPEN
}
"""Every closed interaction is in exactly one of these."""
TICKETS = _flag("tickets", and_(ROW.begun == Begun.TICKET, not_(NEVER)))
ABANDONED = _flag("abandoned", and_(ROW.begun == Begun.TICKET, GAVE_UP))
GIVEN_UP = _flag("gave_up", GAVE_UP)
ATTENTION = _flag("attention", and_(ROW.attention.is_(True), not_(NEVER)))
LEVELS = range(1, 6)
_RATING = Fact("rating", case((not_(NEVER), ROW.rating)))
RATED: dict[int, Counter] = {level: _equal(f"rated_{level}", _RATING, level) for level in LEVELS}
_PROMISED, _KEPT = ROW.promised_at, ROW.promise_kept_at
KEPT_IN_TIME = _flag("promise_kept", and_(_KEPT <= _PROMISED, not_(NEVER)))
KEPT_LATE = _flag("promise_late", and_(_KEPT > _PROMISED, not_(NEVER)))
UNKEPT: Condition = and_(_PROMISED.is_not(None), _KEPT.is_(None), not_(NEVER))
"""Promises on which the time of asking decides: no sum can hold them."""

_PLAIN = (*ENDED.values(), TICKETS, ABANDONED, GIVEN_UP, ATTENTION, *RATED.values(), KEPT_IN_TIME, KEPT_LATE)
_OF_SERVICE = (GREETING_COMPLETED, GREETING_PARTED, HANDLING, HANDLING_ITEM)
_OF_WAITING = (WAIT_COMPLETED, WAIT_PARTED, WAIT_GAVE_UP, DOOR_GREETING)


def _kept(families: tuple[Family, ...], edges: tuple[int, ...] | None = None) -> tuple[Counter, ...]:
    return tuple(counter for family in families for counter in family.kept(edges))


OF_DAYS: tuple[Counter, ...] = (*_PLAIN, *_kept(_OF_SERVICE), *_kept(_OF_WAITING))
OF_HOURS: tuple[Counter, ...] = (*_PLAIN, *_kept(_OF_SERVICE, _LIMIT_EDGES), *_kept(_OF_WAITING, _LIMIT_EDGES))
OF_CLERKS: tuple[Counter, ...] = (*_PLAIN, *_kept(_OF_SERVICE, _LIMIT_EDGES))
"""Of counters and people: waits are not charged to them."""
