"""A region of real accounts (no demo) that can sign in: the halls of `tests.small_region`, one password for all."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select
from starlette.responses import Response

from actions.access_rules import lasting_of
from actions.credentials import digest, put_credential
from models.actor import actor_of
from models.sessions import Place, begin_session
from models.settings import DEMO
from models.store import Store
from models.tables import Account, CredentialKind, Setting, SignInWay
from tests.small_region import put_small_region
from web.cookies import SESSION, put_cookie

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


def a_session(store: Store, name: str, *, now: datetime) -> str:
    """Begin somebody's session, as if they had just signed in; the cookie that their browser got, `name=value`."""
    with store.writing() as session:
        account = account_of(session, name)
        lasting = lasting_of(session, actor_of(session, account))
        token = begin_session(session, account.id, SignInWay.PASSWORD, Place("127.0.0.1"), lasting, now=now)
    return cookie_of(token)


def cookie_of(token: str) -> str:
    """A token as the application signs it for a browser, `name=value`."""
    answer = Response()
    put_cookie(answer, {"type": "http", "headers": [], "client": ("127.0.0.1", 1), "scheme": "http"}, SESSION, token)
    return answer.headers["set-cookie"].split(";")[0]
