"""Halls side by side: raw figures of each, the period before, and the course over days or weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from analytics.side_by_side import HallFigures, SideBySide, comparable_standards, side_by_side
from models.actor import Actor, Grant
from models.store import Store
from standards.standard import Standard
from standards.vocabulary import Issuer, Outcome, Role
from tests.factories import DAY, MACHINE, a_hall, an_interaction, at, minutes, seconds

LATER = at(23)
LAST_WEEK = DAY - timedelta(days=7)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing() as opened:
        yield opened
        opened.rollback()


def put_greetings(session: Session, hall: str, day: date, met: int, missed: int = 0) -> None:
    for number in range(met + missed):
        after = seconds(10 if number < met else 40)
        an_interaction(session, hall, arrived_at=at(10, number % 60, day=day), greeted_after=after)


def the_standard(session: Session, code: str = "H01", actor: Actor = MACHINE) -> Standard:
    return next(row for row in comparable_standards(session, actor, DAY, DAY) if row.code == code)


def compared(session: Session, first_on: date = DAY, last_on: date = DAY, actor: Actor = MACHINE) -> SideBySide:
    return side_by_side(session, actor, the_standard(session, actor=actor), first_on, last_on, now=LATER)


def figures(answer: SideBySide, hall: str) -> HallFigures:
    return next(figures for figures in answer.halls if figures.hall.id == hall)


def test_every_hall_stands_in_the_order_of_its_code_whatever_its_share(session: Session) -> None:
    for code in ("H3", "H1", "H2"):
        a_hall(session, code)
    put_greetings(session, "H3", DAY, met=3)
    put_greetings(session, "H2", DAY, met=1, missed=2)
    assert [hall.hall.id for hall in compared(session).halls] == ["H1", "H2", "H3"]


def test_the_region_adds_cases_and_averages_no_shares(session: Session) -> None:
    a_hall(session, "H1")
    a_hall(session, "H2")
    put_greetings(session, "H1", DAY, met=1)
    put_greetings(session, "H2", DAY, met=1, missed=2)
    region = compared(session).region
    assert region is not None
    assert (region.met, region.judged) == (2, 4)


def test_the_change_is_against_as_many_days_just_before(session: Session) -> None:
    a_hall(session)
    put_greetings(session, "H1", LAST_WEEK, met=10, missed=10)
    put_greetings(session, "H1", DAY, met=15, missed=5)
    answer = compared(session, first_on=DAY - timedelta(days=6))
    assert (answer.before_first_on, answer.before_last_on) == (DAY - timedelta(days=13), LAST_WEEK)
    assert figures(answer, "H1").change == pytest.approx(0.25)


def test_too_few_cases_make_no_change(session: Session) -> None:
    a_hall(session)
    put_greetings(session, "H1", LAST_WEEK, met=19)
    put_greetings(session, "H1", DAY, met=20)
    assert figures(compared(session, first_on=DAY - timedelta(days=6)), "H1").change is None


def test_a_short_period_goes_by_days(session: Session) -> None:
    a_hall(session)
    put_greetings(session, "H1", DAY, met=2)
    course = figures(compared(session, first_on=DAY - timedelta(days=2)), "H1").course
    assert [stretch.first_on for stretch in course] == [DAY - timedelta(days=2), DAY - timedelta(days=1), DAY]
    assert [stretch.share.judged if stretch.share else 0 for stretch in course] == [0, 0, 2]


def test_a_long_period_goes_by_weeks_that_end_on_the_last_day_and_lose_no_case(session: Session) -> None:
    a_hall(session)
    put_greetings(session, "H1", DAY, met=2)
    put_greetings(session, "H1", LAST_WEEK, met=3)
    answer = compared(session, first_on=DAY - timedelta(days=44))
    course = figures(answer, "H1").course
    assert course[0].first_on == DAY - timedelta(days=44)
    assert {(stretch.last_on - stretch.first_on).days for stretch in course[1:]} == {6}
    assert [stretch.share.judged if stretch.share else 0 for stretch in course[-2:]] == [3, 2]
    assert sum(stretch.share.judged for stretch in course if stretch.share) == 5


def test_days_with_few_cases_are_put_together_to_weeks(session: Session) -> None:
    a_hall(session)
    for ahead in range(20):
        put_greetings(session, "H1", DAY - timedelta(days=ahead), met=1)
    course = figures(compared(session, first_on=DAY - timedelta(days=19)), "H1").course
    assert [stretch.share.judged for stretch in course if stretch.share] == [6, 7, 7]


def test_a_reader_sees_their_own_halls_and_no_region_beyond(session: Session) -> None:
    a_hall(session, "H1")
    a_hall(session, "H2")
    put_greetings(session, "H1", DAY, met=5)
    put_greetings(session, "H2", DAY, met=1)
    supervisor = Actor("s", "s", (Grant(Role.SUPERVISOR, frozenset({"H2"})),))
    answer = compared(session, actor=supervisor)
    assert [hall.hall.id for hall in answer.halls] == ["H2"]
    assert answer.region is not None
    assert answer.region.judged == 1


def test_only_standards_that_interactions_have_facts_for_are_compared(session: Session) -> None:
    a_hall(session)
    a_hall(session, "H2", issuer=Issuer.SOUTHERN_GRID)
    codes = [row.code for row in comparable_standards(session, MACHINE, DAY, DAY)]
    assert codes == sorted(set(codes))
    assert {"H01", "H03", "H05", "H06", "H11", "H15", "T05"} <= set(codes)
    assert not {"H04", "H12", "C03", "F01-city"} & set(codes)


def test_without_halls_there_is_nothing_to_compare(session: Session) -> None:
    assert comparable_standards(session, MACHINE, DAY, DAY) == ()


def test_a_mean_has_the_percentiles_of_its_own_waits_in_each_hall_and_stretch_and_in_the_region(
    session: Session,
) -> None:
    for code in ("H1", "H2"):
        a_hall(session, code)
    next_day = DAY + timedelta(days=1)
    for hall, day, waited in (("H1", DAY, 2), ("H1", next_day, 6), ("H2", DAY, 40), ("H2", LAST_WEEK, 90)):
        an_interaction(
            session, hall, arrived_at=at(10, day=day), waited=minutes(waited), outcome=Outcome.LEFT, handled=None
        )
    answer = side_by_side(session, MACHINE, the_standard(session, "H03"), DAY, next_day, now=LATER)
    shown = [figures(answer, "H1").share, figures(answer, "H2").share, answer.region]
    assert [share.spread and (share.spread.p50, share.spread.p90) for share in shown if share] == [
        (minutes(2), minutes(6)),
        (minutes(40), minutes(40)),
        (minutes(6), minutes(40)),
    ]
    assert [stretch.share.spread.p50 for stretch in answer.course if stretch.share and stretch.share.spread] == [
        minutes(2),
        minutes(6),
    ]
