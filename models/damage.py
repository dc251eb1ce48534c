"""A damaged database file: recognised before anybody works on it, set aside, and remembered until a backup is back.

An empty database in its place would look as if nothing had ever happened, so nothing starts until somebody decides.
"""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from models.backup_key import KEY_NAME
from models.command_line import Refusal
from models.database_file import SIDE_FILES, SQLITE, embedded, opened, set_aside, settle, tables_of
from models.store import sqlite_file, store
from standards.message import message

WORD = "-damaged"
MARK_ENDING = ".damaged"
PATIENCE, AFTER_A_CRASH = timedelta(seconds=10), timedelta(seconds=60)
"""How long a start may look through a file; what it has not reached by then counts as whole so far."""
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_OURS = b"alembic_version"
_LOOKED_AT = 1 << 22
_STEPS = 100_000


@dataclass(frozen=True, slots=True)
class Damage:
    """When a damaged file was found, under which name it stands now, and what SQLite said."""

    at: datetime
    name: str
    why: str


def damage(url: str) -> Damage | None:
    """The damage that nobody has put right yet."""
    mark = _mark(url)
    if mark is None or not mark.exists():
        return None
    said = json.loads(mark.read_text("utf-8"))
    return Damage(datetime.fromisoformat(said["at"]), said["name"], said["why"])


def forget_damage(url: str) -> None:
    """A backup is back, or somebody decided to begin anew."""
    mark = _mark(url)
    if mark is not None:
        mark.unlink(missing_ok=True)


def look_for_damage(url: str, *, now: datetime) -> Damage | None:
    """Look at an embedded database before it is used; a damaged one is set aside under a name with the time.

    Refusal for a file that is no database and shows no sign of having been ours: it is left as it is.
    """
    file = sqlite_file(url)
    if (known := damage(url)) is not None or file is None or not file.is_file():
        return known
    why = trouble_in(file)
    if why is None:
        return None
    if not _was_ours(file):
        raise Refusal("no_database", message("{path} is no database, or a damaged one.", path=file))
    store(url).close()
    aside = set_aside(file, now, WORD)
    found = Damage(now, aside.name if aside else file.name, why[:200])
    said = {"at": now.isoformat(timespec="seconds"), "name": found.name, "why": found.why}
    file.with_name(file.name + MARK_ENDING).write_text(json.dumps(said), "utf-8")
    settle(file.parent)
    return found


def trouble_in(file: Path) -> str | None:
    """What SQLite says of a damaged file, None for one that is whole as far as was looked; changes nothing."""
    with file.open("rb") as found:
        if found.read(len(SQLITE)) != SQLITE:
            return "file is not a database"
    log = file.with_name(file.name + SIDE_FILES[0])
    crashed = log.exists() and log.stat().st_size > 0
    until = time.monotonic() + (AFTER_A_CRASH if crashed else PATIENCE).total_seconds()
    try:
        with closing(opened(file)) as connection:
            tables_of(connection)
            connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        # Locked, interrupted, not to be read: no sign of damage, and told by whoever uses it next.
        return str(error) if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _CORRUPT else None
    return None if said == "ok" else said


def kept_aside(url: str) -> tuple[Path, ...]:
    """The damaged files that still stand beside the database, by name."""
    file = embedded(url)
    return tuple(sorted(file.parent.glob(f"{file.stem}-*{WORD}*{file.suffix}")))


def _was_ours(file: Path) -> bool:
    """Whether a file that can't be read any more looks like one that we wrote: never rename somebody else's."""
    beside = (file.with_name(KEY_NAME), *(file.with_name(file.name + end) for end in SIDE_FILES))
    if any(path.exists() for path in beside):
        return True
    with file.open("rb") as found:
        return _OURS in found.read(_LOOKED_AT)


def _mark(url: str) -> Path | None:
    file = sqlite_file(url)
    return None if file is None else file.with_name(file.name + MARK_ENDING)
