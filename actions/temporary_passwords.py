"""Temporary passwords: made by chance, told once, stored as a digest, and to be changed at the first sign-in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from actions.account_rules import managed, not_oneself
from actions.audit import record
from actions.credentials import digest, put_credential
from models.actor import EVERYWHERE, Actor
from models.sessions import end_sessions, sessions_of
from models.tables import CredentialKind, SessionEnd

# Without what is read as something else on paper: 0 and o, 1, i and l.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _OF = 3, 4


@dataclass(frozen=True, slots=True)
class TemporaryPassword:
    """What is told, and the digest that is stored."""

    text: str = field(repr=False)
    digest: str = field(repr=False)


def temporary_password(*, many: bool = False) -> TemporaryPassword:
    """A new one of 12 letters and digits in groups of 4; slow on purpose, so make it outside a transaction.

    `many` digests it with less work: 59 random bits need none of the slowness that guards what people think of, and
    a file brings thousands.
    """
    text = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_OF)) for _ in range(_GROUPS))
    return TemporaryPassword(text, digest(CredentialKind.PIN if many else CredentialKind.PASSWORD, text))


def give_password(
    session: Session, actor: Actor, account_id: UUID, password: TemporaryPassword, *, now: datetime
) -> int:
    """Let somebody in by a temporary password in place of the one before; their sessions end. How many these were.

    Nobody gives one to themselves: who knows their password changes it on their own page.
    """
    account = managed(session, actor, account_id)
    not_oneself(actor, account)
    put_credential(session, account.id, CredentialKind.PASSWORD, password.digest, temporary=True, now=now)
    ended = end_sessions(session, sessions_of(session, account.id), SessionEnd.PASSWORD_CHANGED, now=now)
    hall = account.branch_id or EVERYWHERE
    record(session, actor, "give_password", [], branch_id=hall, subject=account.name, answer={"ended": ended}, now=now)
    return ended
