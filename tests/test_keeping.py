"""What is kept by its key: made once at a time, for as long as it stands, and never more than there is room for."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.keeping import Kept

SECONDS, MOST = 10.0, 3


class Hand:
    """A clock's hand that is moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.floats(0, 8)), max_size=60))
def test_a_value_is_never_older_than_its_time_and_never_another_keys(asked: list[tuple[str, float]]) -> None:
    hand = Hand()
    kept = Kept(SECONDS, MOST, hand)
    for key, later in asked:
        hand.at += later
        made_for, made_at = kept.value(key, lambda key=key: (key, hand.at))  # type: ignore[misc]
        assert made_for == key
        assert hand.at - made_at < SECONDS
        assert len(kept) <= MOST


def test_a_value_stands_until_its_time_is_over() -> None:
    hand, made = Hand(), iter(range(9))
    kept = Kept(SECONDS, MOST, hand, chance=lambda: 0.0)
    seen = []
    for hand.at in (0.0, 9.9, 10.0, 19.9):
        seen.append(kept.value("key", lambda: next(made)))
    assert seen == [0, 0, 1, 1]


def test_what_was_made_at_once_is_not_all_made_again_at_once() -> None:
    hand, chances = Hand(), iter((0.0, 0.5, 0.0))
    kept = Kept(SECONDS, MOST, hand, lambda: next(chances))
    for key in "ab":
        kept.value(key, lambda: "first")
    hand.at = 0.9 * SECONDS
    assert [kept.value(key, lambda: "again") for key in "ab"] == ["first", "again"]


def test_many_who_ask_at_once_have_it_made_once() -> None:
    kept, together = Kept(SECONDS, MOST), Barrier(8)
    made: list[object] = []
    seen: list[object] = []

    def make() -> object:
        made.append(object())
        return made[-1]

    def ask() -> None:
        together.wait()
        seen.append(kept.value("key", make))

    asking = [Thread(target=ask) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert seen == made * 8


def test_one_key_being_made_holds_up_no_other() -> None:
    kept, begun, go_on = Kept(SECONDS, MOST), Event(), Event()

    def slowly() -> str:
        begun.set()
        go_on.wait(10)
        return "slow"

    slow = Thread(target=kept.value, args=("slow", slowly))
    slow.start()
    begun.wait(10)
    assert kept.value("quick", lambda: "quick") == "quick"
    go_on.set()
    slow.join()
    assert kept.value("slow", fails) == "slow"


def test_what_failed_is_asked_for_again() -> None:
    kept = Kept(SECONDS, MOST)
    with pytest.raises(LookupError):
        kept.value("key", fails)
    assert len(kept) == 0
    assert kept.value("key", lambda: "there") == "there"


def test_after_clearing_everything_is_made_anew() -> None:
    kept = Kept(SECONDS, MOST)
    answers: list[Callable[[], str]] = [lambda: "first", lambda: "second"]
    seen = []
    for make in answers:
        seen.append(kept.value("key", make))
        kept.clear()
    assert seen == ["first", "second"]


def fails() -> str:
    raise LookupError
