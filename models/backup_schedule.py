"""When backups are made by themselves, where they go, and which of them are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from models.access import BackupRun
from models.organisation import Branch
from models.settings import setting
from standards.message import Worded

FOLDER, HOUR, KEEP = "backup_folder", "backup_hour", "backup_keep"
KEY_TAKEN = "backup_key_taken_at"
"""The name of the setting that says when somebody last took a copy of the key."""
OVERDUE = timedelta(days=2)
RETRY = timedelta(minutes=10)
_DAY = timedelta(days=1)


class BackupTrouble(Worded):
    """Why there is no backup."""

    NO_FOLDER = "no_folder", "The folder could not be reached."
    NO_ROOM = "no_room", "There was no room on the disk."
    NOT_WRITTEN = "not_written", "The file could not be written."
    NO_COPY = "no_copy", "The database could not be copied."
    NO_DATABASE = "no_database", "The database is damaged."
    NOT_WHOLE = "not_whole", "The backup was read back and is not whole."
    NO_KEY = "no_key", "The key of the backups could not be read."
    STOPPED = "stopped", "The application was stopped while it was made."
    FAILED = "failed", "Something else went wrong; the log says what."


@dataclass(frozen=True, slots=True)
class Schedule:
    """The folder (None: no backups by themselves), the local hour, how many days, weeks and months keep one each."""

    folder: Path | None = None
    hour: int = 3
    days: int = 7
    weeks: int = 5
    months: int = 12


def schedule_of(session: Session) -> Schedule:
    """What was set, else the usual."""
    usual = Schedule()
    folder, hour, keep = (setting(session, name) for name in (FOLDER, HOUR, KEEP))
    days, weeks, months = map(int, keep.split()) if keep else (usual.days, usual.weeks, usual.months)
    return Schedule(Path(folder) if folder else None, int(hour) if hour else usual.hour, days, weeks, months)


def zone_of(session: Session) -> tzinfo:
    """In whose time the hour is meant: the first hall's; UTC before there is one."""
    first = session.exec(select(Branch).order_by(col(Branch.id)).limit(1)).first()
    return UTC if first is None else first.zone_info


def last_time(schedule: Schedule, zone: tzinfo, *, now: datetime) -> datetime:
    """When a backup was last to be made."""
    local = now.astimezone(zone)
    today = local.replace(hour=schedule.hour, minute=0, second=0, microsecond=0)
    return today if today <= local else today - _DAY


def is_due(runs: Iterable[BackupRun], schedule: Schedule, zone: tzinfo, *, now: datetime) -> bool:
    """Whether one is to be made now: none since the last time, and the last failure is a while ago."""
    if schedule.folder is None:
        return False
    since = last_time(schedule, zone, now=now)
    tried = [run for run in runs if run.began_at <= now]
    if any(run.rehearsed_at is not None and run.began_at >= since for run in tried):
        return False
    return all(now - run.began_at >= RETRY for run in tried)


def kept(runs: Iterable[BackupRun], schedule: Schedule, zone: tzinfo) -> frozenset[UUID]:
    """Which verified backups stay: the newest of all, and that of each of so many days, weeks and months."""
    whole = sorted((run for run in runs if run.rehearsed_at is not None), key=lambda run: run.began_at, reverse=True)
    local = {run.id: run.began_at.astimezone(zone) for run in whole}
    names = {"%Y-%m-%d": schedule.days, "%G-%V": schedule.weeks, "%Y-%m": schedule.months}
    stay = {run.id for run in whole[:1]}
    for name, most in names.items():
        newest: dict[str, UUID] = {}
        for run in whole:
            newest.setdefault(local[run.id].strftime(name), run.id)
        stay.update(list(newest.values())[:most])
    return frozenset(stay)
