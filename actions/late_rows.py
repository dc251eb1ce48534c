"""A row of the late-entry grid, and what is wrong with it by column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlmodel import Session, col, select

from actions.marking import MOST_ITEMS
from models.actor import Actor, Right
from models.tables import Branch, BusinessType, Counter, Interaction, Staff
from standards.derive import day_on
from standards.message import Message, message
from standards.vocabulary import NEVER_JUDGED, Outcome, Stage

DAYS_BACK = 7
OUTCOMES = (Outcome.COMPLETED, Outcome.LEFT, Outcome.NO_SHOW, Outcome.DIVERTED)
STAGES = (Stage.ARRIVED, Stage.CALLED, Stage.GREETED, Stage.STARTED, Stage.ENDED, Stage.LEFT)
_AT_A_COUNTER = ("counter_id", "staff_id")
_SERVED = (Stage.GREETED, Stage.STARTED)
_NOT_WITH = {
    Outcome.COMPLETED: (Stage.LEFT,),
    Outcome.LEFT: (Stage.ENDED,),
    Outcome.NO_SHOW: (*_SERVED, Stage.ENDED, Stage.LEFT),
    Outcome.DIVERTED: (Stage.CALLED, *_SERVED, Stage.ENDED, Stage.LEFT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRow:
    """What was typed of one visit: times aware and to the minute; `outcome` may be left to follow from them.

    `unread` are the columns in which something stands that could not be read: such a row is checked, not saved.
    """

    line: int
    business_type: str | None = None
    ticket: str | None = None
    arrived_at: datetime | None = None
    called_at: datetime | None = None
    greeted_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    left_at: datetime | None = None
    counter_id: int | None = None
    staff_id: str | None = None
    items: int = 1
    outcome: Outcome | None = None
    unread: frozenset[str] = frozenset()

    def stamped(self) -> tuple[tuple[Stage, datetime], ...]:
        """The times that were typed, in the order in which they should follow."""
        typed = ((stage, getattr(self, stage.value)) for stage in STAGES)
        return tuple((stage, at) for stage, at in typed if at is not None)

    @property
    def unread_time(self) -> bool:
        """A time stands there that nobody can read: it may be the one that seems to be missing."""
        return any(stage.value in self.unread for stage in STAGES)

    @property
    def ended_as(self) -> Outcome | None:
        """How the visit ended, as said or as its last time tells."""
        if self.outcome is not None:
            return self.outcome
        if self.left_at is not None:
            return Outcome.LEFT
        return None if self.ended_at is None else Outcome.COMPLETED

    @property
    def served_at(self) -> datetime | None:
        """When the service began: a greeting starts it too."""
        return self.started_at or self.greeted_at

    @property
    def unserved(self) -> bool:
        """Nobody called this customer: no counter and no person has a part in it."""
        return self.called_at is None and self.served_at is None

    @property
    def queued(self) -> bool:
        """There was a queue: a ticket or a call says so, or that nobody came to serve."""
        return bool(self.ticket) or self.called_at is not None or self.unserved


@dataclass(frozen=True, slots=True)
class LateProblem:
    """What is wrong in a row: its line, the column (a field of `LateRow`), and why."""

    line: int
    column: str
    why: Message


def problems_of(
    session: Session, actor: Actor, branch: Branch, row: LateRow, *, now: datetime
) -> tuple[LateProblem, ...]:
    """Everything else that is wrong with a row than what is unread, so that one round mends it."""
    actor.require(Right.STAMP, branch.id)
    checks = (_business(session, row), _times(row, branch, now), _ending(row), _place(session, actor, branch, row))
    found = [problem for check in checks for problem in check]
    found += _known(session, branch, row)
    return tuple(LateProblem(row.line, column, why) for column, why in found if column not in row.unread)


def _business(session: Session, row: LateRow) -> Iterator[tuple[str, Message]]:
    kind = None if row.business_type is None else session.get(BusinessType, row.business_type)
    if kind is None or not kind.active:
        yield "business_type", message("Choose the business type.")
    if not 1 <= row.items <= MOST_ITEMS:
        yield "items", message("Items must be between 1 and {most}.", most=MOST_ITEMS)


def _times(row: LateRow, branch: Branch, now: datetime) -> Iterator[tuple[str, Message]]:
    stamped = row.stamped()
    if not stamped and not row.unread_time:
        yield Stage.ARRIVED.value, message("No time was entered.")
    for (earlier, begin), (later, end) in pairwise(stamped):
        if end < begin:
            yield later.value, message("{later} can't be before {earlier}.", later=later, earlier=earlier)
    today = day_on(now, branch.zone_info)
    for stage, at in stamped:
        if at > now:
            yield stage.value, message("A stamp can't lie ahead.")
        elif day_on(at, branch.zone_info) < today - timedelta(days=DAYS_BACK):
            yield stage.value, message("Late entries reach {days} days back at the most.", days=DAYS_BACK)


def _ending(row: LateRow) -> Iterator[tuple[str, Message]]:
    """The times that an outcome needs, and those that contradict it."""
    outcome = row.ended_as
    if outcome not in OUTCOMES:
        if not row.unread_time:
            yield "outcome", message("Enter when it ended or when the customer left, or choose the outcome.")
        return
    needed = {
        Outcome.COMPLETED: [Stage.STARTED, Stage.ENDED],
        Outcome.LEFT: [Stage.LEFT],
        Outcome.NO_SHOW: [Stage.CALLED],
        Outcome.DIVERTED: [Stage.ARRIVED],
    }[outcome]
    if row.queued:
        needed.append(Stage.ARRIVED)
        if row.served_at is not None:
            needed.append(Stage.CALLED)
    there = {stage for stage, _ in row.stamped()} | ({Stage.STARTED} if row.served_at else set())
    for stage in dict.fromkeys(needed):
        if stage not in there:
            yield stage.value, message("Needed for this outcome: {outcome}.", outcome=outcome)
    for stage in _NOT_WITH[outcome]:
        if getattr(row, stage.value) is not None:
            yield stage.value, message("Does not go with this outcome: {outcome}.", outcome=outcome)


def _place(session: Session, actor: Actor, branch: Branch, row: LateRow) -> Iterator[tuple[str, Message]]:
    """Where and by whom: a clerk enters their own visits, whoever answers for the hall's people anybody's."""
    if row.unserved:
        return
    if row.counter_id is None or session.get(Counter, (branch.id, row.counter_id)) is None:
        yield "counter_id", message("Choose one of the hall's counters.")
    if row.staff_id is None or session.get(Staff, (branch.id, row.staff_id)) is None:
        yield "staff_id", message("Choose who served.")
    elif row.staff_id != actor.staff_id and not actor.may(Right.READ_STAFF, branch.id):
        yield "staff_id", message("You enter your own visits; ask the supervisor for others.")


def _known(session: Session, branch: Branch, row: LateRow) -> list[tuple[str, Message]]:
    """A ticket that is recorded on the day already would be counted twice."""
    stamped = row.stamped()
    if not row.ticket or not stamped:
        return []
    earlier = session.exec(
        select(Interaction.outcome).where(
            Interaction.branch_id == branch.id,
            col(Interaction.day_on) == day_on(stamped[0][1], branch.zone_info),
            Interaction.ticket == row.ticket,
            col(Interaction.outcome).not_in(NEVER_JUDGED),
        )
    ).first()
    if earlier is None:
        return []
    return [
        ("ticket", message("{ticket} is recorded on this day already: {outcome}.", ticket=row.ticket, outcome=earlier))
    ]
