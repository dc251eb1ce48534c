"""Passwords that are chosen, changed and reset; their digests are made and compared outside of transactions."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from actions import throttling
from actions.account_rules import managed
from actions.audit import record
from actions.credentials import LONGEST_PASSWORD, check_password, digest, matches, put_credential
from actions.refusal import Refused
from models.actor import EVERYWHERE, Actor, Right
from models.sessions import end_sessions, sessions_of
from models.store import Store
from models.tables import Account, Credential, CredentialKind, SessionEnd
from standards.message import message

# Without what is taken for something else when it is read from paper or told by telephone.
_SPOKEN = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 3, 4


def change_password(store: Store, actor: Actor, *, old: str, new: str, now: datetime) -> None:
    """Choose another password for oneself; every other session of the account ends.

    Raises Refused with `old_password`, `password_same`, or what `check_password` refuses; Locked after too many tries.
    """
    if new == old:
        raise Refused("password_same", message("The new password is the old one: take another."))
    check_password(new, actor.name)
    account_id = UUID(actor.account_id)
    with store.writing() as session:
        stored = _try_old(session, actor, account_id, now)
    if len(old) > LONGEST_PASSWORD or not matches(CredentialKind.PASSWORD, stored, old):
        raise Refused("old_password", message("This is not your present password."))
    made = digest(CredentialKind.PASSWORD, new)
    with store.writing() as session:
        kept = session.get(Credential, (account_id, CredentialKind.PASSWORD), with_for_update=True)
        if kept is None or kept.digest != stored:
            raise Refused("old_password", message("This is not your present password."))
        throttling.forgive_account(session, actor.name)
        put_credential(session, account_id, CredentialKind.PASSWORD, made, temporary=False, now=now)
        others = [row for row in sessions_of(session, account_id) if row.id != actor.session_id]
        ended = end_sessions(session, others, SessionEnd.PASSWORD_CHANGED, now=now)
        hall, told = actor.branch_id or EVERYWHERE, {"ended": ended}
        record(session, actor, "change_password", [], branch_id=hall, subject=actor.name, answer=told, now=now)


def reset_password(store: Store, actor: Actor, account_id: UUID, *, now: datetime) -> str:
    """Give an account a temporary password and return it, to be shown this once; it must be changed at once.

    The account's sessions end, and it may try again if it was locked.
    """
    with store.writing() as session:
        managed(session, actor, account_id)
    temporary = temporary_password()
    made = digest(CredentialKind.PASSWORD, temporary)
    with store.writing() as session:
        account = managed(session, actor, account_id)
        put_credential(session, account_id, CredentialKind.PASSWORD, made, temporary=True, now=now)
        throttling.forgive_account(session, account.name)
        ended = end_sessions(session, sessions_of(session, account_id), SessionEnd.PASSWORD_CHANGED, now=now)
        hall, told = account.branch_id or EVERYWHERE, {"ended": ended}
        record(session, actor, "reset_password", [], branch_id=hall, subject=account.name, answer=told, now=now)
    return temporary


def set_password(store: Store, actor: Actor, account_id: UUID, password: str, *, now: datetime) -> None:
    """Set the password that somebody chose at the machine itself; it need not be changed. For commands."""
    actor.require(Right.ACCOUNTS)
    with store.writing() as session:
        name = managed(session, actor, account_id).name
    check_password(password, name)
    made = digest(CredentialKind.PASSWORD, password)
    with store.writing() as session:
        account = session.get_one(Account, account_id)
        put_credential(session, account_id, CredentialKind.PASSWORD, made, temporary=False, now=now)
        throttling.forgive_account(session, account.name)
        end_sessions(session, sessions_of(session, account_id), SessionEnd.PASSWORD_CHANGED, now=now)
        hall = account.branch_id or EVERYWHERE
        record(session, actor, "reset_password", [], branch_id=hall, subject=account.name, now=now)


def temporary_password() -> str:
    """Twelve letters and digits in three groups: about 59 bits."""
    groups = ("".join(secrets.choice(_SPOKEN) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _try_old(session: Session, actor: Actor, account_id: UUID, now: datetime) -> str | None:
    """The stored digest, after the try is counted: whoever finds a screen open must not guess on."""
    throttling.count_password(session, actor.name, now=now)
    kept = session.get(Credential, (account_id, CredentialKind.PASSWORD))
    return None if kept is None else kept.digest
