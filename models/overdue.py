"""What stands in the tables beyond its time, kind by kind and hall by hall: the one place that says which rows.

Whatever belongs to no hall (sign-ins, people of no hall) is asked for by `*`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select
from sqlmodel import Session, col

from models.access import AccountSession
from models.actor import EVERYWHERE
from models.base import table_of
from models.hall_day import HelpCall, ShiftChange
from models.machines import DeviceEvent
from models.organisation import Account, Branch
from models.retention import Kept
from models.trail import AuditEvent, AuditHead, ImportReject, ImportRun
from standards.vocabulary import EventState

GOES_FROM_EVENTS = ("tags", "at", "id")
"""What is not kept of an event: a customer's words, and what stands in its columns anyway. What stays are the codes
that a count, a rating or a visit told anew is read from; `staff` goes too where no visit has it: it may be any name.
"""
_EMPTY = "{}"


def halls_and_none(session: Session) -> list[str]:
    """The halls, by code, and `*` at the end."""
    return [*session.scalars(select(col(Branch.id)).order_by(col(Branch.id))), EVERYWHERE]


def overdue(kept: Kept, branch_id: str, before: datetime) -> Select[Any]:
    """The rows of a kind beyond their time: their primary keys (of the trail: chain and line)."""
    return _ASKED[kept](branch_id, before)


def count_overdue(session: Session, kept: Kept, branch_id: str, before: datetime) -> int:
    """How many rows that is."""
    counted = select(func.count()).select_from(overdue(kept, branch_id, before).subquery())
    return session.connection().scalar(counted) or 0


def _audit(branch_id: str, before: datetime) -> Select[Any]:
    """Each chain's lines before the first that is young enough; its last line always stays."""
    events, heads = table_of(AuditEvent).c, table_of(AuditHead).c
    of_chain = (heads.branch_id == events.branch_id, heads.chain == events.chain)
    younger = table_of(AuditEvent).alias()
    first_young = (
        select(func.min(younger.c.line))
        .where(younger.c.branch_id == heads.branch_id, younger.c.chain == heads.chain, younger.c.at >= before)
        .correlate(table_of(AuditHead))
        .scalar_subquery()
    )
    return (
        select(events.chain, events.line)
        .join(table_of(AuditHead), and_(*of_chain))
        .where(events.branch_id == branch_id, events.at < before, events.line < func.coalesce(first_young, heads.line))
    )


def _sessions(branch_id: str, before: datetime) -> Select[Any]:
    """Of all the installation: a sign-in belongs to no hall."""
    columns = table_of(AccountSession).c
    over = or_(columns.ended_at < before, columns.ends_at < before, columns.idle_until < before)
    return select(columns.id).where(over, literal(branch_id == EVERYWHERE))


def _rejects(branch_id: str, before: datetime) -> Select[Any]:
    rejects, runs = table_of(ImportReject).c, table_of(ImportRun).c
    of_run = and_(runs.branch_id == rejects.branch_id, runs.id == rejects.import_id)
    said = or_(cast(rejects.content, String) != _EMPTY, rejects.detail != "")
    return (
        select(rejects.branch_id, rejects.import_id, rejects.line)
        .join(table_of(ImportRun), of_run)
        .where(rejects.branch_id == branch_id, runs.began_at < before, said)
    )


def _events(branch_id: str, before: datetime) -> Select[Any]:
    columns = table_of(DeviceEvent).c
    text = cast(columns.content, String)
    unknown = and_(_has(text, "staff"), columns.state != EventState.APPLIED)
    return select(columns.branch_id, columns.device_id, columns.event_id).where(
        columns.branch_id == branch_id,
        columns.received_at < before,
        or_(unknown, *(_has(text, name) for name in GOES_FROM_EVENTS)),
    )


def _has(text: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether a JSON text has a key: a quote within a value would have a backslash before it."""
    return text.contains(f'"{name}":', autoescape=True)


def _notes(branch_id: str, before: datetime) -> Select[Any]:
    """Calls for help and hand-overs, by their ids."""
    calls, changes = table_of(HelpCall).c, table_of(ShiftChange).c
    of_calls = select(calls.id).where(
        calls.branch_id == branch_id, calls.asked_at < before, or_(calls.note != "", calls.outcome != "")
    )
    of_changes = select(changes.id).where(changes.branch_id == branch_id, changes.given_at < before, changes.note != "")
    both = of_calls.union_all(of_changes).subquery()
    return select(both.c.id)


def _leavers(branch_id: str, before: datetime) -> Select[Any]:
    columns = table_of(Account).c
    there = columns.branch_id.is_(None) if branch_id == EVERYWHERE else columns.branch_id == branch_id
    return select(columns.id).where(there, columns.leaving_on < before.date(), columns.erased_at.is_(None))


_ASKED: Mapping[Kept, Callable[[str, datetime], Select[Any]]] = {
    Kept.AUDIT: _audit,
    Kept.SESSIONS: _sessions,
    Kept.REJECTS: _rejects,
    Kept.EVENTS: _events,
    Kept.NOTES: _notes,
    Kept.LEAVERS: _leavers,
}
