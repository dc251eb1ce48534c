"""The judge as sums: which counters make up the verdicts of a standard on closed interactions.

`standards.judge` is the rule; this says it once more for what no longer changes, where the database can count (tests
hold both together). The same sums give the condition on a single row, which has 0 or 1 of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from models.counters import (
    DOOR_GREETING,
    ENDED,
    FAMILIES,
    GIVEN_UP,
    GREETING_COMPLETED,
    GREETING_PARTED,
    HANDLING,
    HANDLING_ITEM,
    KEPT_IN_TIME,
    KEPT_LATE,
    RATED,
    WAIT_COMPLETED,
    WAIT_GAVE_UP,
    WAIT_PARTED,
    Counter,
    Family,
)
from standards.standard import Standard
from standards.vocabulary import Measure, Outcome

Terms = tuple[tuple[int, Counter], ...]
"""A sum of counters, each with its sign."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The verdicts of a case-judging standard on what is in its scope, neither excluded nor of an outcome never judged.

    Promises that are not kept yet are in none: the time of asking decides on them.
    """

    met: Terms = ()
    missed: Terms = ()
    not_judged: Terms = ()

    @property
    def counters(self) -> Iterator[Counter]:
        yield from (counter for _, counter in (*self.met, *self.missed, *self.not_judged))


def value_of(terms: Terms, counts: Mapping[str, int]) -> int:
    """A sum, of counts by the counters' names."""
    return sum(sign * counts[counter.name] for sign, counter in terms)


def rule(standard: Standard) -> Rule:
    """What makes up the verdicts of a standard; observed checks are counted elsewhere."""
    return _RULES[standard.measure](standard)


def mean_families(standard: Standard) -> tuple[Family, ...]:
    """Whose times a mean is of."""
    return FAMILIES[standard.measure]


def _within(families: Iterable[Family], limit: int) -> Terms:
    return tuple((1, family.within(limit)) for family in families)


def _beyond(families: Iterable[Family], limit: int) -> Terms:
    return tuple(term for family in families for term in ((1, family.cases), (-1, family.within(limit))))


def _all(counters: Iterable[Counter]) -> Terms:
    return tuple((1, counter) for counter in counters)


def _wait(standard: Standard) -> Rule:
    called = (WAIT_COMPLETED, WAIT_PARTED)
    return Rule(
        met=_within(called, standard.limit),
        missed=_beyond((*called, WAIT_GAVE_UP), standard.limit),
        not_judged=_within((WAIT_GAVE_UP,), standard.limit),
    )


def _greeting(standard: Standard) -> Rule:
    called = (GREETING_COMPLETED, GREETING_PARTED)
    return Rule(_within(called, standard.limit), _beyond(called, standard.limit), _all((GIVEN_UP,)))


def _door_greeting(standard: Standard) -> Rule:
    return Rule(_within((DOOR_GREETING,), standard.limit), _beyond((DOOR_GREETING,), standard.limit))


def _handling(standard: Standard) -> Rule:
    own = (HANDLING_ITEM if standard.per_item else HANDLING,)
    unfinished = (ENDED[outcome] for outcome in (Outcome.TRANSFERRED, Outcome.LEFT, Outcome.NO_SHOW))
    return Rule(_within(own, standard.limit), _beyond(own, standard.limit), _all(unfinished))


def _rating(standard: Standard) -> Rule:
    return Rule(
        met=_all(counter for level, counter in RATED.items() if level >= standard.limit),
        missed=_all(counter for level, counter in RATED.items() if level < standard.limit),
    )


def _promise(standard: Standard) -> Rule:
    return Rule(_all((KEPT_IN_TIME,)), _all((KEPT_LATE,)))


def _observed(standard: Standard) -> Rule:
    return Rule()


_RULES: dict[Measure, Callable[[Standard], Rule]] = {
    Measure.WAIT: _wait,
    Measure.GREETING: _greeting,
    Measure.DOOR_GREETING: _door_greeting,
    Measure.HANDLING: _handling,
    Measure.RATING: _rating,
    Measure.PROMISE: _promise,
    Measure.OBSERVATION: _observed,
}
