"""The guide's commands: give a ticket, keep the queue true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from actions.at_counter import row_of
from actions.hall_day import unless_stopped
from actions.parts import business_of, new_visit
from actions.press import Press, Receipt, Stamp, perform, unless_stale
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
from models.by_key import row_by_key
from models.tables import BusinessType, Counter, Device, Interaction
from standards.derive import day_on
from standards.message import message
from standards.vocabulary import Begun, Channel, DeviceKind, LeftReason, Outcome, Priority, Source, VoidReason

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
    return [ticket[len(of_today["letter"]) :] for ticket in press.session.execute(tickets, of_today).scalars()]


def _machine_gives_tickets(press: Press) -> bool:
    return press.session.execute(_QUEUE_MACHINES, {"hall": press.branch.id}).first() is not None


def _waiting(press: Press, interaction_id: UUID) -> Interaction:
    row = row_of(press, interaction_id)
    unless_stale(row.version, press.seen)
    if row.outcome is not Outcome.WAITING:
        raise Refused("not_waiting", message("{ticket} is not waiting any more.", ticket=row.ticket or ""))
    return row


def left_waiting(
    session: Session, actor: Actor, stamp: Stamp, interaction_id: UUID, why: LeftReason | None = None
) -> Receipt:
    """The customer left while waiting 等候中离开, with the reason where somebody knows it."""

    def work(press: Press) -> None:
        row = _waiting(press, interaction_id)
        row.outcome, row.left_at, row.left_reason = Outcome.LEFT, stamp.now, why

    return perform(session, actor, stamp, "left_waiting", work, right=Right.GUIDE)


def divert(session: Session, actor: Actor, stamp: Stamp, interaction_id: UUID) -> Receipt:
    """The business was done at a machine, in the app, or answered by the guide 分流: never judged."""

    def work(press: Press) -> None:
        _waiting(press, interaction_id).outcome = Outcome.DIVERTED

    return perform(session, actor, stamp, "divert", work, right=Right.GUIDE)


def void(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    interaction_id: UUID,
    why: str = "",
    *,
    reason: VoidReason = VoidReason.OTHER,
    test: bool = False,
) -> Receipt:
    """A wrong, duplicate or test ticket 作废: never judged, kept with its reason.

    `why` is the giver's own words, needed where no reason of the list says it.
    """
    actor.require(Right.GUIDE, stamp.branch_id)
    if reason is VoidReason.OTHER and not a_text(why, 200):
        raise Refused("no_reason", message("A reason is needed."))
    listed = "" if reason is VoidReason.OTHER else reason.value

    def work(press: Press) -> None:
        row = _waiting(press, interaction_id)
        row.outcome = Outcome.TEST if test or reason is VoidReason.TEST else Outcome.VOID

    return perform(session, actor, stamp, "void", work, right=Right.GUIDE, reason=_reason(listed, why))


def _reason(listed: str, why: str) -> str:
    return ": ".join(part for part in (listed, a_text(why, 200)) if part)


def merge(
    session: Session, actor: Actor, stamp: Stamp, keep_id: UUID, other_ids: Sequence[UUID], why: str = ""
) -> Receipt:
    """Tickets of one customer become one 合并: the first taken is kept, the others are void and point to it.

    Refused where an earlier one would be lost: the arrival that counts is never made up.
    """
    actor.require(Right.GUIDE, stamp.branch_id)
    if not other_ids or keep_id in other_ids:
        raise Refused("nothing_to_merge", message("Choose the tickets that are this customer's too."))

    def work(press: Press) -> None:
        kept = _waiting(press, keep_id)
        press.seen = None  # what was seen is the kept ticket's version
        for other_id in dict.fromkeys(other_ids):
            other = _waiting(press, other_id)
            if (other.arrived_at, str(other.id)) < (kept.arrived_at, str(kept.id)):
                raise Refused("not_the_first", message("{ticket} was taken first: keep that one.", ticket=other.ticket))
            other.outcome, other.merged_into_id = Outcome.VOID, kept.id
        press.interaction_id = kept.id

    reason = _reason(VoidReason.DUPLICATE.value, why)
    return perform(session, actor, stamp, "merge", work, right=Right.GUIDE, reason=reason)


def change_waiting(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    interaction_id: UUID,
    business_type: str,
    *,
    priority: Priority | None = None,
) -> Receipt:
    """Change a waiting ticket's business or priority 改业务: the number and the arrival stay.

    For whoever was given the wrong business. It then stands in that business's queue.
    """

    def work(press: Press) -> None:
        business_of(press, business_type)
        row = _waiting(press, interaction_id)
        row.business_type, row.priority = business_type, priority
        row.to_counter_id = row.queued_as = None  # whoever was sent elsewhere is any counter's of this business again

    return perform(session, actor, stamp, "change_waiting", work, right=Right.GUIDE)


def move_waiting(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    interaction_id: UUID,
    *,
    to_counter_id: int | None = None,
    business_type: str | None = None,
) -> Receipt:
    """Move a waiting ticket to one counter or to another business's queue 转队, placed there by its first arrival.

    Its own business stays, so that it is judged as what it is; its own business's code takes it back to its queue.
    """
    actor.require(Right.GUIDE, stamp.branch_id)
    if (to_counter_id is None) == (business_type is None):
        raise Refused("nowhere", message("Choose a counter or a queue to move to."))

    def work(press: Press) -> None:
        row = _waiting(press, interaction_id)
        if to_counter_id is not None and row_by_key(press.session, Counter, stamp.branch_id, to_counter_id) is None:
            raise Refused(
                "unknown_counter", message("There is no counter {counter} in this hall.", counter=to_counter_id)
            )
        queue = None if business_type is None else business_of(press, business_type).id
        row.to_counter_id = to_counter_id
        row.queued_as = None if queue == row.business_type else queue

    return perform(session, actor, stamp, "move_waiting", work, right=Right.GUIDE)


def greet_at_door(session: Session, actor: Actor, stamp: Stamp, interaction_id: UUID) -> Receipt:
    """The guide greeted the customer at the door: a standard of its own."""

    def work(press: Press) -> None:
        row = _waiting(press, interaction_id)
        row.door_greeted_at = row.door_greeted_at or stamp.now

    return perform(session, actor, stamp, "greet_at_door", work, right=Right.GUIDE)
