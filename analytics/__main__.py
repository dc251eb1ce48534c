"""`python -m analytics summary --branch CODE --from DAY --to DAY`: a hall's figures at the command line."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from analytics.cells import TooMany
from analytics.replay import what_if
from analytics.summary import as_json, summary
from analytics.summary_table import summary_table
from models.actor import machine_actor
from models.command_line import Answer, Refusal, readable_store, run, shared_options
from models.tables import Branch
from standards.message import message
from standards.vocabulary import Measure

FIRST_DAY = date(1990, 1, 1)
YEARS_AHEAD = timedelta(days=2 * 366)
LONGEST_LIMIT = timedelta(days=1)
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
    if not text.replace(".", "", 1).isdecimal():
        raise argparse.ArgumentTypeError("not a number of seconds, from 0")
    seconds = Decimal(text)
    if seconds > LONGEST_LIMIT // timedelta(seconds=1):
        raise argparse.ArgumentTypeError("a limit is a day at most")
    return timedelta(milliseconds=int(seconds * 1000))


def hall_summary(asked: argparse.Namespace) -> tuple[Answer, str]:
    """The summary of one hall, with the share under any limit beside it where one is asked for."""
    if asked.first_on > asked.last_on:
        asked.refuse("--from is after --to")
    if (asked.measure is None) != (asked.limit_seconds is None):
        asked.refuse("--measure and --limit-seconds belong together")
    now = datetime.now(UTC)
    _check_days(asked.first_on, asked.last_on, now.date() + YEARS_AHEAD)
    replay = None if asked.measure is None else what_if(asked.measure, asked.limit_seconds)
    actor = machine_actor(getpass.getuser())
    with readable_store(asked.db).reading() as session:
        hall = session.get(Branch, asked.branch)
        if hall is None:
            raise Refusal("unknown_hall", message("There is no hall with the code {code}.", code=asked.branch))
        here = now.astimezone(hall.zone_info)
        answer = summary(session, actor, hall.id, asked.first_on, asked.last_on, now=here, replay=replay)
    return as_json(answer), summary_table(answer)


def _check_days(first_on: date, last_on: date, latest_on: date) -> None:
    if first_on < FIRST_DAY or last_on > latest_on:
        raise Refusal(
            "days_out_of_range",
            message("There are figures from {first} to {last}, not beyond.", first=FIRST_DAY, last=latest_on),
        )


def main(arguments: list[str] | None = None) -> int:
    """The exit code of one command."""
    asked = parser().parse_args(arguments)
    return run(asked, asked.work, TooMany)


if __name__ == "__main__":
    sys.exit(main())
