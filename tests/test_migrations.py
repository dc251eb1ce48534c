"""Migrations lead from nothing and from every earlier revision to what the models say, on every store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Table, UniqueConstraint, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from models.check import check
from models.migrate import differences, known_revisions, newest_revision, revision, upgrade
from models.settings import put_setting, setting
from models.store import store
from models.tables import Base, Setting
from seed import reference
from tests.factories import a_hall, an_interaction

NOW = datetime(2026, 3, 3, tzinfo=UTC)
TABLES = Base.metadata.sorted_tables
BRANCH_TABLES = [table for table in TABLES if "branch_id" in table.columns and table.name != "account"]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    address = f"sqlite:///{tmp_path / 'deep' / 'monitor.db'}"
    yield address
    store(address).close()


def test_an_empty_folder_gets_the_newest_schema(url: str) -> None:
    assert revision(store(url)) is None
    upgrade(url)
    assert revision(store(url)) == newest_revision()
    assert differences(store(url)) == []


@pytest.mark.parametrize("start", known_revisions())
def test_every_earlier_revision_leads_to_the_newest(url: str, start: str) -> None:
    upgrade(url, start)
    with store(url).writing() as session:
        put_setting(session, "kept", "yes")
    upgrade(url)
    assert revision(store(url)) == newest_revision()
    assert differences(store(url)) == []
    with store(url).reading() as session:
        assert setting(session, "kept") == "yes"


def test_an_upgrade_of_the_newest_changes_nothing(url: str) -> None:
    upgrade(url)
    before = inspect(store(url).engine).get_table_names()
    upgrade(url)
    assert inspect(store(url).engine).get_table_names() == before


def test_a_difference_between_models_and_tables_is_named(url: str) -> None:
    upgrade(url)
    with store(url).engine.begin() as connection:
        connection.execute(text("DROP TABLE correction"))
    assert any("correction" in difference for difference in differences(store(url)))


@pytest.mark.parametrize("table", BRANCH_TABLES, ids=lambda table: table.name)
def test_the_primary_key_of_branch_data_starts_with_the_hall(table: Table) -> None:
    assert next(iter(table.primary_key)).name == "branch_id"


@pytest.mark.parametrize("table", BRANCH_TABLES, ids=lambda table: table.name)
def test_nothing_of_branch_data_is_unique_without_the_hall(table: Table) -> None:
    constraints = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    unique = [[column.name for column in constraint.columns] for constraint in constraints]
    unique += [[column.name for column in index.columns] for index in table.indexes if index.unique]
    assert [columns for columns in unique if "branch_id" not in columns] == []


@pytest.mark.parametrize("table", BRANCH_TABLES, ids=lambda table: table.name)
def test_a_key_between_branch_tables_carries_the_hall(table: Table) -> None:
    names = {other.name for other in BRANCH_TABLES}
    assert [
        key.name
        for key in table.foreign_key_constraints
        if key.referred_table.name in names and "branch_id" not in key.column_keys
    ] == []


def test_the_newest_schema_is_the_same_on_postgresql(postgres_url: str) -> None:
    upgrade(postgres_url)
    target = store(postgres_url)
    assert revision(target) == newest_revision()
    assert differences(target) == []


def test_postgresql_holds_reference_data_and_visits_whole(postgres_url: str) -> None:
    upgrade(postgres_url)
    target = store(postgres_url)
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
    target = store(postgres_url)
    with target.reading() as reader:
        assert setting(reader, "word") is None
        with target.writing() as session:
            put_setting(session, "word", "written")
        assert reader.exec(select(Setting)).all() == []
    with target.reading() as reader:
        put_setting(reader, "word", "smuggled")
        with pytest.raises(DBAPIError, match="read-only"):
            reader.commit()
