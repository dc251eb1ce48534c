"""How many came, how it ended for them, who gave up, and which visits were marked for attention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import case
from sqlmodel import Session, col, select

from analytics.cells import cells
from analytics.question import Question, question, sorted_keys
from analytics.selection import By, Key, Selection
from analytics.statistics import Interval, poisson_rate, wilson
from models.actor import Actor
from models.counters import ABANDONED, ATTENTION, ENDED, TICKETS
from models.tables import Interaction
from standards.vocabulary import NEVER_JUDGED, OPEN, Begun, Outcome

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


class _Counts(NamedTuple):
    """Interactions of an outcome; or tickets, abandoned and marks for attention of any."""

    outcome: Outcome | None
    taken_out: bool
    interactions: int = 0
    tickets: int = 0
    abandoned: int = 0
    attention: int = 0


_COUNTED = (*ENDED.values(), TICKETS, ABANDONED, ATTENTION)


def _counted(session: Session, asked: Question) -> dict[Key, list[_Counts]]:
    found: dict[Key, list[_Counts]] = {}
    for cell in cells(session, asked, _COUNTED, beside=("excluded",)):
        listed = found.setdefault(cell.key, [])
        taken_out, counts = bool(cell.beside["excluded"]), cell.counts
        ended = ((outcome, counts[counter.name]) for outcome, counter in ENDED.items())
        listed += [_Counts(outcome, taken_out, interactions=n) for outcome, n in ended if n]
        listed.append(
            _Counts(None, taken_out, 0, *(counts[counter.name] for counter in (TICKETS, ABANDONED, ATTENTION)))
        )
    key_of = asked.keys()
    for columns, outcome, taken_out, n, tickets, attention in _open(session, asked):
        listed = found.setdefault(key_of(columns), [])
        listed.append(_Counts(outcome, bool(taken_out), n, int(tickets), 0, int(attention)))
    return found


def _open(session: Session, asked: Question) -> Iterator[tuple[tuple[Any, ...], Outcome, bool, int, int, int]]:
    """The interactions that are not over yet: rows, for what they are depends on now."""
    width = len(asked.columns)
    flags = (
        case((col(Interaction.begun) == Begun.TICKET, 1), else_=0),
        case((col(Interaction.attention).is_(True), 1), else_=0),
    )
    each: Any = select(*asked.columns, col(Interaction.outcome), asked.excluded(), *flags)  # type: ignore[call-overload]
    for row in session.execute(each.where(asked.where(), col(Interaction.outcome).in_(OPEN))):
        outcome, taken_out, ticket, attention = row[width:]
        yield tuple(row[:width]), outcome, taken_out, 1, ticket, attention


def _traffic(counts: Sequence[_Counts]) -> Traffic:
    excluded = sum(one.interactions for one in counts if one.taken_out and one.outcome not in NEVER_JUDGED)
    whole = _summed(counts, counts)
    if not excluded:
        return whole
    kept = [one for one in counts if not one.taken_out]
    return replace(_summed(counts, kept), excluded=excluded, before=whole)


def _summed(everybody: Sequence[_Counts], counts: Sequence[_Counts]) -> Traffic:
    outcomes = dict.fromkeys(Outcome, 0)
    for one in everybody:
        if one.outcome is not None:
            outcomes[one.outcome] += one.interactions
    return Traffic(
        outcomes=tuple(outcomes.items()),
        tickets=sum(one.tickets for one in counts),
        abandoned=sum(one.abandoned for one in counts),
        attention=sum(one.attention for one in counts),
    )
