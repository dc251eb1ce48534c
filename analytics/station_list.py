"""The stations and screens of a hall, and its people with their PINs, for whoever pairs and sets them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from models.actor import Actor, Right, actor_of
from models.machines import STATIONS
from models.sessions import at_a_counter, open_session, usable
from models.tables import Account, AccountSession, Credential, CredentialKind, Device, Throttle
from models.tries import pin_name
from standards.vocabulary import DeviceKind, Role

Called = tuple[str, str]
"""A person's name in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Station:
    """A station or screen; `paired` says that a browser has its cookie, `code_until` that a code waits to be typed.

    `who` is signed in there now, `last_seen_at` when anybody or the screen itself was last there.
    """

    id: str
    kind: DeviceKind
    name: str
    counter_id: int | None
    active: bool
    paired: bool
    code_until: datetime | None
    last_seen_at: datetime | None
    who: Called | None


@dataclass(frozen=True, slots=True)
class PinHolder:
    """Somebody of the hall with a staff number, with or without a PIN; `locked_until` after wrong ones.

    `serves`: a PIN would open something, the work at the counters or at the door.
    """

    account_id: UUID
    staff_id: str
    called: Called
    has_pin: bool
    temporary: bool
    set_at: datetime | None
    locked_until: datetime | None
    roles: tuple[Role, ...]
    serves: bool


def stations(session: Session, actor: Actor, branch_id: str, *, now: datetime) -> tuple[Station, ...]:
    """The stations and screens of a hall, those in use first, by code."""
    actor.require(Right.DEVICES, branch_id)
    rows = session.exec(select(Device).where(Device.branch_id == branch_id, col(Device.kind).in_(STATIONS)))
    found = (_station(session, row, now) for row in rows)
    return tuple(sorted(found, key=lambda station: (not station.active, station.kind.value, station.id)))


def pin_holders(session: Session, actor: Actor, branch_id: str, *, now: datetime) -> tuple[PinHolder, ...]:
    """The people of a hall with a staff number, by number: those alone whose accounts are open."""
    actor.require(Right.DEVICES, branch_id)
    serving = (Account.branch_id == branch_id, col(Account.staff_id).is_not(None))
    rows = [row for row in session.exec(select(Account).where(*serving)) if usable(session, row, now=now)]
    ids = [row.id for row in rows]
    of_pins = (Credential.kind == CredentialKind.PIN, col(Credential.account_id).in_(ids))
    pins = {row.account_id: row for row in session.exec(select(Credential).where(*of_pins))}
    locks = _locks(session, branch_id, ids, now)
    actors = {row.id: actor_of(session, row) for row in rows}
    return tuple(
        PinHolder(
            account_id=row.id,
            staff_id=row.staff_id or "",
            called=_called(row),
            has_pin=row.id in pins,
            temporary=row.id in pins and pins[row.id].temporary,
            set_at=pins[row.id].set_at if row.id in pins else None,
            locked_until=locks.get(row.id),
            roles=tuple(dict.fromkeys(one.role for one in actors[row.id].grants)),
            serves=bool(at_a_counter(actors[row.id], branch_id).grants),
        )
        for row in sorted(rows, key=lambda row: (row.staff_id or "", row.name))
    )


def _station(session: Session, row: Device, now: datetime) -> Station:
    waiting = row.pairing_until if row.pairing_until is not None and row.pairing_until > now else None
    return Station(
        id=row.id,
        kind=row.kind,
        name=row.name,
        counter_id=row.counter_id,
        active=row.active,
        paired=bool(row.token_digest) and row.active,
        code_until=waiting,
        last_seen_at=_last_seen(session, row),
        who=_who(session, row, now),
    )


def _at(row: Device) -> tuple[bool, bool]:
    return (AccountSession.branch_id == row.branch_id, AccountSession.device_id == row.id)


def _last_seen(session: Session, row: Device) -> datetime | None:
    by_person = session.exec(select(func.max(AccountSession.seen_at)).where(*_at(row))).one()
    return max((at for at in (row.last_seen_at, by_person) if at is not None), default=None)


def _who(session: Session, row: Device, now: datetime) -> Called | None:
    asked = select(AccountSession).where(*_at(row), col(AccountSession.ended_at).is_(None))
    for one in session.exec(asked.order_by(col(AccountSession.began_at).desc())):
        if open_session(session, one.id, now=now) is not None:
            return _called(session.get_one(Account, one.account_id))
    return None


def _called(row: Account) -> Called:
    name = row.display_name or row.name
    return name, row.display_name_en or name


def _locks(session: Session, branch_id: str, ids: list[UUID], now: datetime) -> dict[UUID, datetime]:
    """Until when each may not try; their wrong PINs are counted by hall and account."""
    names = {pin_name(branch_id, account_id): account_id for account_id in ids}
    rows = session.exec(select(Throttle).where(col(Throttle.name).in_(list(names))))
    return {
        names[row.name]: row.locked_until for row in rows if row.locked_until is not None and row.locked_until > now
    }
