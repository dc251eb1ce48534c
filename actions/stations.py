"""Counters' stations and screens: browsers of a hall that are known as devices, paired once by a code.

A station is nobody: by itself it opens only the page where a person shows their PIN. A screen shows calls and asks
for ratings in its hall, and nothing else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from actions import throttling
from actions.audit import images, record
from actions.devices import digest_of, new_token, put_device
from actions.refusal import Refused
from models.actor import Actor, Grant, Right
from models.machines import STATIONS
from models.sessions import end_sessions
from models.store import Store
from models.tables import AccountSession, Device, SessionEnd
from models.tries import address_name
from standards.message import message
from standards.vocabulary import DeviceKind, Role

CODE_LASTS = timedelta(minutes=15)
CODE_LENGTH = 8
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is read as another
_MOST_TRIES = 20
SEEN_EVERY = timedelta(minutes=1)
NO_BROWSER = ""
"""The digest of a device that no browser is paired with: no token has it."""
SCREEN = "screen "
"""What stands before a screen's digest where a session's id stands for a person."""


@dataclass(frozen=True, slots=True)
class Paired:
    """A station or screen and the token for its cookie, which is stored nowhere."""

    branch_id: str
    code: str
    kind: DeviceKind
    token: str


def add_station(
    session: Session,
    actor: Actor,
    branch_id: str,
    code: str,
    *,
    kind: DeviceKind,
    name: str = "",
    counter_id: int | None = None,
    now: datetime,
) -> None:
    """Add a station (with its counter, where it stands at one) or a screen to a hall; it is paired afterwards."""
    actor.require(Right.DEVICES, branch_id)
    if kind not in STATIONS:
        raise Refused("kind", message("This is for stations and screens alone."))
    row = put_device(session, branch_id, code, kind=kind, name=name, counter_id=counter_id, digest=NO_BROWSER, now=now)
    record(session, actor, "add_station", [row], branch_id=branch_id, subject=code, now=now)


def begin_pairing(session: Session, actor: Actor, branch_id: str, code: str, *, now: datetime) -> str:
    """A one-time code to be typed in the browser of a station or screen within fifteen minutes; shown this once."""
    row = _of_hall(session, actor, branch_id, code)
    made = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))
    row.pairing_digest, row.pairing_until = digest_of(made), now + CODE_LASTS
    session.flush()
    record(session, actor, "begin_pairing", [], branch_id=branch_id, subject=code, now=now)
    return made


def retire_station(session: Session, actor: Actor, branch_id: str, code: str, *, now: datetime) -> None:
    """Its cookie opens nothing any more, and whoever is signed in there is out; what was done there stays."""
    row = _of_hall(session, actor, branch_id, code)
    before = images([row])
    row.active, row.pairing_digest, row.pairing_until = False, None, None
    _let_go(session, row, now)
    session.flush()
    record(session, actor, "retire_station", [row], branch_id=branch_id, subject=code, before=before, now=now)


def put_to_use(session: Session, actor: Actor, branch_id: str, code: str, *, now: datetime) -> None:
    """A retired one may be paired again."""
    row = _of_hall(session, actor, branch_id, code)
    before = images([row])
    row.active = True
    session.flush()
    record(session, actor, "resume_station", [row], branch_id=branch_id, subject=code, before=before, now=now)


def pair(store: Store, typed: str, *, address: str, now: datetime) -> Paired:
    """Pair the browser that shows a code: the one that was paired before is no longer.

    Raises Locked after too many tries from an address, Refused where the code is no one's or too old.
    """
    counted = f"pairing {address_name(address)}"
    code = "".join(typed.split()).replace("-", "").upper()
    with store.writing() as session:
        throttling.require_unlocked(session, (counted,), now=now)
        throttling.count_in_an_hour(session, counted, _MOST_TRIES, now=now)
    with store.writing() as session:
        asked = select(Device).where(Device.pairing_digest == digest_of(code), Device.active)
        row = session.exec(asked.with_for_update()).first()
        if row is None or row.pairing_until is None or row.pairing_until <= now or row.kind not in STATIONS:
            raise Refused(
                "pairing", message("This code is not known, or older than fifteen minutes: ask for a new one.")
            )
        throttling.forgive(session, counted)
        token = new_token()
        _let_go(session, row, now)
        row.token_digest, row.pairing_digest, row.pairing_until, row.last_seen_at = digest_of(token), None, None, now
        session.flush()
        who = Actor(f"device:{row.id}", f"device:{row.id}", (), row.branch_id, origin=address)
        record(session, who, "pair_station", [], branch_id=row.branch_id, subject=row.id, now=now)
        return Paired(row.branch_id, row.id, row.kind, token)


def paired(session: Session, token: str) -> Device | None:
    """The station or screen in use whose token this is, or None."""
    return paired_by(session, digest_of(token))


def paired_by(session: Session, digest: str) -> Device | None:
    """The same by the SHA-256 of the token."""
    if digest == NO_BROWSER:
        return None
    asked = select(Device).where(Device.token_digest == digest, Device.active, col(Device.kind).in_(STATIONS))
    return session.exec(asked.execution_options(populate_existing=True)).first()


def screen_by(session: Session, session_id: str) -> Device | None:
    """The screen that an actor of `screen_actor` stands for, as long as its browser is paired."""
    device = paired_by(session, session_id.removeprefix(SCREEN))
    return device if device is not None and device.kind is DeviceKind.SCREEN else None


def screen_actor(device: Device) -> Actor:
    """A screen: it shows calls and asks for ratings in its hall, and nothing else."""
    name = f"device:{device.id}"
    grants = (Grant(Role.DISPLAY, frozenset({device.branch_id})),)
    origin = f"screen {device.branch_id}/{device.id}"
    return Actor(name, name, grants, device.branch_id, origin=origin, session_id=SCREEN + device.token_digest)


def note_seen(session: Session, device: Device, *, now: datetime) -> None:
    """When a station or screen was last there: true to a minute."""
    if seen_long_ago(device, now):
        device.last_seen_at = now
        session.flush()


def seen_long_ago(device: Device, now: datetime) -> bool:
    """Whether `note_seen` would write."""
    return device.last_seen_at is None or now - device.last_seen_at >= SEEN_EVERY


def _of_hall(session: Session, actor: Actor, branch_id: str, code: str) -> Device:
    actor.require(Right.DEVICES, branch_id)
    row = session.get(Device, (branch_id, code))
    if row is None or row.kind not in STATIONS:
        raise Refused("unknown_device", message("There is no device {code} in this hall.", code=code))
    return row


def _let_go(session: Session, row: Device, now: datetime) -> None:
    """The browser that has the token now is a stranger, and its session is over."""
    row.token_digest = NO_BROWSER
    end_sessions(session, station_sessions(session, row.branch_id, row.id), SessionEnd.ENDED, now=now)


def station_sessions(session: Session, branch_id: str, code: str) -> list[AccountSession]:
    """The sessions at a station that nobody ended."""
    where = (AccountSession.branch_id == branch_id, AccountSession.device_id == code)
    return list(session.exec(select(AccountSession).where(*where, col(AccountSession.ended_at).is_(None))))
