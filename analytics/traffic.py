"""How many came, how it ended for them, who gave up, and which visits were marked for attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, not_
from sqlmodel import Session, col, select

from analytics.judged import GAVE_UP, NEVER
from analytics.selection import By, Key, Question, Selection, question, sorted_keys
from analytics.statistics import Interval, poisson_rate, wilson
from models.actor import Actor
from models.tables import Interaction
from standards.vocabulary import NEVER_JUDGED, Begun, Outcome

PER = 1000


@dataclass(frozen=True, slots=True)
class Traffic:
    """Interactions by outcome, and the abandoned among the tickets.

    `tickets` are those not voided, test or diverted; `abandoned` of them left before the call or are no-shows for good;
    `attention` counts the interactions marked for attention (a complaint).
    """

    outcomes: tuple[tuple[Outcome, int], ...]
    tickets: int
    abandoned: int
    attention: int

    def of(self, outcome: Outcome) -> int:
        """How many interactions have this outcome."""
        return dict(self.outcomes)[outcome]

    @property
    def interactions(self) -> int:
        """All but voided, test and diverted ones."""
        return sum(count for outcome, count in self.outcomes if outcome not in NEVER_JUDGED)

    @property
    def abandoned_share(self) -> float | None:
        """弃号率: the abandoned of the tickets, 0 to 1, or None without tickets."""
        return self.abandoned / self.tickets if self.tickets else None

    @property
    def abandoned_interval(self) -> Interval | None:
        """Its Wilson 95 % interval."""
        return wilson(self.abandoned, self.tickets)

    @property
    def attention_per_1000(self) -> float | None:
        """Marks for attention per 1,000 interactions, or None without any."""
        return self.attention * PER / self.interactions if self.interactions else None

    @property
    def attention_interval(self) -> Interval | None:
        """Its exact Poisson 95 % interval, per 1,000."""
        return poisson_rate(self.attention, self.interactions, PER)


@dataclass(frozen=True, slots=True)
class GroupTraffic:
    """One group's traffic; the key has one value per grouping asked for."""

    key: Key
    traffic: Traffic


def traffic(session: Session, actor: Actor, selection: Selection) -> Traffic:
    """The traffic of a selection, open visits included."""
    return _traffic(_counted(session, question(session, actor, selection)).get((), []))


def grouped_traffic(
    session: Session, actor: Actor, selection: Selection, by: tuple[By, ...]
) -> tuple[GroupTraffic, ...]:
    """The traffic of each group that had any, in order of the keys; hours and days are those of the arrival."""
    counted = _counted(session, question(session, actor, selection, by))
    return tuple(GroupTraffic(key, _traffic(counted[key])) for key in sorted_keys(set(counted)))


_Counts = tuple[Outcome, int, int, int, int]
"""An outcome with its interactions, tickets, abandoned, and marks for attention."""


def _counted(session: Session, asked: Question) -> dict[Key, list[_Counts]]:
    ticket = and_(col(Interaction.begun) == Begun.TICKET, not_(NEVER))
    keys = (*asked.columns, col(Interaction.outcome))
    counts = (
        func.count(),
        _how_many(ticket),
        _how_many(and_(ticket, GAVE_UP)),
        _how_many(and_(col(Interaction.attention), not_(NEVER))),
    )
    statement: Any = select(*keys, *counts)  # type: ignore[call-overload]
    found: dict[Key, list[_Counts]] = {}
    for row in session.execute(statement.where(asked.where()).group_by(*keys)).all():
        columns, outcome_and_counts = tuple(row[: len(keys) - 1]), tuple(row[len(keys) - 1 :])
        found.setdefault(asked.key(columns), []).append(outcome_and_counts)
    return found


def _how_many(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _traffic(counts: Sequence[_Counts]) -> Traffic:
    outcomes = dict.fromkeys(Outcome, 0)
    for outcome, interactions, *_ in counts:
        outcomes[outcome] += int(interactions)
    return Traffic(
        outcomes=tuple(outcomes.items()),
        tickets=sum(int(count[2]) for count in counts),
        abandoned=sum(int(count[3]) for count in counts),
        attention=sum(int(count[4]) for count in counts),
    )
