"""The demo accounts' password: the same for all, and told to everybody, for they open nothing but a demo region."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from actions.credentials import digest, put_credential
from models.store import Store
from models.tables import Account, Credential, CredentialKind

PASSWORD = "looking-around"  # noqa: S105


def put_passwords(session: Session, *, now: datetime) -> int:
    """Give it to every demo account that has none; how many that were. One digest serves them all."""
    missing = _without_one(session)
    if missing:
        made = digest(CredentialKind.PASSWORD, PASSWORD)
        for account in missing:
            put_credential(session, account.id, CredentialKind.PASSWORD, made, temporary=False, now=now)
    return len(missing)


def ensure(store: Store, *, now: datetime) -> None:
    """The same for a region that was made before; nothing is locked where nobody lacks one."""
    with store.reading() as session:
        lacking = bool(_without_one(session))
    if lacking:
        with store.writing() as session:
            put_passwords(session, now=now)


def _without_one(session: Session) -> list[Account]:
    has_one = select(Credential.account_id).where(Credential.kind == CredentialKind.PASSWORD)
    demo = select(Account).where(col(Account.demo), col(Account.active), col(Account.id).not_in(has_one))
    return list(session.exec(demo.order_by(Account.name)))
