"""`python -m actions branch add …`, `account add …`, `device add …`: set up halls, accounts and machines."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, datetime

from sqlmodel import Session

from actions.devices import add_device
from actions.hours import EVERY_DAY, openings_of
from actions.people import add_account, add_staff, grant
from actions.reference import put_reference
from actions.refusal import Refused
from actions.setup import add_branch
from models.actor import EVERYWHERE, Actor, machine_actor
from models.command_line import Answer, ready_store, run, shared_options, whole_number
from models.tables import Branch, Staff
from standards.vocabulary import DeviceKind, HallClass, Issuer, Role

AT_COUNTERS = frozenset({Role.CLERK, Role.SUPERVISOR})


def parser() -> argparse.ArgumentParser:
    """`branch add`, `account add` and `device add`; each sets `work`, which takes the namespace and answers."""
    whole = argparse.ArgumentParser(prog="python -m actions", description=__doc__)
    subjects = whole.add_subparsers(required=True, metavar="SUBJECT")
    _branch(subjects.add_parser("branch", help="business halls"))
    _account(subjects.add_parser("account", help="who may use the product"))
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


def _account(subject: argparse.ArgumentParser) -> None:
    add = subject.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "add", parents=[shared_options()], help="add an account with a role"
    )
    add.add_argument("name", help="the account's name")
    add.add_argument("--role", required=True, type=Role, choices=list(Role))
    add.add_argument("--scope", required=True, metavar="CODE", help="a hall, a region with all below it, or '*'")
    add.add_argument("--display-name", default="", help="the person's name (Chinese)")
    add.add_argument("--display-name-en", default="", help="the person's name in English")
    add.add_argument("--staff", metavar="NUMBER", help="the staff number at the counter (the account's name)")
    add.set_defaults(work=account_add)


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
    now, actor = datetime.now(UTC), _actor()
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


def account_add(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Add an account with its role; who serves at a counter becomes a member of the hall's staff."""
    now, actor = datetime.now(UTC), _actor()
    with ready_store(asked.db).writing() as session:
        hall = asked.scope if session.get(Branch, asked.scope) is not None else None
        staff = _staff(session, actor, asked, hall, now)
        account_id = add_account(
            session,
            actor,
            asked.name,
            display_name=asked.display_name,
            display_name_en=asked.display_name_en,
            branch_id=hall,
            staff_id=staff,
            now=now,
        )
        grant(session, actor, account_id, asked.role, asked.scope, now=now)
    answer = {"account": asked.name, "id": str(account_id), "role": asked.role, "scope": asked.scope, "staff": staff}
    return answer, f"Account {asked.name} added as {asked.role.label} of {_place(asked.scope)}."


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
            now=datetime.now(UTC),
        )
    answer = {"device": asked.code, "branch": asked.branch, "kind": asked.kind, "token": token}
    return answer, f"Machine {asked.code} added to hall {asked.branch}. Its token, shown this once: {token}"


def _staff(session: Session, actor: Actor, asked: argparse.Namespace, hall: str | None, now: datetime) -> str | None:
    """The staff number of an account, its row added where it is missing; None for who does not serve."""
    number: str | None = asked.staff
    if hall is None:
        return number
    if number is None and asked.role in AT_COUNTERS:
        number = asked.name
    if number is not None and session.get(Staff, (hall, number)) is None:
        name, name_en = asked.display_name or asked.name, asked.display_name_en
        add_staff(session, actor, hall, number, name=name, name_en=name_en, now=now)
    return number


def _place(scope: str) -> str:
    return "every hall" if scope == EVERYWHERE else scope


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
    return run(asked, asked.work, Refused)


if __name__ == "__main__":
    sys.exit(main())
