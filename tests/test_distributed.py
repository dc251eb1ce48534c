"""Room for a store distributed by hall: nothing in the tables or the statements that such a store refuses."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    func,
    inspect,
    text,
)

from models.distribution import BRANCH_TABLES, REFERENCE_TABLES
from models.migrate import upgrade
from models.store import store as store_of
from models.tables import Base
from tests.everyday import made_ready, walk
from tests.statements import recorded, refusals

TABLES = Base.metadata.sorted_tables
OF_A_HALL = [table for table in TABLES if table.name in BRANCH_TABLES]
SHARED = [table for table in TABLES if table.name in REFERENCE_TABLES]


def refused_of(table: Table) -> list[str]:
    """What a store distributed by hall would refuse of a hall's table."""
    said = [] if next(iter(table.primary_key), None) is table.c.get("branch_id") is not None else ["primary key"]
    unique: list[Any] = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    unique += [index for index in table.indexes if index.unique]
    said += [f"unique {each.name}" for each in unique if "branch_id" not in each.columns]
    said += [f"key {key.name}" for key in table.foreign_key_constraints if not _keeps_to_the_hall(key)]
    plain = PrimaryKeyConstraint | UniqueConstraint | ForeignKeyConstraint | CheckConstraint
    said += [f"constraint {each.name}" for each in table.constraints if not isinstance(each, plain)]
    said += [f"default of {column.name}" for column in table.columns if _made_by_the_store(table, column)]
    return said


def _keeps_to_the_hall(key: ForeignKeyConstraint) -> bool:
    """A key between tables of halls carries the hall on both sides; one to a shared table goes where a copy is."""
    pairs = {(element.parent.name, element.column.name) for element in key.elements}
    return key.referred_table.name in REFERENCE_TABLES or ("branch_id", "branch_id") in pairs


def _made_by_the_store(table: Table, column: Column[Any]) -> bool:
    """A number or a value that one node would make without the others."""
    counted = column is table.autoincrement_column
    return counted or column.server_default is not None or column.identity is not None or column.computed is not None


@pytest.mark.parametrize("table", OF_A_HALL, ids=lambda table: table.name)
def test_a_hall_s_table_can_be_distributed_by_the_hall(table: Table) -> None:
    assert refused_of(table) == []


@pytest.mark.parametrize("table", SHARED, ids=lambda table: table.name)
def test_a_shared_table_refers_to_shared_tables_alone(table: Table) -> None:
    assert {key.referred_table.name for key in table.foreign_key_constraints} <= REFERENCE_TABLES
    assert [column.name for column in table.columns if _made_by_the_store(table, column)] == []


def test_every_table_is_shared_or_a_halls() -> None:
    assert {table.name for table in TABLES} >= REFERENCE_TABLES
    assert [table.name for table in OF_A_HALL if "branch_id" not in table.columns] == []


def test_a_table_that_can_not_be_distributed_is_told() -> None:
    metadata = MetaData()
    Table("visit", metadata, Column("branch_id", String, primary_key=True), Column("id", Integer, primary_key=True))
    told = Table(
        "told",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("branch_id", String),
        Column("ticket", String, unique=True),
        Column("visit_id", Integer),
        Column("at", String, server_default=func.now()),
        ForeignKeyConstraint(["visit_id"], ["visit.id"], name="of_visit"),
    )
    assert refused_of(told) == ["primary key", "unique None", "key of_visit", "default of id", "default of at"]


def test_the_embedded_store_has_no_triggers_and_no_counters(reference_file: Path) -> None:
    engine = store_of(f"sqlite:///{reference_file}").engine
    with engine.connect() as connection:
        kinds = set(connection.scalars(text("SELECT type FROM sqlite_master WHERE name NOT LIKE 'sqlite_auto%'")))
        assert kinds == {"table", "index"}
        assert not inspect(connection).has_table("sqlite_sequence")


def test_postgresql_has_no_triggers_sequences_or_rules_of_ours(postgres_url: str) -> None:
    upgrade(postgres_url)
    ours = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('r', 'i')"
    with store_of(postgres_url).engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")) == 0
        assert connection.scalar(text("SELECT count(*) FROM pg_rules WHERE schemaname = 'public'")) == 0
        assert connection.scalar(text("SELECT count(*) FROM pg_constraint WHERE contype IN ('x', 't')")) == 0
        assert connection.scalar(text("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace")) == 0
        assert connection.scalar(text(ours)) == 0


@pytest.fixture(scope="module")
def said(reference_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the product says to its store in the course of everything it does."""
    folder = tmp_path_factory.mktemp("everyday")
    file = shutil.copy(reference_file, folder / "monitor.db")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DATABASE_URL", f"sqlite:///{file}")
        store_of.cache_clear()
        made_ready(folder)
        with recorded() as heard:
            walk(store_of(), folder, datetime.now(UTC))
        store_of().close()
        store_of.cache_clear()
    return heard


def test_no_statement_of_the_product_is_refused(said: dict[str, Any]) -> None:
    found = {text: refused for text, statement in said.items() if (refused := refusals(text, statement))}
    assert found == {}


def test_the_walk_reads_and_writes_every_table_of_a_hall(said: dict[str, Any]) -> None:
    words = [(text.split(maxsplit=1)[0], set(text.replace('"', " ").split())) for text in said]
    read = {name for verb, spoken in words if verb == "SELECT" for name in spoken & BRANCH_TABLES}
    written = {name for verb, spoken in words if verb != "SELECT" for name in spoken & BRANCH_TABLES}
    assert sorted(BRANCH_TABLES - read) == []
    assert sorted(BRANCH_TABLES - written) == []
