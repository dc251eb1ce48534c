"""The key pair of the backups, in age's own format, made at first use in a file beside the database.

Whoever has the file can read every backup; without it no backup can be read. A copy belongs elsewhere.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from pyrage.x25519 import Identity

from models.command_line import Refusal
from models.database_file import embedded, settle
from standards.message import message

KEY_NAME = "backup.key"
_BEGINS = "AGE-SECRET-KEY-1"


def key_file(url: str) -> Path:
    """Where the key of an embedded database's backups stands, once it is made."""
    return embedded(url).with_name(KEY_NAME)


def own_key(url: str, *, now: datetime) -> Identity:
    """The key of the backups, made where there is none yet; only the file's owner may read it."""
    path = key_file(url)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_key(path)
    made = Identity.generate()
    with os.fdopen(descriptor, "w", encoding="ascii") as written:
        written.write(f"# created: {now.isoformat(timespec='seconds')}\n# public key: {made.to_public()}\n{made}\n")
        written.flush()
        os.fsync(written.fileno())
    settle(path.parent)
    return made


def read_key(path: Path) -> Identity:
    """The key of a file; Refusal where there is none in it."""
    try:
        lines = path.read_text("ascii").split()
        return Identity.from_str(next(line for line in lines if line.startswith(_BEGINS)))
    except FileNotFoundError as error:
        raise Refusal("no_key", message("There is no key {path}: name it with --key.", path=path)) from error
    except (StopIteration, ValueError, Exception) as error:
        if isinstance(error, OSError):
            raise
        raise Refusal("bad_key", message("{path} holds no key of backups.", path=path)) from error


def keep_key(url: str, path: Path) -> bool:
    """Take a key that opened a backup as the installation's own, where it has none: backups go on under it."""
    own = key_file(url)
    if own.exists():
        return False
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write(path.read_bytes())
    return True
