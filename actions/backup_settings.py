"""What an administrator sets of the backups, and the copy of their key that is taken elsewhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from actions.audit import images, record
from actions.refusal import Refused
from actions.text import a_reason
from models.actor import Actor, Right
from models.backup_key import key_file, own_key
from models.backup_schedule import FOLDER, HOUR, KEEP, KEY_TAKEN
from models.organisation import Setting
from models.settings import put_setting
from models.store import sqlite_file
from standards.message import message

MOST_KEPT = 400
MARK = "service-counter-monitor.txt"
"""Stands in the folder of the backups, to be known again: where a share is not mounted, an empty folder may stand."""
MARKED = "Backups of the service-counter monitor are kept in this folder.\n"
_LONGEST = 400


def set_schedule(
    session: Session, actor: Actor, *, folder: str, hour: int, days: int, weeks: int, months: int, now: datetime
) -> None:
    """Where backups go, when, and of how many days, weeks and months one is kept; an empty folder makes none."""
    actor.require(Right.OPERATE)
    url_of(session)
    place = folder.strip()
    if place:
        _unless_usable(Path(place), place)
    if not 0 <= hour < 24 or not all(0 <= most <= MOST_KEPT for most in (days, weeks, months)):
        raise Refused("bad_number", message("The hour is 0 to 23; at most {most} are kept of each.", most=MOST_KEPT))
    _set(session, actor, "set_backups", {FOLDER: place, HOUR: str(hour), KEEP: f"{days} {weeks} {months}"}, now=now)


def take_key(session: Session, actor: Actor, *, reason: str, now: datetime) -> str:
    """The key of the backups as a file's text, to be kept elsewhere; who took it and why stands in the trail."""
    actor.require(Right.OPERATE)
    url, why = url_of(session), a_reason(reason)
    own_key(url, now=now)
    _set(session, actor, "take_backup_key", {KEY_TAKEN: now.isoformat(timespec="seconds")}, now=now, reason=why)
    return key_file(url).read_text("ascii")


def url_of(session: Session) -> str:
    """The address of the embedded database; Refused for a server, whose backups are its own."""
    url = session.get_bind().engine.url.render_as_string(hide_password=False)
    if sqlite_file(url) is None:
        raise Refused("served", message("The database is a server's: its backups are made there, with its own tools."))
    return url


def _set(
    session: Session, actor: Actor, action: str, values: dict[str, str], *, now: datetime, reason: str | None = None
) -> None:
    before = images(row for name in values if (row := session.get(Setting, name)) is not None)
    for name, value in values.items():
        put_setting(session, name, value)
    session.flush()
    rows = [session.get_one(Setting, name) for name in values]
    record(session, actor, action, rows, now=now, before=dict(before), reason=reason)


def _unless_usable(path: Path, place: str) -> None:
    if len(place) > _LONGEST or not path.is_absolute() or not place.isprintable():
        raise Refused("bad_folder", message("Name the folder in full, as the server knows it: /mnt/share/monitor."))
    if not path.is_dir():
        raise Refused("no_folder", message("The server finds no folder {path}.", path=place))
    try:
        (path / MARK).write_text(MARKED, "utf-8")
    except OSError as error:
        raise Refused("not_writable", message("The server may not write to {path}.", path=place)) from error
