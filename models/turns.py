"""Locks between all processes of an installation, gone with whoever held them, however they ended.

On PostgreSQL a lock is its session's (an advisory lock), beside a file it is the machine's (`models.alone`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic, sleep

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from models.alone import alone
from models.store import LONG, Store, StoreAway, sqlite_file

_LOOK_AGAIN_SECONDS = 0.1


@contextmanager
def alone_in(store: Store, name: str) -> Iterator[bool]:
    """Hold the installation's lock of a name while the block runs; False where another process or thread holds it.

    Where the server goes away meanwhile the lock is lost, so what is done under it must bear to be done again.
    Raises StoreAway where the server can't be reached at the beginning.
    """
    file = sqlite_file(store.url)
    if file is not None:
        with alone(file.with_name(f".{name}.lock")) as mine:
            yield mine
        return
    with _lock(store, name) as (connection, key):
        mine = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
        try:
            yield mine
        finally:
            if mine:
                _give_back(connection, key)


@contextmanager
def in_turn(store: Store, name: str, patience: timedelta = LONG) -> Iterator[None]:
    """One process after the other on PostgreSQL: wait until the lock of a name is free, and hold it.

    An embedded database makes writers wait by itself. Raises StoreAway past the patience.
    """
    if sqlite_file(store.url) is not None:
        yield
        return
    until = monotonic() + patience.total_seconds()
    while True:
        with alone_in(store, name) as mine:
            if mine:
                yield
                return
        if monotonic() > until:
            raise StoreAway(None, None, TimeoutError(f"another process holds the lock {name}"))
        sleep(_LOOK_AGAIN_SECONDS)


@contextmanager
def _lock(store: Store, name: str) -> Iterator[tuple[Connection, object]]:
    """A session in no transaction, and the key of a name, which is counted per database."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection, func.hashtextextended(f"turn {name}", 0)


def _give_back(connection: Connection, key: object) -> None:
    try:
        connection.scalar(select(func.pg_advisory_unlock(key)))
    except DBAPIError:  # the server was away, and with the session went its lock
        connection.invalidate()
