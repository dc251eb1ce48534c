"""What was tried in vain: counted by account and by address, each in a transaction of its own, and locked after some.

A try counts as a failure until it turns out right, so that a hundred tries at once are no more than five.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, or_, select

from actions.refusal import Refused
from models.access_rules import ACCOUNT_FAILURES, LOCK_MINUTES, rule_value
from models.base import table_of
from models.tables import Throttle
from models.tries import account_name, password_name
from standards.message import message

LONGEST_LOCK = timedelta(days=1)
_FORGOTTEN_AFTER = timedelta(days=2)
_THROTTLES = table_of(Throttle)
_UNLESS_THERE: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Locked(Refused):
    """Too many tries; `until` says when the next one counts again."""

    def __init__(self, until: datetime, *, now: datetime) -> None:
        said = message("Too many tries. You can try again in {minutes} min.", minutes=_minutes(until - now))
        super().__init__("locked", said)
        self.until = until


def require_unlocked(session: Session, names: tuple[str, ...], *, now: datetime) -> None:
    """Raise Locked where one of these is locked, until the last of the locks.

    Nobody else counts under these names until the transaction ends, however many try at once.
    """
    rows = [_row(session, name, now) for name in names]
    ends = [row.locked_until for row in rows if row.locked_until is not None]
    if ends and max(ends) > now:
        raise Locked(max(ends), now=now)


def count_try(session: Session, name: str, most: int, first: timedelta, *, now: datetime) -> bool:
    """Count a try; after every `most` of them it is locked, first for `first`, then for twice as long, up to a day.

    True where this try locked it.
    """
    row = _row(session, name, now)
    row.failures, row.last_at = row.failures + 1, now
    if row.failures % most:
        return False
    row.locked_until = now + lock_after(row.failures // most, first)
    return True


def count_password(session: Session, name: str, *, now: datetime) -> None:
    """Count a guess at the password of the account that is signed in; raises Locked after as many as at signing in."""
    counted = password_name(name)
    require_unlocked(session, (counted,), now=now)
    first = timedelta(minutes=rule_value(session, LOCK_MINUTES))
    count_try(session, counted, rule_value(session, ACCOUNT_FAILURES), first, now=now)


def count_in_an_hour(session: Session, name: str, most: int, *, now: datetime) -> bool:
    """Count a try of the hour since the first; at the most of them it is locked to the hour's end."""
    row = _row(session, name, now)
    if now - row.first_at >= timedelta(hours=1):
        row.failures, row.first_at, row.locked_until = 0, now, None
    row.failures, row.last_at = row.failures + 1, now
    if row.failures < most or row.locked_until is not None:
        return False
    row.locked_until = row.first_at + timedelta(hours=1)
    return True


def lock_after(times: int, first: timedelta) -> timedelta:
    """How long the n-th lock lasts."""
    return min(LONGEST_LOCK, first * (1 << min(times - 1, 20)))


def take_back(session: Session, name: str, most: int) -> None:
    """The last try was right after all: it does not count against its address, and does not lock it."""
    row = session.get(Throttle, name, with_for_update=True)
    if row is not None and row.failures > 0:
        row.failures -= 1
        row.locked_until = row.locked_until if row.failures >= most else None


def forgive(session: Session, name: str) -> bool:
    """Nothing was tried in vain any more; whether there was anything."""
    row = session.get(Throttle, name, with_for_update=True)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def forgive_account(session: Session, name: str) -> bool:
    """Neither at signing in nor since was this account's password guessed in vain any more; whether it had been."""
    forgiven = [forgive(session, counted) for counted in (account_name(name), password_name(name))]
    return any(forgiven)


def forget_old(session: Session, *, now: datetime) -> None:
    """What was last tried two days ago and is locked no more."""
    unlocked = or_(col(Throttle.locked_until).is_(None), col(Throttle.locked_until) < now)
    old = select(Throttle.name).where(col(Throttle.last_at) < now - _FORGOTTEN_AFTER, unlocked)
    # What another try is being counted under is left to it: the two would wait for each other.
    names = session.exec(old.with_for_update(skip_locked=True)).all()
    session.exec(delete(Throttle).where(col(Throttle.name).in_(names)))


def _row(session: Session, name: str, now: datetime) -> Throttle:
    """The row, alone in this transaction; two first tries at once make one."""
    connection = session.connection()
    put = _UNLESS_THERE[connection.dialect.name](_THROTTLES).on_conflict_do_nothing()
    connection.execute(put, {"name": name, "failures": 0, "first_at": now, "last_at": now})
    session.flush()
    return session.get_one(Throttle, name, with_for_update=True, populate_existing=True)


def _minutes(left: timedelta) -> int:
    """Rounded up, so that the next try is not told to wait again."""
    return -(-left // timedelta(minutes=1))
