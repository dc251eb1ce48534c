"""The engine and its sessions: one URL, SQLite and PostgreSQL each set right."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlmodel import Session

ROOT = Path(__file__).resolve().parent.parent
_READ_ONLY = "read_only"

PATIENCE = timedelta(seconds=30)
"""How long one statement may take on PostgreSQL before the server ends it."""
LONG = timedelta(hours=12)
"""The patience of a command that goes through all there is: a migration, a rebuild, a copy, a check."""
LOCK_PATIENCE = timedelta(seconds=10)
"""How long a writer waits for another one, on both stores."""
# What a thread that hangs in the middle of a transaction holds is given back after this.
_IDLE = timedelta(minutes=10)
# What people typed must not stand in an error's text.
_QUIET: dict[str, Any] = {"hide_parameters": True}
# One process, whose scripts are threads: at most 30 connections, so that three processes fit a server's usual 100.
_SERVED: dict[str, Any] = {
    "pool_size": 10,
    "max_overflow": 20,
    "pool_timeout": LOCK_PATIENCE.total_seconds(),
    "pool_pre_ping": True,  # a server that was started again is noticed before a press is lost
    "pool_use_lifo": True,  # what a rush opened is let go after it
}
_EMBEDDED: dict[str, Any] = {
    "pool_size": 16,
    "max_overflow": 48,
    "connect_args": {"timeout": LOCK_PATIENCE.total_seconds()},
}


def database_url() -> str:
    """`DATABASE_URL`, else the embedded file `data/monitor.db` beside the application."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{ROOT / 'data' / 'monitor.db'}"


# What every store raises where it can't be reached, or is locked for too long: the transaction did not happen.
StoreAway = OperationalError


class Store:
    """Sessions on one database: `reading()` takes no write lock, `writing()` commits at its end.

    A statement may take `patience` on PostgreSQL (`LONG` for what goes through all there is); SQLite sets no limit.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._read_engine = _read_engine(url, self.engine)

    @contextmanager
    def reading(self, *, patience: timedelta = PATIENCE) -> Iterator[Session]:
        """A session that sees one moment and writes nothing."""
        with _connections_run_out(), Session(self._read_engine, autoflush=False) as session:
            have_patience(session, patience)
            yield session
            session.rollback()

    @contextmanager
    def writing(self, *, patience: timedelta = PATIENCE) -> Iterator[Session]:
        """A session that holds the write lock from its first statement and commits when the block ends well."""
        # What is committed is not read again: the session ends with its transaction.
        with _connections_run_out(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            have_patience(session, patience)
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
        self._read_engine.dispose()


@lru_cache(maxsize=8)
def store(url: str | None = None) -> Store:
    """The store of a URL, one a process."""
    return Store(url) if url is not None else store(database_url())


def keep_to_owner(file: Path) -> None:
    """Make a file that only its owner reads; SQLite gives what it keeps beside a database the same rights."""
    if file.name == ":memory:":
        return
    with suppress(OSError):  # where it can't be made, whoever opens it says so
        os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))


def sqlite_file(url: str) -> Path | None:
    """The file of an embedded store, or None."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def have_patience(transaction: Session | Connection, patience: timedelta) -> None:
    """Let each statement of a transaction take so long on PostgreSQL; the ordinary patience is every session's."""
    bind = transaction.get_bind() if isinstance(transaction, Session) else transaction
    if patience == PATIENCE or bind.dialect.name != "postgresql":
        return
    spans = {"statement_timeout": patience, "idle_in_transaction_session_timeout": max(patience, _IDLE)}
    said = {name: str(_milliseconds(span)) for name, span in spans.items()}
    transaction.execute(select(*(func.set_config(name, value, True) for name, value in said.items())))


@contextmanager
def _connections_run_out() -> Iterator[None]:
    """Where every connection is taken for too long, the store can't be reached."""
    try:
        yield
    except NoConnectionFree as error:
        raise StoreAway(None, None, error) from error


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        return create_engine(_set_up(address), **_SERVED, **_QUIET)
    file = sqlite_file(url)
    if file is None:
        return create_engine(address, **_QUIET)
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, **_EMBEDDED, **_QUIET)
    event.listen(engine, "do_connect", lambda *_: keep_to_owner(file))
    event.listen(engine, "connect", _set_right)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(url: URL) -> URL:
    """PostgreSQL's address with what each session is given; what the address itself says stands above it."""
    settings = {
        "timezone": "UTC",
        "statement_timeout": _milliseconds(PATIENCE),
        "lock_timeout": _milliseconds(LOCK_PATIENCE),
        "idle_in_transaction_session_timeout": _milliseconds(_IDLE),
        # The server lets go of what the process of a machine held that lost its power.
        "tcp_keepalives_idle": 30,
        "tcp_keepalives_interval": 10,
        "tcp_keepalives_count": 3,
    }
    given = " ".join(f"-c {name}={value}" for name, value in settings.items())
    theirs = url.query.get("options", "")
    ours = {
        "application_name": "service-counter-monitor",
        "connect_timeout": "5",
        # A server that is cut off without a word is noticed within a minute.
        "keepalives_idle": "30",
        "keepalives_interval": "10",
        "keepalives_count": "3",
    }
    options = [given, *([theirs] if isinstance(theirs, str) else theirs)]
    return url.set(query={**ours, **url.query, "options": " ".join(options).strip()})


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _read_engine(url: str, engine: Engine) -> Engine:
    """For sessions that see one moment and can't write, said so that the server holds it too."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    # With connections of its own: SQLite compiles every statement of a connection anew where its `query_only` changes.
    return _engine(url).execution_options(**{_READ_ONLY: True})


def _set_right(connection: Any, _record: object) -> None:
    """Each line was paid for by a measured failure (design.md)."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=wal")
    cursor.execute("PRAGMA synchronous=full")
    cursor.execute("PRAGMA foreign_keys=on")
    cursor.execute(f"PRAGMA busy_timeout={_milliseconds(LOCK_PATIENCE)}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """A writer takes its lock at once: a deferred one that reads first is refused when it wants to write."""
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    if connection.info.get(_READ_ONLY) is not read_only:
        connection.exec_driver_sql(f"PRAGMA query_only={'on' if read_only else 'off'}")
        connection.info[_READ_ONLY] = read_only
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
