"""Signing on and off at a counter, pausing and resuming it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from actions.at_counter import at_counter, set_state, staffed_counter, the_counter
from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused
from models.actor import Actor, Right
from models.tables import Counter, Staff
from standards.message import message
from standards.vocabulary import CounterState, PauseReason


def sign_on(session: Session, actor: Actor, stamp: Stamp, counter_id: int, *, staff_id: str | None = None) -> Receipt:
    """Sign on at a counter 上岗; `staff_id` is for the machine alone, a person signs on as themselves."""

    def work(press: Press) -> None:
        counter = the_counter(press, counter_id)
        person = staff_id if actor.all_rights and staff_id else actor.staff_id
        if person is None or press.session.get(Staff, (stamp.branch_id, person)) is None:
            raise Refused("no_staff", message("Your account names nobody who serves in this hall."))
        if counter.staff_id is not None and counter.staff_id != person:
            raise Refused("taken", message("Somebody else is signed on at counter {counter}.", counter=counter_id))
        elsewhere = press.session.exec(
            select(Counter.id).where(
                Counter.branch_id == stamp.branch_id, Counter.staff_id == person, col(Counter.id) != counter_id
            )
        ).first()
        if elsewhere is not None:
            raise Refused("elsewhere", message("You are signed on at counter {counter}.", counter=elsewhere))
        counter.staff_id = person
        set_state(press, counter, CounterState.IDLE)

    return perform(session, actor, stamp, "sign_on", work, right=Right.STAMP)


def sign_off(session: Session, actor: Actor, stamp: Stamp, counter_id: int) -> Receipt:
    """Sign off 离岗: the counter closes; refused while somebody is at it."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        _nobody_at(press, counter)
        set_state(press, counter, CounterState.CLOSED)
        counter.staff_id = None

    return perform(session, actor, stamp, "sign_off", work, right=Right.STAMP)


def pause(
    session: Session, actor: Actor, stamp: Stamp, counter_id: int, why: PauseReason, *, back_at: datetime | None = None
) -> Receipt:
    """Pause the service 暂停服务 with a reason and, if known, when it goes on."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        _nobody_at(press, counter)
        set_state(press, counter, CounterState.PAUSED, why)
        counter.back_at = back_at

    return perform(session, actor, stamp, "pause", work, right=Right.STAMP)


def reopen(session: Session, actor: Actor, stamp: Stamp, counter_id: int) -> Receipt:
    """Go on after a pause."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        if counter.state is not CounterState.PAUSED:
            raise Refused("not_paused", message("Counter {counter} is not paused.", counter=counter_id))
        set_state(press, counter, CounterState.IDLE)

    return perform(session, actor, stamp, "reopen", work, right=Right.STAMP)


def _nobody_at(press: Press, counter: Counter) -> None:
    if at_counter(press.session, press.branch.id, counter.id) is not None:
        raise Refused("occupied", message("Somebody is still at counter {counter}.", counter=counter.id))
