"""What data is missing in a period: silence where customers usually come, never mere quiet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session

from analytics.completeness import HallCompleteness, completeness
from models.actor import Actor, Grant
from models.store import Store
from models.tables import BranchHours
from standards.vocabulary import Outcome, Role
from tests.factories import DAY, MACHINE, a_hall, an_interaction, at

YESTERDAY = DAY - timedelta(days=1)
DAY_BEFORE = DAY - timedelta(days=2)
EVENING = at(20)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing() as opened:
        yield opened
        opened.rollback()


def put_opening(session: Session, code: str = "H1", opens: int = 9, closes: int = 17) -> None:
    session.add_all(
        BranchHours(branch_id=code, from_on=date(2020, 1, 1), weekday=weekday, opens=opens * 60, closes=closes * 60)
        for weekday in range(7)
    )
    session.flush()


def put_arrivals(session: Session, day: date, hours: range, each: int = 6, code: str = "H1") -> None:
    for hour in hours:
        for number in range(each):
            an_interaction(session, code, arrived_at=at(hour, 5 + number, day=day))


def of_hall(
    session: Session, first_on: date = DAY, last_on: date = DAY, now: datetime = EVENING, actor: Actor = MACHINE
) -> HallCompleteness:
    (only,) = completeness(session, actor, first_on, last_on, now=now)
    return only


def test_a_hall_with_customers_in_every_opening_hour_is_complete(session: Session) -> None:
    a_hall(session)
    put_opening(session)
    put_arrivals(session, DAY, range(9, 17))
    found = of_hall(session)
    assert found.complete
    assert (found.opening_hours, found.empty_hours, found.interactions) == (8, 0, 48)
    assert found.silent_since is None
    assert found.last_at == at(16, 10)


def test_a_hall_that_stops_sending_is_silent_since_its_last_arrival(session: Session) -> None:
    a_hall(session)
    put_opening(session)
    put_arrivals(session, YESTERDAY, range(9, 17))
    put_arrivals(session, DAY, range(9, 11))
    found = of_hall(session, now=at(14))
    assert not found.complete
    assert found.silent_since == at(10, 10)
    assert (found.opening_hours, found.empty_hours) == (5, 3)
    (gap,) = found.gaps
    assert gap.lasting
    assert gap.usual == pytest.approx(18)
    assert (gap.began_at, gap.ended_at) == (at(10, 10), at(14))


def test_a_silence_between_two_arrivals_is_a_gap_that_has_ended(session: Session) -> None:
    a_hall(session)
    put_opening(session)
    put_arrivals(session, YESTERDAY, range(9, 17), each=12)
    put_arrivals(session, DAY, range(9, 11), each=12)
    put_arrivals(session, DAY, range(14, 17), each=12)
    found = of_hall(session)
    assert not found.complete
    assert found.silent_since is None
    (gap,) = found.gaps
    assert (gap.began_at, gap.ended_at, gap.lasting, gap.hours) == (at(10, 16), at(14, 5), False, 3)


def test_a_quiet_hour_of_a_small_hall_counts_as_empty_but_not_as_missing(session: Session) -> None:
    a_hall(session)
    put_opening(session)
    for day in (DAY_BEFORE, YESTERDAY):
        put_arrivals(session, day, range(9, 17), each=1)
    put_arrivals(session, DAY, range(9, 14), each=1)
    found = of_hall(session)
    assert found.empty_hours == 3
    assert found.complete


def test_a_hall_without_any_interaction_is_incomplete_even_if_none_ever_came(session: Session) -> None:
    a_hall(session)
    put_opening(session)
    found = of_hall(session)
    assert not found.complete
    assert found.gaps == ()
    assert (found.first_at, found.last_at, found.opening_hours, found.empty_hours) == (None, None, 8, 8)


def test_hours_that_have_not_begun_are_not_missed(session: Session) -> None:
    a_hall(session)
    put_opening(session)
    put_arrivals(session, YESTERDAY, range(9, 17))
    put_arrivals(session, DAY, range(9, 11))
    found = of_hall(session, now=at(10, 59))
    assert (found.opening_hours, found.empty_hours) == (2, 0)
    assert found.complete


def test_a_day_on_which_the_hall_is_closed_lacks_nothing(session: Session) -> None:
    a_hall(session)
    session.add(BranchHours(branch_id="H1", from_on=date(2020, 1, 1), weekday=0, opens=540, closes=1020))
    session.flush()
    put_arrivals(session, DAY, range(9, 17))
    sunday = of_hall(session, first_on=YESTERDAY, last_on=YESTERDAY)
    assert sunday.opening_hours == 0
    assert sunday.complete


def test_new_opening_hours_hold_from_their_day_on(session: Session) -> None:
    a_hall(session)
    put_opening(session)
    session.add(BranchHours(branch_id="H1", from_on=DAY, weekday=0, opens=540, closes=660))
    session.flush()
    assert of_hall(session, first_on=YESTERDAY).opening_hours == 8 + 2


def test_without_opening_hours_silence_is_told_from_the_hours_that_customers_used(session: Session) -> None:
    a_hall(session)
    put_arrivals(session, DAY_BEFORE, range(9, 17))
    put_arrivals(session, DAY, range(9, 17))
    found = of_hall(session, first_on=DAY_BEFORE, last_on=DAY)
    assert found.opening_hours is None
    (gap,) = found.gaps
    assert (gap.began_at, gap.ended_at) == (at(16, 10, day=DAY_BEFORE), at(9, 5))


def test_a_test_ticket_is_no_sign_of_life(session: Session) -> None:
    a_hall(session)
    put_opening(session)
    an_interaction(session, outcome=Outcome.TEST, waited=None)
    assert of_hall(session).interactions == 0


def test_a_reader_is_told_of_their_own_halls_alone(session: Session) -> None:
    a_hall(session, "H1")
    a_hall(session, "H2")
    supervisor = Actor("s", "s", (Grant(Role.SUPERVISOR, frozenset({"H2"})),))
    assert of_hall(session, actor=supervisor).hall.id == "H2"
