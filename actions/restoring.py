"""A no-show came after all 过号恢复: back into the queue by the hall's rule, or with a new ticket."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, func, select

from actions.at_counter import row_of
from actions.hall_day import unless_closed_today
from actions.parts import business_of
from actions.press import Press, Receipt, Stamp, perform, unless_stale
from actions.refusal import Refused
from actions.tickets import a_ticket
from models.actor import Actor, Right
from models.tables import Interaction
from standards.derive import day_on
from standards.message import Message, message
from standards.queueing import LETS_PASS
from standards.vocabulary import Outcome, RestoreRule


def restore_at_door(session: Session, actor: Actor, stamp: Stamp, interaction_id: UUID) -> Receipt:
    """A no-show came back to the guide: where the ticket stands now follows from the hall's rule, and is said."""

    def work(press: Press) -> None:
        unless_closed_today(press)
        row = a_no_show(press, interaction_id)
        unless_stale(row.version, press.seen)
        put_back(press, row, press.branch.restore_rule)

    return perform(session, actor, stamp, "restore_at_door", work, right=Right.GUIDE)


def a_no_show(press: Press, interaction_id: UUID) -> Interaction:
    """A no-show of today that may still be restored, touched; Refused otherwise."""
    row = row_of(press, interaction_id)
    ticket = row.ticket or ""
    if row.outcome is not Outcome.NO_SHOW:
        raise Refused("not_a_no_show", message("{ticket} is no no-show.", ticket=ticket))
    if row.merged_into_id is not None:
        raise Refused("replaced", message("{ticket} has been replaced by a new ticket already.", ticket=ticket))
    if row.day_on != day_on(press.now, press.branch.zone_info):
        raise Refused("other_day", message("{ticket} is a ticket of another day: take a new one.", ticket=ticket))
    return row


def put_back(press: Press, row: Interaction, rule: RestoreRule) -> None:
    """Let a no-show, touched already, wait again by a rule; the press says where it stands now."""
    if rule is RestoreRule.NEW_TICKET:
        press.said = _replaced(press, row)
        return
    others = _waiting(press)
    row.outcome = Outcome.WAITING
    row.counter_id = row.staff_id = row.mentor_id = None
    row.let_pass = LETS_PASS if rule is RestoreRule.AFTER_THREE else 0
    before = min(row.let_pass, others)
    if before:
        press.said = message("{ticket} is back in the queue: {n} others are called first.", ticket=row.ticket, n=before)
    else:
        press.said = message("{ticket} is back in the queue and is called next.", ticket=row.ticket)


def _replaced(press: Press, row: Interaction) -> Message:
    """The old ticket stays a no-show for good; a new one begins to wait now, for the same business."""
    kind = business_of(press, row.business_type)
    new = a_ticket(press, kind, priority=row.priority, assisted=row.assisted)
    row.merged_into_id = press.interaction_id = new.id
    return message("{ticket} stays a no-show. The new number is {new}.", ticket=row.ticket, new=new.ticket)


def _waiting(press: Press) -> int:
    """How many wait in the hall."""
    return press.session.exec(
        select(func.count()).where(
            Interaction.branch_id == press.branch.id, col(Interaction.outcome) == Outcome.WAITING
        )
    ).one()
