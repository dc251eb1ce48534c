"""One account in full: how it gets in, where it is signed in now, and what the reader may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from analytics.account_list import AccountLine, lines_of
from analytics.account_places import readable
from models.account_scope import reach_of, within
from models.actor import Actor, Right
from models.tables import Account, AccountSession, Credential, CredentialKind, SignInWay


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Where somebody is signed in now; a station is named by its hall and code."""

    way: SignInWay
    began_at: datetime
    seen_at: datetime
    address: str
    browser: str
    branch_id: str | None
    device_id: str | None


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account; `temporary` says that its password is still the one it was given (None: it has none).

    `own` is the reader's own account; `managed` says that the reader may change this one.
    """

    line: AccountLine
    external_name: str | None
    temporary: bool | None
    has_pin: bool
    sessions: tuple[OpenSession, ...]
    erased: bool
    own: bool
    managed: bool


def account_card(session: Session, actor: Actor, *, account_id: str, now: datetime) -> AccountCard | None:
    """The account of an id, or None where there is none in the reader's scope."""
    reach = readable(session, actor)
    account = session.get(Account, UUID(account_id))
    if account is None or not within(session, reach, account):
        return None
    kept = session.exec(select(Credential).where(Credential.account_id == account.id)).all()
    temporary = {row.kind: row.temporary for row in kept}
    manages = reach_of(session, actor, Right.ACCOUNTS)
    return AccountCard(
        line=lines_of(session, [account], now=now)[0],
        external_name=account.external_name,
        temporary=temporary.get(CredentialKind.PASSWORD),
        has_pin=CredentialKind.PIN in temporary,
        sessions=_open_sessions(session, account.id, now),
        erased=account.erased_at is not None,
        own=str(account.id) == actor.account_id,
        managed=account.erased_at is None and bool(manages) and within(session, manages, account),
    )


def _open_sessions(session: Session, account_id: UUID, now: datetime) -> tuple[OpenSession, ...]:
    """Those that are not over, the newest first."""
    asked = select(AccountSession).where(
        AccountSession.account_id == account_id,
        col(AccountSession.ended_at).is_(None),
        col(AccountSession.idle_until) > now,
        col(AccountSession.ends_at) > now,
    )
    return tuple(
        OpenSession(row.way, row.began_at, row.seen_at, row.address, row.browser, row.branch_id, row.device_id)
        for row in session.exec(asked.order_by(col(AccountSession.began_at).desc()))
    )
