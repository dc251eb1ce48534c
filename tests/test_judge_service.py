"""The judge: greeting and handling, each rule of the definitions as a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from standards.judge import judge
from standards.vocabulary import (
    OPEN,
    Begun,
    Outcome,
)
from tests.judged import (
    DOOR,
    GREETING,
    MET,
    MINUTE,
    MISSED,
    NOT_APPLICABLE,
    NOT_JUDGED,
    NOW,
    PAYMENT,
    PENDING,
    SECOND,
    facts,
    gave_up,
    kind,
    serving,
    waiting,
)


@pytest.mark.parametrize("outcome", sorted(OPEN))
def test_an_open_visit_is_pending_until_it_is_greeted(outcome: Outcome) -> None:
    assert kind(facts(outcome=outcome, greeted=False, greeting_ms=None), GREETING) is PENDING


def test_a_visit_that_ended_without_a_greeting_stamp_is_not_a_failure() -> None:
    assert kind(facts(greeted=False, greeting_ms=None), GREETING) is NOT_APPLICABLE


def test_a_greeting_with_an_inaccurate_stamp_gives_no_verdict() -> None:
    assert kind(facts(greeting_ms=None), GREETING) is NOT_APPLICABLE
    assert kind(serving(greeting_ms=None), GREETING) is NOT_APPLICABLE


@pytest.mark.parametrize("outcome", [Outcome.LEFT, Outcome.NO_SHOW])
def test_who_gave_up_is_not_judged_on_greeting_or_handling(outcome: Outcome) -> None:
    assert kind(gave_up(MINUTE, outcome), GREETING) is NOT_JUDGED
    assert kind(gave_up(MINUTE, outcome), PAYMENT) is NOT_JUDGED


def test_who_left_after_the_call_is_judged_on_the_greeting_if_it_was_stamped() -> None:
    left = facts(outcome=Outcome.LEFT, greeting_ms=16 * SECOND)
    assert kind(left, GREETING) is MISSED
    assert kind(replace(left, greeted=False, greeting_ms=None), GREETING) is NOT_APPLICABLE


def test_a_transfer_is_judged_anew_in_its_new_queue() -> None:
    assert kind(facts(begun=Begun.TRANSFER, greeting_ms=16 * SECOND), GREETING) is MISSED


def test_added_business_has_no_greeting_of_its_own() -> None:
    added = serving(begun=Begun.ADDED, greeted=False, greeting_ms=None)
    assert kind(added, GREETING) is NOT_APPLICABLE


def test_without_a_ticket_a_greeting_is_awaited_only_where_the_arrival_was_stamped() -> None:
    walk_in = serving(begun=Begun.WALK_IN, greeted=False, greeting_ms=None)
    assert kind(walk_in, GREETING) is NOT_APPLICABLE
    assert kind(replace(walk_in, at_counter=True), GREETING) is PENDING
    assert kind(replace(walk_in, at_counter=True, greeted=True, greeting_ms=SECOND), GREETING) is MET


def test_who_came_without_a_ticket_and_left_was_never_abandoned() -> None:
    left = facts(begun=Begun.WALK_IN, outcome=Outcome.LEFT, called=False, at_counter=True, greeting_ms=16 * SECOND)
    assert not left.abandoned
    assert kind(left, GREETING) is MISSED


def test_a_door_nobody_watched_gives_no_verdict() -> None:
    assert kind(facts(), DOOR) is NOT_APPLICABLE


def test_handling_is_divided_by_the_items() -> None:
    three = facts(items=3, handling_ms=15 * MINUTE)
    assert kind(three, PAYMENT) is MET
    assert kind(replace(three, handling_ms=15 * MINUTE + 1), PAYMENT) is MISSED
    assert kind(three, replace(PAYMENT, per_item=False)) is MISSED


def test_there_is_at_least_one_item() -> None:
    assert kind(facts(items=0, handling_ms=5 * MINUTE), PAYMENT) is MET


@pytest.mark.parametrize("outcome", [Outcome.TRANSFERRED, Outcome.LEFT])
def test_a_part_that_was_transferred_or_left_is_not_judged_on_handling(outcome: Outcome) -> None:
    assert kind(facts(outcome=outcome, handling_ms=99 * MINUTE), PAYMENT) is NOT_JUDGED


def test_added_business_that_the_customer_left_is_an_unfinished_part() -> None:
    verdict = judge(facts(begun=Begun.ADDED, outcome=Outcome.LEFT, called=False), PAYMENT, NOW)
    assert str(verdict.reason) == "left: an unfinished part is not judged."


def test_open_handling_is_pending_within_the_limit_and_has_failed_beyond_it() -> None:
    limit = timedelta(minutes=5)
    assert kind(serving(started_at=NOW - limit), PAYMENT) is PENDING
    assert kind(serving(started_at=NOW - limit - timedelta(milliseconds=1)), PAYMENT) is MISSED


def test_open_handling_uses_the_items_entered_so_far() -> None:
    ten_minutes = serving(started_at=NOW - timedelta(minutes=10), items=2)
    assert kind(ten_minutes, PAYMENT) is PENDING
    assert kind(replace(ten_minutes, items=1), PAYMENT) is MISSED


def test_holds_are_taken_off_open_handling() -> None:
    assert kind(serving(started_at=NOW - timedelta(minutes=8), held_ms=3 * MINUTE), PAYMENT) is PENDING
    assert kind(serving(started_at=NOW - timedelta(minutes=8), held_ms=3 * MINUTE - 1), PAYMENT) is MISSED


def test_a_hold_that_goes_on_stops_the_clock() -> None:
    held = serving(
        outcome=Outcome.HELD,
        started_at=NOW - timedelta(hours=2),
        held_since_at=NOW - timedelta(minutes=115),
    )
    assert kind(held, PAYMENT) is PENDING
    assert kind(replace(held, held_since_at=NOW - timedelta(minutes=114)), PAYMENT) is MISSED


def test_what_has_not_started_is_pending() -> None:
    assert kind(waiting(timedelta(minutes=3)), PAYMENT) is PENDING


def test_finished_work_without_its_stamps_gives_no_verdict() -> None:
    assert kind(facts(handling_ms=None), PAYMENT) is NOT_APPLICABLE
