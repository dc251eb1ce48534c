"""How many verdicts on closed interactions come out otherwise under another row of a standard, by hall and day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, not_, select
from sqlmodel import Session, col

from analytics.facts import observed_checks
from analytics.judged import CLOSED, NEVER, conditions, in_scope
from models.tables import Interaction
from standards.standard import Span, Standard
from standards.vocabulary import Measure, VerdictKind

MET, MISSED = 1, 2
STATES = {VerdictKind.MET: MET, VerdictKind.MISSED: MISSED}
"""A verdict as a number; whatever is not judged is 0."""


@dataclass(frozen=True, slots=True)
class Flips:
    """Verdicts of a standard in a hall on a day: how many there were, how many change and how.

    `into` are judged that were not, `out_of` are not judged any more.
    """

    code: str
    branch_id: str
    day_on: date
    judged: int
    to_met: int = 0
    to_missed: int = 0
    into: int = 0
    out_of: int = 0

    @property
    def changed(self) -> int:
        """How many verdicts change."""
        return self.to_met + self.to_missed + self.into + self.out_of


@dataclass(frozen=True, slots=True)
class Judging:
    """A row of a standard as some halls are judged by it; None where none is in force."""

    standard: Standard | None
    branch_ids: frozenset[str]

    def state(self, now: datetime, checks: Any) -> ColumnElement[int]:
        """1 met, 2 missed, 0 anything else, of a closed interaction."""
        row = self.standard
        if row is None or not row.judges_interactions:
            return literal(0)
        scope = and_(col(Interaction.branch_id).in_(self.branch_ids), in_scope(Span(row, date.min, date.max)))
        if row.measure is Measure.OBSERVATION:
            met = and_(checks.c.failed == 0, checks.c.observed >= row.limit)
            missed: Any = checks.c.failed > 0
        else:
            judged = conditions(row, now)
            met, missed = judged.met, judged.missed
        return case((and_(scope, met), MET), (and_(scope, missed), MISSED), else_=0)


def standard_flips(
    session: Session, before: Judging, after: Judging, first_on: date, last_on: date, *, now: datetime
) -> tuple[Flips, ...]:
    """What becomes of the verdicts of the days from first to last (both count), by hall and day; exact, by one query.

    Interactions that are not over yet are left out: their verdicts move by themselves.
    """
    row = after.standard or before.standard
    halls = sorted(before.branch_ids | after.branch_ids)
    if row is None or not halls:
        return ()
    checks = observed_checks(halls, [row.code])
    was, becomes = before.state(now, checks), after.state(now, checks)
    where = (
        col(Interaction.branch_id).in_(halls),
        col(Interaction.day_on).between(first_on, last_on),
        CLOSED,
        not_(NEVER),
        col(Interaction.excluded).is_(False),
    )
    each: Any = select(col(Interaction.branch_id), col(Interaction.day_on), was.label("was"), becomes.label("becomes"))
    if row.measure is Measure.OBSERVATION:
        same = and_(checks.c.branch_id == Interaction.branch_id, checks.c.interaction_id == Interaction.id)
        each = each.select_from(Interaction).outerjoin(checks, same)
    judged = each.where(*where).subquery("judged")
    found = session.execute(_counted(judged)).all()
    return tuple(Flips(row.code, *values) for values in found)


def _counted(judged: Any) -> Any:
    was, becomes = judged.c.was, judged.c.becomes

    def how_many(condition: ColumnElement[bool]) -> Any:
        return func.sum(case((condition, 1), else_=0))

    keys = (judged.c.branch_id, judged.c.day_on)
    counts = (
        how_many(was > 0),
        how_many(and_(was == MISSED, becomes == MET)),
        how_many(and_(was == MET, becomes == MISSED)),
        how_many(and_(was == 0, becomes > 0)),
        how_many(and_(was > 0, becomes == 0)),
    )
    return select(*keys, *counts).group_by(*keys).order_by(*keys)


def added(found: Iterable[tuple[str, str, date, int, int]], judged: Iterable[Flips]) -> tuple[Flips, ...]:
    """Verdicts seen one by one (code, hall, day, state before and after) put to how many were judged in all."""
    tallies = {(one.code, one.branch_id, one.day_on): [one.judged, 0, 0, 0, 0] for one in judged}
    for code, branch_id, day, was, becomes in found:
        tally = tallies.setdefault((code, branch_id, day), [0, 0, 0, 0, 0])
        if was != becomes:
            place = 3 if not was else 4 if not becomes else 1 if becomes == MET else 2
            tally[place] += 1
    return tuple(Flips(*key, *tally) for key, tally in sorted(tallies.items()))
