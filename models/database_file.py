"""The file of the embedded database and what stands beside it: looked at, copied, renamed, never left half-written."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from models.command_line import Refusal
from models.migrate import known_revisions
from models.store import keep_to_owner, sqlite_file
from standards.message import message

SIDE_FILES = ("-wal", "-shm")
"""What SQLite keeps beside a database in use."""
SQLITE = b"SQLite format 3\x00"


def embedded(url: str) -> Path:
    """The file of an embedded database; Refusal for a server's."""
    file = sqlite_file(url)
    if file is None:
        raise Refusal("not_embedded", message("This is for the embedded database; a server has tools of its own."))
    return file


def files_of(url: str) -> tuple[Path, ...]:
    """The files of the embedded database, whether they are there or not; none for a server's."""
    file = sqlite_file(url)
    return () if file is None else (file, *(file.with_name(file.name + end) for end in (*SIDE_FILES, "-journal")))


def is_one_of(path: Path, files: Iterable[Path]) -> bool:
    """Whether a path is one of these files by whatever name, or the name of one that is not there yet."""
    return any(
        path.resolve() == file.resolve() or (path.exists() and file.exists() and path.samefile(file)) for file in files
    )


def opened(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10, isolation_level=None)


def verified(path: Path) -> str:
    """The revision of a database file that is whole and known to this code; Refusal otherwise. Changes nothing."""
    if not path.is_file():
        raise Refusal("no_file", message("There is no file {path}.", path=path))
    no_database = Refusal("no_database", message("{path} is no database, or a damaged one.", path=path))
    try:
        with closing(opened(path)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise no_database
            row = None
            if "alembic_version" in tables_of(connection):
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise no_database from error
    if row is None:
        raise Refusal("not_ours", message("{path} is a database, but not one of this product.", path=path))
    if row[0] not in known_revisions():
        raise Refusal(
            "newer_schema",
            message("{path} has a schema that this version does not know ({revision}).", path=path, revision=row[0]),
        )
    return str(row[0])


def tables_of(connection: sqlite3.Connection) -> frozenset[str]:
    """The names of its tables."""
    return frozenset(name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


def vacuum_into(source: Path, part: Path) -> None:
    """One moment of the source, whole, for its owner alone; SQLite leaves the flushing to us."""
    keep_to_owner(part)
    try:
        with closing(opened(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
    except sqlite3.DatabaseError as error:
        raise Refusal("no_copy", message("The copy could not be made: {error}.", error=str(error))) from error
    with part.open("rb+") as written:
        os.fsync(written.fileno())


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """A name beside `path` for what is not whole yet; nothing is left of it when it fails."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def set_aside(target: Path, now: datetime, word: str = "") -> Path | None:
    """Rename the present database with a time stamp, what its write-ahead log holds included; None: there was none.

    Refusal where somebody else has it open.
    """
    if not target.exists():
        _move_side_files(target, _free_name(target, now, word))
        return None
    if _keeps_a_log(target):
        _fold_in_log(target)
    aside = _free_name(target, now, word)
    os.rename(target, aside)
    _move_side_files(target, aside)
    return aside


def put_back(target: Path, aside: Path | None) -> None:
    """Undo `set_aside`."""
    if aside is not None:
        os.rename(aside, target)
        _move_side_files(aside, target)


def settle(folder: Path) -> None:
    """Make a rename last through a power cut, where the system lets a folder be flushed."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keeps_a_log(target: Path) -> bool:
    """Whether its header says so; SQLite would delete the log of any other file that it is asked to open."""
    with target.open("rb") as found:
        header = found.read(20)
    return header.startswith(SQLITE) and header[18:20] == b"\x02\x02"


def _fold_in_log(target: Path) -> None:
    """Leaving the log behind needs the file alone, which tells too whether somebody else has it open."""
    try:
        with closing(sqlite3.connect(target, timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=delete").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            return  # damaged beyond that: its log is moved with it
        in_use = message("The database is in use: stop the application first.")
        raise Refusal("in_use", in_use) from error
    except sqlite3.DatabaseError:
        return  # what can't be opened is set aside as it is


def _move_side_files(target: Path, aside: Path) -> None:
    """A log that stayed would be played into the restored database."""
    for end in SIDE_FILES:
        beside = target.with_name(target.name + end)
        if beside.exists():
            os.rename(beside, aside.with_name(aside.name + end))


def _free_name(target: Path, now: datetime, word: str) -> Path:
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") + word
    names = (f"{target.stem}-{stamp}{mark}{target.suffix}" for mark in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path for path in map(target.with_name, names) if not path.exists())
