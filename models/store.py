"""The engine and its sessions: one URL, SQLite set right, PostgreSQL as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

ROOT = Path(__file__).resolve().parent.parent
_READ_ONLY = "read_only"


def database_url() -> str:
    """`DATABASE_URL`, else the embedded file `data/monitor.db` beside the application."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{ROOT / 'data' / 'monitor.db'}"


# What every store raises where it can't be reached, or is locked for too long: the transaction did not happen.
StoreAway = OperationalError


class Store:
    """Sessions on one database: `reading()` takes no write lock, `writing()` commits at its end."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._read_engine = self.engine.execution_options(**_reads_only(self.engine))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment and writes nothing."""
        with Session(self._read_engine, autoflush=False) as session:
            yield session
            session.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that holds the write lock from its first statement and commits when the block ends well."""
        with Session(self.engine) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


@lru_cache(maxsize=8)
def store(url: str | None = None) -> Store:
    """The store of a URL, one a process."""
    return Store(url) if url is not None else store(database_url())


def sqlite_file(url: str) -> Path | None:
    """The file of an embedded store, or None."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _engine(url: str) -> Engine:
    file = sqlite_file(url)
    if file is None:
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    # What people typed must not stand in an error's text.
    engine = create_engine(url, connect_args={"timeout": 10}, pool_size=16, max_overflow=48, hide_parameters=True)
    event.listen(engine, "connect", _set_right)
    event.listen(engine, "begin", _begin)
    return engine


def _reads_only(engine: Engine) -> dict[str, Any]:
    """The options of a session that sees one moment and can't write, said so that the server holds it too."""
    if engine.dialect.name == "postgresql":
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return {_READ_ONLY: True}


def _set_right(connection: Any, _record: object) -> None:
    """Each line was paid for by a measured failure (design.md)."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=wal")
    cursor.execute("PRAGMA synchronous=full")
    cursor.execute("PRAGMA foreign_keys=on")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


def _begin(connection: Connection) -> None:
    """A writer takes its lock at once: a deferred one that reads first is refused when it wants to write."""
    read_only = connection.get_execution_options().get(_READ_ONLY)
    connection.exec_driver_sql(f"PRAGMA query_only={'on' if read_only else 'off'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
