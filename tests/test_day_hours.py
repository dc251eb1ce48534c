"""Hours of a single day: published ahead, and every wait, every figure of openness follows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from actions.day_hours import day_hours_rows, set_day_hours
from actions.refusal import Refused
from actions.setup import add_branch
from actions.tickets import take_ticket
from analytics.directory import halls
from analytics.hall_hours import hall_hours
from analytics.opening_hours import open_hours
from analytics.opening_hours import opening_weeks as weeks_of_halls
from models.actor import NotAllowed
from models.check import check
from models.standing import opening_weeks, with_special_days
from models.store import Store
from models.tables import AuditEvent, Branch, DayHours
from standards.derive import Opening, OpeningWeek, wait_from
from standards.vocabulary import Channel
from tests.desks import GUIDE, HALL, HEAD, WANG, Desk
from tests.factories import DAY, MACHINE, ZONE, at

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    """A hall open 8:30 to 17:30 every day, on a Monday morning."""
    return Desk(working_hall, now=at(9))


def refused(reason: str, work: Callable[..., object], *arguments: Any, **named: Any) -> None:
    with pytest.raises(Refused) as caught:
        work(*arguments, **named)
    assert caught.value.reason == reason


def publish(desk: Desk, of_day: date, *intervals: tuple[int, int], why: str = "holiday") -> None:
    with desk.store.writing() as session:
        set_day_hours(session, HEAD, HALL, of_day, intervals, why, now=desk.now)


def counts_from(desk: Desk, arrived_at: datetime) -> datetime:
    desk.now = arrived_at
    return desk.row(desk.press(take_ticket, GUIDE, "payment").interaction_id).wait_from_at


def open_at(desk: Desk, now: datetime) -> bool:
    with desk.store.reading() as session:
        hall = session.get_one(Branch, HALL)
        return hall_hours(opening_weeks(session, hall, now.astimezone(ZONE).date()), ZONE, now).open


def test_a_ticket_of_a_closed_day_counts_from_the_next_opening(desk: Desk) -> None:
    publish(desk, NEXT)
    assert counts_from(desk, at(10, day=NEXT)) == at(8, 30, day=NEXT + timedelta(days=1))
    assert not open_at(desk, at(10, day=NEXT))
    assert open_at(desk, at(10, day=NEXT + timedelta(days=1)))


def test_a_shorter_day_and_a_longer_one_hold_for_that_day_alone(desk: Desk) -> None:
    publish(desk, NEXT, (600, 720), (780, 1200))
    assert counts_from(desk, at(9, day=NEXT)) == at(10, day=NEXT)
    assert counts_from(desk, at(19, day=NEXT)) == at(19, day=NEXT)
    assert counts_from(desk, at(8, day=NEXT + timedelta(days=1))) == at(8, 30, day=NEXT + timedelta(days=1))
    assert not open_at(desk, at(9, day=NEXT))


def test_several_days_in_a_row_are_closed_one_by_one(desk: Desk) -> None:
    for ahead in range(1, 5):
        publish(desk, DAY + timedelta(days=ahead))
    assert counts_from(desk, at(18)) == at(8, 30, day=DAY + timedelta(days=5))
    assert check(desk.store).whole


def test_an_evenings_ticket_follows_the_hours_that_are_published_after_it(desk: Desk) -> None:
    desk.now = at(18)
    row_id = desk.press(take_ticket, GUIDE, "payment").interaction_id
    assert desk.row(row_id).wait_from_at == at(8, 30, day=NEXT)
    publish(desk, NEXT, (720, 900))
    assert desk.row(row_id).wait_from_at == at(12, day=NEXT)
    publish(desk, NEXT)
    assert desk.row(row_id).wait_from_at == at(8, 30, day=NEXT + timedelta(days=1))
    with desk.store.writing() as session:
        set_day_hours(session, HEAD, HALL, NEXT, None, "no holiday after all", now=desk.now)
    assert desk.row(row_id).wait_from_at == at(8, 30, day=NEXT)
    assert check(desk.store).whole


def test_a_hall_that_opens_on_one_weekday_alone_is_closed_and_not_without_hours_on_it(desk: Desk) -> None:
    with desk.store.writing() as session:
        add_branch(session, MACHINE, "ONE", zone=ZONE.key, openings=(Opening(1, 540, 600),), now=desk.now)
        set_day_hours(session, MACHINE, "ONE", NEXT, (), "stocktaking", now=desk.now)
        hall = session.get_one(Branch, "ONE")
        weeks = opening_weeks(session, hall, NEXT)
    noon = at(12, day=NEXT)
    assert wait_from(noon, Channel.COUNTER, weeks, ZONE) == at(9, day=NEXT + timedelta(days=7))
    assert not hall_hours(weeks, ZONE, noon).open


def test_completeness_expects_nothing_of_a_closed_day(desk: Desk) -> None:
    publish(desk, NEXT)
    publish(desk, NEXT + timedelta(days=1), (540, 660))
    with desk.store.reading() as session:
        (hall,) = halls(session, HEAD)
        weeks = weeks_of_halls(session, [HALL])[HALL]
        hours = open_hours(hall, weeks, NEXT, NEXT + timedelta(days=1), until=at(23, day=NEXT + timedelta(days=3)))
    assert [hour.start for hour in hours] == [at(9, day=NEXT + timedelta(days=1)), at(10, day=NEXT + timedelta(days=1))]


def test_today_and_before_and_days_with_visits_are_for_an_approved_change(desk: Desk) -> None:
    for of_day in (DAY, DAY - timedelta(days=1)):
        refused("past_day", publish, desk, of_day, (600, 720))
    desk.now = at(9, day=NEXT)
    desk.press(take_ticket, GUIDE, "payment")
    desk.now = at(9)
    refused("hours_in_use", publish, desk, NEXT)
    refused("no_reason", publish, desk, NEXT + timedelta(days=1), why=" ")


def test_only_whoever_runs_the_hall_or_sets_it_up_publishes_its_hours(desk: Desk) -> None:
    for actor in (WANG, GUIDE):
        with pytest.raises(NotAllowed), desk.store.writing() as session:
            set_day_hours(session, actor, HALL, NEXT, (), "holiday", now=desk.now)


@pytest.mark.parametrize("wrong", [((600, 600),), ((-1, 5),), ((1440, 1500),), ((0, 1441),)])
def test_what_is_no_interval_is_refused(wrong: tuple[tuple[int, int], ...]) -> None:
    refused("hours", day_hours_rows, HALL, NEXT, wrong, "why")


def test_intervals_may_touch_but_not_overlap() -> None:
    (row,) = day_hours_rows(HALL, NEXT, [(780, 900), (600, 780)], " why ")
    assert (row.intervals, row.why) == ("600-780 780-900", "why")
    refused("hours_overlap", day_hours_rows, HALL, NEXT, [(600, 781), (780, 900)], "why")


def test_the_trail_keeps_what_was_published_before(desk: Desk) -> None:
    publish(desk, NEXT, (600, 720))
    publish(desk, NEXT, (600, 780))
    with desk.store.reading() as session:
        assert [row.intervals for row in session.exec(select(DayHours))] == ["600-780"]
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "set_day_hours")).all()[-1]
        assert [row["intervals"] for row in event.before.values() if row] == ["600-720"]


INTERVALS = st.lists(st.integers(0, 95), min_size=2, max_size=6, unique=True).map(
    lambda quarters: tuple(
        (opens * 15, closes * 15) for opens, closes in zip(sorted(quarters)[::2], sorted(quarters)[1::2], strict=False)
    )
)
WEEK_OF = st.dictionaries(st.integers(0, 6), INTERVALS, max_size=7)


@given(
    week=WEEK_OF,
    later=WEEK_OF,
    special=st.dictionaries(st.integers(-1, 14), st.just(()) | INTERVALS, max_size=6),
    minute=st.integers(0, 3 * 1440),
)
def test_a_wait_counts_from_the_next_interval_whatever_days_are_special(
    week: dict[int, tuple[tuple[int, int], ...]],
    later: dict[int, tuple[tuple[int, int], ...]],
    special: dict[int, tuple[tuple[int, int], ...]],
    minute: int,
) -> None:
    """Against a straightforward re-derivation: walk through the days, each with its own intervals."""
    changes_on = DAY + timedelta(days=5)
    standing = tuple(
        OpeningWeek(from_on, tuple(Opening(day, *one) for day, ones in of_week.items() for one in ones))
        for from_on, of_week in ((DAY - timedelta(days=30), week), (changes_on, later))
    )
    days = {DAY + timedelta(days=ahead): intervals for ahead, intervals in special.items()}
    arrived_at = at(0) + timedelta(minutes=minute)
    today = arrived_at.astimezone(ZONE).date()

    def intervals_on(day: date) -> tuple[tuple[int, int], ...]:
        return days[day] if day in days else (later if day >= changes_on else week).get(day.weekday(), ())

    def walked() -> datetime:
        for ahead in range(-1, 15):
            day = today + timedelta(days=ahead)
            midnight = datetime.combine(day, time(), ZONE)
            for opens, closes in sorted(intervals_on(day)):
                if arrived_at < midnight + timedelta(minutes=closes):
                    return max(arrived_at, (midnight + timedelta(minutes=opens)).astimezone(UTC))
        return arrived_at

    no_hours_set = today not in days and not any((later if today >= changes_on else week).values())
    expected = arrived_at if no_hours_set else walked()
    assert wait_from(arrived_at, Channel.COUNTER, with_special_days(standing, days), ZONE) == expected
