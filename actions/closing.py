"""Closing the hall 闭厅: tickets stop, every open visit is settled, the counters are signed off, the day is signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from actions.at_counter import at_counter
from actions.hall_day import the_day, unless_closed
from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused, Stale
from actions.settling import settle_row, sign_off_counter
from actions.text import a_text
from actions.tickets import take_ticket
from models.actor import Actor, Right
from models.came_back import came_back
from models.tables import Counter, Interaction
from standards.derive import day_on
from standards.hall_day import Settle, in_the_night
from standards.message import message
from standards.vocabulary import OPEN, CounterState, LeftReason, Priority, Settlement


def stop_tickets(session: Session, actor: Actor, stamp: Stamp, of_day: date) -> Receipt:
    """Give no more tickets on the console; those of a machine are taken in, and marked in the list."""

    def work(press: Press) -> None:
        day = the_day(press, of_day)
        unless_closed(day)
        if day.stopped_at is not None:
            raise Refused("stopped", message("Tickets have been stopped already."))
        day.stopped_at = stamp.now

    return perform(session, actor, stamp, "stop_tickets", work, right=Right.RUN_HALL)


def settle(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    of_day: date,
    visits: Iterable[tuple[UUID, int]],
    how: Settle,
    *,
    at: datetime | None = None,
    why: LeftReason | None = None,
) -> Receipt:
    """Settle open visits, of any day, each in the version that was seen; those that have moved on are left alone.

    `at` is when they ended or left, None where nobody saw it. Stale where all have moved on.
    """
    seen = dict(visits)

    def work(press: Press) -> None:
        unless_closed(the_day(press, of_day))
        rows = [row for row in open_visits(session, stamp.branch_id) if seen.get(row.id) == row.version]
        if not rows:
            raise Stale("stale", message("This had moved on before the press arrived; nothing was logged twice."))
        for row in rows:
            settle_row(press, press.touch(row), how, Settlement.AT_CLOSING, at=at, why=why)

    return perform(session, actor, stamp, "settle", work, right=Right.RUN_HALL)


def come_back(session: Session, actor: Actor, stamp: Stamp, interaction_id: UUID) -> Receipt:
    """A customer who was carried over is back: a ticket with the priority of an appointment, linked to that visit."""
    actor.require(Right.GUIDE, stamp.branch_id)
    before = session.get(Interaction, (stamp.branch_id, interaction_id))
    if before is None or before.settlement is not Settlement.CARRIED_OVER:
        raise Refused("not_carried_over", message("This visit was not carried over."))
    given = take_ticket(
        session,
        actor,
        stamp,
        before.business_type,
        priority=Priority.APPOINTMENT,
        assisted=before.assisted,
        previous_id=before.id,
    )
    came = select(Interaction.id).where(
        Interaction.branch_id == stamp.branch_id,
        came_back(col(Interaction.previous_id) == before.id),
        col(Interaction.day_on) >= before.day_on,
    )
    if len(session.exec(came.limit(2)).all()) > 1:
        raise Refused("back_already", message("This customer has been given a ticket already."))
    return given


def open_visits(session: Session, branch_id: str) -> list[Interaction]:
    """Every open visit of a hall, whatever its day."""
    return list(
        session.exec(
            select(Interaction).where(Interaction.branch_id == branch_id, col(Interaction.outcome).in_(OPEN))
        ).all()
    )


def close_hall(session: Session, actor: Actor, stamp: Stamp, of_day: date, note: str = "") -> Receipt:
    """Sign the day: refused while anything is open; whoever is still signed on at a counter is signed off.

    A day that is signed the morning after leaves the counters and the visits of the new day alone.
    """

    def work(press: Press) -> None:
        day = the_day(press, of_day)
        unless_closed(day)
        zone = press.branch.zone_info
        _nothing_open(session, stamp.branch_id, of_day)
        if of_day == day_on(stamp.now, zone) or in_the_night(stamp.now, zone):
            _nothing_open(session, stamp.branch_id)
            _sign_off(press)
        day.closed_at, day.closed_by, day.note = stamp.now, actor.name, a_text(note, 1000)
        day.stopped_at = day.stopped_at or stamp.now

    return perform(session, actor, stamp, "close_hall", work, right=Right.RUN_HALL)


def _sign_off(press: Press) -> None:
    for counter in press.session.exec(select(Counter).where(Counter.branch_id == press.branch.id)).all():
        if at_counter(press.session, press.branch.id, counter.id) is not None:
            raise Refused("occupied", message("Somebody is still at counter {counter}.", counter=counter.id))
        if counter.staff_id is not None or counter.state is not CounterState.CLOSED:
            sign_off_counter(press, counter)


def _nothing_open(session: Session, branch_id: str, up_to: date = date.max) -> None:
    still_open = session.exec(
        select(func.count())
        .select_from(Interaction)
        .where(
            Interaction.branch_id == branch_id,
            col(Interaction.outcome).in_(OPEN),
            col(Interaction.day_on) <= up_to,
        )
    ).one()
    if still_open:
        raise Refused("still_open", message("Visits still open: {n}. Settle each first.", n=still_open))
