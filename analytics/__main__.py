"""`python -m analytics summary --branch CODE --from DAY --to DAY`: a hall's figures at the command line."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from analytics.replay import what_if
from analytics.summary import as_json, summary
from analytics.summary_table import summary_table
from models.actor import machine_actor
from models.command_line import Answer, Refusal, ready_store, run, shared_options
from models.tables import Branch
from standards.message import message
from standards.vocabulary import Measure

TIMED = (Measure.WAIT, Measure.GREETING, Measure.DOOR_GREETING, Measure.HANDLING)


def parser() -> argparse.ArgumentParser:
    """One subcommand a question; each sets `work`, which takes the namespace and answers."""
    whole = argparse.ArgumentParser(prog="python -m analytics", description=__doc__)
    questions = whole.add_subparsers(required=True, metavar="QUESTION")
    _summary(questions.add_parser("summary", parents=[shared_options()], help="counts, times and every standard"))
    return whole


def _summary(question: argparse.ArgumentParser) -> None:
    question.add_argument("--branch", required=True, metavar="CODE", help="the hall's code")
    question.add_argument("--from", dest="first_on", required=True, type=date.fromisoformat, metavar="DAY")
    question.add_argument("--to", dest="last_on", required=True, type=date.fromisoformat, metavar="DAY")
    question.add_argument("--measure", type=Measure, choices=TIMED, help="ask for any limit of this measure")
    question.add_argument("--limit-seconds", type=_seconds, metavar="S", help="the limit to ask for")
    question.set_defaults(work=hall_summary, refuse=question.error)


def _seconds(text: str) -> timedelta:
    try:
        milliseconds = int(Decimal(text) * 1000)
    except (InvalidOperation, ValueError, OverflowError):
        raise argparse.ArgumentTypeError("not a number of seconds") from None
    if milliseconds < 0:
        raise argparse.ArgumentTypeError("a limit is not below 0")
    return timedelta(milliseconds=milliseconds)


def hall_summary(asked: argparse.Namespace) -> tuple[Answer, str]:
    """The summary of one hall, with the share under any limit beside it where one is asked for."""
    if asked.first_on > asked.last_on:
        asked.refuse("--from is after --to")
    if (asked.measure is None) != (asked.limit_seconds is None):
        asked.refuse("--measure and --limit-seconds belong together")
    replay = None if asked.measure is None else what_if(asked.measure, asked.limit_seconds)
    actor, now = machine_actor(getpass.getuser()), datetime.now(UTC)
    with ready_store(asked.db).reading() as session:
        hall = session.get(Branch, asked.branch)
        if hall is None:
            raise Refusal("unknown_hall", message("There is no hall with the code {code}.", code=asked.branch))
        here = now.astimezone(hall.zone_info)
        answer = summary(session, actor, hall.id, asked.first_on, asked.last_on, now=here, replay=replay)
    return as_json(answer), summary_table(answer)


def main(arguments: list[str] | None = None) -> int:
    """The exit code of one command."""
    asked = parser().parse_args(arguments)
    return run(asked, asked.work)


if __name__ == "__main__":
    sys.exit(main())
