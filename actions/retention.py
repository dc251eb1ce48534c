"""Letting go what has been kept for its time, a little at a time, and changing how long that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from actions import throttling
from actions.audit import images, record, write_event
from actions.erasing import erase_account
from actions.refusal import Refused
from models.actor import Actor, Right
from models.audit_chain import drop_lines_let_go
from models.backup_schedule import zone_of
from models.base import table_of
from models.overdue import GOES_FROM_EVENTS, overdue
from models.retention import LEAST_DAYS, MOST_DAYS, Kept, before_of, setting_name
from models.settings import put_setting
from models.tables import (
    Account,
    AccountSession,
    AuditEvent,
    AuditHead,
    DeviceEvent,
    HelpCall,
    ImportReject,
    Setting,
    ShiftChange,
)
from standards.message import message
from standards.vocabulary import EventState

AT_A_TIME = 500
NIGHT = "retention_night"
"""The setting that says for which night the work was taken on, so that of several processes one does it."""
FROM_HOUR = 2
_UNLESS_THERE: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def set_period(session: Session, actor: Actor, kept: Kept, days: int, *, now: datetime) -> None:
    """Say for how many days something is kept; Refused below the least. What is older goes in the next night."""
    actor.require(Right.OPERATE)
    if not LEAST_DAYS[kept] <= days <= MOST_DAYS:
        said = message("Between {fewest} and {most}.", fewest=LEAST_DAYS[kept], most=MOST_DAYS)
        raise Refused("setting_range", said)
    name = setting_name(kept)
    row = session.get(Setting, name)
    before = images([] if row is None else [row])
    put_setting(session, name, str(days))
    session.flush()
    record(session, actor, "set_period", [session.get_one(Setting, name)], subject=name, before=before, now=now)


def take_on_night(session: Session, actor: Actor, *, now: datetime) -> bool:
    """Whether it is night (from two o'clock, local time) and nobody has taken on this night's work; then it is ours."""
    actor.require(Right.OPERATE)
    local = now.astimezone(zone_of(session))
    if local.hour < FROM_HOUR:
        return False
    connection, settings = session.connection(), table_of(Setting)
    put = _UNLESS_THERE[connection.dialect.name](settings).on_conflict_do_nothing()
    connection.execute(put, {"name": NIGHT, "value": ""})
    mine = (settings.c.name == NIGHT, settings.c.value < local.date().isoformat())
    return connection.execute(update(settings).where(*mine).values(value=local.date().isoformat())).rowcount == 1


def let_go(session: Session, actor: Actor, branch_id: str, kept: Kept, *, now: datetime, most: int = AT_A_TIME) -> int:
    """Let go at most so many rows of a kind whose time is over, in a hall or (`*`) where it belongs to none; how many.

    It is over once that is none.
    """
    actor.require(Right.OPERATE)
    before = before_of(session, kept, now=now)
    done = _LET_GO[kept](session, actor, branch_id, before, now, most)
    session.flush()
    return done


def forget_tries(session: Session, actor: Actor, *, now: datetime) -> None:
    """Forget what was tried in vain two days ago and more."""
    actor.require(Right.OPERATE)
    throttling.forget_old(session, now=now)


def note_let_go(session: Session, actor: Actor, branch_id: str, kept: Kept, rows: int, *, now: datetime) -> None:
    """One line of the trail for what a night let go of a kind in a hall."""
    actor.require(Right.OPERATE)
    before = before_of(session, kept, now=now).isoformat(timespec="seconds")
    told = {"rows": rows, "before": before}
    write_event(session, actor, "retain", now=now, branch_id=branch_id, subject=kept.value, after={"retain": told})


def _audit(session: Session, _actor: Actor, branch_id: str, before: datetime, _now: datetime, most: int) -> int:
    """The oldest lines of a chain; its head keeps where it begins now, and the hash that this is linked to."""
    asked = overdue(Kept.AUDIT, branch_id, before).subquery()
    connection, events, heads = session.connection(), table_of(AuditEvent).c, table_of(AuditHead)
    ends = select(asked.c.chain, func.min(asked.c.line), func.max(asked.c.line)).group_by(asked.c.chain)
    for chain, first, last in connection.execute(ends).all():
        until = min(last, first + most - 1)
        of_chain = (heads.c.branch_id == branch_id, heads.c.chain == chain)
        connection.execute(select(heads.c.line).where(*of_chain).with_for_update()).one()
        of_line = and_(events.branch_id == branch_id, events.chain == chain, events.line == until)
        hashed = connection.execute(select(events.hash).where(of_line)).scalar_one()
        connection.execute(update(heads).where(*of_chain).values(first=until + 1, before_first=hashed))
    return drop_lines_let_go(session, branch_id)


def _sessions(session: Session, _actor: Actor, branch_id: str, before: datetime, _now: datetime, most: int) -> int:
    asked = overdue(Kept.SESSIONS, branch_id, before).limit(most)
    columns = table_of(AccountSession)
    connection = session.connection()
    gone = list(connection.scalars(asked))
    connection.execute(delete(columns).where(columns.c.id.in_(gone)))
    return len(gone)


def _rejects(session: Session, _actor: Actor, branch_id: str, before: datetime, _now: datetime, most: int) -> int:
    keys = session.connection().execute(overdue(Kept.REJECTS, branch_id, before).limit(most)).all()
    for hall, import_id, line in keys:
        row = session.get_one(ImportReject, (hall, import_id, line))
        row.content, row.detail = {}, ""
    return len(keys)


def _events(session: Session, _actor: Actor, branch_id: str, before: datetime, _now: datetime, most: int) -> int:
    keys = session.connection().execute(overdue(Kept.EVENTS, branch_id, before).limit(most)).all()
    for key in keys:
        row = session.get_one(DeviceEvent, tuple(key))
        gone = {*GOES_FROM_EVENTS, *(() if row.state is EventState.APPLIED else ("staff",))}
        row.content = {name: value for name, value in row.content.items() if name not in gone}
    return len(keys)


def _notes(session: Session, _actor: Actor, branch_id: str, before: datetime, _now: datetime, most: int) -> int:
    connection = session.connection()
    found = list(connection.scalars(overdue(Kept.NOTES, branch_id, before).limit(most)))
    _empty(connection, table_of(HelpCall), branch_id, found, note="", outcome="")
    _empty(connection, table_of(ShiftChange), branch_id, found, note="")
    return len(found)


def _empty(connection: Connection, table: Any, branch_id: str, identifiers: list[Any], **columns: str) -> None:
    those = (table.c.branch_id == branch_id, table.c.id.in_(identifiers))
    connection.execute(update(table).where(*those, or_(*(table.c[name] != "" for name in columns))).values(**columns))


def _leavers(session: Session, actor: Actor, branch_id: str, before: datetime, now: datetime, most: int) -> int:
    """Their names, as an erasure would; whoever stands at a counter all the same is left."""
    done = 0
    for identifier in session.connection().scalars(overdue(Kept.LEAVERS, branch_id, before).limit(most)).all():
        account = session.get_one(Account, identifier)
        if account.erased_at is not None:  # a second account of somebody just erased
            continue
        try:
            with session.begin_nested():
                erase_account(
                    session, actor, identifier, again=account.staff_id or account.name, reason=_TIME_IS_OVER, now=now
                )
            done += 1
        except Refused:
            continue
    return done


_TIME_IS_OVER = "保存期限已满 the time of keeping is over"
_LET_GO: Mapping[Kept, Callable[[Session, Actor, str, datetime, datetime, int], int]] = {
    Kept.AUDIT: _audit,
    Kept.SESSIONS: _sessions,
    Kept.REJECTS: _rejects,
    Kept.EVENTS: _events,
    Kept.NOTES: _notes,
    Kept.LEAVERS: _leavers,
}
