"""Setting up people: who serves in a hall, who may use the product, and as what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, func, select

from actions.account_rules import (
    FOR_PEOPLE,
    check_administered,
    check_apart,
    known_scope,
    managed,
    managing,
    not_oneself,
)
from actions.audit import images, record
from actions.hall import branch_of
from actions.refusal import Refused
from actions.setup import a_name
from actions.text import a_reason, a_text
from models.actor import EVERYWHERE, Actor, NotAllowed, Right
from models.tables import Account, RoleGrant, Staff
from standards.message import message
from standards.vocabulary import Role

# No colon: `os:` stands before the machine's own users in the trail.
_ACCOUNT = re.compile(r"[\w.@+-]{1,64}")
_STAFF = re.compile(r"[\w.-]{1,32}")
LONGEST_POST, LONGEST_EXTERNAL = 64, 200
Roles = Iterable[tuple[Role, str]]
"""Roles with their scopes: a hall's code, a region's (with all below it), or everything (`*`)."""


def add_staff(
    session: Session,
    actor: Actor,
    branch_id: str,
    staff_id: str,
    *,
    name: str,
    name_en: str = "",
    trainee: bool = False,
    now: datetime,
) -> str:
    """Add a person who serves in a hall and return their staff number 工号; a trainee serves with a mentor."""
    actor.require(Right.SET_UP, branch_id)
    branch_of(session, branch_id)
    a_staff_number(staff_id)
    if session.get(Staff, (branch_id, staff_id)) is not None:
        raise Refused("known_staff", message("This hall has a staff number {number} already.", number=staff_id))
    person = Staff(
        branch_id=branch_id, id=staff_id, name=a_name(name), name_en=a_name(name_en or name), trainee=trainee
    )
    session.add(person)
    session.flush()
    record(session, actor, "add_staff", [person], branch_id=branch_id, subject=staff_id, now=now)
    return staff_id


def add_account(
    session: Session,
    actor: Actor,
    name: str,
    *,
    display_name: str = "",
    display_name_en: str = "",
    branch_id: str | None = None,
    staff_id: str | None = None,
    post: str = "",
    external_name: str | None = None,
    leaving_on: date | None = None,
    roles: Roles = (),
    demo: bool = False,
    now: datetime,
) -> UUID:
    """Add an account with its roles and return its id; hall and staff number name the person at the counter.

    Its hall and the scopes of its roles must lie in the actor's; one that is nowhere is for who manages everything.
    """
    given = tuple(roles)
    if not managing(session, actor).takes_in(branch_id, (scope for _, scope in given)):
        raise NotAllowed(message("The account {name} is beyond what you manage.", name=name))
    new_account_name(session, name)
    if branch_id is not None:
        branch_of(session, branch_id)
    if staff_id is not None:
        known_staff(session, branch_id, staff_id)
        free_staff_number(session, branch_id, staff_id)
    account = Account(
        name=name,
        display_name=a_name(display_name or name),
        display_name_en=a_name(display_name_en or display_name or name),
        branch_id=branch_id,
        staff_id=staff_id,
        post=a_text(post, LONGEST_POST),
        external_name=an_external_name(session, external_name),
        leaving_on=leaving_on,
        demo=demo,
    )
    session.add(account)
    session.flush()
    record(session, actor, "add_account", [account], branch_id=branch_id or EVERYWHERE, subject=name, now=now)
    for role, scope in given:
        _give(session, actor, account, role, scope, now)
    return account.id


def grant(session: Session, actor: Actor, account_id: UUID, role: Role, scope: str, *, now: datetime) -> None:
    """Give an account a role in a scope: a hall's code, a region's (with all below it), or everything (`*`)."""
    account = managed(session, actor, account_id)
    not_oneself(actor, account)
    _give(session, actor, account, role, scope, now)


def _give(session: Session, actor: Actor, account: Account, role: Role, scope: str, now: datetime) -> None:
    hall = known_scope(session, scope)
    if not managing(session, actor).covers(scope):
        raise NotAllowed(message("You can't give roles in {scope}.", scope=scope))
    if role not in FOR_PEOPLE:
        raise Refused("device_role", message("A machine is let in by its token: no account has its role."))
    if session.get(RoleGrant, (account.id, role, scope)) is not None:
        raise Refused("known_grant", message("{name} has this role there already.", name=account.name))
    held = session.exec(select(RoleGrant.role).where(RoleGrant.account_id == account.id))
    check_apart(session, {*held, role})
    granted = RoleGrant(account_id=account.id, role=role, scope=scope)
    session.add(granted)
    session.flush()
    branch_id = EVERYWHERE if hall is None else hall.id
    record(session, actor, "grant", [granted], branch_id=branch_id, subject=account.name, now=now)


def revoke(
    session: Session, actor: Actor, account_id: UUID, role: Role, scope: str, *, reason: str, now: datetime
) -> None:
    """Take a role in a scope away from an account, at once: its open sessions lose what came with it."""
    account = managed(session, actor, account_id)
    not_oneself(actor, account)
    why = a_reason(reason)
    held = session.get(RoleGrant, (account.id, role, scope))
    if held is None:
        raise Refused("unknown_grant", message("{name} does not have this role there.", name=account.name))
    if role is Role.ADMINISTRATOR:
        check_administered(session, account, without=scope, now=now)
    before = images([held])
    session.delete(held)
    hall = known_scope(session, scope)
    record(
        session,
        actor,
        "revoke",
        [],
        branch_id=EVERYWHERE if hall is None else hall.id,
        subject=account.name,
        before=before,
        reason=why,
        now=now,
    )


def new_account_name(session: Session, name: str) -> None:
    """Refused where it is no account's name, or one that is taken, in whatever case."""
    if not _ACCOUNT.fullmatch(name):
        raise Refused("account_name", message("{name} is no account name: 1 to 64 letters or digits.", name=name))
    if session.exec(select(Account.id).where(func.lower(Account.name) == name.lower())).first() is not None:
        raise Refused("known_account", message("There is an account {name} already.", name=name))


def a_staff_number(staff_id: str) -> None:
    """Refused where it is no staff number."""
    if not _STAFF.fullmatch(staff_id):
        raise Refused("staff_number", message("{number} is no staff number.", number=staff_id))


def known_staff(session: Session, branch_id: str | None, staff_id: str) -> Staff:
    """The person of a number in a hall, or Refused; whoever was erased serves no more."""
    person = None if branch_id is None else session.get(Staff, (branch_id, staff_id))
    if person is None or person.erased_at is not None:
        raise Refused("unknown_staff", message("There is no staff number {number} in this hall.", number=staff_id))
    return person


def free_staff_number(session: Session, branch_id: str | None, staff_id: str, but: UUID | None = None) -> None:
    """Refused where another account is that person's."""
    asked = select(Account.name).where(Account.branch_id == branch_id, Account.staff_id == staff_id)
    taken = session.exec(asked if but is None else asked.where(Account.id != but)).first()
    if taken is not None:
        said = message("The staff number {number} is that of the account {name}.", number=staff_id, name=taken)
        raise Refused("known_person", said)


def an_external_name(session: Session, external_name: str | None, but: UUID | None = None) -> str | None:
    """What the company's sign-in calls a person, None for nothing; Refused where another account is called so."""
    name = a_text(external_name or "", LONGEST_EXTERNAL) or None
    asked = select(Account.name).where(Account.external_name == name)
    if name is not None and (taken := session.exec(asked if but is None else asked.where(Account.id != but)).first()):
        said = message("The company's sign-in name {name} is that of the account {other}.", name=name, other=taken)
        raise Refused("known_external", said)
    return name
