"""How the installation stands, for whoever keeps it: store and disk, backups, imports, clocks, accounts, the trail."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select, text

from analytics.machines import CLOCK_TOLERANCE
from models.access import AccountSession, BackupRun, Throttle
from models.actor import Actor, Right
from models.audit_check import check_chains
from models.backup_key import key_file
from models.backup_schedule import KEY_TAKEN, OVERDUE, BackupTrouble, Schedule, schedule_of, zone_of
from models.damage import kept_aside
from models.settings import setting
from models.store import sqlite_file
from models.tables import Branch, BranchPulse, Device, ImportReject, ImportRun
from models.version import VERSION

ALMOST_FULL, ALMOST_FULL_SHARE = 1_000_000_000, 0.05
"""Less room than this on the disk (bytes, or a share of it) is told."""
AHEAD = timedelta(minutes=1)
"""By how much a stored moment may lie ahead of the server's clock before it is told that this was set back."""
_NEWEST_LINES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """Where the rows are. Sizes in bytes; `free` and `disk` are None for a server's, whose disk is not ours to see."""

    embedded: bool
    place: str
    size: int
    free: int | None
    disk: int | None
    revision: str
    version: str = VERSION
    aside: tuple[tuple[str, int], ...] = ()

    @property
    def almost_full(self) -> bool:
        return self.free is not None and almost_full(self.free, self.disk or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupLine:
    """A backup that was tried: `verified_at` is when it was read back whole."""

    began_at: datetime
    path: str
    size: int
    verified_at: datetime | None
    trouble: BackupTrouble | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupState:
    """The schedule, the newest verified backup, the newest try, and when somebody last took the key elsewhere."""

    schedule: Schedule
    zone_name: str
    verified: BackupLine | None
    tried: BackupLine | None
    key_made: bool
    key_taken_at: datetime | None
    same_disk: bool

    def overdue(self, now: datetime) -> bool:
        """Whether the newest verified backup is too old, or there is none."""
        return self.verified is None or now - self.verified.began_at > OVERDUE


@dataclass(frozen=True, slots=True, kw_only=True)
class LastImport:
    """The newest import of all halls."""

    branch_id: str
    hall: str
    hall_en: str
    file_name: str
    began_at: datetime
    rows: int
    rejected: int
    unmended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """Machines in use whose clock was measured; `off` are those too far from ours: hall, machine, ours minus theirs."""

    measured: int
    off: tuple[tuple[str, str, timedelta], ...]
    ahead: timedelta | None
    """By how much the newest stored moment lies ahead of the server's clock: it was set back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemState:
    """All of it, as of one moment."""

    store: StoreState
    backups: BackupState
    last_import: LastImport | None
    clocks: ClockState
    locked: int
    sessions: int


def system_state(session: Session, actor: Actor, *, now: datetime) -> SystemState:
    """How the installation stands."""
    actor.require(Right.OPERATE)
    locked = select(func.count()).select_from(Throttle).where(col(Throttle.locked_until) > now)
    open_now = select(func.count()).where(
        col(AccountSession.ended_at).is_(None), AccountSession.idle_until > now, AccountSession.ends_at > now
    )
    return SystemState(
        store=_store(session),
        backups=backup_state(session),
        last_import=_last_import(session),
        clocks=_clocks(session, now),
        locked=session.exec(locked).one(),
        sessions=session.exec(open_now).one(),
    )


def trail_breaks(session: Session, actor: Actor) -> int:
    """How many breaks the newest lines of the audit trails show; `python -m models check` walks all of them."""
    actor.require(Right.OPERATE)
    return check_chains(session, newest=_NEWEST_LINES).count


def almost_full(free: int, disk: int) -> bool:
    """Whether so little is left on a disk (bytes) that somebody should make room."""
    return free < max(min(ALMOST_FULL, disk // 5), int(disk * ALMOST_FULL_SHARE))


def backup_state(session: Session) -> BackupState:
    """How the backups stand."""
    runs = session.exec(select(BackupRun).order_by(col(BackupRun.began_at).desc())).all()
    verified = next((run for run in runs if run.rehearsed_at is not None and run.removed_at is None), None)
    schedule, zone = schedule_of(session), zone_of(session)
    taken, url = setting(session, KEY_TAKEN), _url(session)
    embedded = sqlite_file(url) is not None
    return BackupState(
        schedule=schedule,
        zone_name=str(zone),
        verified=_line(verified),
        tried=_line(runs[0] if runs else None),
        key_made=embedded and key_file(url).exists(),
        key_taken_at=datetime.fromisoformat(taken) if taken else None,
        same_disk=_same_disk(schedule.folder, sqlite_file(url)),
    )


def clock_ahead(session: Session, *, now: datetime) -> timedelta | None:
    """By how much the newest stored moment lies ahead of the server's clock, where that is more than a minute."""
    newest = session.exec(select(func.max(BranchPulse.changed_at))).one()
    return newest - now if newest is not None and newest - now > AHEAD else None


def _line(run: BackupRun | None) -> BackupLine | None:
    if run is None:
        return None
    trouble = BackupTrouble(run.error) if run.error in set(BackupTrouble) else None
    return BackupLine(
        began_at=run.began_at,
        path=run.path,
        size=run.size,
        verified_at=run.rehearsed_at,
        trouble=trouble,
        by=run.by,
    )


def _store(session: Session) -> StoreState:
    url = _url(session)
    file = sqlite_file(url)
    revision = session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    if file is None:
        size = session.connection().execute(select(func.pg_database_size(func.current_database()))).scalar_one()
        place = session.get_bind().engine.url.render_as_string(hide_password=True)
        return StoreState(embedded=False, place=place, size=size, free=None, disk=None, revision=revision)
    disk = shutil.disk_usage(file.parent)
    aside = tuple((path.name, path.stat().st_size) for path in kept_aside(url))
    return StoreState(
        embedded=True,
        place=str(file.resolve()),
        size=sum(path.stat().st_size for path in (file, file.with_name(f"{file.name}-wal")) if path.exists()),
        free=disk.free,
        disk=disk.total,
        revision=revision,
        aside=aside,
    )


def _last_import(session: Session) -> LastImport | None:
    found = session.exec(
        select(ImportRun, Branch)
        .join(Branch, col(Branch.id) == col(ImportRun.branch_id))
        .order_by(col(ImportRun.began_at).desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    run, hall = found
    mended = select(func.count()).where(
        ImportReject.branch_id == run.branch_id,
        ImportReject.import_id == run.id,
        col(ImportReject.mended_by_import_id).is_not(None),
    )
    return LastImport(
        branch_id=run.branch_id,
        hall=hall.name,
        hall_en=hall.name_en,
        file_name=run.file_name,
        began_at=run.began_at.astimezone(ZoneInfo(hall.zone)),
        rows=run.rows,
        rejected=run.rejected,
        unmended=run.rejected - session.exec(mended).one(),
    )


def _clocks(session: Session, now: datetime) -> ClockState:
    measured = session.exec(
        select(Device).where(Device.active, col(Device.difference_ms).is_not(None), col(Device.folder).is_(None))
    ).all()
    spans = {(one.branch_id, one.name or one.id): timedelta(milliseconds=one.difference_ms or 0) for one in measured}
    off = sorted(
        ((*of, span) for of, span in spans.items() if abs(span) > CLOCK_TOLERANCE), key=lambda one: -abs(one[2])
    )
    return ClockState(measured=len(measured), off=tuple(off), ahead=clock_ahead(session, now=now))


def _same_disk(folder: Path | None, file: Path | None) -> bool:
    """Whether one disk that fails takes the database and its backups."""
    try:
        return folder is not None and file is not None and folder.stat().st_dev == file.parent.stat().st_dev
    except OSError:
        return False


def _url(session: Session) -> str:
    return session.get_bind().engine.url.render_as_string(hide_password=False)
