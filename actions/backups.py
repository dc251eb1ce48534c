"""A backup that is made, put back in a scratch place to see it whole, and older ones let go in their turn."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from actions.audit import record
from actions.backup_settings import MARK, url_of
from actions.refusal import Refused
from models.access import BackupRun
from models.actor import Actor, Right
from models.alone import alone
from models.backup import DIGEST_ENDING, ENDING, SCRATCH, Copy, rehearse, sealed_backup
from models.backup_key import own_key
from models.backup_schedule import BackupTrouble, Schedule, is_due, kept, schedule_of, zone_of
from models.command_line import Refusal
from models.database_file import embedded
from models.store import Store, sqlite_file
from models.tables import new_id
from standards.message import Message, message

SCHEDULE = "schedule"
"""Whose backups are made by themselves."""
LOCK = "backup.lock"
_LOG = logging.getLogger(__name__)
_DAMAGED = frozenset({"not_whole", "damaged", "no_database", "not_ours"})
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup as it came out: verified, or why not; `detail` says that in full."""

    path: str
    size: int
    verified_at: datetime | None
    trouble: BackupTrouble | None = None
    detail: Message | None = None


def due(session: Session, *, now: datetime) -> bool:
    """Whether the schedule wants a backup now."""
    if sqlite_file(session.get_bind().engine.url.render_as_string()) is None:
        return False
    return is_due(session.exec(select(BackupRun)).all(), schedule_of(session), zone_of(session), now=now)


def back_up(store: Store, actor: Actor, *, clock: Clock, by: str | None = None) -> Made:
    """Make a backup in the folder that is set, verify it, and let older ones go; `clock` gives the server's time.

    Refused where no folder is set, the database is a server's, or another one is being made. What goes wrong
    afterwards is kept as the run's outcome.
    """
    actor.require(Right.OPERATE)
    with store.reading() as session:
        url, schedule, zone = url_of(session), schedule_of(session), zone_of(session)
    if schedule.folder is None:
        raise Refused("no_folder_set", message("Name a folder for the backups first."))
    with alone(embedded(url).with_name(LOCK)) as mine:
        if not mine:
            said = message("A backup is being made now: load this page again in a minute to see what came of it.")
            raise Refused("running", said)
        _clear(embedded(url), schedule.folder)
        now = clock()
        run_id = _begin(store, by or actor.name, now=now)
        made = _made(store, url, schedule.folder, run_id, now, clock)
        _end(store, actor, run_id, made, by, now=clock())
        if made.verified_at is not None:
            with store.reading() as session:
                runs = [run for run in session.exec(select(BackupRun)) if run.path and run.removed_at is None]
                session.expunge_all()
            _note_removed(store, _let_go(runs, schedule, zone), now=clock())
    return made


def _begin(store: Store, by: str, *, now: datetime) -> UUID:
    """The run's row; one that failed in the same way is taken again, so that a share that is away fills no table."""
    with store.writing() as session:
        for left in session.exec(select(BackupRun).where(col(BackupRun.ended_at).is_(None))):
            left.ended_at, left.error = now, BackupTrouble.STOPPED  # nobody else holds the lock
        newest = session.exec(select(BackupRun).order_by(col(BackupRun.began_at).desc()).limit(1)).first()
        again = newest is not None and newest.by == by == SCHEDULE and newest.error and not newest.path
        run = newest if again and newest is not None else BackupRun(id=new_id(), began_at=now, by=by)
        run.began_at, run.ended_at, run.error = now, None, ""
        session.add(run)
        return run.id


def _made(store: Store, url: str, folder: Path, run_id: UUID, now: datetime, clock: Clock) -> Made:
    copy: Copy | None = None
    try:
        if not (folder / MARK).is_file():  # an empty place where the share is not mounted has none
            raise Refusal("no_folder", message("{path} is not there, or not the folder that was set.", path=folder))
        copy = sealed_backup(url, folder, now=now, force=False)
        _note_written(store, run_id, copy)
        rehearse(url, copy.path, own_key(url, now=now))
    except (Refusal, OSError) as error:
        _LOG.exception("The backup could not be made")
        return _failed(copy, error)
    return Made(str(copy.path), copy.size, clock())


def _failed(copy: Copy | None, error: Refusal | OSError) -> Made:
    """A file that was read back and is not whole goes; one that could only not be read back yet stays."""
    reason = error.reason if isinstance(error, Refusal) else "not_written"
    if copy is not None and reason in _DAMAGED:
        copy.path.unlink(missing_ok=True)
        copy.path.with_name(copy.path.name + DIGEST_ENDING).unlink(missing_ok=True)
        return Made("", 0, None, BackupTrouble.NOT_WHOLE, error.message if isinstance(error, Refusal) else None)
    known = {"bad_key": BackupTrouble.NO_KEY, "wrong_key": BackupTrouble.NO_KEY, "exists": BackupTrouble.NOT_WRITTEN}
    trouble = known.get(reason) or (BackupTrouble(reason) if reason in set(BackupTrouble) else BackupTrouble.FAILED)
    path, size = (str(copy.path), copy.size) if copy is not None else ("", 0)
    return Made(path, size, None, trouble, error.message if isinstance(error, Refusal) else None)


def _note_written(store: Store, run_id: UUID, copy: Copy) -> None:
    with store.writing() as session:
        run = session.get_one(BackupRun, run_id)
        run.path, run.size, run.digest, run.encrypted = str(copy.path), copy.size, copy.digest, True


def _end(store: Store, actor: Actor, run_id: UUID, made: Made, by: str | None, *, now: datetime) -> None:
    with store.writing() as session:
        run = session.get_one(BackupRun, run_id)
        run.ended_at, run.rehearsed_at = now, made.verified_at
        run.error = "" if made.trouble is None else made.trouble.value
        if not made.path:
            run.path, run.size, run.digest = "", 0, ""
        session.flush()
        if by is None:
            record(session, actor, "back_up", [run], now=now, subject=str(run_id))


def _let_go(runs: list[BackupRun], schedule: Schedule, zone: tzinfo) -> list[UUID]:
    """Remove those whose turn it is: only what a run made and nobody changed; a share that is away is left alone."""
    reachable = [run for run in runs if (Path(run.path).parent / MARK).is_file()]
    gone = [run.id for run in reachable if not Path(run.path).exists()]
    there = [run for run in runs if run.id not in gone]
    stay = kept(there, schedule, zone)
    for run in reachable:
        if run.id not in stay and run.id not in gone and _removed(run):
            gone.append(run.id)
    return gone


def _removed(run: BackupRun) -> bool:
    path = Path(run.path)
    beside = path.with_name(path.name + DIGEST_ENDING)
    try:
        ours = path.name.endswith(ENDING) and path.stat().st_size == run.size
        if not ours or (beside.exists() and not beside.read_text("utf-8").startswith(run.digest)):
            return False
        path.unlink()
        beside.unlink(missing_ok=True)
    except (OSError, UnicodeDecodeError):
        _LOG.exception("An old backup could not be removed")
        return False
    return True


def _note_removed(store: Store, gone: list[UUID], *, now: datetime) -> None:
    if not gone:
        return
    with store.writing() as session:
        for run in session.exec(select(BackupRun).where(col(BackupRun.id).in_(gone))):
            run.removed_at = now


def _clear(database: Path, folder: Path) -> None:
    """What a process that was killed left half-written."""
    for left in (*database.parent.glob(f"{SCRATCH}.*.part*"), *folder.glob(f"monitor-*{ENDING}*.part")):
        left.unlink(missing_ok=True)
