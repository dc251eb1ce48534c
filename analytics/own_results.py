"""What somebody's own work was like: the standards that are in their hand, beside their own past and the hall's median.

Only for the person. Waits, outages and what customers rated are not charged to them, and no other person's figure is
told: the median of the hall is there only where it is of five persons or more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from sqlmodel import Session, col, select

from analytics.selection import By, Selection
from analytics.shares import StandardShare, grouped_shares, shares, together
from analytics.traffic import traffic
from analytics.visit_part import Corrected
from models.actor import Actor, NotAllowed, Right
from models.tables import Branch, Correction, Interaction
from standards.derive import day_on
from standards.message import message
from standards.standard import Standard
from standards.vocabulary import Aggregation, Measure, Outcome

BEFORE_DAYS = 28
FEWEST_PERSONS, FEWEST_CASES = 5, 20
MOST_CORRECTIONS = 50
TOLD_ONCE = "H08"
_MEASURES = frozenset({Measure.GREETING, Measure.HANDLING})
_SERVED = frozenset({Outcome.COMPLETED, Outcome.TRANSFERRED})


@dataclass(frozen=True, slots=True)
class OwnStandard:
    """A standard's share of the person, of the 28 days before, and the median of the hall's persons.

    `hall` is a share, or of a mean its seconds; None where fewer than five persons have 20 cases each. `persons` is how
    many it is of.
    """

    now: StandardShare
    before: StandardShare | None
    hall: float | None
    persons: int


@dataclass(frozen=True, slots=True)
class OwnCorrection:
    """What was changed afterwards in a visit that the person served."""

    interaction_id: UUID
    ticket: str | None
    day_on: date
    change: Corrected


@dataclass(frozen=True, slots=True)
class OwnResults:
    """Somebody's own results from day to day (inclusive, local), and of `before_on` to the day before these."""

    first_on: date
    last_on: date
    before_on: date
    visits: int
    visits_before: int
    standards: tuple[OwnStandard, ...]
    corrections: tuple[OwnCorrection, ...]


def own_results(session: Session, actor: Actor, *, days: int, now: datetime) -> OwnResults:
    """The actor's own results of the last whole days; NotAllowed for whoever serves in no hall."""
    hall_id, staff_id = actor.branch_id or "", actor.staff_id
    actor.require(Right.READ_OWN, hall_id)
    hall = session.get(Branch, hall_id)
    if staff_id is None or hall is None:
        raise NotAllowed(message("Only who serves in a hall has results of their own."))
    today = day_on(now, hall.zone_info)
    first_on, last_on = today - timedelta(days=days), today - timedelta(days=1)
    before_on = first_on - timedelta(days=BEFORE_DAYS)
    mine = Selection(branch_ids=(hall_id,), first_on=first_on, last_on=last_on, staff_id=staff_id)
    before = Selection(
        branch_ids=(hall_id,), first_on=before_on, last_on=first_on - timedelta(days=1), staff_id=staff_id
    )
    return OwnResults(
        first_on=first_on,
        last_on=last_on,
        before_on=before_on,
        visits=_visits(session, actor, mine),
        visits_before=_visits(session, actor, before),
        standards=_standards(session, actor, mine, before, now),
        corrections=_corrections(session, hall_id, staff_id, first_on, last_on),
    )


def in_own_hand(standard: Standard) -> bool:
    """Whether what a standard looks at lies with whoever serves: greeting, handling, and telling all at once."""
    return standard.measure in _MEASURES or standard.code == TOLD_ONCE


def _standards(
    session: Session, actor: Actor, mine: Selection, before: Selection, now: datetime
) -> tuple[OwnStandard, ...]:
    present, past = (_by_code(shares(session, actor, asked, now=now)) for asked in (mine, before))
    return tuple(
        OwnStandard(share, past.get(code), *_median(session, actor, mine, code, now)) for code, share in present.items()
    )


def _by_code(found: Iterable[StandardShare]) -> dict[str, StandardShare]:
    """One figure of all editions of each standard that is in one's own hand."""
    listed: dict[str, list[StandardShare]] = {}
    for share in found:
        if in_own_hand(share.standard):
            listed.setdefault(share.code, []).append(share)
    return {code: together(editions) for code, editions in sorted(listed.items())}


def _median(session: Session, actor: Actor, mine: Selection, code: str, now: datetime) -> tuple[float | None, int]:
    """The median of the hall's persons with enough cases, and how many these are: nobody's own figure leaves here."""
    everybody = Selection(branch_ids=mine.branch_ids, first_on=mine.first_on, last_on=mine.last_on)
    reader = Actor(actor.account_id, actor.name, (), all_rights=True)
    groups = grouped_shares(session, reader, everybody, code, (By.STAFF,), now=now, spread=False)
    figures = [
        figure
        for group in groups
        if group.key[0] is not None and group.share.n >= FEWEST_CASES and (figure := _figure(group.share)) is not None
    ]
    return (median(figures) if len(figures) >= FEWEST_PERSONS else None), len(figures)


def _figure(share: StandardShare) -> float | None:
    if share.standard.aggregation is Aggregation.MEAN:
        return None if share.value is None else share.value.total_seconds()
    return share.share


def _visits(session: Session, actor: Actor, asked: Selection) -> int:
    return sum(count for outcome, count in traffic(session, actor, asked).outcomes if outcome in _SERVED)


def _corrections(
    session: Session, branch_id: str, staff_id: str, first_on: date, last_on: date
) -> tuple[OwnCorrection, ...]:
    """The newest first."""
    asked = (
        select(Correction, Interaction)
        .where(
            Correction.branch_id == branch_id,
            Interaction.branch_id == branch_id,
            Correction.interaction_id == Interaction.id,
            Interaction.staff_id == staff_id,
            col(Interaction.day_on).between(first_on, last_on),
        )
        .order_by(col(Correction.at).desc(), col(Correction.id))
        .limit(MOST_CORRECTIONS)
    )
    return tuple(
        OwnCorrection(
            row.id,
            row.ticket,
            row.day_on,
            Corrected(made.at, made.by, made.field, made.was, made.became, made.kind, made.why),
        )
        for made, row in session.exec(asked)
    )
