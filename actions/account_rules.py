"""What holds for every change of an account: within scope, never on oneself, and somebody always administers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from actions.refusal import Refused
from models.account_scope import Reach, reach_of, within
from models.actor import EVERYWHERE, Actor, NotAllowed, Right, rights_of
from models.sessions import usable
from models.settings import duties_apart
from models.tables import Account, Branch, Region, RoleGrant
from standards.message import message
from standards.vocabulary import Role

GIVES_ROLES = frozenset(role for role in Role if Right.ACCOUNTS in rights_of(role))
FOR_PEOPLE = frozenset(Role) - {Role.DEVICE}
"""The roles that an account can have; a device is let in by its token."""


def managed(session: Session, actor: Actor, account_id: UUID) -> Account:
    """An account that the actor manages, alone in this transaction; NotAllowed where it is not in their scope."""
    reach = managing(session, actor)
    account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise Refused("unknown_account", message("There is no such account."))
    if not within(session, reach, account):
        raise NotAllowed(message("The account {name} is beyond what you manage.", name=account.name))
    if account.erased_at is not None:
        raise Refused("erased_account", message("The person of this account was erased: it stays as it is."))
    return account


def managing(session: Session, actor: Actor) -> Reach:
    """Where the actor manages accounts; NotAllowed where that is nowhere."""
    reach = reach_of(session, actor, Right.ACCOUNTS)
    if not reach:
        actor.require(Right.ACCOUNTS)
    return reach


def not_oneself(actor: Actor, account: Account) -> None:
    """Refused where somebody would change their own rights."""
    if actor.account_id == str(account.id):
        raise Refused(
            "own_account",
            message("Nobody changes their own roles or closes their own account: another administrator does it."),
        )


def known_scope(session: Session, scope: str) -> Branch | None:
    """The hall of a scope, None for a region or everything; Refused where there is no such place."""
    hall = session.get(Branch, scope)
    if hall is None and scope != EVERYWHERE and session.get(Region, scope) is None:
        raise Refused("unknown_scope", message("{scope} is neither a hall nor a region.", scope=scope))
    return hall


def check_apart(session: Session, roles: Iterable[Role]) -> None:
    """Refused where one account would give roles and audit, while these are kept apart."""
    held = set(roles)
    if Role.AUDITOR in held and held & GIVES_ROLES and duties_apart(session):
        raise Refused("duties_apart", message("Giving roles and auditing are kept apart: nobody has both roles."))


def check_administered(session: Session, account: Account, *, without: str | None = None, now: datetime) -> None:
    """Refused where after it nobody would administer everything, or anything, any more.

    It is the account as a whole that goes, or its role in the scope `without`. Counted are those who can sign in
    and have no leaving date.
    """
    asked = select(RoleGrant, Account).join(Account, col(RoleGrant.account_id) == col(Account.id))
    rows = session.exec(asked.where(RoleGrant.role == Role.ADMINISTRATOR).with_for_update()).all()
    standing = {
        (row.account_id, row.scope) for row, of in rows if of.leaving_on is None and usable(session, of, now=now)
    }
    left = {one for one in standing if one[0] != account.id or (without is not None and one[1] != without)}
    for before, after in ((standing, left), (_of_everything(standing), _of_everything(left))):
        if before and not after:
            said = message("{name} is the last administrator: make another one first.", name=account.name)
            raise Refused("last_administrator", said)


def _of_everything(held: set[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    return {one for one in held if one[1] == EVERYWHERE}
