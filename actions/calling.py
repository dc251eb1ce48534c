"""Calling: the next one, again, nobody came, came after all; and beginning without a ticket."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from actions.at_counter import free, present, row_of, seat, set_state, staffed_counter
from actions.parts import business_of, new_visit
from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused
from models.actor import Actor, Right
from models.tables import Counter, Interaction
from standards.message import message
from standards.queueing import forgotten, place, serves
from standards.vocabulary import Begun, Channel, CounterState, Outcome


def call_next(session: Session, actor: Actor, stamp: Stamp, counter_id: int) -> Receipt:
    """Call the next ticket this counter serves 叫号; the wait ends at this first call."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        free(press, counter)
        if not take_next(press, counter):
            raise Refused("queue_empty", message("Nobody is waiting for counter {counter}.", counter=counter_id))

    return perform(session, actor, stamp, "call_next", work, right=Right.STAMP)


def take_next(press: Press, counter: Counter) -> bool:
    """Call the first of the queue to the counter; False where nobody waits for it."""
    waiting = press.session.exec(
        select(Interaction).where(Interaction.branch_id == press.branch.id, col(Interaction.outcome) == Outcome.WAITING)
    ).all()
    queue = [
        row for row in waiting if serves(counter.id, counter.business_types, row) and not forgotten(row, press.now)
    ]
    if not queue:
        return False
    row = press.touch(min(queue, key=place))
    row.outcome = Outcome.CALLED
    row.called_at = row.last_called_at = press.now
    seat(row, counter)
    press.interaction_id = row.id
    set_state(press, counter, CounterState.SERVING)
    return True


def call_again(session: Session, actor: Actor, stamp: Stamp, counter_id: int) -> Receipt:
    """Call the same ticket again 重呼: the count is kept, the wait has ended at the first call."""

    def work(press: Press) -> None:
        row = present(press, staffed_counter(press, counter_id), Outcome.CALLED)
        _call_once_more(row, stamp)

    return perform(session, actor, stamp, "call_again", work, right=Right.STAMP)


def _call_once_more(row: Interaction, stamp: Stamp) -> None:
    """The greeting runs from the last call: a phone that rang before it is no excuse."""
    row.last_called_at = stamp.now
    row.recalls += 1
    row.phone_held_ms = 0


def no_show(session: Session, actor: Actor, stamp: Stamp, counter_id: int) -> Receipt:
    """Called, and nobody came 过号; it can be restored."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        row = present(press, counter, Outcome.CALLED)
        row.outcome = Outcome.NO_SHOW
        set_state(press, counter, CounterState.IDLE)

    return perform(session, actor, stamp, "no_show", work, right=Right.STAMP)


def restore(session: Session, actor: Actor, stamp: Stamp, counter_id: int, interaction_id: UUID) -> Receipt:
    """A no-show came after all 过号恢复: the same interaction, greeted from this last call on."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        free(press, counter)
        row = row_of(press, interaction_id)
        if row.outcome is not Outcome.NO_SHOW:
            raise Refused("not_a_no_show", message("{ticket} is no no-show.", ticket=row.ticket or ""))
        row.outcome = Outcome.CALLED
        _call_once_more(row, stamp)
        seat(row, counter)
        set_state(press, counter, CounterState.SERVING)

    return perform(session, actor, stamp, "restore", work, right=Right.STAMP)


def walk_in(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    counter_id: int,
    business_type: str,
    *,
    channel: Channel = Channel.COUNTER,
) -> Receipt:
    """Begin to serve somebody without a ticket, or (channel telephone) a call logged by hand.

    Nobody measured a wait or an arrival at the counter, so neither is judged; the handling is.
    """

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        free(press, counter)
        business_of(press, business_type)
        row = press.add(
            Interaction(
                **new_visit(press, business_type, channel),
                begun=Begun.WALK_IN,
                outcome=Outcome.SERVING,
                started_at=stamp.now,
                counter_id=counter.id,
                staff_id=counter.staff_id,
                mentor_id=counter.mentor_id,
            )
        )
        press.interaction_id = row.id
        set_state(press, counter, CounterState.SERVING)

    return perform(session, actor, stamp, "walk_in", work, right=Right.STAMP)
