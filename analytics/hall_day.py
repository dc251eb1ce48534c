"""The state of a hall's day: opened, what was checked, who is still inside, what was settled by rule, closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from analytics.hall_hours import HallHours, hall_hours
from analytics.hall_people import Names, names
from models.actor import Actor, NotAllowed, Right
from models.came_back import came_back
from models.hand_over import WORKS_THERE
from models.standing import opening_weeks
from models.tables import Branch, Counter, HallDay, Interaction, ShiftChange
from standards.derive import day_on
from standards.hall_day import Look, OpeningCheck, in_the_night, look_of
from standards.masking import masked
from standards.message import message
from standards.vocabulary import OPEN, Begun, Channel, HoldKind, Outcome, Settlement

_LATELY = timedelta(days=7)
_CARRIED_FOR = timedelta(days=30)
_RULED_SHOWN = 100


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """A visit that is not over. `late`: its ticket came from a machine after tickets were stopped."""

    id: UUID
    version: int
    ticket: str | None
    channel: Channel
    begun: Begun
    business_type: str
    outcome: Outcome
    hold_kind: HoldKind | None
    counter_id: int | None
    since_at: datetime
    day_on: date
    late: bool


@dataclass(frozen=True, slots=True)
class Ruled:
    """A visit that was forgotten and settled by rule."""

    id: UUID
    ticket: str | None
    business_type: str
    outcome: Outcome
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Carried:
    """A visit that was carried over; its customer has not been back yet."""

    id: UUID
    ticket: str | None
    business_type: str
    day_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNow:
    """The day in hand at one moment; `version` is 0 where nothing of it is recorded yet.

    `visits` is how many came today; `unsigned_on` is the day before where it was opened and never closed;
    `to_take` is how many hand-overs wait for somebody else than the reader, `untaken` how many wait at all;
    `signed_on` are manned counters.
    """

    branch_id: str
    day_on: date
    today: date
    version: int
    as_of: datetime
    hours: HallHours
    checks: tuple[tuple[OpeningCheck, Look], ...]
    opened_at: datetime | None
    opened_by: str | None
    stopped_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    note: str
    visits: int
    open: tuple[OpenVisit, ...]
    signed_on: tuple[int, ...]
    ruled: tuple[Ruled, ...]
    ruled_total: int
    carried: tuple[Carried, ...]
    unsigned_on: date | None
    to_take: int
    untaken: int
    people: Names

    @property
    def unchecked(self) -> int:
        """At how many items nobody has looked."""
        return sum(look.found is None for _, look in self.checks)

    @property
    def failing(self) -> tuple[tuple[OpeningCheck, str], ...]:
        """The items that were found wanting, each with the note on what is wrong."""
        return tuple((item, look.note) for item, look in self.checks if look.found is False)

    def standing(self, *outcomes: Outcome) -> tuple[OpenVisit, ...]:
        """The open visits in some of the states."""
        return tuple(visit for visit in self.open if visit.outcome in outcomes)


def hall_day(session: Session, actor: Actor, branch_id: str, *, now: datetime) -> DayNow:
    """The hall's day at `now`: today's, or in the night the one that was opened and is not closed yet."""
    actor.require(Right.READ_HALL, branch_id)
    hall = session.get(Branch, branch_id)
    if hall is None:
        raise NotAllowed(message("There is no hall with the code {code}.", code=branch_id))
    today = day_on(now, hall.zone_info)
    before = session.get(HallDay, (branch_id, today - timedelta(days=1)))
    row = session.get(HallDay, (branch_id, today))
    unsigned = before is not None and before.opened_at is not None and before.closed_at is None
    night = in_the_night(now, hall.zone_info) and (row is None or row.opened_at is None)
    if unsigned and night:
        row = before
    of_day = today if row is None else row.day_on
    found = row or HallDay(branch_id=branch_id, day_on=of_day, version=0)
    ruled, ruled_total = _ruled(session, branch_id, today)
    return DayNow(
        branch_id=branch_id,
        day_on=of_day,
        today=today,
        version=found.version,
        as_of=now,
        hours=hall_hours(opening_weeks(session, hall, today), hall.zone_info, now),
        checks=tuple((item, _look(found, item)) for item in OpeningCheck),
        opened_at=found.opened_at,
        opened_by=found.opened_by,
        stopped_at=found.stopped_at,
        closed_at=found.closed_at,
        closed_by=found.closed_by,
        note=masked(found.note),
        visits=_visits(session, branch_id, of_day),
        open=_open(session, branch_id, found.stopped_at),
        signed_on=_signed_on(session, branch_id),
        ruled=ruled,
        ruled_total=ruled_total,
        carried=_carried(session, branch_id, today),
        unsigned_on=today - timedelta(days=1) if unsigned and of_day == today else None,
        to_take=_to_take(session, actor, branch_id),
        untaken=session.exec(_waiting_hand_overs(branch_id)).one(),
        people=names(session, actor, branch_id),
    )


def _look(day: HallDay, item: OpeningCheck) -> Look:
    look = look_of(day.checklist, item)
    return replace(look, note=masked(look.note))


def _visits(session: Session, branch_id: str, of_day: date) -> int:
    counted = select(func.count()).select_from(Interaction)
    return session.exec(counted.where(Interaction.branch_id == branch_id, Interaction.day_on == of_day)).one()


def _open(session: Session, branch_id: str, stopped_at: datetime | None) -> tuple[OpenVisit, ...]:
    """Waiting first, then called, serving and on hold; in each the longest first."""
    rows = session.exec(
        select(Interaction).where(Interaction.branch_id == branch_id, col(Interaction.outcome).in_(OPEN))
    ).all()
    order = list(Outcome)
    visits = (_visit(row, stopped_at) for row in rows)
    return tuple(sorted(visits, key=lambda one: (order.index(one.outcome), one.since_at, str(one.id))))


def _visit(row: Interaction, stopped_at: datetime | None) -> OpenVisit:
    since = {
        Outcome.WAITING: row.queued_at,
        Outcome.CALLED: row.last_called_at,
        Outcome.SERVING: row.started_at,
        Outcome.HELD: row.held_since_at,
    }[row.outcome]
    return OpenVisit(
        id=row.id,
        version=row.version,
        ticket=row.ticket,
        channel=row.channel,
        begun=row.begun,
        business_type=row.business_type,
        outcome=row.outcome,
        hold_kind=row.hold_kind,
        counter_id=None if row.outcome is Outcome.WAITING else row.counter_id,
        since_at=since or row.arrived_at,
        day_on=row.day_on,
        late=stopped_at is not None and row.begun is Begun.TICKET and row.arrived_at > stopped_at,
    )


def _signed_on(session: Session, branch_id: str) -> tuple[int, ...]:
    manned = select(Counter.id).where(Counter.branch_id == branch_id, col(Counter.staff_id).is_not(None))
    return tuple(session.exec(manned.order_by(col(Counter.id))))


def _ruled(session: Session, branch_id: str, today: date) -> tuple[tuple[Ruled, ...], int]:
    """The visits of the last week that were settled by rule, the newest first, and how many."""
    by_rule = (
        Interaction.branch_id == branch_id,
        col(Interaction.day_on).between(today - _LATELY, today),
        Interaction.settlement == Settlement.BY_RULE,
    )
    rows = session.exec(
        select(Interaction)
        .where(*by_rule)
        .order_by(col(Interaction.arrived_at).desc(), col(Interaction.id).desc())
        .limit(_RULED_SHOWN)
    ).all()
    total = session.exec(select(func.count()).select_from(Interaction).where(*by_rule)).one()
    found = (Ruled(row.id, row.ticket, row.business_type, row.outcome, row.arrived_at) for row in rows)
    return tuple(found), total


def _carried(session: Session, branch_id: str, today: date) -> tuple[Carried, ...]:
    """Who was carried over lately and has had no ticket since, the longest ago first."""
    lately = (Interaction.branch_id == branch_id, col(Interaction.day_on).between(today - _CARRIED_FOR, today))
    rows = session.exec(
        select(Interaction)
        .where(*lately, Interaction.settlement == Settlement.CARRIED_OVER)
        .order_by(col(Interaction.arrived_at))
    ).all()
    ids = [row.id for row in rows]
    came = select(Interaction.previous_id).where(*lately, came_back(col(Interaction.previous_id).in_(ids)))
    back = set(session.exec(came).all()) if ids else set()
    return tuple(Carried(row.id, row.ticket, row.business_type, row.day_on) for row in rows if row.id not in back)


def _to_take(session: Session, actor: Actor, branch_id: str) -> int:
    if not any(actor.may(right, branch_id) for right in WORKS_THERE):
        return 0
    return session.exec(_waiting_hand_overs(branch_id).where(ShiftChange.given_by != actor.name)).one()


def _waiting_hand_overs(branch_id: str) -> SelectOfScalar[int]:
    counted = select(func.count()).select_from(ShiftChange)
    return counted.where(ShiftChange.branch_id == branch_id, col(ShiftChange.taken_at).is_(None))
