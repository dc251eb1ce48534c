"""The large region of the benchmarks is a believable database, and what is held against each other is the same."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from sqlmodel import col, func, select

from analytics.selection import Selection
from bench import importing, killed, writers
from bench.asked import asked
from bench.columnar import load
from bench.figures import FASTER, Row
from bench.many_rows import LAST_ON, SEED, RegionSize, fill
from bench.region_year import by_columns, by_product
from bench.turn_about import AnswersDiffer, turn_about
from bench.visit_chances import chances
from bench.visit_legs import HallDay
from bench.visit_rows import COLUMNS, DayRows
from bench.yearly import QUESTIONS
from models import rollups
from models.check import check
from models.store import Store, sqlite_file
from models.tables import Interaction, Observation
from standards.vocabulary import OPEN, Begun, Outcome

SIZE = RegionSize(1_500, halls=2, days=5)


@pytest.fixture(autouse=True)
def _no_screen_as_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen that another test ran stays the main module, and every new process would run it first."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.fixture(scope="module")
def region(reference_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A small large region with its rollups, only read."""
    file = tmp_path_factory.mktemp("region") / "monitor.db"
    shutil.copy(reference_file, file)
    made = Store(f"sqlite:///{file}")
    fill(made, SIZE)
    rollups.rebuild(made)
    yield made
    made.close()


def test_a_large_region_has_the_asked_number_of_rows_and_all_that_is_derived_equals_its_derivation(
    region: Store,
) -> None:
    found = check(region)
    assert found.whole, found.answer()
    assert found.interactions == SIZE.rows


def test_a_large_region_has_visits_of_every_kind(region: Store) -> None:
    with region.reading() as session:
        outcomes = set(session.exec(select(Interaction.outcome).distinct()).all())
        begun = set(session.exec(select(Interaction.begun).distinct()).all())
        staff = session.exec(select(func.count(col(Interaction.staff_id).distinct()))).one()
        checks = session.exec(select(func.count()).select_from(Observation)).one()
    assert outcomes == set(Outcome) - OPEN
    assert begun == set(Begun)
    assert staff == 10
    assert checks > 0


def test_a_hall_s_day_is_the_same_in_every_run() -> None:
    drawn = chances(Random(SEED))
    first, again = (list(DayRows(HallDay("L01", LAST_ON, 40), chance).rows(drawn)) for chance in (Random(2), Random(2)))
    assert first == again
    assert len(first) == 40
    assert len({row[COLUMNS.index("id")] for row in first}) == 40


def test_the_columnar_twin_holds_the_same_interactions(region: Store, tmp_path: Path) -> None:
    file = sqlite_file(region.url)
    assert file is not None
    with load(file, tmp_path / "twin.duckdb") as twin:
        rows = twin.execute("SELECT outcome, count(*), sum(wait_ms) FROM interaction GROUP BY outcome").fetchall()
    with region.reading() as session:
        ours = select(Interaction.outcome, func.count(), func.sum(Interaction.wait_ms)).group_by(Interaction.outcome)
        assert Counter(rows) == Counter(tuple(row) for row in session.exec(ours).all())


def test_a_year_by_the_product_equals_the_year_by_columns(region: Store, tmp_path: Path) -> None:
    file = sqlite_file(region.url)
    assert file is not None
    selection = Selection(branch_ids=SIZE.branch_ids, first_on=SIZE.first_on, last_on=LAST_ON)
    with load(file, tmp_path / "twin.duckdb") as twin, region.reading() as session:
        times = turn_about(lambda: by_product(session, selection), lambda: by_columns(twin, selection))
    assert all(len(each) >= 3 for each in times)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_of_a_large_region_has_an_answer(region: Store, name: str) -> None:
    question, selected = QUESTIONS[name]
    with region.reading() as session:
        assert question(session, selected(SIZE))


def test_different_answers_are_never_timed_in_silence() -> None:
    with pytest.raises(AnswersDiffer, match=r"1 and 2"):
        turn_about(lambda: [1], lambda: [2])


@pytest.mark.parametrize(("target", "met"), [(4.0, True), (4.1, False)])
def test_a_target_of_times_faster_is_a_least_one(target: float, met: bool) -> None:
    row = Row(name="x", value=2.0, reference=8.0, unit="ms", rows=1, target=target, compared=FASTER, at_least=True)
    assert (row.ratio, row.met) == (4.0, met)


def test_an_import_takes_every_row_of_its_file() -> None:
    with asked(small=True) as run:
        (row,) = importing.measure(run)
    assert (row.rows, row.unit) == (importing.SMALL, "rows a second")
    assert row.value > 0
    assert row.reference > 0


def test_writers_at_once_lose_nothing() -> None:
    speed, *wrong = writers.measured(rounds=1, seconds=0.5, most=3)
    assert speed.value > 0
    assert [row.value for row in wrong] == [0, 0, 0]


def test_what_killed_writers_had_acknowledged_is_there() -> None:
    lost, damaged = killed.measured(kills=2, at_most_seconds=0.3)
    assert lost.reference > 0
    assert (lost.value, damaged.value) == (0, 0)
