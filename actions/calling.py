"""Calling: the next one, again, nobody came, came after all; and beginning without a ticket."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import Session

from actions.at_counter import free, present, row_of, seat, set_state, staffed_counter
from actions.parts import business_of, new_visit
from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused
from actions.restoring import a_no_show, put_back
from models.actor import Actor, Right
from models.base import table_of
from models.plain_rows import plain_rows
from models.tables import Counter, Interaction
from standards.message import message
from standards.queueing import Queued, forgotten, in_line, serves
from standards.vocabulary import Begun, Channel, CounterState, Outcome, RestoreRule

_ROWS = table_of(Interaction)
_QUEUED = (
    *("id", "begun", "business_type", "queued_as", "to_counter_id", "priority", "let_pass"),
    *("arrived_at", "queued_at", "wait_from_at", "called_at", "last_called_at"),
)
# What the order goes by, past the mapper: of a whole queue one is called.
_WAITING = select(*(_ROWS.c[name] for name in _QUEUED)).where(
    _ROWS.c.branch_id == bindparam("hall"), _ROWS.c.outcome == Outcome.WAITING
)


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
    queue = queue_of(press, counter)
    if not queue:
        return False
    first, *others = queue
    for late in others:
        if late.let_pass:
            row_of(press, late.id).let_pass -= 1
    _call(press, row_of(press, first.id), counter)
    return True


def queue_of(press: Press, counter: Counter) -> list[Queued]:
    """Who waits for a counter, in the order in which it will call them."""
    waiting = plain_rows(press.session, _WAITING, {"hall": press.branch.id})
    return in_line(
        row for row in waiting if serves(counter.id, counter.business_types, row) and not forgotten(row, press.now)
    )


def _call(press: Press, row: Interaction, counter: Counter) -> None:
    """Call somebody to a counter: the first time, or once more who has been called before."""
    if row.called_at is None:
        row.called_at = row.last_called_at = press.now
    else:
        _call_once_more(row, press.now)
    row.outcome, row.let_pass = Outcome.CALLED, 0
    seat(row, counter)
    press.interaction_id = row.id
    set_state(press, counter, CounterState.SERVING)


def call_again(session: Session, actor: Actor, stamp: Stamp, counter_id: int) -> Receipt:
    """Call the same ticket again 重呼: the count is kept, the wait has ended at the first call."""

    def work(press: Press) -> None:
        row = present(press, staffed_counter(press, counter_id), Outcome.CALLED)
        _call_once_more(row, stamp.now)

    return perform(session, actor, stamp, "call_again", work, right=Right.STAMP)


def _call_once_more(row: Interaction, now: datetime) -> None:
    """The greeting runs from the last call: a phone that rang before it is no excuse."""
    row.last_called_at = now
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
    """A no-show came after all 过号恢复, at a counter: the same interaction, by the hall's rule.

    By the rule `next`, and where nobody else waits for the counter, it is called there at once, and its greeting runs
    from this last call. Else the receipt says where it stands now.
    """

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        row = a_no_show(press, interaction_id)
        rule = press.branch.restore_rule
        if rule is RestoreRule.NEXT or (rule is RestoreRule.AFTER_THREE and not queue_of(press, counter)):
            free(press, counter)
            _call(press, row, counter)
        else:
            put_back(press, row, rule)

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
