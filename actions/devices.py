"""The machines of a hall: added with a token of their own, renewed, retired, told apart by what they say."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from actions.audit import Images, images, record
from actions.hall import branch_of
from actions.machine_events import tell_anew
from actions.refusal import Refused
from actions.setup import a_code, a_name
from models.actor import Actor, Right
from models.machines import MACHINES
from models.tables import BusinessType, Counter, Device
from standards.message import message
from standards.vocabulary import DeviceKind

TOKEN_BYTES = 32
LONGEST_FOLDER = 255
LONGEST_WORD, MOST_WORDS = 80, 200


def add_device(
    session: Session,
    actor: Actor,
    branch_id: str,
    code: str,
    *,
    kind: DeviceKind,
    name: str = "",
    counter_id: int | None = None,
    now: datetime,
) -> str:
    """Add a machine to a hall and return its token, which is shown this once: only its digest is stored."""
    actor.require(Right.SET_UP, branch_id)
    if kind not in MACHINES:
        raise Refused("kind", message("Stations and screens are added on their own page."))
    token = new_token()
    device = put_device(
        session, branch_id, code, kind=kind, name=name, counter_id=counter_id, digest=digest_of(token), now=now
    )
    _record(session, actor, "add_device", device, now=now)
    return token


def put_device(
    session: Session,
    branch_id: str,
    code: str,
    *,
    kind: DeviceKind,
    name: str,
    counter_id: int | None,
    digest: str,
    now: datetime,
) -> Device:
    """A new device of a hall; who may add one, its caller has checked."""
    branch_of(session, branch_id)
    a_code(code)
    if session.get(Device, (branch_id, code)) is not None:
        raise Refused("known_device", message("There is a device {code} in this hall already.", code=code))
    if counter_id is not None and session.get(Counter, (branch_id, counter_id)) is None:
        raise Refused("unknown_counter", message("There is no counter {counter} in this hall.", counter=counter_id))
    device = Device(
        branch_id=branch_id,
        id=code,
        kind=kind,
        name=a_name(name or code),
        token_digest=digest,
        counter_id=counter_id,
        added_at=now,
    )
    session.add(device)
    session.flush()
    return device


def renew_token(session: Session, actor: Actor, branch_id: str, code: str, *, now: datetime) -> str:
    """Give a machine a new token and return it this once; the old one opens nothing any more."""
    device, before = _of_hall(session, actor, branch_id, code)
    token = new_token()
    device.token_digest = digest_of(token)
    _record(session, actor, "renew_token", device, before, now=now)
    return token


def set_in_use(session: Session, actor: Actor, branch_id: str, code: str, in_use: bool, *, now: datetime) -> None:
    """Retire a machine, or put it to use again; what it sent stays."""
    device, before = _of_hall(session, actor, branch_id, code)
    device.active = in_use
    _record(session, actor, "resume_device" if in_use else "retire_device", device, before, now=now)


def set_businesses(
    session: Session, actor: Actor, branch_id: str, code: str, businesses: Mapping[str, str], *, now: datetime
) -> None:
    """Say which of our business types each of the machine's own names means; tickets that it gave are told anew."""
    device, before = _of_hall(session, actor, branch_id, code)
    if len(businesses) > MOST_WORDS or any(not 0 < len(name) <= LONGEST_WORD for name in businesses):
        raise Refused("names", message("A machine has at most {most} names of at most 80 characters.", most=MOST_WORDS))
    known = set(session.exec(select(BusinessType.id)))
    for business in businesses.values():
        if business not in known:
            raise Refused("unknown_business", message("There is no business type {code}.", code=business))
    device.businesses = dict(businesses)
    _record(session, actor, "set_device_businesses", device, before, now=now)
    tell_anew(session, branch_id, code, now=now)


def set_folder(
    session: Session, actor: Actor, branch_id: str, code: str, folder: str | None, mapping: str | None, *, now: datetime
) -> None:
    """Say where a machine that only writes files leaves them, and how they are read; None for one that sends."""
    device, before = _of_hall(session, actor, branch_id, code)
    if folder is not None and not 0 < len(folder) <= LONGEST_FOLDER:
        raise Refused("folder", message("A folder's name has at most {most} characters.", most=LONGEST_FOLDER))
    device.folder, device.mapping = folder, mapping
    _record(session, actor, "set_device_folder", device, before, now=now)


def new_token() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What is stored of a token: its SHA-256, enough for a secret that is long and random."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def device_of(session: Session, token: str, branch_id: str | None = None) -> Device | None:
    """The machine in use whose token this is (in one hall, where it is named), or None; a station's opens nothing."""
    digest = digest_of(token)
    asked = select(Device).where(Device.token_digest == digest, Device.active, col(Device.kind).in_(MACHINES))
    if branch_id is not None:
        asked = asked.where(Device.branch_id == branch_id)
    # The digest is looked up, which tells nothing of the token; the comparison takes the same time for all.
    return next((one for one in session.exec(asked) if hmac.compare_digest(one.token_digest, digest)), None)


def _of_hall(session: Session, actor: Actor, branch_id: str, code: str) -> tuple[Device, Images]:
    actor.require(Right.SET_UP, branch_id)
    device = session.get(Device, (branch_id, code))
    if device is None or device.kind not in MACHINES:
        raise Refused("unknown_device", message("There is no device {code} in this hall.", code=code))
    return device, images([device])


def _record(
    session: Session, actor: Actor, action: str, device: Device, before: Images | None = None, *, now: datetime
) -> None:
    session.flush()
    record(session, actor, action, [device], now=now, branch_id=device.branch_id, subject=device.id, before=before)
