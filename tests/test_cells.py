"""What the database adds up before it is read: halls, hours and excluded visits come together as they should."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from analytics.cells import cells
from analytics.durations import grouped_durations
from analytics.question import question
from analytics.selection import By, Selection
from analytics.shares import grouped_shares, shares
from analytics.traffic import grouped_traffic
from models import rollups
from models.counters import ENDED
from models.stays import Taken
from models.store import Store
from standards.vocabulary import HallClass
from tests.factories import DAY, MACHINE, a_hall, an_interaction, an_observation, at
from tests.random_region import NOW
from tests.test_excluded_figures import an_exclusion

KATHMANDU = ZoneInfo("Asia/Kathmandu")
BOTH = Selection(branch_ids=("H1", "H2"), first_on=DAY, last_on=DAY)
HEAT_MAP = (By.WEEKDAY, By.HOUR)


@pytest.fixture
def halls(store: Store) -> Store:
    """Two halls by different clocks, a third of another class; one visit more each hour, 10 to 11 excluded."""
    with store.writing() as session:
        for branch_id, zone in (("H1", "Asia/Shanghai"), ("H2", KATHMANDU.key), ("H3", "Asia/Shanghai")):
            a_hall(session, branch_id, zone=zone, hall_class=HallClass.A if branch_id == "H3" else HallClass.C)
            excluded = Taken(at(10, zone=ZoneInfo(zone)), at(11, zone=ZoneInfo(zone)))
            an_exclusion(session, excluded, branch_id)
            for hour in range(9, 12):
                for number in range(hour - 8):
                    arrived_at = at(hour, number, zone=ZoneInfo(zone))
                    made = an_interaction(session, branch_id, arrived_at=arrived_at)
                    an_observation(session, made, "H02", met=number != 1, branch_id=branch_id)
    return store


@pytest.mark.parametrize("counted", [False, True])
def test_an_hour_is_that_of_each_halls_own_clock(halls: Store, counted: bool) -> None:
    if counted:
        rollups.refresh(halls)
    with halls.reading() as session:
        found = grouped_traffic(session, MACHINE, BOTH, HEAT_MAP)
        judged = grouped_shares(session, MACHINE, BOTH, "H01", HEAT_MAP, now=NOW)
    came = {(DAY.weekday(), hour): 2 * (hour - 8) for hour in range(9, 12)}
    assert {one.key: (one.traffic.before or one.traffic).interactions for one in found} == came
    assert {one.key: one.share.scoped for one in judged} == came
    assert [one.share.excluded for one in judged] == [0, 4, 0]
    assert [one.share.judged for one in judged] == [2, 0, 6]
    assert [one.share.before_exclusion.judged for one in judged] == [2, 4, 6]


def test_halls_that_are_alike_are_one_cell_and_others_are_told_apart(halls: Store) -> None:
    rollups.refresh(halls)
    three = replace(BOTH, branch_ids=("H1", "H2", "H3"))
    with halls.reading() as session:
        asked = question(session, MACHINE, three)
        (together,) = cells(session, asked, ENDED.values())
        apart = cells(session, asked, ENDED.values(), apart=[{"H1", "H2"}])
        by_hour = cells(session, question(session, MACHINE, three, (By.HOUR,)), ENDED.values())
    assert together.branch_ids == {"H1", "H2", "H3"}
    assert together.counts["completed"] == 18
    assert {cell.branch_ids: cell.counts["completed"] for cell in apart} == {
        frozenset({"H1", "H2"}): 12,
        frozenset({"H3"}): 6,
    }
    assert {cell.branch_ids for cell in by_hour} == {frozenset({"H1", "H3"}), frozenset({"H2"})}


@pytest.mark.parametrize("most", [0, 1, 200])
def test_marked_days_are_read_from_their_rows_whether_they_are_named_or_looked_up(
    halls: Store, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    rollups.refresh(halls)
    with halls.writing() as session:
        an_interaction(session, "H2", arrived_at=at(14, zone=KATHMANDU))
        an_interaction(session, "H3", arrived_at=at(10, 30))
    monkeypatch.setattr("analytics.marked_days._MOST_NAMED", most)
    three = replace(BOTH, branch_ids=("H1", "H2", "H3"))
    with halls.reading() as session:
        for asked in (BOTH, three, replace(three, before_exclusion=True)):
            rows = replace(asked, from_rows=True)
            assert shares(session, MACHINE, asked, now=NOW) == shares(session, MACHINE, rows, now=NOW)
            for by in ((), HEAT_MAP, (By.HALL,), (By.DAY,), (By.HALL, By.DAY), (By.HOUR, By.CHANNEL)):
                assert grouped_traffic(session, MACHINE, asked, by) == grouped_traffic(session, MACHINE, rows, by)
                assert grouped_durations(session, MACHINE, asked, by) == grouped_durations(session, MACHINE, rows, by)
        (whole,) = grouped_traffic(session, MACHINE, replace(three, before_exclusion=True), ())
    assert whole.traffic.interactions == 20
