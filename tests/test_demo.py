"""Making the demo region: repeatable, refused where it does not belong, brought up to now after a gap."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from actions.refusal import Refused
from models.store import Store
from models.tables import Branch, Interaction
from seed import demo
from seed.demo import Did, Size
from seed.region import MOST_HALLS, plans
from seed.story import kept_story
from standards.vocabulary import OPEN
from tests.demo_halls import NOW, assert_in_step, everything, new_store
from tests.factories import a_hall


def test_the_same_number_and_instant_give_the_same_rows(reference_file: Path, tmp_path: Path) -> None:
    made = []
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        (tmp_path / name).mkdir()
        store = new_store(reference_file, tmp_path / name)
        demo.build(store, Size(halls=4, days=1, seed=seed), now=NOW)
        made.append(everything(store))
        store.close()
    assert made[0] == made[1]
    assert made[0] != made[2]
    assert len(made[0]) > 300


def test_other_halls_are_left_alone(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
    assert demo.ensure(store, Size(halls=1, days=1), now=NOW).did is Did.LEFT_ALONE
    with store.reading() as session:
        assert session.exec(select(Branch.id)).all() == ["H1"]
        assert kept_story(session) is None


def test_a_second_region_is_refused(store: Store) -> None:
    demo.build(store, Size(halls=1, days=1), now=NOW)
    with pytest.raises(Refused, match="demo halls already"):
        demo.build(store, Size(), now=NOW)


@pytest.mark.parametrize("size", [Size(halls=0), Size(halls=MOST_HALLS + 1), Size(days=0)])
def test_a_size_that_cannot_be_is_refused(size: Size, store: Store) -> None:
    with pytest.raises(Refused):
        demo.build(store, size, now=NOW)


def test_every_hall_that_can_be_asked_for_has_a_name_of_its_own() -> None:
    named = plans(MOST_HALLS)
    assert len({plan.name for plan in named}) == len({plan.name_en for plan in named}) == MOST_HALLS


def test_the_time_the_application_was_off_is_filled(store: Store) -> None:
    demo.build(store, Size(halls=2, days=1, seed=5), now=NOW)
    with store.reading() as session:
        closed_then = {row.id: row.model_dump() for row in session.exec(select(Interaction)) if row.outcome not in OPEN}
        open_then = {row.id for row in session.exec(select(Interaction)) if row.outcome in OPEN}
    later = NOW + timedelta(hours=26)
    made = demo.ensure(store, Size(), now=later)
    assert made.did is Did.TOPPED_UP
    assert_in_step(store)
    with store.reading() as session:
        now = {row.id: row for row in session.exec(select(Interaction))}
        session.expunge_all()
    assert all(now[identifier].model_dump() == row for identifier, row in closed_then.items())
    settled = [now[identifier] for identifier in open_then]
    assert settled
    for row in settled:
        over = row.ended_at or row.left_at or row.last_called_at
        assert row.outcome not in OPEN
        assert over is None or over < NOW + timedelta(hours=4)
    added = [row for identifier, row in now.items() if identifier not in closed_then and identifier not in open_then]
    assert made.interactions > 1000
    assert max(row.arrived_at for row in added) > later - timedelta(minutes=10)
    tickets = [(row.branch_id, row.day_on, row.ticket) for row in now.values() if row.ticket and row.id == row.visit_id]
    assert len(set(tickets)) == len(tickets)


@pytest.mark.parametrize("minutes_off", [12, 61, 90])
def test_after_a_short_gap_everybody_is_where_the_counters_say(minutes_off: int, store: Store) -> None:
    demo.build(store, Size(halls=2, days=1, seed=5), now=NOW)
    later = NOW + timedelta(minutes=minutes_off)
    made = demo.ensure(store, Size(), now=later)
    inside = assert_in_step(store)
    assert made.interactions >= minutes_off / 4
    assert inside
    assert demo.ensure(store, Size(), now=later + timedelta(minutes=1)).interactions == 0


def test_a_region_that_is_up_to_now_is_left_as_it_is(store: Store) -> None:
    demo.build(store, Size(halls=1, days=1), now=NOW)
    before = everything(store)
    assert demo.ensure(store, Size(), now=NOW + timedelta(minutes=1)).interactions == 0
    assert everything(store) == before
