"""The reference data is put in once, completed where something is missing, and never overwritten."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, delete, func, select

from actions.reference import put_calendar
from models.standing import catalogue
from models.store import Store
from models.store import store as store_of
from models.tables import AuditEvent, BusinessType, CalendarDay, ServiceStandard
from seed import reference
from seed.__main__ import main
from seed.calendar import CHINA, LAST_PUBLISHED_YEAR
from standards.business import BUSINESS_TYPES
from standards.catalogue import CATALOGUE
from tests.factories import MACHINE

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
IN_TEN_YEARS = datetime(2036, 3, 3, 1, 0, tzinfo=UTC)


def last_day(session: Session) -> date:
    return session.exec(select(func.max(CalendarDay.day_on)).where(CalendarDay.calendar == CHINA)).one()


def test_a_fresh_database_holds_the_whole_catalogue(store: Store) -> None:
    with store.reading() as session:
        assert set(catalogue(session)) == set(CATALOGUE)
        types = session.exec(select(BusinessType).order_by(col(BusinessType.position))).all()
        assert [row.id for row in types] == [business.code for business in BUSINESS_TYPES]
        assert last_day(session) >= date(LAST_PUBLISHED_YEAR + 2, 12, 31)


def test_tickets_of_different_business_differ_in_their_letter() -> None:
    assert len({business.ticket_letter for business in BUSINESS_TYPES}) == len(BUSINESS_TYPES)


def test_standards_name_only_business_types_that_exist() -> None:
    named = {code for row in CATALOGUE for code in row.scope.business_types + row.scope.except_business_types}
    assert named <= {business.code for business in BUSINESS_TYPES}


def test_a_second_time_changes_nothing(store: Store) -> None:
    with store.reading() as session:
        before = session.exec(select(func.count()).select_from(AuditEvent)).one()
    assert reference.ensure(store, now=NOW) == 0
    with store.reading() as session:
        assert session.exec(select(func.count()).select_from(AuditEvent)).one() == before


def test_what_is_missing_comes_back_and_what_was_edited_stays(store: Store) -> None:
    with store.writing() as session:
        session.connection().execute(delete(ServiceStandard).where(col(ServiceStandard.code) == "H01"))
        session.get_one(BusinessType, "payment").name = "交电费"
        session.connection().execute(delete(BusinessType).where(col(BusinessType.id) == "meter"))
        edited = session.exec(select(ServiceStandard).where(ServiceStandard.code == "H02")).first()
        assert edited is not None
        edited.target = 0.5
    assert reference.ensure(store, now=NOW) > 1
    with store.reading() as session:
        assert session.exec(select(ServiceStandard).where(ServiceStandard.code == "H01")).first() is not None
        assert session.get(BusinessType, "meter") is not None
        assert session.get_one(BusinessType, "payment").name == "交电费"
        assert 0.5 in session.exec(select(ServiceStandard.target).where(ServiceStandard.code == "H02")).all()


def test_the_calendar_grows_with_the_years(store: Store) -> None:
    assert reference.ensure(store, now=IN_TEN_YEARS) > 365
    with store.reading() as session:
        assert last_day(session) == date(2038, 12, 31)
        assert session.get_one(CalendarDay, (CHINA, date(2037, 5, 1))).provisional


def test_a_provisional_day_gives_way_to_the_published_one_unless_somebody_edited_it(store: Store) -> None:
    provisional, edited = date(LAST_PUBLISHED_YEAR + 1, 3, 1), date(LAST_PUBLISHED_YEAR + 1, 3, 2)
    with store.writing() as session:
        session.get_one(CalendarDay, (CHINA, edited)).edited_at = NOW
    published = [CalendarDay(calendar=CHINA, day_on=day, working=False) for day in (provisional, edited)]
    with store.writing() as session:
        assert put_calendar(session, MACHINE, published, now=NOW) == 1
    with store.reading() as session:
        day = session.get_one(CalendarDay, (CHINA, provisional))
        assert (day.working, day.provisional) == (False, False)
        assert session.get_one(CalendarDay, (CHINA, edited)).provisional


def test_a_published_day_that_is_there_is_never_overwritten(store: Store) -> None:
    kept = date(2026, 3, 4)
    with store.writing() as session:
        assert put_calendar(session, MACHINE, [CalendarDay(calendar=CHINA, day_on=kept, working=False)], now=NOW) == 0
    with store.reading() as session:
        assert session.get_one(CalendarDay, (CHINA, kept)).working


def test_the_command_makes_a_new_database_and_says_how_much_it_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = ["--db", f"sqlite:///{tmp_path / 'monitor.db'}", "--json"]
    assert main(["reference", *db]) == 0
    assert json.loads(capsys.readouterr().out)["added"] > len(CATALOGUE)
    assert main(["reference", *db]) == 0
    assert json.loads(capsys.readouterr().out) == {"added": 0}
    store_of(db[1]).close()
