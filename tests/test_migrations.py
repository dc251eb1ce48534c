"""Migrations lead from nothing and from every earlier revision to what the models say, on every store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from analytics.selection import Selection
from analytics.traffic import traffic
from models import rollups
from models.check import check
from models.migrate import differences, known_revisions, newest_revision, revision, upgrade
from models.rollup_tables import ROLLUP_TIMES
from models.rollup_times import NARROW, WIDE
from models.settings import put_setting, setting
from models.store import Store
from models.store import store as store_of
from models.tables import Branch, Interaction, Setting, new_id
from seed import reference
from standards.vocabulary import Begun, Channel, Outcome
from tests.factories import MACHINE, a_hall, an_interaction, minutes

NOW = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    address = f"sqlite:///{tmp_path / 'deep' / 'monitor.db'}"
    yield address
    store_of(address).close()


def test_an_empty_folder_gets_the_newest_schema(url: str) -> None:
    assert revision(store_of(url)) is None
    upgrade(url)
    assert revision(store_of(url)) == newest_revision()
    assert differences(store_of(url)) == []


@pytest.mark.parametrize("start", known_revisions())
def test_every_earlier_revision_leads_to_the_newest(url: str, start: str) -> None:
    upgrade(url, start)
    with store_of(url).writing() as session:
        put_setting(session, "kept", "yes")
    upgrade(url)
    assert revision(store_of(url)) == newest_revision()
    assert differences(store_of(url)) == []
    with store_of(url).reading() as session:
        assert setting(session, "kept") == "yes"


def test_what_was_there_before_the_rollups_is_read_from_its_rows_until_it_is_counted(url: str) -> None:
    upgrade(url, to="0002")
    old = store_of(url)
    at_ten = datetime(2026, 3, 2, 2, tzinfo=UTC)
    moments: dict[str, Any] = dict.fromkeys(
        ("arrived_at", "queued_at", "wait_from_at", "recorded_at", "hour_at"), at_ten
    )
    row = Interaction(
        **moments,
        branch_id="H1",
        visit_id=new_id(),
        begun=Begun.WALK_IN,
        channel=Channel.COUNTER,
        business_type="payment",
        outcome=Outcome.COMPLETED,
        day_on=at_ten.date(),
    )
    with old.engine.begin() as connection:
        connection.execute(insert(Branch), Branch(id="H1", name="H1", zone="Asia/Shanghai").model_dump())
        connection.execute(insert(Interaction), row.model_dump())
    upgrade(url)
    asked = Selection(branch_ids=("H1",), first_on=at_ten.date(), last_on=at_ten.date())
    for _ in ("from the row", "from the cell"):
        with old.reading() as session:
            assert traffic(session, MACHINE, asked).of(Outcome.COMPLETED) == 1
        rollups.refresh(old)
    assert rollups.refresh(old).days == 0


def test_the_times_of_days_counted_before_are_listed_by_the_upgrade(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        a_hall(session, "H2")
        for outcome in (Outcome.COMPLETED, Outcome.TRANSFERRED, Outcome.NO_SHOW, Outcome.LEFT, Outcome.VOID):
            for begun in (Begun.TICKET, Begun.WALK_IN):
                for called in (True, False):
                    waited = minutes(7) if called else None
                    an_interaction(session, outcome=outcome, begun=begun, waited=waited, door_greeting_ms=9_000)
        an_interaction(session, "H2", handled=timedelta(days=40))
    rollups.refresh(store)
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE rollup_times"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    upgrade(store.url)
    assert differences(store) == []
    assert check(store).whole
    with store.reading() as session:
        assert set(session.scalars(select(ROLLUP_TIMES.c.width))) == {NARROW, WIDE}


def test_an_upgrade_of_the_newest_changes_nothing(url: str) -> None:
    upgrade(url)
    before = inspect(store_of(url).engine).get_table_names()
    upgrade(url)
    assert inspect(store_of(url).engine).get_table_names() == before


def test_a_difference_between_models_and_tables_is_named(url: str) -> None:
    upgrade(url)
    with store_of(url).engine.begin() as connection:
        connection.execute(text("DROP TABLE correction"))
    assert any("correction" in difference for difference in differences(store_of(url)))


def test_the_newest_schema_is_the_same_on_postgresql(postgres_url: str) -> None:
    upgrade(postgres_url)
    target = store_of(postgres_url)
    assert revision(target) == newest_revision()
    assert differences(target) == []


def test_postgresql_holds_reference_data_and_visits_whole(postgres_url: str) -> None:
    upgrade(postgres_url)
    target = store_of(postgres_url)
    assert reference.ensure(target, now=NOW) > 0
    assert reference.ensure(target, now=NOW) == 0
    with target.writing() as session:
        a_hall(session)
        an_interaction(session)
    found = check(target)
    assert found.whole, found
    assert found.interactions == 1


def test_a_reader_on_postgresql_sees_one_moment_and_cannot_write(postgres_url: str) -> None:
    upgrade(postgres_url)
    target = store_of(postgres_url)
    with target.reading() as reader:
        assert setting(reader, "word") is None
        with target.writing() as session:
            put_setting(session, "word", "written")
        assert "word" not in {row.name for row in reader.exec(select(Setting))}
    with target.reading() as reader:
        put_setting(reader, "word", "smuggled")
        with pytest.raises(DBAPIError, match="read-only"):
            reader.commit()
