"""Rows written in bulk are those that the mapper would have written, on every store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from models.base import new_id
from models.bulk_rows import insert_rows
from models.store import Store
from models.tables import Base, ImportReject, ImportRun, Interaction
from standards.vocabulary import Begun, Channel, Outcome, Source
from tests.factories import a_hall

TABLE: Table = Base.metadata.tables["interaction"]
MOMENT = some.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - the zone is put on
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=some.sampled_from([UTC, timezone(timedelta(hours=8))]),
)
TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
NEEDED: dict[str, Any] = {
    "visit_id": UUID(int=1),
    "begun": Begun.TICKET,
    "channel": Channel.COUNTER,
    "business_type": "payment",
    "outcome": Outcome.COMPLETED,
    **dict.fromkeys(
        ("arrived_at", "queued_at", "wait_from_at", "hour_at", "recorded_at"), datetime(2026, 3, 2, tzinfo=UTC)
    ),
    "day_on": date(2026, 3, 2),
}
WHOLE = {name: field.default for name, field in Interaction.model_fields.items()} | NEEDED
ROW = some.fixed_dictionaries(
    {
        "id": some.uuids(),
        "ticket": some.none() | TEXT,
        "outcome": some.sampled_from(Outcome),
        "source": some.sampled_from(Source),
        "arrived_at": MOMENT,
        "called_at": some.none() | MOMENT,
        "day_on": some.dates(),
        "assisted": some.booleans(),
        "first_contact_resolved": some.none() | some.booleans(),
        "import_id": some.none() | some.uuids(),
        "wait_ms": some.none() | some.integers(0, 2**31 - 1),
    }
)


@pytest.fixture
def halls(empty_store: Store) -> Store:
    """Two halls on each store."""
    with empty_store.writing() as session:
        a_hall(session, "H1")
        a_hall(session, "H2")
    return empty_store


def stored(kept: Store, branch_id: str) -> list[dict[str, Any]]:
    """What stands in the table of a hall, as the database itself gives it."""
    with kept.reading() as session:
        found = session.connection().exec_driver_sql(f"SELECT * FROM interaction WHERE branch_id = '{branch_id}'")
        rows = [dict(row) for row in found.mappings()]
    return sorted(({**row, "branch_id": ""} for row in rows), key=lambda row: str(row["id"]))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=some.lists(ROW, max_size=8, unique_by=lambda row: row["id"]))
def test_rows_in_bulk_are_stored_as_the_mapper_stores_them(halls: Store, rows: list[dict[str, Any]]) -> None:
    with halls.writing() as session:
        session.execute(delete(TABLE))
        insert_rows(session, TABLE, [{**WHOLE, **row, "branch_id": "H1"} for row in rows])
        if rows:
            session.execute(insert(TABLE), [{**WHOLE, **row, "branch_id": "H2"} for row in rows])
    assert stored(halls, "H1") == stored(halls, "H2")
    assert len(stored(halls, "H1")) == len(rows)


@pytest.mark.parametrize("same", [{}, {"wait_ms": 2**62, "ticket": "A'1", "assisted": True, "import_id": UUID(int=7)}])
def test_what_is_the_same_in_many_rows_is_stored_in_each(halls: Store, same: dict[str, Any]) -> None:
    rows = [{**WHOLE, "id": UUID(int=number), "items": number, **same} for number in range(1, 301)]
    rows[150]["ticket"] = "another"
    with halls.writing() as session:
        insert_rows(session, TABLE, [{**row, "branch_id": "H1"} for row in rows])
        session.execute(insert(TABLE), [{**row, "branch_id": "H2"} for row in rows])
    assert stored(halls, "H1") == stored(halls, "H2")


def test_documents_are_stored_in_bulk_too(halls: Store) -> None:
    run = ImportRun(branch_id="H1", file_name="f", digest="d", mapping="m", by="b", began_at=datetime.now(UTC))
    content = {"名": "值", "quote": '"\\\t\n'}
    with halls.writing() as session:
        session.add(run)  # unwritten yet: it goes first
        row = {"branch_id": "H1", "import_id": run.id, "line": 2, "reason": "r", "detail": "", "content": content}
        insert_rows(session, Base.metadata.tables["import_reject"], [row])
    with halls.reading() as session:
        assert session.execute(select(ImportReject)).scalar_one().content == content


def test_rows_that_break_a_rule_are_none_of_them_there(halls: Store) -> None:
    rows = [{**WHOLE, "branch_id": "H1", "id": new_id(), "external_ref": "twice"} for _ in range(2)]
    with pytest.raises(IntegrityError), halls.writing() as session:
        insert_rows(session, TABLE, rows)
    assert stored(halls, "H1") == []


def test_a_moment_without_a_zone_is_refused(halls: Store) -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - what is refused
    with pytest.raises(Exception, match="timezone"), halls.writing() as session:
        insert_rows(session, TABLE, [{**WHOLE, "branch_id": "H1", "id": new_id(), "arrived_at": naive}])
