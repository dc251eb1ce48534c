"""The rollups against the rows: whatever is written, and whatever was refreshed meanwhile, both say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from analytics import durations as times
from analytics.by_visit import counted_by_visit
from analytics.cells import TooMany, cells, rollup_for
from analytics.durations import durations, grouped_durations
from analytics.question import question
from analytics.replay import what_if
from analytics.selection import By, Selection
from analytics.shares import grouped_shares, replayed, shares
from analytics.traffic import grouped_traffic, traffic
from models import rollups
from models.check import check
from models.counters import ENDED, OF_DAYS, WAIT_COMPLETED
from models.dirty import DIRTY_DAY
from models.rollup_tables import ROLLUP_BUSINESS, ROLLUP_DAY, ROLLUP_HOUR, ROLLUP_STAFF, ROLLUP_TIMES
from models.rollup_times import NARROW, unpacked
from models.standing import catalogue, row_of
from models.store import Store
from models.tables import (
    Base,
    Interaction,
    Observation,
)
from standards.vocabulary import HallClass, Issuer, Measure, Outcome
from tests.factories import DAY, MACHINE, a_hall, an_interaction, an_observation, at, minutes, seconds
from tests.random_region import NOW, switch_on_and_change
from tests.random_writes import OPERATION, Operation, begin_anew, carry_out, tighten

LAST = DAY + timedelta(days=3)
BOTH = Selection(branch_ids=("H1", "H2"), first_on=DAY, last_on=LAST)
ONE = Selection(branch_ids=("H1",), first_on=DAY, last_on=LAST)
CODES = ("H01", "H01D", "H02", "H03", "H04", "H05", "H06", "H15", "T01", "T05")
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # each try is a whole database's life: too long to shrink


@pytest.mark.long
def test_any_writes_and_refreshes_leave_the_answers_of_the_rows(halls: Store) -> None:
    _hold(halls, examples=4)


def _hold(store: Store, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
    @given(some.lists(OPERATION, min_size=8, max_size=40))
    def hold(operations: list[Operation]) -> None:
        begin_anew(store)
        for place, operation in enumerate(operations):
            carry_out(store, *operation)
            if place % 13 == 12:
                _compare(store, full=False)
        _compare(store, full=True)
        found = check(store)
        assert not found.rollups
        rollups.refresh(store)
        assert check(store).whole
        _compare(store, full=False)

    hold()


@pytest.fixture
def halls(store: Store) -> Store:
    with store.writing() as session:
        a_hall(session, "H1")
        a_hall(session, "H2", zone="Asia/Kathmandu", hall_class=HallClass.A, issuer=Issuer.SOUTHERN_GRID)
        switch_on_and_change(session)
    return store


def _compare(store: Store, *, full: bool) -> None:
    """Every kind of answer, from the cells and from the rows."""
    with store.reading() as session:
        for selection in _selections(full):
            rows = replace(selection, from_rows=True)
            assert shares(session, MACHINE, selection, now=NOW) == shares(session, MACHINE, rows, now=NOW)
            assert traffic(session, MACHINE, selection) == traffic(session, MACHINE, rows)
            assert durations(session, MACHINE, selection) == durations(session, MACHINE, rows)
        if full:
            _compare_groups(session)
            _compare_classes(session)


def _selections(full: bool) -> list[Selection]:
    plain = [BOTH, replace(ONE, before_exclusion=True)]
    if not full:
        return plain
    return [
        *plain,
        replace(ONE, first_on=DAY + timedelta(days=1), last_on=DAY + timedelta(days=1)),
        replace(BOTH, business_type="payment"),
        replace(BOTH, hour=9),
        replace(BOTH, weekday=1),
        replace(ONE, counter_id=1),
        replace(ONE, staff_id="S1", business_type="payment"),
        replace(ONE, staff_id="S2"),
    ]


def _compare_groups(session: Session) -> None:
    rows = replace(BOTH, from_rows=True)
    for by in ((By.DAY,), (By.HALL, By.HOUR), (By.BUSINESS_TYPE, By.CHANNEL), (By.HALL, By.STAFF), (By.SOURCE,)):
        assert grouped_traffic(session, MACHINE, BOTH, by) == grouped_traffic(session, MACHINE, rows, by)
        assert grouped_durations(session, MACHINE, BOTH, by) == grouped_durations(session, MACHINE, rows, by)
        for code in CODES:
            read, counted = (grouped_shares(session, MACHINE, asked, code, by, now=NOW) for asked in (BOTH, rows))
            assert read == counted, (code, by)
    for limit in (seconds(15), seconds(7.1), minutes(20)):
        other = what_if(Measure.WAIT, limit)
        assert replayed(session, MACHINE, BOTH, other, now=NOW) == replayed(session, MACHINE, rows, other, now=NOW)


def _compare_classes(session: Session) -> None:
    """Beyond the bound of exact answers both are made of classes, of the cells' or of the rows'."""
    exact, times.EXACT_CASES = times.EXACT_CASES, 0
    try:
        rows = replace(BOTH, from_rows=True)
        assert durations(session, MACHINE, BOTH) == durations(session, MACHINE, rows)
        read, counted = (grouped_shares(session, MACHINE, one, "H03", (By.HALL,), now=NOW) for one in (BOTH, rows))
        assert read == counted
    finally:
        times.EXACT_CASES = exact


def test_a_question_is_answered_from_the_smallest_table_that_knows_it(halls: Store) -> None:
    with halls.reading() as session:
        expected = {
            (): ROLLUP_DAY,
            (By.DAY, By.CHANNEL): ROLLUP_DAY,
            (By.BUSINESS_TYPE,): ROLLUP_BUSINESS,
            (By.HOUR,): ROLLUP_HOUR,
            (By.HALL, By.COUNTER): ROLLUP_STAFF,
        }
        for by, rollup in expected.items():
            asked = question(session, MACHINE, BOTH, by)
            assert rollup_for(asked, ENDED.values()) is rollup
        assert rollup_for(question(session, MACHINE, BOTH, (By.HOUR, By.BUSINESS_TYPE)), ENDED.values()) is None
        assert rollup_for(question(session, MACHINE, BOTH, (By.HALL, By.STAFF)), OF_DAYS) is None


def test_what_only_rows_can_tell_is_refused_where_there_are_too_many(
    halls: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with halls.writing() as session:
        for _ in range(3):
            an_interaction(session)
    rollups.refresh(halls)
    monkeypatch.setattr("analytics.cells.MOST_ROWS", 2)
    odd = what_if(Measure.WAIT, seconds(17))
    with halls.reading() as session:
        assert replayed(session, MACHINE, ONE, what_if(Measure.WAIT, minutes(20)), now=NOW).met == 3
        with pytest.raises(TooMany):
            replayed(session, MACHINE, ONE, odd, now=NOW)
        assert replayed(session, MACHINE, replace(ONE, from_rows=True), odd, now=NOW).missed == 3


def test_what_is_counted_visit_by_visit_is_named(halls: Store) -> None:
    with halls.writing() as session:
        whole, by_hour = (set(counted_by_visit(session, MACHINE, asked)) for asked in (ONE, replace(ONE, hour=9)))
        assert not {"H04", "H15"} & by_hour
        assert not {"H02", "H15"} & whole
        assert "H02" in by_hour  # nor does one know the hours of observed checks
        assert {"H05", "H06"} <= by_hour  # no table knows hour and business
        tighten(session, 5)  # H04 within 7.123 s, a limit that is not kept
        assert set(counted_by_visit(session, MACHINE, ONE)) == whole | {"H04"}


def test_a_wrong_cell_is_named_by_the_check_and_put_right_by_a_rebuild(halls: Store) -> None:
    with halls.writing() as session:
        an_interaction(session)
    rollups.refresh(halls)
    with halls.writing() as session:
        session.execute(update(ROLLUP_HOUR.table).values(completed=5))
    found = check(halls)
    assert not found.whole
    assert [(one.table, one.counter, one.stored, one.counted) for one in found.rollups] == [
        ("rollup_hour", "completed", 5, 1)
    ]
    rollups.rebuild(halls)
    assert check(halls).whole


def test_a_wrong_time_of_a_cell_is_named_by_the_check(halls: Store) -> None:
    with halls.writing() as session:
        for waited in (minutes(2), minutes(3)):
            an_interaction(session, waited=waited)
    rollups.refresh(halls)
    with halls.writing() as session:
        cell = session.execute(select(ROLLUP_TIMES)).mappings().one()
        assert unpacked(cell, (WAIT_COMPLETED,)).tolist() == [120_000, 180_000]
        session.execute(update(ROLLUP_TIMES).values(wait_completed=cell["wait_completed"][:NARROW]))
    assert [(one.table, one.counter, one.stored, one.counted) for one in check(halls).rollups] == [
        ("rollup_times", "wait_completed 2", None, 180_000)
    ]
    rollups.rebuild(halls)
    assert check(halls).whole


def test_what_moves_before_it_is_read_marks_the_days_that_it_leaves(halls: Store) -> None:
    next_day = DAY + timedelta(days=1)
    with halls.writing() as session:
        first, other = an_interaction(session), an_interaction(session, arrived_at=at(9, day=next_day))
        an_observation(session, first, "H02", met=True)
    for kind, changes in ((Observation, {"interaction_id": other}), (Interaction, {"day_on": next_day})):
        rollups.refresh(halls)
        with halls.writing() as session:
            row = session.scalars(select(kind).order_by("id")).first()
            session.expire(row)
            for name, value in changes.items():
                setattr(row, name, value)
        with halls.reading() as session:
            assert set(session.scalars(select(DIRTY_DAY.c.day_on))) == {DAY, next_day}


def test_a_visit_and_a_limit_of_over_a_month_are_held_against_each_other(halls: Store) -> None:
    """A file's wrong month, or a ticket that nobody ended: more milliseconds than 32 bits hold."""
    with halls.writing() as session:
        an_interaction(session, handled=timedelta(days=40), items=3)
        an_interaction(session, waited=timedelta(days=40))
        row = next(row for row in catalogue(session) if row.code == "H05")
        month = timedelta(days=30) // timedelta(milliseconds=1)
        session.merge(row_of(replace(row, limit=month, edition="random", in_force_from=DAY)))
    for _ in range(2):
        with halls.reading() as session:
            found = grouped_shares(session, MACHINE, ONE, what_if(Measure.HANDLING, timedelta(days=30)), (), now=NOW)
            assert [(one.share.met, one.share.missed) for one in found] == [(1, 1)]
            assert shares(session, MACHINE, ONE, now=NOW) == shares(
                session, MACHINE, replace(ONE, from_rows=True), now=NOW
            )
        rollups.refresh(halls)


def test_a_day_that_goes_on_is_left_to_its_rows_and_counted_when_it_is_over(halls: Store) -> None:
    with halls.writing() as session:
        an_interaction(session, arrived_at=at(9))
        an_interaction(session, arrived_at=at(9, day=DAY + timedelta(days=1)))
    done = rollups.refresh(halls, over_by=at(12, day=DAY + timedelta(days=1)))
    assert done == rollups.Refreshed(halls=1, days=1)
    with halls.reading() as session:
        counted = session.scalar(select(func.count()).select_from(ROLLUP_DAY.table))
        marked = session.scalars(select(DIRTY_DAY.c.day_on)).all()
        [cell] = cells(session, question(session, MACHINE, ONE), ENDED.values())
    assert (counted, list(marked)) == (1, [DAY + timedelta(days=1)])
    assert cell.counts[Outcome.COMPLETED.value] == 2


def test_a_hall_that_can_not_be_counted_keeps_no_other_from_it(halls: Store) -> None:
    with halls.writing() as session:
        for branch_id in ("H1", "H2"):
            an_interaction(session, branch_id)
        session.execute(
            text("CREATE UNIQUE INDEX only_one ON rollup_day (day_on)")  # whichever comes second can't be stored
        )
    with pytest.raises(DBAPIError):
        rollups.refresh(halls)
    with halls.writing() as session:
        assert set(session.scalars(select(DIRTY_DAY.c.branch_id))) == {"H2"}
        session.execute(text("DROP INDEX only_one"))
    assert rollups.refresh(halls).days == 1


def test_every_table_of_cells_is_there_to_be_made(halls: Store) -> None:
    made = {table.name for table in rollups.TABLES}
    assert made == {name for name in Base.metadata.tables if name.startswith("rollup_")}
