"""Signing on and off at a counter, pausing and resuming it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from actions.at_counter import set_state, staffed_counter, the_counter, unoccupied
from actions.hall_day import unless_closed_today
from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused
from models.actor import Actor, Right
from models.tables import Counter, Staff
from standards.message import message
from standards.vocabulary import CounterState, PauseReason


def sign_on(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    counter_id: int,
    *,
    staff_id: str | None = None,
    mentor_id: str | None = None,
    covering: bool = False,
) -> Receipt:
    """Sign on at a counter 上岗; a trainee names who guides them, whose visits there are in nobody's own figures.

    Refused in a hall that is closed for today. `staff_id` and `covering` are for the machine alone: a person signs on
    as themselves, and covers 顶岗 where their post is another one (supervisor, guide).
    """

    def work(press: Press) -> None:
        unless_closed_today(press)
        counter = the_counter(press, counter_id)
        person = _person(press, staff_id if actor.all_rights and staff_id else actor.staff_id)
        if counter.staff_id is not None and counter.staff_id != person.id:
            raise Refused("taken", message("Somebody else is signed on at counter {counter}.", counter=counter_id))
        nowhere_else(press, person.id, counter_id)
        counter.staff_id, counter.mentor_id = person.id, _mentor(press, person, mentor_id)
        counter.covering = covering if actor.all_rights else actor.may(Right.GUIDE, stamp.branch_id)
        set_state(press, counter, CounterState.IDLE)

    return perform(session, actor, stamp, "sign_on", work, right=Right.STAMP)


def _person(press: Press, staff_id: str | None) -> Staff:
    found = None if staff_id is None else press.session.get(Staff, (press.branch.id, staff_id))
    if found is None:
        raise Refused("no_staff", message("Your account names nobody who serves in this hall."))
    return found


def nowhere_else(press: Press, staff_id: str, counter_id: int) -> None:
    """Refuse a second counter to whoever is signed on at one."""
    elsewhere = press.session.exec(
        select(Counter.id).where(
            Counter.branch_id == press.branch.id, Counter.staff_id == staff_id, col(Counter.id) != counter_id
        )
    ).first()
    if elsewhere is not None:
        raise Refused("elsewhere", message("You are signed on at counter {counter}.", counter=elsewhere))


def _mentor(press: Press, person: Staff, mentor_id: str | None) -> str | None:
    """Who guides a trainee: a colleague of the hall who is none; a person alone needs one, a machine knows of none."""
    if not person.trainee or (mentor_id is None and press.actor.all_rights):
        return None
    mentor = None if mentor_id is None else press.session.get(Staff, (press.branch.id, mentor_id))
    if mentor is None or mentor.trainee or not mentor.active or mentor.id == person.id:
        raise Refused("no_mentor", message("Choose who guides you: a trainee signs on with a mentor."))
    return mentor.id


def sign_off(session: Session, actor: Actor, stamp: Stamp, counter_id: int) -> Receipt:
    """Sign off 离岗: the counter closes; refused while somebody is at it."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        unoccupied(press, counter)
        counter.covering = False
        set_state(press, counter, CounterState.CLOSED)
        counter.staff_id = counter.mentor_id = None

    return perform(session, actor, stamp, "sign_off", work, right=Right.STAMP)


def pause(
    session: Session, actor: Actor, stamp: Stamp, counter_id: int, why: PauseReason, *, back_at: datetime | None = None
) -> Receipt:
    """Pause the service 暂停服务 with a reason and, if known, when it goes on; again, to say that anew."""
    if back_at is not None and back_at <= stamp.now:
        raise Refused("past", message("The time of return must lie ahead."))

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        unoccupied(press, counter)
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
