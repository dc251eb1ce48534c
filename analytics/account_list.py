"""Who may use the product: the accounts of a reader's scope, searched and filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, literal, not_, or_
from sqlmodel import Session, col, func, select

from analytics.account_places import readable, today
from models.account_scope import Reach
from models.actor import Actor
from models.tables import (
    Account,
    AccountSession,
    Credential,
    CredentialKind,
    RoleGrant,
    Throttle,
)
from models.tries import ACCOUNT, PASSWORD
from standards.message import Worded
from standards.vocabulary import Role

MOST = 200
"""Lines that are given at once."""


class AccountState(Worded):
    """How an account stands; one that is open may be several of the others too."""

    OPEN = "open", "Account is open"
    CLOSED = "closed", "Account is closed"
    LOCKED = "locked", "Locked out"
    NEVER = "never", "Never signed in"
    LEAVING = "leaving", "Leaving soon"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in the list; `called` is in Chinese and English, `roles` have their scope's code (`*`: everything).

    `closed` says that nobody gets in by it: it was closed, or the leaving date has passed.
    """

    id: str
    name: str
    called: tuple[str, str]
    branch_id: str | None
    staff_id: str | None
    post: str
    roles: tuple[tuple[Role, str], ...]
    active: bool
    closed: bool
    leaving_on: date | None
    last_sign_in_at: datetime | None
    never_signed_in: bool
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """So many lines from `offset` on, of `total` that fit."""

    lines: tuple[AccountLine, ...]
    total: int
    offset: int


def account_page(
    session: Session,
    actor: Actor,
    *,
    search: str = "",
    branch_id: str | None = None,
    role: Role | None = None,
    state: AccountState | None = None,
    offset: int = 0,
    limit: int = 50,
    now: datetime,
) -> AccountPage:
    """The accounts within the actor's scope that fit, by name; `search` looks at names, staff number and post.

    For who manages accounts or reads the trail; NotAllowed for others.
    """
    reach = readable(session, actor)
    fit = [_within(reach), *_asked(search, branch_id, role), *_in_state(state, today(session, now), now)]
    total = session.exec(select(func.count()).select_from(Account).where(*fit)).one()
    rows = session.exec(
        select(Account).where(*fit).order_by(col(Account.name)).offset(offset).limit(min(limit, MOST))
    ).all()
    return AccountPage(lines_of(session, rows, now=now), total, offset)


def lines_of(session: Session, rows: Iterable[Account], *, now: datetime) -> tuple[AccountLine, ...]:
    """Accounts as lines, in their order."""
    listed = list(rows)
    ids = [row.id for row in listed]
    roles = _roles(session, ids)
    began = col(AccountSession.began_at)
    last = dict(_by_account(session, select(AccountSession.account_id, func.max(began)), AccountSession, ids))
    chosen = select(Credential.account_id, Credential.kind).where(not_(col(Credential.temporary)))
    own = {account_id for account_id, kind in _of(session, chosen, Credential, ids) if kind is CredentialKind.PASSWORD}
    locks = _locks(session, [row.name for row in listed], now)
    day = today(session, now)
    return tuple(
        AccountLine(
            id=str(row.id),
            name=row.name,
            called=(row.display_name or row.name, row.display_name_en or row.display_name or row.name),
            branch_id=row.branch_id,
            staff_id=row.staff_id,
            post=row.post,
            roles=roles.get(row.id, ()),
            active=row.active,
            closed=not row.active or row.erased_at is not None or (row.leaving_on is not None and row.leaving_on < day),
            leaving_on=row.leaving_on,
            last_sign_in_at=last.get(row.id),
            never_signed_in=row.id not in last and row.id not in own,
            locked_until=locks.get(row.name),
        )
        for row in listed
    )


def _within(reach: Reach) -> ColumnElement[bool]:
    """Accounts whose hall and whose every role lie in the reach, and that are somewhere."""
    if reach.everything:
        return literal(True)
    scope, here = col(RoleGrant.scope), col(Account.branch_id)
    of_account = col(RoleGrant.account_id) == col(Account.id)
    elsewhere = exists().where(of_account, scope.not_in(reach.scopes))
    return and_(
        or_(here.is_(None), here.in_(reach.branch_ids)),
        or_(here.is_not(None), exists().where(of_account)),
        not_(elsewhere),
    )


def _asked(search: str, branch_id: str | None, role: Role | None) -> Iterable[ColumnElement[bool]]:
    text = search.strip()
    if text:
        looked_at = (Account.name, Account.display_name, Account.display_name_en, Account.staff_id, Account.post)
        yield or_(*(col(column).icontains(text, autoescape=True) for column in looked_at))
    of_account = col(RoleGrant.account_id) == col(Account.id)
    if branch_id is not None:
        yield or_(col(Account.branch_id) == branch_id, exists().where(of_account, col(RoleGrant.scope) == branch_id))
    if role is not None:
        yield exists().where(of_account, col(RoleGrant.role) == role)


def _in_state(state: AccountState | None, day: date, now: datetime) -> Iterable[ColumnElement[bool]]:
    leaving = col(Account.leaving_on)
    is_open = and_(col(Account.active), col(Account.erased_at).is_(None), or_(leaving.is_(None), leaving >= day))
    match state:
        case AccountState.OPEN:
            yield is_open
        case AccountState.CLOSED:
            yield not_(is_open)
        case AccountState.LEAVING:
            yield and_(is_open, leaving.is_not(None))
        case AccountState.LOCKED:
            names = [literal(before) + col(Account.name) for before in (ACCOUNT, PASSWORD)]
            yield exists().where(col(Throttle.name).in_(names), col(Throttle.locked_until) > now)
        case AccountState.NEVER:
            of_credential = col(Credential.account_id) == col(Account.id)
            own = (col(Credential.kind) == CredentialKind.PASSWORD, not_(col(Credential.temporary)))
            yield is_open
            yield not_(exists().where(col(AccountSession.account_id) == col(Account.id)))
            yield not_(exists().where(of_credential, *own))


def _roles(session: Session, ids: list[UUID]) -> dict[UUID, tuple[tuple[Role, str], ...]]:
    held: dict[UUID, list[tuple[Role, str]]] = {}
    for row in session.exec(select(RoleGrant).where(col(RoleGrant.account_id).in_(ids))):
        held.setdefault(row.account_id, []).append((row.role, row.scope))
    order = list(Role)
    return {one: tuple(sorted(roles, key=lambda held: (order.index(held[0]), held[1]))) for one, roles in held.items()}


def _of(session: Session, asked: Any, table: Any, ids: list[UUID]) -> Iterable[Any]:
    return session.execute(asked.where(table.account_id.in_(ids)))


def _by_account(session: Session, asked: Any, table: Any, ids: list[UUID]) -> Iterable[Any]:
    found = session.execute(asked.where(table.account_id.in_(ids)).group_by(table.account_id))
    return ((account_id, value) for account_id, value in found)


def _locks(session: Session, names: list[str], now: datetime) -> dict[str, datetime]:
    """Until when each account is locked, at signing in or at guessing its password since; the later of both."""
    counted = {f"{before}{name}": name for name in names for before in (ACCOUNT, PASSWORD)}
    locked = select(Throttle).where(col(Throttle.name).in_(counted), col(Throttle.locked_until) > now)
    ends = sorted((row.locked_until, counted[row.name]) for row in session.exec(locked) if row.locked_until is not None)
    return {name: until for until, name in ends}
