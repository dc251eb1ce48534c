"""A hall with people who have PINs and a station that is paired, for tests of stations, PINs and own pages."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from uuid import UUID

from sqlmodel import Session, select

from actions.credentials import digest, put_credential
from actions.pins import SignedOn, sign_on_with_pin
from actions.stations import add_station, begin_pairing, pair
from models.actor import Actor, machine_actor
from models.sessions import Place, actor_at, digest_of
from models.store import Store
from models.tables import Account, CredentialKind, Device, RoleGrant
from standards.vocabulary import DeviceKind, Role
from tests.desks import HALL, MORNING

MACHINE = machine_actor("test")
PIN, OTHER_PIN = "2580", "739146"


@cache
def pin_digest(pin: str) -> str:
    """Slow on purpose, so made once."""
    return digest(CredentialKind.PIN, pin)


def a_person(
    session: Session, name: str, staff_id: str | None, *roles: Role, pin: str | None = PIN, hall: str = HALL
) -> UUID:
    """An account of the hall with roles there, and a PIN of its own."""
    account = Account(name=name, display_name=name, branch_id=hall, staff_id=staff_id)
    session.add(account)
    session.flush()
    session.add_all(RoleGrant(account_id=account.id, role=role, scope=hall) for role in roles)
    if pin is not None:
        put_credential(session, account.id, CredentialKind.PIN, pin_digest(pin), temporary=False, now=MORNING)
    session.flush()
    return account.id


def account_named(session: Session, name: str) -> Account:
    return session.exec(select(Account).where(Account.name == name)).one()


def a_paired(
    store: Store,
    code: str,
    kind: DeviceKind,
    *,
    counter_id: int | None = None,
    hall: str = HALL,
    now: datetime = MORNING,
) -> str:
    """A station or screen that a browser is paired with; the token of its cookie."""
    with store.writing() as session:
        add_station(session, MACHINE, hall, code, kind=kind, counter_id=counter_id, now=now)
        typed = begin_pairing(session, MACHINE, hall, code, now=now)
    return pair(store, typed, address="10.1.1.1", now=now).token


def the_device(store: Store, code: str, hall: str = HALL) -> Device:
    with store.reading() as session:
        row = session.get_one(Device, (hall, code))
        session.expunge(row)
        return row


def sign_on_at(store: Store, code: str, account_id: UUID, pin: str = PIN, *, now: datetime = MORNING) -> SignedOn:
    station, place = the_device(store, code), Place("10.1.1.1", "a browser")
    return sign_on_with_pin(store, station=station, account_id=account_id, pin=pin, place=place, now=now)


def whoever(store: Store, token: str, *, now: datetime = MORNING) -> Actor | None:
    """Whoever is signed in by a session's token."""
    with store.reading() as session:
        return actor_at(session, digest_of(token), now=now)
