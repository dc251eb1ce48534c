"""Databases of the tests' own on either engine, each a copy of a template that is made once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NoReturn, Protocol
from uuid import uuid4

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from models.migrate import upgrade
from models.store import Store
from models.store import store as store_of
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
    """Make a template; nobody is in it afterwards, so that it can be copied."""
    upgrade(url)
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
        if not file.exists():
            fill(f"sqlite:///{file}", holding)
        return file

    @contextmanager
    def new(self, holding: Holding) -> Iterator[str]:
        folder = Path(mkdtemp(dir=self.folder))
        shutil.copy(self.template(holding), folder / "monitor.db")
        yield f"sqlite:///{folder / 'monitor.db'}"
        shutil.rmtree(folder)


@dataclass
class ServedDatabases:
    """Databases on a server; copying a template's files is quicker there than writing its pages to the log."""

    server: str
    engine: Engine
    _templates: set[str] = field(default_factory=set)

    @classmethod
    def on(cls, server: str) -> ServedDatabases:
        """Those of a server, whose address names no database."""
        keeps_none: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "poolclass": NullPool}
        return cls(server, create_engine(f"{server}/postgres", **keeps_none))

    def template(self, holding: Holding) -> str:
        """The name of the database to be copied."""
        name = f"template_{holding}"
        if name not in self._templates:
            self._order(f"CREATE DATABASE {name}")
            fill(f"{self.server}/{name}", holding)
            self._templates.add(name)
        return name

    @contextmanager
    def new(self, holding: Holding | None) -> Iterator[str]:
        """With None it does not even hold a schema."""
        name = f"monitor_{uuid4().hex}"
        copied = f" TEMPLATE {self.template(holding)} STRATEGY file_copy" if holding else ""
        self._order(f"CREATE DATABASE {name}{copied}")
        yield f"{self.server}/{name}"
        self._order(f"DROP DATABASE {name} WITH (FORCE)")

    def _order(self, statement: str) -> None:
        with self.engine.connect() as connection:
            connection.execute(text(statement))
