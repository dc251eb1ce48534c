"""What every room's command line shares: the database, the answer for people or scripts, the exit code."""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from models.actor import NotAllowed
from models.migrate import newest_revision, revision, unknown_revision, upgrade
from models.store import Store, database_url, sqlite_file, store
from standards.message import Message, message

DONE, REFUSED = 0, 1  # wrong usage is argparse's own 2
MOST_DIGITS = 18  # stores count in 64 bits
Answer = Mapping[str, Any]
FAULTS = (DatabaseError, sqlite3.DatabaseError, OSError)
"""What can go wrong outside of the product, in the course of any command."""
_BACKENDS = frozenset({"sqlite", "postgresql"})
LOCK_NOT_AVAILABLE = "55P03"
"""PostgreSQL's word for a lock that was waited for too long."""


class Refusal(Exception):
    """It was not done, or not well; `reason` is stable for scripts, `message` is for people, `details` for both."""

    def __init__(self, reason: str, said: Message, details: Answer | None = None) -> None:
        super().__init__(str(said))
        self.reason = reason
        self.message = said
        self.details = details or {}


def shared_options() -> argparse.ArgumentParser:
    """The options of every command, as a parent parser."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--db", metavar="URL", help="the database (else DATABASE_URL, else data/monitor.db)")
    options.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return options


def whole_number(text: str) -> int:
    """A whole number of digits alone, for options; int() would read 1_0 as ten."""
    if not text.removeprefix("-").isdecimal() or len(text) > MOST_DIGITS:
        raise argparse.ArgumentTypeError("not a whole number")
    return int(text)


def run(
    asked: argparse.Namespace,
    work: Callable[[argparse.Namespace], tuple[Answer, str]],
    *refusals: type[Exception],
) -> int:
    """Do the work and print its answer (JSON, or the sentence); the exit code.

    A refusal, or an ordinary fault in its words, goes to standard error.
    """
    caught: tuple[type[Exception], ...] = (Refusal, NotAllowed, *refusals, *FAULTS)
    try:
        check_address(asked.db or database_url())
        answer, said = work(asked)
    except caught as error:
        refused = refusal_of(error)
        if refused is None:
            raise
        if asked.json:
            reason, details = getattr(refused, "reason", "not_allowed"), getattr(refused, "details", {})
            print(_as_json({"refused": reason, "message": str(refused), **details}))
        print(refused, file=sys.stderr)
        return REFUSED
    print(_as_json(answer) if asked.json else said)
    return DONE


def check_address(url: str) -> None:
    """Refuse a database's address that can't be read, or is of a database or driver that is not there."""
    try:
        address = make_url(url)
        name = address.get_backend_name()
        if name in _BACKENDS:
            address.get_dialect().import_dbapi()
    except ModuleNotFoundError as error:
        raise Refusal("no_driver", message("The driver {name} is not installed.", name=error.name)) from error
    except (ArgumentError, NoSuchModuleError, ValueError):  # not named: it may hold a password
        name = ""
    if name not in _BACKENDS:
        raise Refusal(
            "wrong_address",
            message("This is no address of a database: write sqlite:///FILE or postgresql+psycopg://HOST/NAME."),
        )


def refusal_of(error: Exception) -> Exception | None:
    """An ordinary fault as a refusal, a refusal as it is; None for a fault of the program itself."""
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        said = message("{path} can't be used: {reason}.", path=error.filename, reason=reason)
        return Refusal("not_usable", said) if error.filename else None
    if not isinstance(error, FAULTS):
        return error
    cause = getattr(error, "orig", error)
    if not (isinstance(error, OperationalError | sqlite3.OperationalError) or type(cause) is sqlite3.DatabaseError):
        return None
    reason = str(cause).strip().partition("\n")[0].removesuffix(".")
    if "locked" in reason or getattr(cause, "sqlstate", None) == LOCK_NOT_AVAILABLE:
        return Refusal("locked", message("The database is in use by somebody else: try again later."))
    return Refusal("no_store", message("The database can't be used: {reason}.", reason=reason))


def _as_json(answer: Answer) -> str:
    return json.dumps(answer, ensure_ascii=False, default=str)


def ready_store(url: str | None) -> Store:
    """The store, its tables made where it is new; refuses an older or newer schema instead of changing it unasked."""
    found = store(url)
    if revision(found) is None:
        upgrade(url)
    _check_schema(found)
    return found


def present_store(url: str | None) -> Store:
    """The store, where there is one: looking at a database must not create it."""
    file = sqlite_file(url or database_url())
    if file is not None and not file.is_file():
        raise Refusal("no_database", message("There is no database at {path}.", path=file))
    return store(url)


def readable_store(url: str | None) -> Store:
    """The store for a command that only reads; refuses a database that is not there or has another schema."""
    found = present_store(url)
    if revision(found) is None:
        raise Refusal(
            "not_ours", message("The database has no tables of this product yet: run python -m models upgrade.")
        )
    _check_schema(found)
    return found


def check_known(target: Store) -> None:
    """Refuse a schema that only a newer version knows."""
    newer = unknown_revision(target)
    if newer is not None:
        raise Refusal(
            "newer_schema",
            message("The database has a schema that this version does not know ({revision}).", revision=newer),
        )


def _check_schema(target: Store) -> None:
    check_known(target)
    current = revision(target)
    if current != newest_revision():
        raise Refusal(
            "other_schema",
            message("The database has another schema ({revision}): run python -m models upgrade.", revision=current),
        )
