"""One's own results: one's own alone, beside one's own past, and the hall's median of enough persons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from analytics.own_results import OwnResults, OwnStandard, in_own_hand, own_results
from models.actor import Actor, Grant, NotAllowed
from models.store import Store
from models.tables import Correction, Staff
from standards.catalogue import CATALOGUE
from standards.vocabulary import CorrectionKind, Measure, Role
from tests.factories import DAY, a_hall, an_interaction, an_observation, at, minutes, seconds

NOW = at(12, day=DAY + timedelta(days=1))
LONG_AGO = DAY - timedelta(days=20)
ME = Actor("1", "me", (Grant(Role.CLERK, frozenset({"H1"})),), "H1", "S1")
SLOW = seconds(600)


def clerks(session: Session, count: int) -> None:
    session.add_all(Staff(branch_id="H1", id=f"S{number}", name=f"S{number}") for number in range(1, count + 1))
    session.flush()


def served(session: Session, staff_id: str, met: int, missed: int, day: object = DAY) -> None:
    """So many greeted in time and so many not."""
    for number in range(met + missed):
        an_interaction(
            session,
            arrived_at=at(9, day=day) + timedelta(seconds=number),  # type: ignore[arg-type]
            staff_id=staff_id,
            greeted_after=seconds(1) if number < met else SLOW,
            waited=minutes(90),
        )


@pytest.fixture
def hall(store: Store) -> Store:
    with store.writing() as session:
        a_hall(session)
    return store


def asked(hall: Store, actor: Actor = ME, days: int = 7) -> OwnResults:
    with hall.reading() as session:
        return own_results(session, actor, days=days, now=NOW)


def greeting(found: OwnResults) -> OwnStandard:
    return next(one for one in found.standards if one.now.standard.measure is Measure.GREETING and one.now.has_data)


def test_own_visits_count_and_no_wait_is_charged(hall: Store) -> None:
    with hall.writing() as session:
        clerks(session, 2)
        served(session, "S1", 18, 6)
        served(session, "S2", 0, 30)
        served(session, "S1", 10, 0, LONG_AGO)
    found = asked(hall)
    assert (found.visits, found.visits_before) == (24, 10)
    one = greeting(found)
    assert (one.now.met, one.now.missed, one.now.few) == (18, 6, False)
    assert one.before is not None
    assert (one.before.met, one.before.n, one.before.few) == (10, 10, True)
    told = {each.now.standard.measure for each in found.standards}
    assert told <= {Measure.GREETING, Measure.HANDLING, Measure.OBSERVATION}
    assert [each.now.code for each in found.standards if each.now.standard.measure is Measure.OBSERVATION] == ["H08"]


def test_the_median_is_of_five_persons_with_twenty_cases_or_it_is_not_told(hall: Store) -> None:
    with hall.writing() as session:
        clerks(session, 6)
        for number, met in enumerate((20, 18, 16, 12), start=1):
            served(session, f"S{number}", met, 20 - met)
        served(session, "S5", 19, 0)  # one too few
        served(session, "S6", 0, 5)
    one = greeting(asked(hall))
    assert (one.hall, one.persons) == (None, 4)
    with hall.writing() as session:
        served(session, "S5", 0, 1, DAY)
    one = greeting(asked(hall))
    assert one.hall == pytest.approx(18 / 20)
    assert one.persons == 5


def test_told_once_is_in_ones_own_hand_and_other_observations_are_not(hall: Store) -> None:
    with hall.writing() as session:
        clerks(session, 1)
        visit = an_interaction(session, staff_id="S1")
        an_observation(session, visit, "H08", met=False)
        an_observation(session, visit, "H07", met=False)
    shown = {one.now.code: one.now for one in asked(hall).standards if one.now.has_data}
    assert (shown["H08"].met, shown["H08"].missed) == (0, 1)
    assert "H07" not in shown
    assert not any(in_own_hand(row) for row in CATALOGUE if row.measure in {Measure.WAIT, Measure.RATING})


def test_corrections_of_own_visits_are_told_and_of_nobody_elses(hall: Store) -> None:
    with hall.writing() as session:
        clerks(session, 2)
        mine, theirs = (an_interaction(session, staff_id=f"S{number}", ticket=f"A00{number}") for number in (1, 2))
        session.add_all(
            Correction(
                branch_id="H1",
                interaction_id=visit,
                at=at(13),
                by="head",
                kind=CorrectionKind.CORRECT,
                field="items",
                was="1",
                became="3",
                why="counted again",
            )
            for visit in (mine, theirs)
        )
    (one,) = asked(hall).corrections
    assert (one.interaction_id, one.ticket, one.change.became, one.change.why) == (mine, "A001", "3", "counted again")


def test_only_whole_days_count_and_the_days_before_them_stand_apart(hall: Store) -> None:
    with hall.writing() as session:
        clerks(session, 1)
        for day in (NOW.date(), DAY - timedelta(days=6), DAY - timedelta(days=7), DAY - timedelta(days=35)):
            served(session, "S1", 1, 0, day)
    found = asked(hall)
    assert (found.first_on, found.last_on, found.before_on) == (DAY - timedelta(days=6), DAY, DAY - timedelta(days=34))
    assert (found.visits, found.visits_before) == (1, 1)
    assert asked(hall, days=28).visits == 2


@pytest.mark.parametrize(
    "actor",
    [
        Actor("1", "nobody", (), "H1", "S1"),
        Actor("1", "head", (Grant(Role.REGIONAL_MANAGER, None),), "H1", "S1"),
        Actor("1", "elsewhere", (Grant(Role.CLERK, frozenset({"H2"})),), "H1", "S1"),
        Actor("1", "of no staff", (Grant(Role.GUIDE, frozenset({"H1"})),), "H1"),
        Actor("1", "of no hall", (Grant(Role.CLERK, None),), None, "S1"),
    ],
    ids=lambda actor: actor.name,
)
def test_nobody_else_has_results_of_their_own(hall: Store, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        asked(hall, actor)
