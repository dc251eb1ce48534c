"""Signing in by name and password: a try is counted, the digest compared outside any transaction, a session begun.

An unknown name, a wrong password and a closed account are told in the same words, after the same work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, select

from actions import throttling
from actions.access_rules import lasting_of
from actions.audit import record
from actions.credentials import LONGEST_PASSWORD, matches
from actions.refusal import Refused
from models.access_rules import ACCOUNT_FAILURES, ADDRESS_FAILURES, LOCK_MINUTES, rule_value
from models.actor import EVERYWHERE, Actor, actor_of
from models.sessions import Lasting, Place, begin_session, usable
from models.store import Store
from models.tables import Account, Credential, CredentialKind, SignInWay, Throttle
from models.tries import account_name, address_name
from standards.message import message

NOBODY_YET = "sign-in"
"""Who stands in the trail where somebody has not shown who they are."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun: the token for the cookie, and whether the password must be changed first."""

    token: str
    account_id: UUID
    must_change: bool
    lasting: Lasting


@dataclass(frozen=True, slots=True)
class _Tried:
    """What is known before the digest is compared."""

    account_id: UUID | None
    digest: str | None
    locks_account: bool
    locks_address: bool


def sign_in(store: Store, *, name: str, password: str, place: Place, here: bool, now: datetime) -> SignedIn:
    """Begin a session; `here` says whether the browser is this machine's own, where alone demo accounts get in.

    Raises Locked after too many tries, Refused where name and password are not somebody's.
    """
    counted = (account_name(name), address_name(place.address))
    with store.writing() as session:
        tried = _count(session, name, counted, now)
    right = len(password) <= LONGEST_PASSWORD and matches(CredentialKind.PASSWORD, tried.digest, password)
    with store.writing() as session:
        account = None if tried.account_id is None else session.get(Account, tried.account_id)
        if right and account is not None and usable(session, account, now=now) and (here or not account.demo):
            throttling.forgive(session, counted[0])
            throttling.take_back(session, counted[1], rule_value(session, ADDRESS_FAILURES))
            return _begin(session, account, place, now)
        _tell_of_locks(session, account, tried, place, now)
    raise Refused("not_signed_in", message("Name and password do not match."))


def locked_until(session: Session, name: str, *, now: datetime) -> datetime | None:
    """When a locked account may try again; None where it is not locked."""
    kept = session.get(Throttle, account_name(name))
    until = None if kept is None else kept.locked_until
    return until if until is not None and until > now else None


def _count(session: Session, name: str, counted: tuple[str, str], now: datetime) -> _Tried:
    throttling.require_unlocked(session, counted, now=now)
    throttling.forget_old(session, now=now)
    first = timedelta(minutes=rule_value(session, LOCK_MINUTES))
    by_name, by_address = rule_value(session, ACCOUNT_FAILURES), rule_value(session, ADDRESS_FAILURES)
    locks_account = throttling.count_try(session, counted[0], by_name, first, now=now)
    locks_address = throttling.count_in_an_hour(session, counted[1], by_address, now=now)
    account_id = session.exec(select(Account.id).where(Account.name == name)).first()
    kept = None if account_id is None else session.get(Credential, (account_id, CredentialKind.PASSWORD))
    return _Tried(account_id, None if kept is None else kept.digest, locks_account, locks_address)


def _begin(session: Session, account: Account, place: Place, now: datetime) -> SignedIn:
    kept = session.get_one(Credential, (account.id, CredentialKind.PASSWORD))
    actor = replace(actor_of(session, account), origin=place.address)
    lasting = lasting_of(session, actor)
    token = begin_session(session, account.id, SignInWay.PASSWORD, place, lasting, now=now)
    told = {"way": SignInWay.PASSWORD.value}
    hall = account.branch_id or EVERYWHERE
    record(session, actor, "sign_in", [], branch_id=hall, subject=account.name, answer=told, now=now)
    return SignedIn(token, account.id, kept.temporary, lasting)


def _tell_of_locks(session: Session, account: Account | None, tried: _Tried, place: Place, now: datetime) -> None:
    """A lock-out stands in the trail; what failed before it, and every unknown name, is counted alone."""
    nobody = Actor(NOBODY_YET, NOBODY_YET, (), origin=place.address)
    if tried.locks_account and account is not None:
        hall = account.branch_id or EVERYWHERE
        record(session, nobody, "lock_account", [], branch_id=hall, subject=account.name, now=now)
    if tried.locks_address:
        record(session, nobody, "lock_address", [], subject=address_name(place.address), now=now)
