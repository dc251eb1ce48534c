"""What becomes of a ticket that waits: left, diverted, void, merged, moved, greeted at the door."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from actions.at_counter import row_of
from actions.parts import business_of
from actions.press import Press, Receipt, Stamp, perform, unless_stale
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
from models.by_key import row_by_key
from models.tables import Counter, Interaction
from standards.message import message
from standards.vocabulary import LeftReason, Outcome, Priority, VoidReason


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
