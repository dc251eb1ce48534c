"""Databases of the tests' own on either engine, each a copy of a template that is made once."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp
from typing import NoReturn, Protocol
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.engine.interfaces import IsolationLevel

from models.migrate import upgrade
from models.store import Store
from models.store import store as store_of
from models.tables import Base
from seed import reference
from tests.desks import a_working_hall

IN_CI = os.environ.get("CI") == "true"


def lacking(what: str) -> NoReturn:
    """Skip for want of something; where nothing may be wanting, fail."""
    if IN_CI:
        pytest.fail(what)
    pytest.skip(what)


class Holding(StrEnum):
    """What a new database holds: the newest schema, and with it nothing, the working hall, or the reference data."""

    NOTHING = "nothing"
    WORKING_HALL = "working_hall"
    REFERENCE = "reference"


def fill(url: str, holding: Holding) -> None:
    """Give an empty database the newest schema and what it shall hold; nobody is in it afterwards."""
    upgrade(url)
    _put(url, holding)


def _put(url: str, holding: Holding) -> None:
    """Make a template out of the one that holds nothing; nobody is in it afterwards, so that it can be copied."""
    made = store_of(url)
    if holding is Holding.WORKING_HALL:
        with made.writing() as session:
            a_working_hall(session)
    if holding is Holding.REFERENCE:
        reference.ensure(made, now=datetime.now(UTC))
    made.close()


class Databases(Protocol):
    """Makes databases of one engine."""

    def new(self, holding: Holding) -> AbstractContextManager[str]:
        """The address of a new database, which is gone afterwards."""


@contextmanager
def new_store(databases: Databases, holding: Holding) -> Iterator[Store]:
    """A store on a new database."""
    with databases.new(holding) as url:
        made = Store(url)
        try:
            yield made
        finally:
            made.close()


@dataclass
class EmbeddedDatabases:
    """Files in a folder."""

    folder: Path

    def template(self, holding: Holding) -> Path:
        """The file to be copied."""
        file = self.folder / f"{holding}.db"
        if not file.exists() and holding is Holding.NOTHING:
            fill(f"sqlite:///{file}", holding)
        elif not file.exists():
            shutil.copy(self.template(Holding.NOTHING), file)
            _put(f"sqlite:///{file}", holding)
        return file

    @contextmanager
    def new(self, holding: Holding) -> Iterator[str]:
        folder = Path(mkdtemp(dir=self.folder))
        shutil.copy(self.template(holding), folder / "monitor.db")
        yield f"sqlite:///{folder / 'monitor.db'}"
        shutil.rmtree(folder)


@dataclass
class ServedDatabases:
    """Databases on a server. Copying one costs more than most tests: one that was used is put back as it was."""

    server: str
    engine: Engine
    _templates: set[str] = field(default_factory=set)
    _free: dict[Holding, list[ServedCopy]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def on(cls, server: str) -> ServedDatabases:
        """Those of a server, whose address names no database."""
        return cls(server, _ordering(f"{server}/postgres"))

    def template(self, holding: Holding) -> str:
        """The name of the database to be copied; what its tables hold is kept in it a second time."""
        name = f"template_{holding}"
        if name not in self._templates:
            nothing = holding is Holding.NOTHING
            begun = "template1" if nothing else self.template(Holding.NOTHING)
            self._order(f"CREATE DATABASE {name} TEMPLATE {begun} STRATEGY file_copy")
            (fill if nothing else _put)(f"{self.server}/{name}", holding)
            ServedCopy(f"{self.server}/{name}").keep()
            self._templates.add(name)
        return name

    @contextmanager
    def new(self, holding: Holding | None) -> Iterator[str]:
        """With None it does not even hold a schema, and is thrown away."""
        if holding is None:
            name = self._created()
            yield f"{self.server}/{name}"
            self._order(f"DROP DATABASE {name} WITH (FORCE)")
            return
        free = self._free[holding]
        used = free.pop() if free else ServedCopy(f"{self.server}/{self._created(self.template(holding))}")
        yield used.url
        used.put_back()
        free.append(used)

    def _created(self, template: str = "template1") -> str:
        name = f"monitor_{uuid4().hex}"
        self._order(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def _order(self, statement: str) -> None:
        with self.engine.connect() as connection:
            connection.execute(text(statement))


@dataclass
class ServedCopy:
    """A database whose schema `kept` holds what its tables held at first."""

    url: str

    def keep(self) -> None:
        """Remember what the tables hold, and that every row was written before now."""
        with self._ordered() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS kept CASCADE"))  # of the template that it was made of
            connection.execute(text("CREATE SCHEMA kept"))
            for name in TABLES:
                connection.execute(text(f"CREATE TABLE kept.{name} AS TABLE {name}"))
            connection.execute(text("CREATE TABLE kept.since AS SELECT pg_current_xact_id()::text::bigint AS xact"))

    def put_back(self) -> None:
        """Make the tables hold that again; whoever is still there is thrown out."""
        with self._ordered() as connection:
            connection.execute(text(_OTHERS_OUT))
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no key is looked after meanwhile
            for name in connection.execute(text(_CHANGED)).scalars().all():
                connection.execute(text(f"DELETE FROM {name}"))
                connection.execute(text(f"INSERT INTO {name} TABLE kept.{name}"))
            connection.execute(text("UPDATE kept.since SET xact = pg_current_xact_id()::text::bigint"))

    @contextmanager
    def _ordered(self) -> Iterator[Connection]:
        engine = _ordering(self.url, "READ COMMITTED")
        with engine.begin() as connection:
            yield connection


def _ordering(url: str, isolation: IsolationLevel = "AUTOCOMMIT") -> Engine:
    """Without connections kept, so that a database can be copied or dropped."""
    return create_engine(url, isolation_level=isolation, poolclass=NullPool)


TABLES = [table.name for table in Base.metadata.sorted_tables]
_OTHERS_OUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# A table is as it was where it has as many rows, and none that was written since.
_CHANGED = " UNION ALL ".join(
    f"SELECT '{name}' FROM kept.since WHERE EXISTS (SELECT FROM {name} WHERE {name}.xmin::text::bigint > xact)"
    f" OR (SELECT count(*) FROM {name}) <> (SELECT count(*) FROM kept.{name})"
    for name in TABLES
)
