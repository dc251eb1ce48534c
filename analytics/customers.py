"""What the customers' screen shows: numbers and counters, how long it takes, notices. Nobody's name, no staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from analytics.door import Called, calls_of, resumed_since
from analytics.hall_hours import HallHours, hall_hours
from analytics.notices import NoticeNow, notices_now
from analytics.queues import Queue, lines
from models.actor import Actor, NotAllowed, Right
from models.closing import closed_since
from models.standing import opening_weeks
from models.tables import Branch, BranchPulse, Interaction
from standards.derive import day_on, opening_times, openings_on
from standards.message import message
from standards.vocabulary import Outcome

SPOKEN_WITHIN = timedelta(minutes=2)
"""How old a call may be that a screen still speaks, after its line was gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersScreen:
    """A hall's customers' screen as of one moment.

    `called` are those called now and awaited at their counters, `calls` those of the last minutes in their order, to
    be spoken, and `last` the last five of the day; all newest first but `calls`. `intervals` are today's opening times;
    `closed_at` is when the day was closed and signed, whatever the hours.
    """

    branch_id: str
    name: str
    name_en: str
    zone_name: str
    as_of: datetime
    hours: HallHours
    closed_at: datetime | None
    intervals: tuple[tuple[datetime, datetime], ...]
    called: tuple[Called, ...]
    calls: tuple[Called, ...]
    last: tuple[Called, ...]
    queues: tuple[Queue, ...]
    queueless: bool
    notices: tuple[NoticeNow, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)


def moved(session: Session, actor: Actor, branch_id: str) -> int:
    """The hall's change counter, for who may show its calls alone."""
    actor.require(Right.DISPLAY, branch_id)
    return session.exec(select(BranchPulse.changes).where(BranchPulse.branch_id == branch_id)).first() or 0


def customers_screen(session: Session, actor: Actor, branch_id: str, *, now: datetime) -> CustomersScreen:
    """The hall's customers' screen at `now`; the same for every screen of the hall."""
    actor.require(Right.DISPLAY, branch_id)
    hall = session.get(Branch, branch_id)
    if hall is None:
        raise NotAllowed(message("There is no hall with the code {code}.", code=branch_id))
    today = day_on(now, hall.zone_info)
    weeks, here = opening_weeks(session, hall, today), lines(session, branch_id, now)
    return CustomersScreen(
        branch_id=branch_id,
        name=hall.name,
        name_en=hall.name_en,
        zone_name=hall.zone,
        as_of=now,
        hours=hall_hours(weeks, hall.zone_info, now),
        closed_at=closed_since(session, hall, now=now),
        intervals=opening_times(today, openings_on(weeks, today), hall.zone_info),
        called=_called(session, branch_id),
        calls=_spoken(session, branch_id, now),
        last=calls_of(session, branch_id, today),
        queues=here.queues(),
        queueless=hall.tiny and not here.waiting,
        notices=notices_now(session, branch_id, now),
    )


def _called(session: Session, branch_id: str) -> tuple[Called, ...]:
    """Who is called and has not been greeted yet."""
    rows = session.exec(
        select(Interaction)
        .where(Interaction.branch_id == branch_id, col(Interaction.outcome) == Outcome.CALLED)
        .order_by(col(Interaction.last_called_at).desc(), col(Interaction.id))
    )
    return _calls(list(rows))


def _spoken(session: Session, branch_id: str, now: datetime) -> tuple[Called, ...]:
    """The calls of the last minutes, in their order; whoever was greeted meanwhile was still called."""
    rows = session.exec(
        select(Interaction)
        .where(
            ~resumed_since(),
            Interaction.branch_id == branch_id,
            # An arrival's local day is at most a day behind or ahead of the UTC day.
            col(Interaction.day_on) >= (now - timedelta(days=1)).date(),
            col(Interaction.last_called_at) > now - SPOKEN_WITHIN,
        )
        .order_by(col(Interaction.last_called_at), col(Interaction.id))
    )
    return _calls(list(rows))


def _calls(rows: list[Interaction]) -> tuple[Called, ...]:
    return tuple(
        Called(row.ticket, row.counter_id, row.last_called_at)
        for row in rows
        if row.ticket and row.counter_id and row.last_called_at
    )
