"""`python -m actions branch add …`, `account …`, `device add …`: set up halls, accounts and machines."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, datetime

from actions.account_commands import account_commands
from actions.devices import add_device
from actions.hours import EVERY_DAY, openings_of
from actions.reference import put_reference
from actions.refusal import Refused
from actions.setup import add_branch
from models.actor import Actor, machine_actor
from models.command_line import Answer, ready_store, run, shared_options, whole_number
from standards.vocabulary import DeviceKind, HallClass, Issuer


def parser() -> argparse.ArgumentParser:
    """Each command sets `work`, which takes the namespace (with `now`) and answers."""
    whole = argparse.ArgumentParser(prog="python -m actions", description=__doc__)
    subjects = whole.add_subparsers(required=True, metavar="SUBJECT")
    _branch(subjects.add_parser("branch", help="business halls"))
    account_commands(subjects.add_parser("account", help="who may use the product"))
    _device(subjects.add_parser("device", help="queue machines, call pads and rating devices"))
    return whole


def _branch(subject: argparse.ArgumentParser) -> None:
    add = subject.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "add", parents=[shared_options()], help="add a hall, ready for its first customer"
    )
    add.add_argument("code", help="the hall's code, which never changes")
    add.add_argument("--zone", required=True, help="IANA time zone, such as Asia/Shanghai")
    add.add_argument("--name", default="", help="the hall's name (Chinese)")
    add.add_argument("--name-en", default="", help="the hall's name in English")
    add.add_argument("--region", metavar="CODE", help="the region it belongs to")
    add.add_argument("--class", dest="hall_class", type=HallClass, choices=list(HallClass), default=HallClass.C)
    add.add_argument("--issuer", type=Issuer, choices=list(Issuer), default=Issuer.STATE_GRID)
    add.add_argument("--counters", type=whole_number, default=3, metavar="N", help="how many counters (3)")
    add.add_argument("--hours", metavar="INTERVALS", help='every day\'s opening intervals, "08:30-12:00,13:30-17:30"')
    add.add_argument(
        "--weekdays",
        type=_weekdays,
        default=EVERY_DAY,
        metavar="DAYS",
        help="the days of --hours: 12345 is Monday to Friday",
    )
    add.set_defaults(work=branch_add)


def _device(subject: argparse.ArgumentParser) -> None:
    add = subject.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "add", parents=[shared_options()], help="add a machine to a hall; its token is shown this once"
    )
    add.add_argument("code", help="the machine's code in its hall")
    add.add_argument("--branch", required=True, metavar="CODE", help="the hall it stands in")
    add.add_argument("--kind", type=DeviceKind, choices=list(DeviceKind), default=DeviceKind.QUEUE_MACHINE)
    add.add_argument("--name", default="", help="the machine's name (its code)")
    add.add_argument("--counter", type=whole_number, metavar="N", help="the counter it stands at")
    add.set_defaults(work=device_add)


def branch_add(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Add a hall with its counters and hours; a new database gets the standards and business types it needs."""
    openings = openings_of(asked.hours, asked.weekdays) if asked.hours else ()
    now, actor = asked.now, _actor()
    with ready_store(asked.db).writing() as session:
        put_reference(session, actor, now=now)
        add_branch(
            session,
            actor,
            asked.code,
            zone=asked.zone,
            name=asked.name,
            name_en=asked.name_en,
            region_id=asked.region,
            hall_class=asked.hall_class,
            issuer=asked.issuer,
            counters=asked.counters,
            openings=openings,
            now=now,
        )
    answer = {"branch": asked.code, "zone": asked.zone, "counters": asked.counters, "intervals": len(openings)}
    return answer, f"Hall {asked.code} added with {asked.counters} counters."


def device_add(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Add a machine to a hall; the answer holds its token, which is stored nowhere."""
    with ready_store(asked.db).writing() as session:
        token = add_device(
            session,
            _actor(),
            asked.branch,
            asked.code,
            kind=asked.kind,
            name=asked.name,
            counter_id=asked.counter,
            now=asked.now,
        )
    answer = {"device": asked.code, "branch": asked.branch, "kind": asked.kind, "token": token}
    return answer, f"Machine {asked.code} added to hall {asked.branch}. Its token, shown this once: {token}"


def _weekdays(text: str) -> tuple[int, ...]:
    """Weekdays (0 is Monday) from digits 1 to 7."""
    if not text or set(text) - set("1234567"):
        raise argparse.ArgumentTypeError("write digits from 1 (Monday) to 7 (Sunday)")
    return tuple(sorted({int(digit) - 1 for digit in text}))


def _actor() -> Actor:
    return machine_actor(getpass.getuser())


def main(arguments: list[str] | None = None) -> int:
    """The exit code of one command."""
    asked = parser().parse_args(arguments)
    asked.now = datetime.now(UTC)
    return run(asked, asked.work, Refused)


if __name__ == "__main__":
    sys.exit(main())
