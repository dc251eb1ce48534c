"""Signing in by the company's own sign-in: there it was shown who somebody is, here their account is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, select

from actions import throttling
from actions.access_rules import lasting_of
from actions.audit import record
from actions.refusal import Refused
from actions.sign_in import NOBODY_YET, SignedIn
from models.access_rules import ADDRESS_FAILURES, rule_value
from models.actor import EVERYWHERE, Actor, actor_of
from models.sessions import Place, begin_session, usable
from models.store import Store
from models.tables import Account, SignInWay
from models.tries import address_name
from standards.message import Message, message


def sign_in_by_company(store: Store, *, external_name: str, place: Place, here: bool, now: datetime) -> SignedIn:
    """Begin a session of the account that the company's sign-in calls `external_name`, letter for letter.

    `here` as for `actions.sign_in.sign_in`. Raises Refused (`unknown_external`, `closed_account`) where nobody gets in
    by that name: it is counted against the address as a wrong password is, Locked after too many.
    """
    by_address = address_name(place.address)
    with store.writing() as session:
        locks = _count(session, by_address, now)
    with store.writing() as session:
        account = _account_of(session, external_name)
        if account is not None and usable(session, account, now=now) and (here or not account.demo):
            throttling.take_back(session, by_address, rule_value(session, ADDRESS_FAILURES))
            return _begin(session, account, place, now)
        if locks:
            nobody = Actor(NOBODY_YET, NOBODY_YET, (), origin=place.address)
            record(session, nobody, "lock_address", [], subject=by_address, now=now)
    # The name was proved to be theirs, so that they may be told what became of it.
    reason = "unknown_external" if account is None else "closed_account"
    raise Refused(reason, _nobody_called(external_name) if account is None else _closed())


def _count(session: Session, by_address: str, now: datetime) -> bool:
    throttling.require_unlocked(session, (by_address,), now=now)
    throttling.forget_old(session, now=now)
    return throttling.count_in_an_hour(session, by_address, rule_value(session, ADDRESS_FAILURES), now=now)


def _account_of(session: Session, external_name: str) -> Account | None:
    return session.exec(select(Account).where(Account.external_name == external_name)).first()


def _begin(session: Session, account: Account, place: Place, now: datetime) -> SignedIn:
    """A temporary password is none of the company's sign-in, which asks for its own."""
    actor = replace(actor_of(session, account), origin=place.address)
    lasting = lasting_of(session, actor)
    token = begin_session(session, account.id, SignInWay.OIDC, place, lasting, now=now)
    hall, told = account.branch_id or EVERYWHERE, {"way": SignInWay.OIDC.value}
    record(session, actor, "sign_in", [], branch_id=hall, subject=account.name, answer=told, now=now)
    return SignedIn(token, account.id, must_change=False, lasting=lasting)


def _nobody_called(name: str) -> Message:
    return message(
        "The company knows you as {name}, but no account here has that name. Your administrator can enter it.",
        name=name,
    )


def _closed() -> Message:
    return message("Your account here is closed. Ask your administrator.")
