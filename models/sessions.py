"""Who is signed in: a session's row is looked at on every run and before every write, so that its end tells at once.

A session ends by its time, by nobody moving in it, or by somebody's hand. The browser has a random token; the row has
its SHA-256. The idle time runs from what a person does, not from what a screen refreshes by itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session, col, select

from models.access import AccountSession, SessionEnd, SignInWay
from models.actor import Actor, Grant, Right, actor_of
from models.machines import Device
from models.organisation import Account, Branch
from models.settings import demo_mode
from standards.derive import day_on
from standards.vocabulary import Role

TOKEN_BYTES = 32
_STATION = "station "
TOUCH_EVERY = timedelta(minutes=1)
"""How often a row is written while somebody works: the idle time is true to a minute."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session may stand still, and how long it may last at all."""

    idle: timedelta
    longest: timedelta


SCREEN_LASTS = Lasting(timedelta(days=90), timedelta(days=90))
"""A screen that only shows signs in once: nobody stands there to do it again every morning."""


@dataclass(frozen=True, slots=True)
class Place:
    """From where somebody signs in: their address, what their browser calls itself, and the station, if it is one."""

    address: str = ""
    browser: str = ""
    branch_id: str | None = None
    device_id: str | None = None


def begin_session(
    session: Session, account_id: UUID, way: SignInWay, place: Place, lasting: Lasting, *, now: datetime
) -> str:
    """Add a session and return its token, which stands nowhere but in the reader's cookie."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        AccountSession(
            id=digest_of(token),
            account_id=account_id,
            way=way,
            began_at=now,
            seen_at=now,
            idle_until=now + lasting.idle,
            ends_at=now + lasting.longest,
            address=place.address[:64],
            browser=place.browser[:200],
            branch_id=place.branch_id,
            device_id=place.device_id,
        )
    )
    session.flush()
    return token


def digest_of(token: str) -> str:
    """What a session is stored by."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def open_session(session: Session, session_id: str, *, now: datetime) -> AccountSession | None:
    """The session of this id (the token's digest), or None where there is none or it is over."""
    row = session.get(AccountSession, session_id, populate_existing=True)
    if row is None or row.ended_at is not None or now >= min(row.idle_until, row.ends_at):
        return None
    return row


def actor_at(session: Session, session_id: str, *, now: datetime) -> Actor | None:
    """Whoever is signed in by a session, with the rights they have now; None where nobody is any more."""
    row = open_session(session, session_id, now=now)
    if row is None:
        return None
    account = session.get(Account, row.account_id, populate_existing=True)
    if account is None or not usable(session, account, now=now) or not _in_use(session, row):
        return None
    actor = replace(actor_of(session, account), origin=origin_of(row), session_id=row.id)
    if row.ends_at - row.began_at >= SCREEN_LASTS.longest and not only_shows(actor):
        return None  # a screen's long session carries no right that was given since: whoever has more signs in anew
    return at_a_counter(actor, row.branch_id or "") if row.way is SignInWay.PIN else actor


def at_a_counter(actor: Actor, branch_id: str) -> Actor:
    """What a few digits open: the work at the counter and at the door of that hall, nothing else of what they may."""
    hall = frozenset({branch_id})
    works = ((Role.CLERK, Right.STAMP), (Role.GUIDE, Right.GUIDE))
    return replace(actor, grants=tuple(Grant(role, hall) for role, right in works if actor.may(right, branch_id)))


def only_shows(actor: Actor) -> bool:
    """Whether somebody is a screen and nothing else."""
    return actor.roles == {Role.DISPLAY}


def touch(session: Session, session_id: str, *, now: datetime) -> None:
    """Somebody did something: the idle time begins again. Written once a minute at most."""
    row = open_session(session, session_id, now=now)
    if row is not None and now - row.seen_at >= TOUCH_EVERY:
        row.idle_until, row.seen_at = now + (row.idle_until - row.seen_at), now
        session.flush()


def end_sessions(session: Session, rows: Iterable[AccountSession], why: SessionEnd, *, now: datetime) -> int:
    """End sessions that are open; how many that were."""
    ended = [row for row in rows if row.ended_at is None]
    for row in ended:
        row.ended_at, row.ended_by = now, why
    session.flush()
    return len(ended)


def sessions_of(session: Session, account_id: UUID) -> list[AccountSession]:
    """An account's sessions that nobody ended, the newest first; some may be over by their time."""
    asked = select(AccountSession).where(
        AccountSession.account_id == account_id, col(AccountSession.ended_at).is_(None)
    )
    return list(session.exec(asked.order_by(col(AccountSession.began_at).desc())))


def usable(session: Session, account: Account, *, now: datetime) -> bool:
    """Whether anybody may get in by an account: not closed, not past the leaving date, no demo account elsewhere."""
    left = account.leaving_on is not None and account.leaving_on < _today(session, account, now)
    return account.active and account.erased_at is None and not left and (not account.demo or demo_mode(session))


def at_station(actor: Actor) -> bool:
    """Whether the actor signed on at a counter's station with a PIN."""
    return actor.session_id is not None and actor.origin.startswith(_STATION)


def origin_of(row: AccountSession) -> str:
    """What the trail calls the place of a session."""
    station = f"{_STATION}{row.branch_id}/{row.device_id}" if row.device_id is not None else ""
    return " ".join(part for part in (station, row.address) if part)


def _today(session: Session, account: Account, now: datetime) -> date:
    """The local day where the account belongs; of one above the halls, the day of the first hall."""
    hall = session.get(Branch, account.branch_id) if account.branch_id is not None else None
    hall = hall or session.exec(select(Branch).order_by(col(Branch.id)).limit(1)).first()
    return now.date() if hall is None else day_on(now, hall.zone_info)


def _in_use(session: Session, row: AccountSession) -> bool:
    """A session at a station ends with the station."""
    if row.branch_id is None or row.device_id is None:
        return True
    device = session.get(Device, (row.branch_id, row.device_id))
    return device is not None and device.active
