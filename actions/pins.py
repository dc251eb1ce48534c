"""PINs: how a person signs on at a counter's station, and how one is set."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from actions import throttling
from actions.audit import record
from actions.counters import sign_off, sign_on
from actions.credentials import LONGEST_PASSWORD, check_pin, digest, matches, put_credential
from actions.press import Receipt, Stamp
from actions.refusal import Refused
from actions.stations import station_sessions
from models.actor import EVERYWHERE, Actor, NotAllowed, Right
from models.sessions import (
    Lasting,
    Place,
    actor_at,
    begin_session,
    digest_of,
    end_sessions,
    open_session,
    sessions_of,
    usable,
)
from models.store import Store
from models.tables import Account, Counter, Credential, CredentialKind, Device, SessionEnd, SignInWay, Staff, new_id
from models.tries import password_name, pin_name
from standards.message import Message, message

STATION_LASTS = Lasting(idle=timedelta(minutes=15), longest=timedelta(hours=12))
TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
_TEMPORARY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class SignedOn:
    """A session at a station: its token, whether the PIN must be changed first, and why the counter was not taken."""

    token: str
    must_change: bool
    said: Message | None


def sign_on_with_pin(
    store: Store, *, station: Device, account_id: UUID, pin: str, place: Place, now: datetime
) -> SignedOn:
    """Begin a session at a station and sign on at its counter, where that is free; whoever was on is out.

    Raises Locked after five wrong PINs in a row, Refused where the PIN is not that person's.
    """
    counted = pin_name(station.branch_id, account_id)
    with store.writing() as session:
        locks = _count(session, counted, now)
        kept = session.get(Credential, (account_id, CredentialKind.PIN))
        stored, temporary = (None, False) if kept is None else (kept.digest, kept.temporary)
    right = len(pin) <= LONGEST_PASSWORD and matches(CredentialKind.PIN, stored, pin)
    with store.writing() as session:
        account = session.get(Account, account_id)
        if right and account is not None and _serves_here(session, account, station, now):
            throttling.forgive(session, counted)
            return _begin(session, station, account, place, temporary, now)
        if locks and account is not None:
            nobody = Actor("sign-in", "sign-in", (), origin=f"station {station.branch_id}/{station.id}")
            record(session, nobody, "lock_pin", [], branch_id=station.branch_id, subject=account.name, now=now)
    raise Refused("wrong_pin", message("This is not the PIN."))


def check_own_pin(store: Store, actor: Actor, pin: str, *, now: datetime) -> None:
    """Ask the PIN once more, of whoever signed on with it: for what is theirs alone. Raises as `sign_on_with_pin`."""
    account_id, hall = UUID(actor.account_id), actor.branch_id or ""
    counted = pin_name(hall, account_id)
    with store.writing() as session:
        _count(session, counted, now)
        kept = session.get(Credential, (account_id, CredentialKind.PIN))
        stored = None if kept is None else kept.digest
    if not (len(pin) <= LONGEST_PASSWORD and matches(CredentialKind.PIN, stored, pin)):
        raise Refused("wrong_pin", message("This is not the PIN."))
    with store.writing() as session:
        throttling.forgive(session, counted)


def set_own_pin(store: Store, actor: Actor, shown: str, new: str, *, now: datetime) -> None:
    """Set one's own PIN; `shown` is the password, or at a station the present PIN. Only who serves in a hall has one.

    Raises Refused with `not_shown`, `same_pin`, or what `check_pin` refuses; Locked after five wrong ones in a row.
    Passwords are counted apart from PINs, with those that are tried where one changes one's password.
    """
    if actor.staff_id is None or actor.branch_id is None:
        raise Refused("no_staff", message("Only who serves in a hall has a PIN."))
    account_id = UUID(actor.account_id)
    check_pin(new)
    kind = CredentialKind.PIN if _at_a_station(store, actor, now) else CredentialKind.PASSWORD
    by_pin = kind is CredentialKind.PIN
    counted = pin_name(actor.branch_id, account_id) if by_pin else password_name(actor.name)
    with store.writing() as session:
        if by_pin:
            _count(session, counted, now)
        else:
            throttling.count_password(session, actor.name, now=now)
        kept = session.get(Credential, (account_id, kind))
        stored = None if kept is None else kept.digest
    if not (len(shown) <= LONGEST_PASSWORD and matches(kind, stored, shown)):
        said = message("This is not the PIN.") if by_pin else message("This is not the password.")
        raise Refused("not_shown", said)
    if by_pin and shown == new:
        raise Refused("same_pin", message("Choose another PIN than the present one."))
    made = digest(CredentialKind.PIN, new)
    with store.writing() as session:
        throttling.forgive(session, counted)
        put_credential(session, account_id, CredentialKind.PIN, made, temporary=False, now=now)
        record(session, actor, "set_pin", [], subject=actor.name, now=now, branch_id=actor.branch_id or EVERYWHERE)


def reset_pin(store: Store, actor: Actor, account_id: UUID, *, now: datetime) -> str:
    """Give a person of one's hall a temporary PIN, shown this once; it must be changed at its first use."""
    with store.reading() as session:
        _managed(session, actor, account_id)
    made = _temporary()
    stored = digest(CredentialKind.PIN, made)
    with store.writing() as session:
        account = _managed(session, actor, account_id)
        throttling.forgive(session, pin_name(account.branch_id or "", account_id))
        put_credential(session, account_id, CredentialKind.PIN, stored, temporary=True, now=now)
        by_pin = [row for row in sessions_of(session, account_id) if row.way is SignInWay.PIN]
        end_sessions(session, by_pin, SessionEnd.ENDED, now=now)
        record(
            session, actor, "reset_pin", [], subject=account.name, now=now, branch_id=account.branch_id or EVERYWHERE
        )
    return made


def unlock_pin(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> None:
    """Let a person of one's hall try their PIN again."""
    account = _managed(session, actor, account_id)
    if throttling.forgive(session, pin_name(account.branch_id or "", account_id)):
        record(
            session, actor, "unlock_pin", [], subject=account.name, now=now, branch_id=account.branch_id or EVERYWHERE
        )


def _count(session: Session, counted: str, now: datetime) -> bool:
    """Count a try of a PIN, unless it is locked; whether this one locks it."""
    throttling.require_unlocked(session, (counted,), now=now)
    return throttling.count_try(session, counted, TRIES, LOCKED_FOR, now=now)


def end_at_station(session: Session, actor: Actor, *, now: datetime) -> bool:
    """Leaving the counter ends the session that a PIN began; whether it was one."""
    row = None if actor.session_id is None else open_session(session, actor.session_id, now=now)
    if row is None or row.way is not SignInWay.PIN:
        return False
    end_sessions(session, [row], SessionEnd.LEFT, now=now)
    record(session, actor, "sign_out", [], subject=actor.name, now=now, branch_id=row.branch_id or EVERYWHERE)
    return True


def leave_counter(session: Session, actor: Actor, stamp: Stamp, counter_id: int) -> Receipt:
    """Sign off at a counter 离岗; at a station the session that a PIN began ends with it, in the same transaction."""
    receipt = sign_off(session, actor, stamp, counter_id)
    end_at_station(session, actor, now=stamp.now)
    return receipt


def _begin(
    session: Session, station: Device, account: Account, place: Place, temporary: bool, now: datetime
) -> SignedOn:
    end_sessions(session, station_sessions(session, station.branch_id, station.id), SessionEnd.REPLACED, now=now)
    there = replace(place, branch_id=station.branch_id, device_id=station.id)
    token = begin_session(session, account.id, SignInWay.PIN, there, STATION_LASTS, now=now)
    actor = actor_at(session, digest_of(token), now=now)
    if actor is None:
        raise Refused("wrong_pin", message("This is not the PIN."))
    told = {"way": SignInWay.PIN.value}
    record(session, actor, "sign_in", [], subject=account.name, answer=told, now=now, branch_id=station.branch_id)
    return SignedOn(token, temporary, _take_counter(session, actor, station, now))


def _take_counter(session: Session, actor: Actor, station: Device, now: datetime) -> Message | None:
    """Sign on at the station's counter; why not, where it is taken, the hall closed, or a mentor to be named."""
    if station.counter_id is None:
        return None
    counter = session.get(Counter, (station.branch_id, station.counter_id))
    if counter is None or counter.staff_id == actor.staff_id:
        return None
    person = session.get(Staff, (station.branch_id, actor.staff_id or ""))
    if person is None or person.trainee:
        return None
    try:
        with session.begin_nested():
            stamp = Stamp(station.branch_id, f"pin:{new_id().hex}", now, counter.version)
            sign_on(session, actor, stamp, station.counter_id)
    except (Refused, NotAllowed) as refused:
        return refused.message
    return None


def _serves_here(session: Session, account: Account, station: Device, now: datetime) -> bool:
    """Only a person of the station's hall signs on there; demo accounts too, where the region is a demo."""
    return account.branch_id == station.branch_id and account.staff_id is not None and usable(session, account, now=now)


def _managed(session: Session, actor: Actor, account_id: UUID) -> Account:
    """A person of a hall where the actor may set PINs; whoever is in no hall of theirs is not told of."""
    actor.require_somewhere(Right.DEVICES)
    account = session.get(Account, account_id)
    if account is None or account.branch_id is None:
        raise Refused("unknown_account", message("There is no such account."))
    actor.require(Right.DEVICES, account.branch_id)
    if account.staff_id is None:
        raise Refused("no_staff", message("Only who serves in a hall has a PIN."))
    return account


def _at_a_station(store: Store, actor: Actor, now: datetime) -> bool:
    with store.reading() as session:
        row = None if actor.session_id is None else open_session(session, actor.session_id, now=now)
        return row is not None and row.way is SignInWay.PIN


def _temporary() -> str:
    """Six digits that pass for a PIN."""
    while True:
        made = "".join(secrets.choice("0123456789") for _ in range(_TEMPORARY_DIGITS))
        try:
            check_pin(made)
        except Refused:
            continue
        return made
