"""The commands of accounts: `account add | list | grant | revoke | close | reopen | unlock | unlock-address | …`.

A password is never an argument: it is read from standard input, or a temporary one is made and told this once.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from uuid import UUID

from sqlmodel import Session, col, select

from actions.account_rules import FOR_PEOPLE
from actions.accounts import close_account, reopen_account, unlock_account
from actions.address_locks import unlock_address
from actions.credentials import check_password
from actions.passwords import reset_password, set_password
from actions.people import add_account, add_staff, grant, revoke
from actions.refusal import Refused
from models.actor import EVERYWHERE, Actor, machine_actor
from models.command_line import Answer, readable_store, ready_store, shared_options
from models.sessions import usable
from models.store import Store
from models.tables import Account, Branch, RoleGrant, Staff
from standards.message import message
from standards.vocabulary import Role

AT_COUNTERS = frozenset({Role.CLERK, Role.SUPERVISOR})
Work = Callable[[argparse.Namespace], tuple[Answer, str]]
_ROLES = [role for role in Role if role in FOR_PEOPLE]


def account_commands(subject: argparse.ArgumentParser) -> None:
    """Each sets `work`, which takes the namespace (with `now`) and answers."""
    tasks = subject.add_subparsers(required=True, metavar="COMMAND")

    def task(name: str, work: Work, told: str, *, of: bool = True) -> argparse.ArgumentParser:
        made = tasks.add_parser(name, parents=[shared_options()], help=told)
        if of:
            made.add_argument("name", help="the account's name")
        made.set_defaults(work=work)
        return made

    add = task("add", account_add, "add an account with a role")
    _of_role(add)
    add.add_argument("--display-name", default="", help="the person's name (Chinese)")
    add.add_argument("--display-name-en", default="", help="the person's name in English")
    add.add_argument("--staff", metavar="NUMBER", help="the staff number at the counter (the account's name)")
    task("list", account_list, "the accounts with their roles", of=False)
    _of_role(task("grant", account_grant, "give a role"))
    _of_role(take := task("revoke", account_revoke, "take a role away, at once"))
    close = task("close", account_close, "nobody gets in by it any more; its sessions end")
    for one in (take, close):
        one.add_argument("--reason", required=True, help="why, for the audit trail")
    task("reopen", account_reopen, "open a closed account again")
    task("unlock", account_unlock, "let somebody try again who was locked out")
    address = task("unlock-address", account_unlock_address, "let everybody at an address try again", of=False)
    address.add_argument("address", help="the address, as the list of locks or the audit trail tells it")
    reset = task("reset-password", account_reset, "a temporary password, told this once")
    for one in (add, reset):
        one.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _of_role(command: argparse.ArgumentParser) -> None:
    command.add_argument("--role", required=True, type=Role, choices=_ROLES)
    command.add_argument("--scope", required=True, metavar="CODE", help="a hall, a region with all below it, or '*'")


def account_add(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Add an account with its role and a password; who serves at a counter becomes a member of the hall's staff."""
    given = _given_password(asked)
    actor, store = _actor(), ready_store(asked.db)
    with store.writing() as session:
        hall = asked.scope if session.get(Branch, asked.scope) is not None else None
        staff = _staff(session, actor, asked, hall)
        account_id = add_account(
            session,
            actor,
            asked.name,
            display_name=asked.display_name,
            display_name_en=asked.display_name_en,
            branch_id=hall,
            staff_id=staff,
            roles=[(asked.role, asked.scope)],
            now=asked.now,
        )
    told, said = _let_in(store, actor, account_id, given, asked)
    answer = {"account": asked.name, "id": str(account_id), "role": asked.role, "scope": asked.scope, "staff": staff}
    return answer | told, f"Account {asked.name} added as {asked.role.label} of {_place(asked.scope)}.{said}"


def account_list(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Every account: its name, its person's, hall, roles, and whether anybody gets in by it now."""
    with readable_store(asked.db).reading() as session:
        roles: dict[UUID, list[str]] = {}
        for held in session.exec(select(RoleGrant).order_by(col(RoleGrant.role), col(RoleGrant.scope))):
            roles.setdefault(held.account_id, []).append(f"{held.role}@{held.scope}")
        found = [
            {
                "account": row.name,
                "name": row.display_name,
                "hall": row.branch_id,
                "roles": roles.get(row.id, []),
                "open": usable(session, row, now=asked.now),
                "leaving_on": None if row.leaving_on is None else row.leaving_on.isoformat(),
            }
            for row in session.exec(select(Account).order_by(col(Account.name)))
        ]
    return {"accounts": found}, "\n".join(map(_line, found)) if found else "There is no account."


def _line(one: Answer) -> str:
    return "\t".join([one["account"], one["name"], " ".join(one["roles"]), "open" if one["open"] else "closed"])


def account_grant(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Give a role in a scope."""
    with ready_store(asked.db).writing() as session:
        grant(session, _actor(), _account(session, asked.name), asked.role, asked.scope, now=asked.now)
    answer = {"account": asked.name, "role": asked.role, "scope": asked.scope}
    return answer, f"{asked.name} is {asked.role.label} of {_place(asked.scope)} now."


def account_revoke(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Take a role in a scope away."""
    with ready_store(asked.db).writing() as session:
        account_id, named = _account(session, asked.name), {"reason": asked.reason, "now": asked.now}
        revoke(session, _actor(), account_id, asked.role, asked.scope, **named)
    answer = {"account": asked.name, "role": asked.role, "scope": asked.scope}
    return answer, f"{asked.name} is no longer {asked.role.label} of {_place(asked.scope)}."


def account_close(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Close an account and end its sessions."""
    with ready_store(asked.db).writing() as session:
        account_id = _account(session, asked.name)
        ended = close_account(session, _actor(), account_id, reason=asked.reason, now=asked.now)
    return {"account": asked.name, "ended": ended}, f"Account {asked.name} closed; {ended} sessions ended."


def account_reopen(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Open a closed account again."""
    with ready_store(asked.db).writing() as session:
        reopen_account(session, _actor(), _account(session, asked.name), now=asked.now)
    return {"account": asked.name}, f"Account {asked.name} is open again."


def account_unlock(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Forget what was tried in vain."""
    with ready_store(asked.db).writing() as session:
        unlocked = unlock_account(session, _actor(), _account(session, asked.name), now=asked.now)
    said = "may try again" if unlocked else "was not locked"
    return {"account": asked.name, "unlocked": unlocked}, f"{asked.name} {said}."


def account_unlock_address(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Forget what was tried in vain at an address."""
    with ready_store(asked.db).writing() as session:
        unlocked = unlock_address(session, _actor(), asked.address, now=asked.now)
    said = "Everybody may try again from" if unlocked else "Nothing was tried in vain from"
    return {"address": asked.address, "unlocked": unlocked}, f"{said} {asked.address}."


def account_reset(asked: argparse.Namespace) -> tuple[Answer, str]:
    """Give an account another password; its sessions end."""
    given, store = _given_password(asked), ready_store(asked.db)
    with store.reading() as session:
        account_id = _account(session, asked.name)
    told, said = _let_in(store, _actor(), account_id, given, asked)
    return {"account": asked.name, **told}, f"{asked.name} gets in by another password from now on.{said}"


def _given_password(asked: argparse.Namespace) -> str | None:
    """The password on standard input, where it is to be read from there; checked before anything is done."""
    if not asked.password_stdin:
        return None
    password = sys.stdin.readline().rstrip("\r\n")
    check_password(password, asked.name)
    return password


def _let_in(
    store: Store, actor: Actor, account_id: UUID, given: str | None, asked: argparse.Namespace
) -> tuple[dict[str, str], str]:
    """Set the password that was given, or make a temporary one: what scripts and people are told of it."""
    if given is not None:
        set_password(store, actor, account_id, given, now=asked.now)
        return {}, ""
    made = reset_password(store, actor, account_id, now=asked.now)
    return {"temporary_password": made}, f" Temporary password, told this once: {made}"


def _account(session: Session, name: str) -> UUID:
    found = session.exec(select(Account.id).where(Account.name == name)).first()
    if found is None:
        raise Refused("unknown_account", message("There is no such account."))
    return found


def _staff(session: Session, actor: Actor, asked: argparse.Namespace, hall: str | None) -> str | None:
    """The staff number of an account, its row added where it is missing; None for who does not serve."""
    number: str | None = asked.staff
    if hall is None:
        return number
    if number is None and asked.role in AT_COUNTERS:
        number = asked.name
    if number is not None and session.get(Staff, (hall, number)) is None:
        name, name_en = asked.display_name or asked.name, asked.display_name_en
        add_staff(session, actor, hall, number, name=name, name_en=name_en, now=asked.now)
    return number


def _place(scope: str) -> str:
    return "every hall" if scope == EVERYWHERE else scope


def _actor() -> Actor:
    return machine_actor(getpass.getuser())
