"""Giving a ticket: its number, its place in the queue."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from actions.hall_day import unless_stopped
from actions.parts import business_of, new_visit
from actions.press import Press, Receipt, Stamp, perform
from models.actor import Actor, Right
from models.plain_rows import plain_rows
from models.tables import BusinessType, Device, Interaction
from standards.derive import day_on
from standards.vocabulary import Begun, Channel, DeviceKind, Outcome, Priority, Source

BESIDE_A_MACHINE = "M"
_TICKETS = select(Interaction.ticket).where(
    col(Interaction.branch_id) == bindparam("hall"),
    col(Interaction.day_on) == bindparam("day"),
    col(Interaction.begun) == Begun.TICKET,
    func.substr(Interaction.ticket, 1, func.length(bindparam("letter"))) == bindparam("letter"),
)
# Of numbers with as many digits the greatest text is the last: it is found where the rows are.
_LAST_TICKETS = _TICKETS.with_only_columns(func.max(Interaction.ticket)).group_by(func.length(Interaction.ticket))
_QUEUE_MACHINES = select(Device.id).where(
    col(Device.branch_id) == bindparam("hall"), col(Device.kind) == DeviceKind.QUEUE_MACHINE, col(Device.active)
)


def take_ticket(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    business_type: str,
    *,
    priority: Priority | None = None,
    assisted: bool = False,
    greeted_at_door: bool = False,
    source: Source = Source.STAFF,
    previous_id: UUID | None = None,
) -> Receipt:
    """Take a ticket 取号: a visit begins to wait. A priority ticket carries its reason.

    `previous_id` is the visit that this customer had to leave open. Refused once tickets have been stopped for the
    day; what a machine gave out is taken in all the same.
    """

    def work(press: Press) -> None:
        if source is Source.STAFF:
            unless_stopped(press)
        row = a_ticket(
            press,
            business_of(press, business_type),
            priority=priority,
            assisted=assisted,
            door_greeted_at=stamp.now if greeted_at_door else None,
            source=source,
            previous_id=previous_id,
        )
        press.interaction_id = row.id

    return perform(session, actor, stamp, "take_ticket", work, right=Right.GUIDE)


def a_ticket(press: Press, kind: BusinessType, **columns: Any) -> Interaction:
    """A new ticket with the next number of its business, waiting from now."""
    return press.add(
        Interaction(
            **new_visit(press, kind.id, Channel.COUNTER),
            begun=Begun.TICKET,
            ticket=_next_ticket(press, kind),
            outcome=Outcome.WAITING,
            **columns,
        )
    )


def _next_ticket(press: Press, kind: BusinessType) -> str:
    """The letter of the business and the next number of the day; one writer at a time is in the hall.

    Where a machine gives tickets too, ours begin with a letter more: no two slips of a day say the same.
    """
    letter = (BESIDE_A_MACHINE if _machine_gives_tickets(press) else "") + kind.ticket_letter
    of_today = {"hall": press.branch.id, "day": day_on(press.now, press.branch.zone_info), "letter": letter}
    numbers = _numbers(press, _LAST_TICKETS, of_today)
    if not all(number.isascii() and number.isdecimal() for number in numbers):
        numbers = _numbers(press, _TICKETS, of_today)  # another slip of the same letter hides the last of ours
    last = max((int(number) for number in numbers if number.isdecimal()), default=0)
    return f"{letter}{last + 1:04d}"


def _numbers(press: Press, tickets: Any, of_today: dict[str, Any]) -> list[str]:
    """What follows the letter on the tickets."""
    return [ticket[len(of_today["letter"]) :] for (ticket,) in plain_rows(press.session, tickets, of_today)]


def _machine_gives_tickets(press: Press) -> bool:
    return plain_rows(press.session, _QUEUE_MACHINES, {"hall": press.branch.id}).first() is not None
