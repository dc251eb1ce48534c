"""Keep a copy of the embedded database, and put one back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from models.command_line import Refusal
from models.migrate import known_revisions
from models.store import sqlite_file, store
from standards.message import message

SIDE_FILES = ("-wal", "-shm")
"""What SQLite keeps beside a database in use."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A verified copy: where it is, its size in bytes, its schema's revision."""

    path: Path
    size: int
    revision: str


@dataclass(frozen=True, slots=True)
class Restored:
    """The database put back, and where the one before it is now (None: there was none)."""

    path: Path
    revision: str
    set_aside: Path | None


def backup(url: str, path: Path, *, force: bool = False) -> Copy:
    """Copy the embedded database to `path` while others write, verified before it takes its name.

    Raises Refusal: no embedded database, `path` is there already (unless `force`), is the database, or has no folder.
    """
    source = _embedded(url)
    if not source.is_file():
        raise Refusal("no_database", message("There is no database at {path}.", path=source))
    _writable(url, path, force)
    with unfinished(path) as part:
        _vacuum_into(source, part)
        revision = verified(part)
        os.replace(part, path)
    _settle(path.parent)
    return Copy(path, path.stat().st_size, revision)


def restore(url: str, path: Path, *, now: datetime) -> Restored:
    """Put a backup in the place of the embedded database; the present one is renamed with a time stamp.

    Raises Refusal, with nothing changed, where `path` is no whole database of this product, its schema is newer than
    this code, or somebody is using the present database.
    """
    target = _embedded(url)
    revision = verified(path)
    if target.exists() and target.samefile(path):
        raise Refusal("same_file", message("{path} is the database itself.", path=path))
    store(url).close()
    target.parent.mkdir(parents=True, exist_ok=True)
    with unfinished(target) as part:
        _vacuum_into(path, part)
        verified(part)
        aside = _set_aside(target, now)
        try:
            os.replace(part, target)
        except OSError:
            _put_back(target, aside)
            raise
    _settle(target.parent)
    return Restored(target, revision, aside)


def files_of(url: str) -> tuple[Path, ...]:
    """The files of the embedded database, whether they are there or not; none for a server's."""
    file = sqlite_file(url)
    return () if file is None else (file, *(file.with_name(file.name + end) for end in (*SIDE_FILES, "-journal")))


def is_one_of(path: Path, files: Iterable[Path]) -> bool:
    """Whether a path is one of these files by whatever name, or the name of one that is not there yet."""
    return any(
        path.resolve() == file.resolve() or (path.exists() and file.exists() and path.samefile(file)) for file in files
    )


def verified(path: Path) -> str:
    """The revision of a database file that is whole and known to this code; Refusal otherwise. Changes nothing."""
    if not path.is_file():
        raise Refusal("no_file", message("There is no file {path}.", path=path))
    no_database = Refusal("no_database", message("{path} is no database, or a damaged one.", path=path))
    try:
        with closing(_opened(path)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise no_database
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            row = None
            if "alembic_version" in tables:
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


def _embedded(url: str) -> Path:
    file = sqlite_file(url)
    if file is None:
        raise Refusal("not_embedded", message("This is for the embedded database; a server has tools of its own."))
    return file


def _writable(url: str, path: Path, force: bool) -> None:
    if not path.parent.is_dir():
        raise Refusal("no_folder", message("There is no folder {path}.", path=path.parent))
    if path.is_dir():
        raise Refusal("folder", message("{path} is a folder: name a file.", path=path))
    if is_one_of(path, files_of(url)):
        raise Refusal("same_file", message("{path} is the database itself.", path=path))
    if path.exists() and not force:
        raise Refusal("exists", message("{path} is there already: --force overwrites it.", path=path))


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10, isolation_level=None)


def _vacuum_into(source: Path, part: Path) -> None:
    """One moment of the source, whole; SQLite leaves the flushing to us."""
    try:
        with closing(_opened(source)) as connection:
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


def _set_aside(target: Path, now: datetime) -> Path | None:
    """Rename the present database, what its write-ahead log holds included."""
    if not target.exists():
        _move_side_files(target, _free_name(target, now))
        return None
    if _keeps_a_log(target):
        _fold_in_log(target)
    aside = _free_name(target, now)
    os.rename(target, aside)
    _move_side_files(target, aside)
    return aside


def _keeps_a_log(target: Path) -> bool:
    """Whether its header says so; SQLite would delete the log of any other file that it is asked to open."""
    with target.open("rb") as opened:
        header = opened.read(20)
    return header.startswith(b"SQLite format 3\x00") and header[18:20] == b"\x02\x02"


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


def _put_back(target: Path, aside: Path | None) -> None:
    if aside is not None:
        os.rename(aside, target)
        _move_side_files(aside, target)


def _free_name(target: Path, now: datetime) -> Path:
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (f"{target.stem}-{stamp}{mark}{target.suffix}" for mark in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path for path in map(target.with_name, names) if not path.exists())


def _settle(folder: Path) -> None:
    """Make a rename last through a power cut, where the system lets a folder be flushed."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
