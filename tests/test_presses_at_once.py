"""Presses at the same moment, on both stores: each is taken once or refused in words, and none is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlmodel import col, select

from actions.calling import call_next, no_show
from actions.counters import sign_on
from actions.press import Receipt
from actions.refusal import Refused
from actions.serving import finish, greet
from actions.tickets import take_ticket
from models.store import Store
from models.tables import AuditEvent, BranchPulse
from standards.vocabulary import Outcome
from tests.desks import GUIDE, HALL, WANG, ZHAO, Desk

ROUNDS = 12


@pytest.fixture
def manned(working_hall: Store) -> Desk:
    desk = Desk(working_hall)
    desk.press(sign_on, WANG, 1)
    desk.press(sign_on, ZHAO, 2)
    return desk


def at_once(*presses: Callable[[], Receipt]) -> list[Receipt | Refused]:
    """What each of several presses of one moment was answered; anything but a receipt or a refusal is raised."""
    together = Barrier(len(presses))

    def give(press: Callable[[], Receipt]) -> Receipt | Refused:
        together.wait()
        try:
            return press()
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(presses)) as threads:
        return list(threads.map(give, presses))


def test_tickets_of_one_moment_have_numbers_of_their_own(manned: Desk) -> None:
    for _ in range(ROUNDS):
        at_once(*[lambda: manned.press(take_ticket, GUIDE, "payment")] * 2)
    tickets = [row.ticket for row in manned.rows()]
    assert len(tickets) == 2 * ROUNDS
    assert len(set(tickets)) == len(tickets)


def test_two_clerks_never_call_the_same_ticket_nor_find_the_queue_empty(manned: Desk) -> None:
    for _ in range(2 * ROUNDS):
        manned.press(take_ticket, GUIDE, "payment")
    called = []
    for _ in range(ROUNDS):
        answers = at_once(
            lambda: manned.press(call_next, WANG, 1),
            lambda: manned.press(call_next, ZHAO, 2),
        )
        called += [answer.interaction_id for answer in answers if isinstance(answer, Receipt)]
        manned.press(finish, WANG, 1)
        manned.press(finish, ZHAO, 2)
    assert len(called) == len(set(called)) == 2 * ROUNDS


def test_of_two_presses_that_saw_the_same_screen_one_is_taken_and_one_is_stale(manned: Desk) -> None:
    for _ in range(ROUNDS):
        manned.press(take_ticket, GUIDE, "payment")
        manned.press(call_next, WANG, 1)
        seen = manned.counter().version

        def one(seen: int = seen) -> Receipt:
            return manned.press(greet, WANG, 1, seen=seen)

        def other(seen: int = seen) -> Receipt:
            return manned.press(no_show, WANG, 1, seen=seen)

        answers = at_once(one, other)
        assert sorted(answer.reason for answer in answers if isinstance(answer, Refused)) == ["stale"]
        if manned.open_rows():
            manned.press(finish, WANG, 1)


def test_the_same_press_twice_at_once_is_answered_twice_and_done_once(manned: Desk) -> None:
    for number in range(ROUNDS):
        manned.press(take_ticket, GUIDE, "payment")

        def twice(number: int = number) -> Receipt:
            return manned.press(call_next, WANG, 1, key=f"call-{number}")

        answers = [answer for answer in at_once(twice, twice) if isinstance(answer, Receipt)]
        assert [answer.event_id for answer in answers] == [answers[0].event_id] * 2
        manned.press(finish, WANG, 1)
    assert [row.outcome for row in manned.rows()] == [Outcome.COMPLETED] * ROUNDS
    with manned.store.reading() as session:
        events = session.exec(select(AuditEvent).where(col(AuditEvent.branch_id) == HALL)).all()
        pulse = session.get(BranchPulse, HALL)
        assert pulse is not None
        assert pulse.changes == len(events)
