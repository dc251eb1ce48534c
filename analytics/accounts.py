"""Who may look: the accounts to choose from, and the actor of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from models.actor import Actor
from models.actor import actor_of as actor_of_account
from models.tables import Account, Branch, BranchHours, RoleGrant
from standards.vocabulary import Role

MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """An account with its first role and its hall (empty for those who work above the halls)."""

    id: str
    name: str
    display_name: str
    display_name_en: str
    role: Role
    hall: str
    hall_name: str
    hall_name_en: str
    round_the_clock: bool


def accounts(session: Session) -> tuple[AccountChoice, ...]:
    """The active accounts that hold a role, by role (in the vocabulary's order), hall and name."""
    roles: dict[UUID, Role] = {}
    for granted in session.exec(select(RoleGrant)):
        roles[granted.account_id] = min(granted.role, roles.get(granted.account_id, granted.role), key=_place)
    halls = {hall.id: hall for hall in session.exec(select(Branch))}
    always_open = round_the_clock(session)
    rows = session.exec(select(Account).where(col(Account.active))).all()
    found = [
        _choice(row, roles[row.id], halls.get(row.branch_id or ""), always_open) for row in rows if row.id in roles
    ]
    return tuple(sorted(found, key=lambda choice: (_place(choice.role), choice.hall, choice.name)))


def actor_of(session: Session, account_id: str) -> Actor | None:
    """The actor of an account, or None where there is no such account or it may not be used any more."""
    account = session.get(Account, UUID(account_id))
    return actor_of_account(session, account) if account is not None and account.active else None


def round_the_clock(session: Session) -> frozenset[str]:
    """The halls with an opening interval from midnight to midnight."""
    whole_days = select(BranchHours.branch_id).where(BranchHours.opens == 0, BranchHours.closes == MINUTES_OF_A_DAY)
    return frozenset(session.exec(whole_days))


def called(session: Session, names: Iterable[str | None]) -> dict[str, tuple[str, str]]:
    """What the accounts behind names are called, in Chinese and English; a name without an account stays as it is."""
    asked = {name for name in names if name}
    rows = session.exec(select(Account).where(col(Account.name).in_(asked)))
    known = {row.name: (row.display_name or row.name, row.display_name_en or row.name) for row in rows}
    return {name: known.get(name, (name, name)) for name in asked}


def _place(role: Role) -> int:
    return list(Role).index(role)


def _choice(row: Account, role: Role, hall: Branch | None, always_open: frozenset[str]) -> AccountChoice:
    return AccountChoice(
        id=str(row.id),
        name=row.name,
        display_name=row.display_name or row.name,
        display_name_en=row.display_name_en or row.name,
        role=role,
        hall=hall.id if hall else "",
        hall_name=hall.name if hall else "",
        hall_name_en=hall.name_en if hall else "",
        round_the_clock=hall is not None and hall.id in always_open,
    )
