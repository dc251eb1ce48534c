"""The judge: scope, limits and the wait, each rule of the definitions as a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from standards.judge import judge
from standards.standard import Scope, Standard
from standards.vocabulary import (
    NEVER_JUDGED,
    Begun,
    HallClass,
    Outcome,
    VerdictKind,
)
from tests.judged import (
    BUSINESS,
    DOOR,
    GREETING,
    MET,
    MINUTE,
    MISSED,
    NOT_APPLICABLE,
    NOT_JUDGED,
    NOW,
    OBSERVED,
    PAYMENT,
    PENDING,
    PROMISE,
    RATING,
    RINGING,
    SECOND,
    STANDARDS,
    WAIT,
    facts,
    gave_up,
    kind,
    on_telephone,
    waiting,
)


@pytest.mark.parametrize(
    ("standard", "fact", "limit"),
    [
        (GREETING, "greeting_ms", 15 * SECOND),
        (DOOR, "door_greeting_ms", 15 * SECOND),
        (WAIT, "wait_ms", 20 * MINUTE),
        (PAYMENT, "handling_ms", 5 * MINUTE),
    ],
)
def test_a_limit_includes_its_own_value(standard: Standard, fact: str, limit: int) -> None:
    assert kind(facts(**{fact: limit - 1}), standard) is MET
    assert kind(facts(**{fact: limit}), standard) is MET
    assert kind(facts(**{fact: limit + 1}), standard) is MISSED


def test_a_phone_picked_up_within_three_rings_meets_nine_seconds() -> None:
    assert kind(on_telephone(wait_ms=9 * SECOND), RINGING) is MET
    assert kind(on_telephone(wait_ms=9 * SECOND + 1), RINGING) is MISSED


def test_a_verdict_carries_its_row_its_edition_and_its_reason() -> None:
    verdict = judge(facts(greeting_ms=15_400), GREETING, NOW)
    assert verdict.standard is GREETING
    assert verdict.edition == GREETING.edition
    assert str(verdict.reason) == "Greeted after 0:00:15.400000; the limit is 0:00:15."


def test_out_of_scope_is_not_applicable() -> None:
    assert kind(facts(business_type="repair"), PAYMENT) is NOT_APPLICABLE
    assert kind(facts(), BUSINESS) is NOT_APPLICABLE
    assert kind(on_telephone(), GREETING) is NOT_APPLICABLE
    assert kind(facts(), replace(GREETING, scope=Scope(hall_classes=(HallClass.A,)))) is NOT_APPLICABLE


@pytest.mark.parametrize("standard", [GREETING, WAIT, PAYMENT, RATING])
@pytest.mark.parametrize("outcome", sorted(NEVER_JUDGED))
def test_void_test_and_diverted_tickets_are_never_judged(standard: Standard, outcome: Outcome) -> None:
    assert kind(facts(outcome=outcome, rating=1), standard) is NOT_JUDGED


@pytest.mark.parametrize("code", ["H03", "H11"])
def test_a_mean_or_a_count_gives_no_verdict_on_a_visit(code: str) -> None:
    with pytest.raises(ValueError, match=code):
        judge(facts(), STANDARDS[code], NOW)


@pytest.mark.parametrize("outcome", [Outcome.LEFT, Outcome.NO_SHOW])
def test_who_gave_up_over_the_limit_fails_the_wait_and_within_it_is_not_judged(outcome: Outcome) -> None:
    assert kind(gave_up(20 * MINUTE - 1, outcome), WAIT) is NOT_JUDGED
    assert kind(gave_up(20 * MINUTE, outcome), WAIT) is NOT_JUDGED
    assert kind(gave_up(20 * MINUTE + 1, outcome), WAIT) is MISSED


def test_who_left_after_the_call_is_judged_on_the_wait() -> None:
    left = facts(outcome=Outcome.LEFT, started_at=None, greeted=False, greeting_ms=None, handling_ms=None)
    assert kind(left, WAIT) is MET
    assert kind(replace(left, wait_ms=20 * MINUTE + 1), WAIT) is MISSED


def test_a_wait_that_goes_on_is_pending_within_the_limit_and_has_failed_beyond_it() -> None:
    limit = timedelta(minutes=20)
    assert kind(waiting(limit - timedelta(milliseconds=1)), WAIT) is PENDING
    assert kind(waiting(limit), WAIT) is PENDING
    assert kind(waiting(limit + timedelta(milliseconds=1)), WAIT) is MISSED


def test_a_wait_that_has_not_begun_before_the_doors_open_is_pending() -> None:
    assert kind(waiting(timedelta(minutes=-20)), WAIT) is PENDING


def test_a_restored_no_shows_wait_ended_at_its_first_call() -> None:
    restored = waiting(timedelta(hours=2), called=True, wait_ms=5 * MINUTE)
    assert kind(restored, WAIT) is MET


@pytest.mark.parametrize("begun", [Begun.WALK_IN, Begun.ADDED, Begun.TRANSFER])
def test_without_a_ticket_of_its_own_nobody_measured_a_wait(begun: Begun) -> None:
    assert kind(facts(begun=begun, wait_ms=None), WAIT) is NOT_APPLICABLE


def test_a_call_logged_by_hand_has_no_wait() -> None:
    assert kind(on_telephone(begun=Begun.WALK_IN, wait_ms=None), RINGING) is NOT_APPLICABLE


def test_a_finished_visit_whose_call_was_not_stamped_has_no_wait() -> None:
    assert kind(facts(wait_ms=None), WAIT) is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("met", "observed", "expected"),
    [(5, 5, MET), (4, 5, MISSED), (4, 4, NOT_APPLICABLE), (3, 4, MISSED), (0, 0, NOT_APPLICABLE)],
)
def test_an_unticked_box_is_not_a_failure(met: int, observed: int, expected: VerdictKind) -> None:
    assert kind(facts(checks={"H02": (met, observed)}), OBSERVED) is expected


def test_a_visit_nobody_observed_gives_no_verdict() -> None:
    assert kind(facts(checks={"H07": (1, 1)}), OBSERVED) is NOT_APPLICABLE


@pytest.mark.parametrize(("rating", "expected"), [(5, MET), (4, MET), (3, MISSED), (1, MISSED), (None, NOT_APPLICABLE)])
def test_level_four_or_better_is_satisfied_and_no_rating_is_no_fact(rating: int | None, expected: VerdictKind) -> None:
    assert kind(facts(rating=rating), RATING) is expected


def test_a_promised_answer_is_due_at_the_promised_time() -> None:
    promised = on_telephone(promised_at=NOW)
    assert kind(promised, PROMISE) is PENDING
    assert kind(promised, PROMISE, NOW + timedelta(milliseconds=1)) is MISSED
    assert kind(replace(promised, promise_kept_at=NOW), PROMISE, NOW + timedelta(days=1)) is MET
    assert kind(replace(promised, promise_kept_at=NOW + timedelta(milliseconds=1)), PROMISE) is MISSED
    assert kind(on_telephone(), PROMISE) is NOT_APPLICABLE
