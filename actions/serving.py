"""Serving: greet, finish, hold and resume, another business, transfer, left."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from actions.at_counter import free, present, row_of, seat, set_state, staffed_counter
from actions.calling import take_next
from actions.parts import business_of, next_part
from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused
from models.actor import Actor, Right
from models.by_key import row_by_key
from models.tables import Counter, Hold, Interaction
from standards.derive import milliseconds
from standards.message import message
from standards.queueing import FREES_COUNTER
from standards.vocabulary import Begun, CounterState, HoldKind, LeftReason, Outcome

HERE = (Outcome.CALLED, Outcome.SERVING, Outcome.HELD)
_OPEN_HOLDS = select(Hold).where(
    col(Hold.branch_id) == bindparam("hall"),
    col(Hold.interaction_id) == bindparam("interaction"),
    col(Hold.ended_at).is_(None),
)


def greet(session: Session, actor: Actor, stamp: Stamp, counter_id: int) -> Receipt:
    """Greet the customer 迎候, which starts the service: the stamp that the 15-second standard judges."""

    def work(press: Press) -> None:
        row = present(press, staffed_counter(press, counter_id), Outcome.CALLED)
        row.greeted_at = row.started_at = stamp.now
        row.outcome = Outcome.SERVING

    return perform(session, actor, stamp, "greet", work, right=Right.STAMP)


def finish(session: Session, actor: Actor, stamp: Stamp, counter_id: int, *, then_call: bool = False) -> Receipt:
    """Finish 结束办理, and (`then_call`) call the next one in the same press, where somebody waits.

    A customer who was served without a greeting stamp has no greeting and no handling time: nobody measured them.
    """

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        row = present(press, counter, *HERE)
        _end_hold(press, row)
        row.outcome, row.ended_at = Outcome.COMPLETED, stamp.now
        set_state(press, counter, CounterState.IDLE)
        if then_call:
            take_next(press, counter)

    action = "finish_and_call_next" if then_call else "finish"
    return perform(session, actor, stamp, action, work, right=Right.STAMP)


def hold(session: Session, actor: Actor, stamp: Stamp, counter_id: int, kind: HoldKind) -> Receipt:
    """Put the visit on hold 挂起; whoever goes away for papers leaves the counter free."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        allowed = (Outcome.CALLED, Outcome.SERVING) if kind is HoldKind.PHONE else (Outcome.SERVING,)
        row = present(press, counter, *allowed)
        row.outcome, row.hold_kind, row.held_since_at = Outcome.HELD, kind, stamp.now
        press.add(Hold(branch_id=stamp.branch_id, interaction_id=row.id, kind=kind, began_at=stamp.now))
        if kind in FREES_COUNTER:
            set_state(press, counter, CounterState.IDLE)

    return perform(session, actor, stamp, "hold", work, right=Right.STAMP)


def resume(
    session: Session, actor: Actor, stamp: Stamp, counter_id: int, *, interaction_id: UUID | None = None
) -> Receipt:
    """Resume what is on hold at the counter, or (`interaction_id`) somebody who is back with papers."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        row = _held(press, counter, interaction_id)
        _end_hold(press, row)
        row.outcome = Outcome.CALLED if row.started_at is None else Outcome.SERVING
        seat(row, counter)
        set_state(press, counter, CounterState.SERVING)

    return perform(session, actor, stamp, "resume", work, right=Right.STAMP)


def _held(press: Press, counter: Counter, interaction_id: UUID | None) -> Interaction:
    if interaction_id is None:
        return present(press, counter, Outcome.HELD)
    free(press, counter)
    row = row_of(press, interaction_id)
    if row.outcome is not Outcome.HELD:
        raise Refused("not_held", message("{ticket} is not on hold.", ticket=row.ticket or ""))
    if row.hold_kind is not HoldKind.AWAY_FOR_PAPERS and row.counter_id != counter.id:
        raise Refused("held_elsewhere", message("This is on hold at counter {counter}.", counter=row.counter_id or 0))
    return row


def _end_hold(press: Press, row: Interaction) -> None:
    """Close the open hold, if any: after the start it comes off the handling, a phone's before it off the greeting."""
    if row.held_since_at is None:
        return
    held = milliseconds(press.now - row.held_since_at)
    if row.started_at is not None:
        row.held_ms += held
    elif row.hold_kind is HoldKind.PHONE:
        row.phone_held_ms += held
    row.held_since_at = row.hold_kind = None
    for open_hold in press.session.execute(_OPEN_HOLDS, {"hall": row.branch_id, "interaction": row.id}).scalars():
        press.touch(open_hold).ended_at = press.now


def add_business(session: Session, actor: Actor, stamp: Stamp, counter_id: int, business_type: str) -> Receipt:
    """Add another business 加办: this part ends, the next begins at the same counter without wait or greeting."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        business_of(press, business_type)
        row = present(press, counter, Outcome.SERVING)
        row.outcome, row.ended_at = Outcome.COMPLETED, stamp.now
        added = press.add(next_part(press, row, Begun.ADDED, business_type))
        added.outcome, added.started_at = Outcome.SERVING, stamp.now
        seat(added, counter)
        press.interaction_id = added.id

    return perform(session, actor, stamp, "add_business", work, right=Right.STAMP)


def transfer(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    counter_id: int,
    *,
    to_counter_id: int | None = None,
    business_type: str | None = None,
) -> Receipt:
    """Transfer to another counter or business type 转窗口 / 转队列; the second part waits by the first arrival."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        if to_counter_id is None and business_type is None:
            raise Refused("nowhere", message("Choose a counter or a business type to transfer to."))
        if to_counter_id == counter_id or (
            to_counter_id is not None and row_by_key(press.session, Counter, stamp.branch_id, to_counter_id) is None
        ):
            raise Refused("unknown_counter", message("There is no other counter {counter}.", counter=to_counter_id))
        if business_type is not None:
            business_of(press, business_type)
        row = present(press, counter, *HERE)
        _end_hold(press, row)
        row.outcome, row.ended_at = Outcome.TRANSFERRED, stamp.now
        part = press.add(next_part(press, row, Begun.TRANSFER, business_type or row.business_type))
        part.to_counter_id = to_counter_id
        set_state(press, counter, CounterState.IDLE)

    return perform(session, actor, stamp, "transfer", work, right=Right.STAMP)


def left(session: Session, actor: Actor, stamp: Stamp, counter_id: int, why: LeftReason) -> Receipt:
    """The customer left at the counter 办理中离开, with one of the reasons."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        row = present(press, counter, *HERE)
        _end_hold(press, row)
        row.outcome, row.left_at, row.left_reason = Outcome.LEFT, stamp.now, why
        set_state(press, counter, CounterState.IDLE)

    return perform(session, actor, stamp, "left", work, right=Right.STAMP)
