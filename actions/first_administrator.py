"""The first administrator: made once, by whoever holds the one-time token, while nobody can administer.

Each process of the installation gives out a token of its own in a file; what is stored are their digests.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from actions.audit import record
from actions.credentials import check_password, digest, put_credential
from actions.people import add_account, grant
from actions.refusal import Refused
from models.actor import EVERYWHERE, Actor, Right, rights_of
from models.settings import demo_mode, put_setting, setting
from models.store import Store
from models.tables import Account, Credential, CredentialKind, RoleGrant, Setting
from standards.message import message
from standards.vocabulary import Role

TOKENS = "first_administrator"
_MOST_TOKENS = 16
_WHO = "first-administrator"


def nobody_administers(session: Session) -> bool:
    """Whether there is nobody who could sign in and give out accounts; a demo region needs nobody."""
    if demo_mode(session):
        return False
    may = [role for role in Role if Right.ACCOUNTS in rights_of(role)]
    able = select(Account.id).join(RoleGrant, col(RoleGrant.account_id) == col(Account.id))
    # By the company's sign-in alone nobody would get in any more once it is away or configured otherwise.
    able = able.join(Credential, _password_of_account())
    able = able.where(
        col(Account.active),
        col(Account.erased_at).is_(None),
        col(RoleGrant.role).in_(may),
        RoleGrant.scope == EVERYWHERE,
    )
    return session.exec(able.limit(1)).first() is None


def new_token() -> str:
    """What the file holds."""
    return secrets.token_urlsafe(24)


def admit_token(session: Session, token: str) -> None:
    """Let a token make the first administrator; of many, the newest count."""
    known = (setting(session, TOKENS) or "").split()
    if (made := _digest(token)) not in known:
        put_setting(session, TOKENS, " ".join([*known, made][-_MOST_TOKENS:]))
        session.flush()


def check_token(session: Session, token: str) -> None:
    """Refused where nobody is needed any more, or the token is none of those in the files."""
    known = (setting(session, TOKENS) or "").split()
    if not nobody_administers(session) or not any(compare_digest(_digest(token), one) for one in known):
        raise Refused("token", message("This is not the token in the file."))


def create_first(
    store: Store, *, token: str, name: str, display_name: str, password: str, address: str, now: datetime
) -> UUID:
    """Make the account, with the administrator's role everywhere; the tokens are void from then on."""
    with store.reading() as session:
        check_token(session, token)
    check_password(password, name)
    made = digest(CredentialKind.PASSWORD, password)
    actor = Actor(_WHO, _WHO, (), all_rights=True, origin=address)
    with store.writing() as session:
        check_token(session, token)
        account_id = add_account(session, actor, name, display_name=display_name, now=now)
        grant(session, actor, account_id, Role.ADMINISTRATOR, EVERYWHERE, now=now)
        put_credential(session, account_id, CredentialKind.PASSWORD, made, temporary=False, now=now)
        session.delete(session.get_one(Setting, TOKENS))
        record(session, actor, "first_administrator", [], subject=name, now=now)
    return account_id


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _password_of_account() -> ColumnElement[bool]:
    return (col(Credential.account_id) == col(Account.id)) & (col(Credential.kind) == CredentialKind.PASSWORD)
