"""How many came, how it ended for them, who gave up, and which visits were marked for attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    `attention` counts the interactions marked for attention (a complaint). `outcomes` are of everybody who came;
    `excluded` of them (not voided, test or diverted) are taken out of all other counts, and so of every share and rate;
    where any are, `before` is what these would be if none were.
    """

    outcomes: tuple[tuple[Outcome, int], ...]
    tickets: int
    abandoned: int
    attention: int
    excluded: int = 0
    before: Traffic | None = None

    def of(self, outcome: Outcome) -> int:
        """How many interactions have this outcome."""
        return dict(self.outcomes)[outcome]

    @property
    def interactions(self) -> int:
        """All but voided, test, diverted and excluded ones."""
        return sum(count for outcome, count in self.outcomes if outcome not in NEVER_JUDGED) - self.excluded

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


_Counts = tuple[Outcome, bool, int, int, int, int]
"""An outcome, excluded or not, with its interactions, tickets, abandoned, and marks for attention."""


def _counted(session: Session, asked: Question) -> dict[Key, list[_Counts]]:
    ticket = and_(col(Interaction.begun) == Begun.TICKET, not_(NEVER))
    keys = (*asked.columns, col(Interaction.outcome), asked.excluded().label("taken_out"))
    counts = (
        func.count(),
        _how_many(ticket),
        _how_many(and_(ticket, GAVE_UP)),
        _how_many(and_(col(Interaction.attention), not_(NEVER))),
    )
    statement: Any = select(*keys, *counts)  # type: ignore[call-overload]
    found: dict[Key, list[_Counts]] = {}
    for row in session.execute(statement.where(asked.where()).group_by(*keys)).all():
        width = len(asked.columns)
        found.setdefault(asked.key(tuple(row[:width])), []).append(tuple(row[width:]))
    return found


def _how_many(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _traffic(counts: Sequence[_Counts]) -> Traffic:
    excluded = sum(int(n) for outcome, taken_out, n, *_ in counts if taken_out and outcome not in NEVER_JUDGED)
    whole = _summed(counts, counts)
    if not excluded:
        return whole
    kept = [count for count in counts if not count[1]]
    return replace(_summed(counts, kept), excluded=excluded, before=whole)


def _summed(everybody: Sequence[_Counts], counts: Sequence[_Counts]) -> Traffic:
    outcomes = dict.fromkeys(Outcome, 0)
    for outcome, _, interactions, *_ in everybody:
        outcomes[outcome] += int(interactions)
    return Traffic(
        outcomes=tuple(outcomes.items()),
        tickets=sum(int(count[3]) for count in counts),
        abandoned=sum(int(count[4]) for count in counts),
        attention=sum(int(count[5]) for count in counts),
    )
