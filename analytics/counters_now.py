"""Each counter now: who stands there, in which state, how long, and what is left of the limit that governs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, select

from analytics.limit_clock import LimitClock, LimitsInForce
from models.tables import Counter, Interaction, Staff
from standards.queueing import FREES_COUNTER
from standards.vocabulary import Begun, Channel, CounterState, HoldKind, Outcome, PauseReason

OPEN_STATES = frozenset({CounterState.IDLE, CounterState.SERVING})
PRESENT = frozenset({Outcome.CALLED, Outcome.SERVING, Outcome.HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitNow:
    """Who is at a counter. The clock is of the greeting until then, of the handling after; holds stop it."""

    ticket: str | None
    begun: Begun
    channel: Channel
    outcome: Outcome
    hold_kind: HoldKind | None
    held_since_at: datetime | None
    items: int
    attention: bool
    clock: LimitClock


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterNow:
    """A counter by its number; `since_at` is when its state began, `business_types` what it serves (empty: all)."""

    counter_id: int
    business_types: str
    staff_id: str | None
    staff_name: str
    staff_name_en: str
    state: CounterState
    pause_reason: PauseReason | None
    back_at: datetime | None
    since_at: datetime | None
    covering: bool = False
    mentor_name: str = ""
    mentor_name_en: str = ""
    visit: VisitNow | None

    def overdue(self, now: datetime) -> bool:
        """Paused, and expected back before now."""
        return self.state is CounterState.PAUSED and self.back_at is not None and self.back_at < now

    @property
    def open(self) -> bool:
        """Manned and neither paused nor closed."""
        return self.state in OPEN_STATES


def counters_now(
    session: Session, branch_id: str, rows: Sequence[Interaction], limits: LimitsInForce, walking: timedelta
) -> tuple[CounterNow, ...]:
    """The hall's counters by number; `rows` are the hall's open interactions, `walking` its allowance."""
    present = {
        row.counter_id: _visit(row, limits, walking)
        for row in sorted(rows, key=lambda row: str(row.id), reverse=True)
        if row.outcome in PRESENT and row.hold_kind not in FREES_COUNTER
    }
    mentor = aliased(Staff)
    found = session.exec(
        select(Counter, Staff, mentor)
        .outerjoin(Staff, and_(col(Staff.branch_id) == Counter.branch_id, col(Staff.id) == Counter.staff_id))
        .outerjoin(mentor, and_(col(mentor.branch_id) == Counter.branch_id, col(mentor.id) == Counter.mentor_id))
        .where(Counter.branch_id == branch_id)
        .order_by(col(Counter.id))
    )
    return tuple(_counter(counter, person, guide, present.get(counter.id)) for counter, person, guide in found)


def _counter(counter: Counter, person: Staff | None, mentor: Staff | None, visit: VisitNow | None) -> CounterNow:
    return CounterNow(
        counter_id=counter.id,
        business_types=counter.business_types,
        staff_id=counter.staff_id,
        staff_name=person.name if person else "",
        staff_name_en=person.name_en if person else "",
        state=counter.state,
        pause_reason=counter.pause_reason,
        back_at=counter.back_at,
        since_at=counter.since_at,
        covering=counter.covering,
        mentor_name=mentor.name if mentor else "",
        mentor_name_en=mentor.name_en if mentor else "",
        visit=visit,
    )


def _visit(row: Interaction, limits: LimitsInForce, walking: timedelta) -> VisitNow:
    return VisitNow(
        ticket=row.ticket,
        begun=row.begun,
        channel=row.channel,
        outcome=row.outcome,
        hold_kind=row.hold_kind,
        held_since_at=row.held_since_at,
        items=max(1, row.items),
        attention=row.attention,
        clock=clock_of(row, limits, walking),
    )


def clock_of(row: Interaction, limits: LimitsInForce, walking: timedelta) -> LimitClock:
    """The clock of whoever is at a counter: the greeting's until the service starts, the handling's from then on."""
    return _greeting(row, limits, walking) if row.started_at is None else _handling(row, limits, row.started_at)


def _greeting(row: Interaction, limits: LimitsInForce, walking: timedelta) -> LimitClock:
    """From the counter where that is stamped, else from the last call and the walk; phone holds are taken out."""
    called_at = row.last_called_at or row.called_at or row.queued_at
    begin = row.at_counter_at or called_at + walking
    return LimitClock(
        runs_from=begin + timedelta(milliseconds=row.phone_held_ms),
        stopped_at=row.held_since_at,
        limit=limits.greeting(row),
    )


def _handling(row: Interaction, limits: LimitsInForce, started_at: datetime) -> LimitClock:
    return LimitClock(
        runs_from=started_at + timedelta(milliseconds=row.held_ms),
        stopped_at=row.held_since_at,
        limit=limits.handling(row),
    )
