"""Who gets in: passwords and PINs, the sessions that are open, and what was tried in vain.

All of it is the whole installation's: somebody who signs in is known by no hall yet (`models.distribution`).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from models.base import Base, closed_list
from standards.message import Worded


class CredentialKind(Worded):
    PASSWORD = "password", "Password"
    PIN = "pin", "PIN"


class SignInWay(Worded):
    """How somebody showed who they are."""

    PASSWORD = "password", "Password"
    PIN = "pin", "PIN at a counter's station"
    OIDC = "oidc", "The company's own sign-in"


class SessionEnd(Worded):
    """Why a session is over; one without an end may be over by its time all the same."""

    SIGNED_OUT = "signed_out", "Signed out"
    ENDED = "ended", "Ended by somebody else"
    LEFT = "left", "Signed off at the counter"
    REPLACED = "replaced", "Somebody else signed on there"
    PASSWORD_CHANGED = "password_changed", "The password was changed"
    DISABLED = "disabled", "The account was closed"


class Credential(Base, table=True):
    """What an account shows to get in, as an argon2id digest; a temporary one must be changed at the first use."""

    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    kind: CredentialKind = Field(primary_key=True, sa_type=closed_list(CredentialKind))
    digest: str = Field(max_length=200)
    set_at: datetime
    temporary: bool = False


class AccountSession(Base, table=True):
    """Somebody who is signed in; its id is the SHA-256 of the token in their cookie, which is stored nowhere.

    `branch_id` and `device_id` name the station, for one that began with a PIN at a counter.
    """

    __tablename__ = "account_session"
    __table_args__ = (
        Index("ix_account_session_account", "account_id", "began_at"),
        Index("ix_account_session_device", "branch_id", "device_id"),
    )

    id: str = Field(primary_key=True, max_length=64)
    account_id: UUID = Field(foreign_key="account.id")
    way: SignInWay = Field(sa_type=closed_list(SignInWay))
    began_at: datetime
    seen_at: datetime
    idle_until: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    ended_by: SessionEnd | None = Field(default=None, sa_type=closed_list(SessionEnd))
    address: str = Field(default="", max_length=64)
    browser: str = Field(default="", max_length=200)
    branch_id: str | None = Field(default=None, max_length=32)
    device_id: str | None = Field(default=None, max_length=32)


class Throttle(Base, table=True):
    """How often something was tried in vain: `account NAME`, `address 10.0.0.7`, `pin HALL STAFF`."""

    name: str = Field(primary_key=True, max_length=120)
    failures: int = 0
    first_at: datetime
    last_at: datetime
    locked_until: datetime | None = None


class BackupRun(Base, table=True):
    """One backup: when, where, how large, its SHA-256, and when it was put back in a scratch place to see it whole.

    `error` says in a short English code why there is none; `by` is the account, or `schedule`.
    """

    __tablename__ = "backup_run"

    id: UUID = Field(primary_key=True)
    began_at: datetime
    ended_at: datetime | None = None
    path: str = Field(default="", max_length=500)
    size: int = Field(default=0, sa_type=BigInteger)
    digest: str = Field(default="", max_length=64)
    encrypted: bool = False
    rehearsed_at: datetime | None = None
    removed_at: datetime | None = None
    error: str = Field(default="", max_length=200)
    by: str = Field(max_length=64)
