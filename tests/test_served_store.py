"""The store on a server: its sessions are set right, nothing waits without end, and a server may be started again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import func, text
from sqlalchemy.engine import make_url
from sqlmodel import Session, select

from actions.hall import branch_of
from models import store as stores
from models.migrate import upgrade
from models.settings import put_setting, setting
from models.store import LONG, Store, StoreAway
from models.tables import AuditEvent, Setting
from tests.desks import HALL
from tests.engines import Holding, ServedDatabases
from tests.postgres_cluster import a_cluster

A_BLINK = timedelta(milliseconds=300)


@pytest.fixture
def url(served_databases: ServedDatabases) -> Iterator[str]:
    with served_databases.new(Holding.WORKING_HALL) as address:
        yield address


def with_options(url: str, **settings: int) -> str:
    """The address with settings of its own."""
    return f"{url}?options={quote(' '.join(f'-c {name}={value}' for name, value in settings.items()))}"


def shown(session: Session, name: str) -> object:
    return session.connection().execute(text(f"SHOW {name}")).scalar()


def a_nap(session: Session, span: timedelta = A_BLINK) -> None:
    session.connection().execute(select(func.pg_sleep(span.total_seconds())))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timezone", "UTC"),
        ("statement_timeout", "30s"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "10min"),
        ("application_name", "service-counter-monitor"),
    ],
)
def test_every_session_is_set_right(url: str, name: str, value: str) -> None:
    with closing(Store(url)) as store:
        with store.writing() as session:
            assert shown(session, name) == value
        with store.reading() as session:
            assert shown(session, name) == value


def test_what_the_address_says_stands_above(url: str) -> None:
    address = with_options(url, lock_timeout=7000) + "&application_name=second"
    with closing(Store(address)) as store, store.reading() as session:
        assert (shown(session, "lock_timeout"), shown(session, "application_name")) == ("7s", "second")
        assert shown(session, "timezone") == "UTC"


def test_a_statement_that_takes_too_long_is_ended_and_the_store_goes_on(url: str) -> None:
    with closing(Store(with_options(url, statement_timeout=50))) as store:
        with pytest.raises(StoreAway, match="statement timeout"), store.reading() as session:
            a_nap(session)
        with store.reading() as session:
            assert setting(session, "word") is None


def test_a_long_command_has_more_patience_and_hands_none_on(url: str) -> None:
    with closing(Store(with_options(url, statement_timeout=50))) as store:
        with store.writing(patience=LONG) as session:
            assert shown(session, "idle_in_transaction_session_timeout") == "12h"
            a_nap(session)
            put_setting(session, "word", "written")
        with store.reading(patience=LONG) as session:
            a_nap(session)
            assert setting(session, "word") == "written"
        with store.writing() as session:
            assert shown(session, "statement_timeout") == "50ms"


def test_who_waits_too_long_for_a_hall_is_told_that_nothing_was_stored(url: str) -> None:
    with closing(Store(with_options(url, lock_timeout=50))) as store:
        with store.writing() as first:
            branch_of(first, HALL, alone=True)
            with pytest.raises(StoreAway, match="lock timeout"), store.writing() as second:
                branch_of(second, HALL, alone=True)
            put_setting(first, "word", "written")
        with store.reading() as session:
            assert setting(session, "word") == "written"


def test_a_pool_that_is_used_up_is_a_store_out_of_reach(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_SERVED", stores._SERVED | {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.05})
    with closing(Store(url)) as store, store.reading() as session:
        setting(session, "word")
        with pytest.raises(StoreAway), store.reading() as another:
            setting(another, "word")


def test_times_come_back_in_utc_from_a_database_elsewhere(postgres_url: str) -> None:
    upgrade(postgres_url)
    now = datetime(2026, 3, 3, 1, 2, 3, 456_000, tzinfo=UTC)
    with closing(Store(postgres_url)) as store, store.writing() as session:
        session.connection().execute(
            text(f"ALTER DATABASE {make_url(postgres_url).database} SET timezone = 'Asia/Kathmandu'")
        )
        session.add(AuditEvent(branch_id="*", key="k", at=now, actor="a", action="b"))
    with closing(Store(postgres_url)) as store, store.reading() as session:
        at = session.exec(select(AuditEvent)).one().at
        assert (at, at.utcoffset()) == (now, timedelta())


def test_a_server_that_was_stopped_and_started_again_needs_no_new_application() -> None:
    with a_cluster() as cluster:
        databases = ServedDatabases.on(cluster.url)
        with databases.new(Holding.NOTHING) as url, closing(Store(url)) as store:
            with store.writing() as session:
                put_setting(session, "word", "before")
                with store.reading() as other:
                    other.exec(select(Setting)).all()
            cluster.stop()
            with pytest.raises(StoreAway), store.writing() as session:
                put_setting(session, "word", "meanwhile")
            cluster.start()
            with store.reading() as session:
                assert setting(session, "word") == "before"
            with store.writing() as session:
                put_setting(session, "word", "after")
            with store.reading() as session:
                assert setting(session, "word") == "after"
