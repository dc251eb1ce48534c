"""A region of real accounts (no demo) that can sign in: the halls of `tests.small_region`, one password for all."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from actions.credentials import digest, put_credential
from models.settings import DEMO
from models.tables import Account, CredentialKind, Setting
from tests.small_region import put_small_region

PASSWORD = "nine-quiet-Herons"
_made: list[str] = []


def put_region(session: Session, *, now: datetime) -> None:
    """Put it in: everybody signs in with PASSWORD, nobody without."""
    put_small_region(session)
    session.delete(session.get_one(Setting, DEMO))
    if not _made:
        _made.append(digest(CredentialKind.PASSWORD, PASSWORD))
    for account in session.exec(select(Account)).all():
        account.demo = False
        put_credential(session, account.id, CredentialKind.PASSWORD, _made[0], temporary=False, now=now)
    session.flush()


def account_of(session: Session, name: str) -> Account:
    """The account of a name."""
    return session.exec(select(Account).where(Account.name == name)).one()
