"""A device's clock: a request that was long under way is no slow clock, and a clock that is off is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from standards.device_clock import BELIEVED_AFTER, TOLERANCE, Difference, difference, happened_at

NOW = datetime(2026, 3, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
delays = st.floats(0, 55).map(lambda seconds: timedelta(seconds=seconds))


def after(measures: list[tuple[float, float]]) -> Difference:
    """The difference after requests, each with its time and its measure in seconds."""
    known = None
    for at, measured in measures:
        known = difference(measured * SECOND, known, NOW + at * SECOND)
    assert known is not None
    return known


def test_one_request_that_was_long_under_way_changes_nothing() -> None:
    assert after([(0, 0.1), (5, 20), (6, 0.2)]) == Difference(0.1 * SECOND)


def test_a_first_request_that_was_long_under_way_is_set_right_by_the_next() -> None:
    assert after([(0, 30), (5, 0.1)]).kept == 0.1 * SECOND


def test_a_clock_that_has_gone_slow_is_believed_when_every_request_says_so_for_a_while() -> None:
    assert after([(0, 0), (5, 10), (30, 10.5)]).kept == timedelta()
    assert after([(0, 0), (5, 10), (30, 10.5), (66, 12)]) == Difference(10 * SECOND)
    assert after([(0, 0), (5, 10), (30, 0.5), (66, 12)]).kept == timedelta()


def test_a_clock_that_is_minutes_off_or_was_set_forward_is_believed_at_once() -> None:
    assert after([(0, 0), (5, 90)]).kept == 90 * SECOND
    assert after([(0, 0), (5, -8)]).kept == -8 * SECOND


@given(st.lists(st.tuples(st.floats(0.1, 30), delays), min_size=1, max_size=20), st.integers(-300, 300))
def test_however_requests_are_delayed_one_quick_one_sets_the_clock_right(
    requests: list[tuple[float, timedelta]], off: int
) -> None:
    known, now = None, NOW
    for pause, delay in requests:
        now += pause * SECOND
        known = difference(off * SECOND + delay, known, now)
    quick = difference(off * SECOND, known, now + SECOND)
    assert abs(quick.kept - off * SECOND) <= TOLERANCE
    assert happened_at(NOW, quick.kept) - NOW in {quick.kept, timedelta()}


@given(st.lists(st.tuples(st.floats(0.1, 20), delays), max_size=12))
def test_a_true_clock_is_moved_by_delays_only_where_they_last(requests: list[tuple[float, timedelta]]) -> None:
    known, now, slow_since = Difference(timedelta()), NOW, None
    for pause, delay in requests:
        now += pause * SECOND
        slow_since = None if delay <= TOLERANCE else slow_since or now
        known = difference(delay, known, now)
        if slow_since is None or now - slow_since < BELIEVED_AFTER:
            assert known.kept <= TOLERANCE
        else:
            break
