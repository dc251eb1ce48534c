"""The commands of backups: `backup`, `backup-info`, `backup-key`, `restore`."""

from __future__ import annotations

import argparse
import getpass
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from models.actor import machine_actor
from models.backup import Copy, Restored, backup, backup_info, restore, sealed_backup
from models.backup_key import key_file, own_key
from models.command_line import Answer, Refusal
from models.damage import damage, forget_damage
from models.migrate import newest_revision
from models.store import database_url
from standards.message import message

if TYPE_CHECKING:
    Tasks = argparse._SubParsersAction[argparse.ArgumentParser]


def add_backup_commands(tasks: Tasks, shared: list[argparse.ArgumentParser]) -> None:
    """Each sets `work`, which takes the namespace and answers."""
    copy = tasks.add_parser("backup", parents=shared, help="a verified, encrypted copy, while the application runs")
    copy.add_argument("path", type=Path, help="a file, or a folder for a file named after the moment")
    copy.add_argument("--plain", action="store_true", help="a plain database file: whoever has it can read it")
    copy.add_argument("--force", action="store_true", help="overwrite PATH")
    copy.set_defaults(work=_backup)
    info = tasks.add_parser("backup-info", parents=shared, help="what a backup says of itself")
    info.add_argument("path", type=Path)
    info.set_defaults(work=_info)
    key = tasks.add_parser("backup-key", parents=shared, help="the key of the backups: keep it elsewhere too")
    key.set_defaults(work=_key)
    back = tasks.add_parser("restore", parents=shared, help="put a copy back; the present database is kept beside it")
    back.add_argument("path", type=Path)
    back.set_defaults(work=_restore)
    for one in (info, back):
        one.add_argument("--key", type=Path, metavar="FILE", help="the key, else backup.key beside the database")


def unless_damaged(url: str, *, begin_empty: bool) -> None:
    """Refuse to make an empty database where a damaged one was set aside, unless that is what somebody wants."""
    found = damage(url)
    if found is not None and not begin_empty:
        raise Refusal(
            "damaged",
            message(
                "The database was damaged and set aside as {name}: restore the last backup (restore PATH).",
                name=found.name,
            ),
        )
    forget_damage(url)


def _backup(asked: argparse.Namespace) -> tuple[Answer, str]:
    url = asked.db or database_url()
    if asked.plain:
        copy = backup(url, asked.path, force=asked.force)
        return _answer(copy), f"Copied to {copy.path}: {copy.size:,} bytes, verified."
    copy = sealed_backup(url, asked.path, now=datetime.now(UTC), force=asked.force)
    told = f"Backed up to {copy.path}: {copy.size:,} bytes, encrypted."
    return _answer(copy), f"{told} Keep a copy of {key_file(url)} elsewhere: without it nobody can read a backup."


def _answer(copy: Copy) -> Answer:
    answer = {"path": str(copy.path), "bytes": copy.size, "revision": copy.revision, "verified": True}
    return answer | {"encrypted": bool(copy.digest), **({"sha256": copy.digest} if copy.digest else {})}


def _info(asked: argparse.Namespace) -> tuple[Answer, str]:
    found = backup_info(asked.db or database_url(), asked.path, asked.key)
    lines = [
        f"Taken at {found.taken_at:%Y-%m-%dT%H:%M:%SZ} by version {found.version}, revision {found.revision}.",
        f"A database of {found.size:,} bytes with {found.rows:,} rows, the ends of {len(found.heads)} audit trails:",
        *(f"{rows:>12,} {name}" for name, rows in found.tables if rows),
    ]
    return found.answer(), "\n".join(lines)


def _key(asked: argparse.Namespace) -> tuple[Answer, str]:
    url = asked.db or database_url()
    own_key(url, now=datetime.now(UTC))
    path = key_file(url)
    return {"path": str(path), "key": path.read_text("ascii")}, path.read_text("ascii").rstrip()


def _restore(asked: argparse.Namespace) -> tuple[Answer, str]:
    url = asked.db or database_url()
    done = restore(url, asked.path, now=datetime.now(UTC), key=asked.key, by=machine_actor(getpass.getuser()).name)
    aside = None if done.set_aside is None else str(done.set_aside)
    again = None if done.back_again is None else [asdict(one) for one in done.back_again]
    answer = {"path": str(done.path), "revision": done.revision, "set_aside": aside, "key_kept": done.key_kept}
    older = "" if done.revision == newest_revision() else " It has an older schema: run python -m models upgrade."
    kept = f" The database before it is {aside}." if aside else ""
    own = f" New backups are made under this key, kept as {key_file(url)}." if done.key_kept else ""
    return answer | {"erase_again": again}, f"Restored {done.path}.{kept}{own}{older}{_again(done)}"


def _again(done: Restored) -> str:
    """Who was erased after the backup was made: that holds for them still, so it must be done anew."""
    if done.back_again is None:
        return " The database before it can't be read: whoever was erased since this backup must be erased again."
    if not done.back_again:
        return ""
    listed = "\n".join(f"  {one}" for one in done.back_again)
    told = f"Erased since this backup, and back with it: {len(done.back_again)}. Erase them again"
    return f"\n{told} (hall, staff number or account):\n{listed}"
