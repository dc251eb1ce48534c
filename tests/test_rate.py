"""So many at once and so many a second: a guesser waits, a hall's machines and people do not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.asked import a_scope, ask, inside
from web.rate import OPENING, SENDING, TRYING, WATCHING, Allowance, Buckets, RateLimit, household

HERE, ELSEWHERE = "192.0.2.7", "192.0.2.8"
FEW = Allowance("few", at_once=3, a_second=0.5)


class Hand:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Hand:
    return Hand()


def test_after_so_many_one_waits_and_then_gets_one(clock: Hand) -> None:
    buckets = Buckets(clock)
    assert [buckets.wait(FEW, HERE) for _ in range(4)] == [0, 0, 0, 2]
    assert buckets.wait(FEW, ELSEWHERE) == 0
    clock.at += 1
    assert buckets.wait(FEW, HERE) == 1
    clock.at += 1
    assert [buckets.wait(FEW, HERE) for _ in range(2)] == [0, 2]


def test_asking_in_vain_does_not_put_it_off(clock: Hand) -> None:
    buckets = Buckets(clock)
    for _ in range(100):
        buckets.wait(FEW, HERE)
    clock.at += 2
    assert buckets.wait(FEW, HERE) == 0


def test_a_device_may_send_two_hundred_a_second_for_ever(clock: Hand) -> None:
    buckets = Buckets(clock)
    for _ in range(200 * 60):
        clock.at += 1 / 200
        assert buckets.wait(SENDING, HERE) == 0


@given(some.lists(some.floats(0, 5), max_size=60))
def test_never_more_than_the_allowance_gets_through(pauses: list[float]) -> None:
    clock = Hand()
    buckets, through = Buckets(clock), 0
    for pause in pauses:
        clock.at += pause
        through += buckets.wait(FEW, HERE) == 0
    assert through <= FEW.at_once + sum(pauses) * FEW.a_second + 1e-6


def test_the_addresses_that_are_remembered_are_limited(clock: Hand) -> None:
    buckets = Buckets(clock, most=2)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"):
        buckets.wait(FEW, address)
    assert len(buckets._left) == 2


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_of_ipv6_the_network_is_counted(address: str, counted: str) -> None:
    assert household(address) == counted


@pytest.mark.parametrize(
    ("scope", "allowance"),
    [
        (a_scope("/auth/sign-in", "POST"), TRYING),
        (a_scope("/api/events", "POST"), SENDING),
        (a_scope("/readyz"), WATCHING),
    ],
)
def test_one_too_many_is_told_when_to_come_back(clock: Hand, scope: dict[str, Any], allowance: Allowance) -> None:
    guard = RateLimit(inside, Buckets(clock))
    assert all(ask(guard, scope).let_in for _ in range(3))
    for _ in range(allowance.at_once - 3):
        guard.buckets.wait(allowance, "127.0.0.1")
    answered = ask(guard, scope)
    assert answered.status == 429
    assert answered.headers["retry-after"] == "1"
    clock.at += 1 / allowance.a_second
    assert ask(guard, scope).let_in


def test_a_websocket_too_many_is_closed(clock: Hand) -> None:
    guard = RateLimit(inside, Buckets(clock))
    for _ in range(OPENING.at_once):
        guard.buckets.wait(OPENING, "127.0.0.1")
    assert ask(guard, a_scope(kind="websocket")).closed_with == 1013


def test_the_screens_own_files_are_not_counted(clock: Hand) -> None:
    guard = RateLimit(inside, Buckets(clock))
    assert ask(guard, a_scope("/static/js/index.js")).let_in
    assert not guard.buckets._left
