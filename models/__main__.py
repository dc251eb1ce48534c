"""`python -m models upgrade | check | backup PATH | backup-info PATH | backup-key | restore PATH | copy --to URL |
refresh-rollups | rebuild-rollups`: look after the database."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from models.actor import machine_actor
from models.audit_told import chain_lines, noted_in
from models.backup_commands import add_backup_commands, unless_damaged
from models.check import Findings, check
from models.command_line import (
    Answer,
    Refusal,
    check_address,
    check_known,
    present_store,
    readable_store,
    run,
    shared_options,
    whole_number,
)
from models.copy_told import Lines, conflicts, differences, told
from models.copying import copy_database
from models.migrate import revision, upgrade
from models.rollups import Refreshed, rebuild, refresh
from models.store import database_url, store
from standards.message import message


def parser() -> argparse.ArgumentParser:
    """One subcommand a task; each sets `work`, which takes the namespace and answers."""
    whole = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    tasks = whole.add_subparsers(required=True, metavar="COMMAND")
    shared = [shared_options()]
    newest = tasks.add_parser("upgrade", parents=shared, help="create the tables, or bring them to this version")
    newest.add_argument("--begin-empty", action="store_true", help="where a damaged database was set aside: begin anew")
    newest.set_defaults(work=_upgrade)
    whole_or_not = tasks.add_parser("check", parents=shared, help="is the database whole? exit 1 if not")
    whole_or_not.add_argument("--sample", type=_positive, metavar="N", help="derive only each hall's newest N again")
    whole_or_not.add_argument("--noted", type=Path, metavar="FILE", help="an earlier check's output, to be compared")
    whole_or_not.set_defaults(work=_check)
    add_backup_commands(tasks, shared)
    newer = tasks.add_parser("refresh-rollups", parents=shared, help="count the days anew that were written to")
    newer.set_defaults(work=_refresh)
    anew = tasks.add_parser("rebuild-rollups", parents=shared, help="count every day of every hall anew")
    anew.set_defaults(work=_rebuild)
    away = tasks.add_parser("copy", parents=shared, help="into PostgreSQL, compared; run again to continue or renew")
    away.add_argument("--to", metavar="URL", required=True, help="postgresql+psycopg://HOST/NAME")
    away.set_defaults(work=_copy)
    return whole


def _positive(text: str) -> int:
    number = whole_number(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _upgrade(asked: argparse.Namespace) -> tuple[Answer, str]:
    unless_damaged(asked.db or database_url(), begin_empty=asked.begin_empty)
    target = store(asked.db)
    before = revision(target)
    check_known(target)
    upgrade(asked.db)
    after = revision(target)
    said = f"The database is at revision {after} already." if before == after else f"Upgraded to revision {after}."
    return {"from": before, "revision": after}, said


def _check(asked: argparse.Namespace) -> tuple[Answer, str]:
    noted = () if asked.noted is None else noted_in(asked.noted)
    found = check(present_store(asked.db), asked.sample, noted)
    if not asked.json:
        print("\n".join(_lines(found)))
    if not found.whole:
        raise Refusal("not_whole", message("The database is not whole."), found.answer())
    return found.answer(), "The database is whole."


def _lines(found: Findings) -> Iterator[str]:
    yield f"Revision {found.revision or 'none'}, newest {found.newest_revision}"
    yield from (f"File: {line}" for line in found.file)
    yield from (f"Foreign key: {line}" for line in found.foreign_keys)
    yield from (f"Schema: {line}" for line in found.schema)
    for each in found.derived:
        yield f"{each.branch_id} {each.interaction_id}: {each.column} is {each.stored}, should be {each.derived}"
    for one in found.rollups:
        cell = f"{one.table} {one.branch_id} {one.day_on} {one.cell}"
        yield f"{cell}: {one.counter} is {one.stored}, should be {one.counted}"
    yield f"{found.interactions:,} interactions derived again, {found.departures:,} departures."
    yield f"{found.days:,} days counted again, {found.differences:,} differences."
    yield from chain_lines(found.trail)


def _refresh(asked: argparse.Namespace) -> tuple[Answer, str]:
    return _counted(refresh(readable_store(asked.db)))


def _rebuild(asked: argparse.Namespace) -> tuple[Answer, str]:
    return _counted(rebuild(readable_store(asked.db)))


def _counted(done: Refreshed) -> tuple[Answer, str]:
    return {"halls": done.halls, "days": done.days}, f"Counted {done.days:,} days of {done.halls:,} halls anew."


def _copy(asked: argparse.Namespace) -> tuple[Answer, str]:
    check_address(asked.to)
    actor = machine_actor(getpass.getuser()).name
    try:
        copied = copy_database(asked.db, asked.to, actor, now=datetime.now(UTC), progress=Lines())
    except Refusal as refusal:
        _list(asked, conflicts(refusal))
        raise
    _list(asked, differences(copied))
    return told(copied)


def _list(asked: argparse.Namespace, lines: Iterator[str]) -> None:
    """Lines for people; the JSON object has the same."""
    if not asked.json:
        for line in lines:
            print(line)


def main(arguments: list[str] | None = None) -> int:
    """The exit code of one command; a check that found something is 1."""
    asked = parser().parse_args(arguments)
    return run(asked, asked.work)


if __name__ == "__main__":
    sys.exit(main())
