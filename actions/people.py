"""Setting up people: who serves in a hall, who may use the product, and as what."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from actions.audit import record
from actions.hall import branch_of
from actions.refusal import Refused
from actions.setup import a_name
from models.actor import EVERYWHERE, Actor, Right
from models.tables import Account, Branch, Region, RoleGrant, Staff
from standards.message import message
from standards.vocabulary import Role

# No colon: `os:` stands before the machine's own users in the trail.
_ACCOUNT = re.compile(r"[\w.@+-]{1,64}")
_STAFF = re.compile(r"[\w.-]{1,32}")


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
    if not _STAFF.fullmatch(staff_id):
        raise Refused("staff_number", message("{number} is no staff number.", number=staff_id))
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
    demo: bool = False,
    now: datetime,
) -> UUID:
    """Add an account, without a role yet, and return its id; hall and staff number name the person at the counter."""
    actor.require(Right.SET_UP, branch_id)
    if not _ACCOUNT.fullmatch(name):
        raise Refused("account_name", message("{name} is no account name: 1 to 64 letters or digits.", name=name))
    if session.exec(select(Account.id).where(Account.name == name)).first() is not None:
        raise Refused("known_account", message("There is an account {name} already.", name=name))
    if branch_id is not None:
        branch_of(session, branch_id)
    if staff_id is not None and (branch_id is None or session.get(Staff, (branch_id, staff_id)) is None):
        raise Refused("unknown_staff", message("There is no staff number {number} in this hall.", number=staff_id))
    account = Account(
        name=name,
        display_name=a_name(display_name or name),
        display_name_en=a_name(display_name_en or display_name or name),
        branch_id=branch_id,
        staff_id=staff_id,
        demo=demo,
    )
    session.add(account)
    session.flush()
    record(session, actor, "add_account", [account], branch_id=branch_id or EVERYWHERE, subject=name, now=now)
    return account.id


def grant(session: Session, actor: Actor, account_id: UUID, role: Role, scope: str, *, now: datetime) -> None:
    """Give an account a role in a scope: a hall's code, a region's (with all below it), or everything (`*`)."""
    hall = session.get(Branch, scope)
    actor.require(Right.SET_UP, None if hall is None else hall.id)
    account = session.get(Account, account_id)
    if account is None:
        raise Refused("unknown_account", message("There is no such account."))
    if hall is None and scope != EVERYWHERE and session.get(Region, scope) is None:
        raise Refused("unknown_scope", message("{scope} is neither a hall nor a region.", scope=scope))
    if session.get(RoleGrant, (account_id, role, scope)) is not None:
        raise Refused("known_grant", message("{name} has this role there already.", name=account.name))
    granted = RoleGrant(account_id=account_id, role=role, scope=scope)
    session.add(granted)
    session.flush()
    branch_id = EVERYWHERE if hall is None else hall.id
    record(session, actor, "grant", [granted], branch_id=branch_id, subject=account.name, now=now)
