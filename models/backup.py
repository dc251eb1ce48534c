"""Keep a copy of the embedded database, encrypted or plain, and put one back."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path

from pyrage.x25519 import Identity

from models.back_again import BackAgain, back_again
from models.backup_key import keep_key, key_file, own_key, read_key
from models.command_line import Refusal
from models.damage import damage, forget_damage
from models.database_file import (
    embedded,
    files_of,
    is_one_of,
    put_back,
    set_aside,
    settle,
    unfinished,
    vacuum_into,
    verified,
)
from models.manifest import Manifest, departures, manifest_of
from models.restored import note_restored
from models.sealed import is_sealed, manifest_within, seal, unseal
from models.store import store
from standards.message import message

ENDING = ".backup.age"
"""How the name of an encrypted backup ends."""
DIGEST_ENDING = ".sha256"
SCRATCH = "backup-scratch.db"
"""The plain copy that stands beside the database while a backup is made or rehearsed."""
_SPARE = 1 << 22


@dataclass(frozen=True, slots=True)
class Copy:
    """A verified copy: where it is, its size in bytes, its schema's revision; its SHA-256 where it is encrypted."""

    path: Path
    size: int
    revision: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """The database put back, and where the one before it is now (None: there was none).

    `back_again` is who had been erased since the backup (None: the one before could not be read).
    """

    path: Path
    revision: str
    set_aside: Path | None
    key_kept: bool = False
    back_again: tuple[BackAgain, ...] | None = ()


def backup_name(now: datetime) -> str:
    """monitor-20261122T030005Z.backup.age: to the second, so that two in one minute are two files."""
    return f"monitor-{now.astimezone(UTC).strftime('%Y%m%dT%H%M%SZ')}{ENDING}"


def backup(url: str, path: Path, *, force: bool = False) -> Copy:
    """Copy the embedded database to `path`, plain, while others write; verified before it takes its name.

    Raises Refusal: no embedded database, `path` is there already (unless `force`), is the database, or has no folder.
    """
    source = _source(url)
    _writable(url, path, force)
    with unfinished(path) as part:
        vacuum_into(source, part)
        revision = verified(part)
        os.replace(part, path)
    settle(path.parent)
    return Copy(path, path.stat().st_size, revision)


def sealed_backup(url: str, path: Path, *, now: datetime, force: bool = False) -> Copy:
    """The same as one encrypted file with its SHA-256 beside it; a folder is given a file named after the moment.

    The plain copy it is made of stands for a while beside the database, never where the backup goes.
    Raises Refusal too where there is no room.
    """
    source = _source(url)
    path = path / backup_name(now) if path.is_dir() else path
    _writable(url, path, force)
    _room(source, source)
    _room(path, source)
    with unfinished(source.with_name(SCRATCH)) as scratch:
        vacuum_into(source, scratch)
        revision = verified(scratch)
        manifest = manifest_of(scratch, revision, now=now)
        try:
            digest = _sealed_as(scratch, manifest, path, own_key(url, now=now))
        except OSError as error:
            raise _not_written(path, error) from error
    return Copy(path, path.stat().st_size, revision, digest)


def rehearse(url: str, path: Path, key: Identity) -> Manifest:
    """Put a backup back in a scratch place beside the database and compare it with what it says of itself.

    Raises Refusal where it is not whole: file, revision, rows of every table, ends of the audit trails.
    """
    with unfinished(embedded(url).with_name(SCRATCH)) as scratch:
        return _unsealed(path, key, scratch)


def restore(url: str, path: Path, *, now: datetime, key: Path | None = None, by: str = "os") -> Restored:
    """Put a backup in the place of the embedded database; the present one is renamed with a time stamp.

    An encrypted one is opened with the key of a file, else with the installation's own. Whoever was signed in then is
    not any more, and the trail says that it was put back, `by` whom. Raises Refusal, with nothing
    changed, where `path` is no whole database of this product, its schema is newer than this code, the key is another
    one, or somebody is using the present database.
    """
    target = embedded(url)
    if not path.is_file():
        raise Refusal("no_file", message("There is no file {path}.", path=path))
    if target.exists() and target.samefile(path):
        raise Refusal("same_file", message("{path} is the database itself.", path=path))
    store(url).close()
    target.parent.mkdir(parents=True, exist_ok=True)
    with unfinished(target) as part:
        try:
            revision = _put_down(url, path, part, key)
        except OSError as error:
            raise _not_written(target, error) from error
        aside, damaged = set_aside(target, now), damage(url)
        before = aside or (None if damaged is None else target.with_name(damaged.name))
        try:
            again = () if before is None else back_again(before, part)
            note_restored(part, revision, path.name, by, again, now=now)
            os.replace(part, target)
        except BaseException:
            put_back(target, aside)
            raise
    settle(target.parent)
    forget_damage(url)
    kept = key is not None and is_sealed(path) and keep_key(url, key)
    return Restored(target, revision, aside, key_kept=kept, back_again=again)


def backup_info(url: str, path: Path, key: Path | None = None) -> Manifest:
    """What a backup says of itself; a plain one is counted."""
    if not path.is_file():
        raise Refusal("no_file", message("There is no file {path}.", path=path))
    if is_sealed(path):
        return manifest_within(path, read_key(key or key_file(url)))
    revision = verified(path)
    return manifest_of(path, revision, now=datetime.fromtimestamp(path.stat().st_mtime, UTC))


def _put_down(url: str, path: Path, part: Path, key: Path | None) -> str:
    """The database of a backup, whole, at `part`; its revision."""
    if is_sealed(path):
        return _unsealed(path, read_key(key or key_file(url)), part).revision
    verified(path)
    vacuum_into(path, part)
    return verified(part)


def _unsealed(path: Path, key: Identity, part: Path) -> Manifest:
    said = unseal(path, key, part)
    found = manifest_of(part, verified(part), now=said.taken_at)
    if differing := departures(said, found):
        names = ", ".join(differing)
        raise Refusal("not_whole", message("{path} is not what it says of itself: {names}.", path=path, names=names))
    return said


def _sealed_as(scratch: Path, manifest: Manifest, path: Path, key: Identity) -> str:
    """Write the encrypted file and its digest; the digest, 64 hexadecimal digits."""
    with unfinished(path) as part:
        seal(scratch, manifest, part, key.to_public())
        with part.open("rb") as written:
            digest = file_digest(written, "sha256").hexdigest()
        os.replace(part, path)
    beside = path.with_name(path.name + DIGEST_ENDING)
    with unfinished(beside) as part:
        part.write_text(f"{digest}  {path.name}\n", "utf-8")
        os.replace(part, beside)
    settle(path.parent)
    return digest


def _source(url: str) -> Path:
    source = embedded(url)
    if not source.is_file():
        raise Refusal("no_database", message("There is no database at {path}.", path=source))
    return source


def _room(path: Path, source: Path) -> None:
    """Refuse what can't fit, before half of it is written."""
    needed = sum(file.stat().st_size for file in (source, source.with_name(f"{source.name}-wal")) if file.exists())
    free = shutil.disk_usage(path.parent).free
    if free < needed + _SPARE:
        folder, megabytes = path.parent, needed // 1_000_000 + 1
        said = message("There is no room in {path}: about {megabytes} MB are needed.", path=folder, megabytes=megabytes)
        raise Refusal("no_room", said)


def _not_written(path: Path, error: OSError) -> Refusal:
    reason = error.strerror or type(error).__name__
    return Refusal("not_written", message("{path} can't be written: {reason}.", path=path, reason=reason))


def _writable(url: str, path: Path, force: bool) -> None:
    if not path.parent.is_dir():
        raise Refusal("no_folder", message("There is no folder {path}.", path=path.parent))
    if path.is_dir():
        raise Refusal("folder", message("{path} is a folder: name a file.", path=path))
    if is_one_of(path, files_of(url)):
        raise Refusal("same_file", message("{path} is the database itself.", path=path))
    if path.exists() and not force:
        raise Refusal("exists", message("{path} is there already: --force overwrites it.", path=path))
