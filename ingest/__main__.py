"""`python -m ingest FILE --map MAP.toml --branch CODE` takes a file in; `rejects ID OUT.csv` gives
its rejects out; `accounts FILE` takes people in."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from uuid import UUID

from tqdm import tqdm

from actions.imports import RejectedLine
from actions.refusal import Refused
from analytics.imports import refused_lines
from ingest.account_file import read_account_file
from ingest.account_plan import plan_accounts
from ingest.account_taking import Taken, counts, take_accounts
from ingest.importing import Progress, Report, Watched, import_file
from ingest.known import known_mappings
from ingest.map_file import read_mapping
from ingest.mapping import Mapping, WrongMapping
from ingest.reading import BrokenFile
from ingest.rejects import RejectsSpool, new_file, spooled_rejects, write_rejects
from models.actor import Actor, machine_actor
from models.command_line import DONE, REFUSED, Answer, Refusal, readable_store, ready_store, run, shared_options
from models.database_file import files_of
from models.rollups import refresh
from models.store import Store, database_url
from standards.message import message

LISTED = 20


def parser() -> argparse.ArgumentParser:
    """The import of a file."""
    whole = argparse.ArgumentParser(prog="python -m ingest", parents=[shared_options()], description=__doc__)
    whole.add_argument("file", type=Path, metavar="FILE", help="a CSV file in UTF-8 or GB18030, or XLSX")
    whole.add_argument(
        "--map", required=True, type=Path, metavar="MAP.toml", help="what its columns mean, or a saved mapping's name"
    )
    whole.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook; the first in sight unless said")
    whole.add_argument("--branch", required=True, metavar="CODE", help="the hall's code")
    whole.add_argument("--day", type=date.fromisoformat, metavar="DAY", help="the day of times without a date")
    whole.add_argument("--dry-run", action="store_true", help="write nothing")
    whole.add_argument("--strict", action="store_true", help="exit 1 where a line is rejected")
    whole.add_argument(
        "--rejects", type=Path, metavar="OUT.csv", help="the rejected lines, to be mended and sent again"
    )
    whole.add_argument("--force", action="store_true", help="overwrite OUT.csv")
    whole.set_defaults(work=take_file, rejected=0)
    return whole


def rejects_parser() -> argparse.ArgumentParser:
    """The rejects of an earlier import."""
    whole = argparse.ArgumentParser(prog="python -m ingest rejects", parents=[shared_options()])
    whole.add_argument("import_id", type=UUID, metavar="IMPORT_ID")
    whole.add_argument("out", type=Path, metavar="OUT.csv", help="the rejected lines, to be mended and sent again")
    whole.add_argument("--force", action="store_true", help="overwrite OUT.csv")
    whole.set_defaults(work=get_rejects, strict=False)
    return whole


def accounts_parser() -> argparse.ArgumentParser:
    """People from a workbook."""
    whole = argparse.ArgumentParser(prog="python -m ingest accounts", parents=[shared_options()])
    whole.add_argument("file", type=Path, metavar="FILE", help="an XLSX: 工号 姓名 厅 岗位 角色 离岗(离职)日期")
    whole.add_argument("--dry-run", action="store_true", help="say what each line would do, and do nothing")
    whole.set_defaults(work=take_people, strict=False)
    return whole


def take_people(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Take accounts in; the temporary passwords of new people are told this once."""
    actor, now = machine_actor(getpass.getuser()), datetime.now(UTC)
    lines = read_account_file(asked.file.read_bytes())
    if asked.dry_run:
        with readable_store(asked.db).reading() as session:
            taken = Taken(plan_accounts(session, actor, lines), ())
    else:
        taken = take_accounts(ready_store(asked.db), actor, lines, asked.file.name, now=now)
    for line in taken.lines:
        if line.refused is not None:
            print(f"line {line.line}: {line.account}: {line.refused}", file=sys.stderr)
    number = {state.value: n for state, n in counts(taken.lines).items()}
    passwords = {one.account: one.password for one in taken.handed}
    said = ", ".join(f"{n} {state}" for state, n in number.items())
    told = "".join(f"\n{account}\t{password}" for account, password in passwords.items())
    return {**number, "temporary_passwords": passwords}, f"{'Would be' if asked.dry_run else 'Taken in'}: {said}.{told}"


def take_file(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Take the file in, list what was rejected, and tell what became of every row."""
    began = perf_counter()
    with ExitStack() as opened:
        part, spool = None, None
        if asked.rejects is not None:
            needed = (asked.file, asked.map, *_database(asked))
            part = opened.enter_context(new_file(asked.rejects, needed, force=asked.force))
            spool = opened.enter_context(spooled_rejects())
        report = _taken(asked, spool)
        if part is not None and spool is not None:
            spool.write(part)
    asked.rejected = report.rejected
    _list(report)
    answer = _answer(report, round(perf_counter() - began, 3))
    return answer, _sentence(report, asked.dry_run)


def _taken(asked: argparse.Namespace, spool: RejectsSpool | None) -> Report:
    actor = machine_actor(getpass.getuser())
    store = readable_store(asked.db) if asked.dry_run else ready_store(asked.db)
    with _bar(asked.file.name) as progress:
        report = import_file(
            store,
            actor,
            asked.branch,
            asked.file,
            _mapping(store, actor, asked),
            day=asked.day,
            sheet_name=asked.sheet,
            dry_run=asked.dry_run,
            now=datetime.now(UTC),
            watched=Watched(progress, spool),
        )
    if report.import_id is not None and report.accepted:
        refresh(store)
    return report


@contextmanager
def _bar(name: str) -> Iterator[Callable[[Progress], None]]:
    """A bar on a terminal's standard error; nothing where nobody looks."""
    with tqdm(desc=name, unit=" rows", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(progress: Progress) -> None:
            bar.total, bar.initial = progress.rows, progress.continued
            bar.update(progress.done - bar.n)

        yield show


def _mapping(store: Store, actor: Actor, asked: argparse.Namespace) -> Mapping:
    """The mapping of a file, else the known one of that name."""
    if not asked.map.exists():
        with store.reading() as session:
            known = known_mappings(session, actor, asked.branch)
        if named := [one.mapping for one in known if one.name == str(asked.map)]:
            return named[0]
    return read_mapping(asked.map)


def _database(asked: argparse.Namespace) -> tuple[Path, ...]:
    return files_of(asked.db or database_url())


def get_rejects(asked: argparse.Namespace) -> tuple[Answer, str]:
    """The rejects of an import as a file."""
    with readable_store(asked.db).reading() as session:
        lines = refused_lines(session, machine_actor(getpass.getuser()), asked.import_id)
    if lines is None:
        raise Refusal("unknown_import", message("There is no import {import_id}.", import_id=asked.import_id))
    with new_file(asked.out, _database(asked), force=asked.force) as part:
        write_rejects(part, (RejectedLine(line.line, line.reason, line.detail, line.content) for line in lines))
    return {"import_id": asked.import_id, "rejects": len(lines)}, f"{len(lines):,} rejected lines in {asked.out}"


def _answer(report: Report, seconds: float) -> Answer:
    return {
        "rows": report.rows,
        "accepted": report.accepted,
        "skipped": report.skipped,
        "rejected": report.rejected,
        "adjusted": report.adjusted,
        "duplicates": report.duplicates,
        "seconds": seconds,
        "import_id": None if report.import_id is None else str(report.import_id),
        "reasons": report.reasons,
    }


def _list(report: Report) -> None:
    """The first rejects on standard error."""
    for reject in report.rejects[:LISTED]:
        print(f"line {reject.line}: {reject.reason}: {reject.detail}", file=sys.stderr)
    if report.rejected > LISTED:
        print(f"… and {report.rejected - LISTED:,} more: --rejects OUT.csv writes them all", file=sys.stderr)


def _sentence(report: Report, dry_run: bool) -> str:
    done = "Would take" if dry_run else "Took"
    return (
        f"{done} {report.accepted:,} of {report.rows:,} rows ({report.adjusted:,} with adjusted clocks): "
        f"{report.skipped:,} skipped, {report.rejected:,} rejected, {report.duplicates:,} there already."
    )


def main(arguments: list[str] | None = None) -> int:
    """The exit code of one command."""
    given = sys.argv[1:] if arguments is None else arguments
    others = {"rejects": rejects_parser, "accounts": accounts_parser}
    asked = others[given[0]]().parse_args(given[1:]) if given and given[0] in others else parser().parse_args(given)
    code = run(asked, asked.work, Refused, WrongMapping, BrokenFile)
    return REFUSED if code == DONE and asked.strict and asked.rejected else code


if __name__ == "__main__":
    sys.exit(main())
