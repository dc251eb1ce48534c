"""Putting a dated change into effect, and taking one out again that has not begun."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from actions.change_content import standard_named
from actions.deriving_again import derive_days
from actions.hall import branch_of
from actions.hours import hours_rows
from actions.refusal import Refused
from models.concerned import days_concerned
from models.standing import forget_walking, row_of
from models.tables import (
    Base,
    BranchHours,
    BranchWalking,
    BusinessType,
    CalendarDay,
    DatedChange,
    DayHours,
    ServiceStandard,
)
from standards.changed import changed
from standards.derive import Opening
from standards.message import message
from standards.vocabulary import ChangeKind, Channel

DERIVING = frozenset({ChangeKind.HOURS, ChangeKind.DAY_HOURS, ChangeKind.WALKING})
"""What stored times follow from."""


def rows_of(session: Session, change: DatedChange) -> list[Base]:
    """The rows that a change is about, as they are stored."""
    hall, day = change.branch_id, change.from_on
    if change.kind is ChangeKind.HOURS:
        kept = select(BranchHours).where(BranchHours.branch_id == hall, BranchHours.from_on == day)
        return list(session.exec(kept).all())
    code, _, issuer = change.subject.partition(" ")
    keys: dict[ChangeKind, tuple[type[Base], Any]] = {
        ChangeKind.STANDARD: (ServiceStandard, (code, issuer, day)),
        ChangeKind.DAY_HOURS: (DayHours, (hall, day)),
        ChangeKind.WALKING: (BranchWalking, (hall, day)),
        ChangeKind.CALENDAR: (CalendarDay, (change.subject, day)),
        ChangeKind.BUSINESS_TYPE: (BusinessType, change.subject),
    }
    table, key = keys[change.kind]
    row = session.get(table, key)
    return [] if row is None else [row]


def put_in(session: Session, change: DatedChange, *, now: datetime) -> None:
    """Write what a change puts in and derive the visits it concerns anew."""
    _PUT[change.kind](session, change, now)
    session.flush()
    derive_concerned(session, change)


def take_out(session: Session, change: DatedChange) -> None:
    """Put back what was before a change that has not begun; Refused where something else stands there by now."""
    rows = rows_of(session, change)
    if _followed(session, change) or not _stands(change, rows):
        raise Refused("changed_again", message("This was changed again since: make another change instead."))
    if change.kind is ChangeKind.CALENDAR:
        for row in rows:
            _write(row, change.was)
    else:
        _delete(session, rows)
    if change.kind is ChangeKind.DAY_HOURS and change.was["intervals"] is not None:
        session.add(DayHours(branch_id=change.branch_id, day_on=change.from_on, intervals=change.was["intervals"]))
    session.flush()
    derive_concerned(session, change)


def _followed(session: Session, change: DatedChange) -> bool:
    """Whether a later change of the same from the same day is in effect: it gives back what this one put in."""
    later = select(DatedChange.id).where(
        DatedChange.branch_id == change.branch_id,
        DatedChange.kind == change.kind,
        DatedChange.subject == change.subject,
        DatedChange.from_on == change.from_on,
        col(DatedChange.applied_at).is_not(None),
        col(DatedChange.id) > change.id,
    )
    return session.exec(later).first() is not None


def _stands(change: DatedChange, rows: list[Base]) -> bool:
    """Whether the rows still say what the change put in; hours of a day are also published by whoever runs the hall."""
    if change.kind is ChangeKind.HOURS:
        openings = [[row.weekday, row.opens, row.closes] for row in rows if isinstance(row, BranchHours)]
        return bool(sorted(openings) == change.content["openings"])
    if change.kind is ChangeKind.DAY_HOURS:
        said = next((row.intervals for row in rows if isinstance(row, DayHours)), None)
        return bool(said == change.content["intervals"])
    if change.kind in {ChangeKind.WALKING, ChangeKind.CALENDAR}:
        return all(getattr(row, name) == value for row in rows for name, value in change.content.items())
    return True


def derive_concerned(session: Session, change: DatedChange) -> None:
    """Derive anew the visits of the days that a change of hours or of the walking allowance speaks of."""
    if change.kind in DERIVING:
        days = days_concerned(session, change.kind, change.branch_id, change.from_on)
        derive_days(session, branch_of(session, change.branch_id), *days)


def _put_standard(session: Session, change: DatedChange, now: datetime) -> None:
    base, *_ = standard_named(session, change.subject, change.from_on)
    session.add(row_of(changed(base, change.content, change.from_on)))


def _put_hours(session: Session, change: DatedChange, now: datetime) -> None:
    openings = [Opening(*interval) for interval in change.content["openings"]]
    session.add_all(hours_rows(change.branch_id, change.from_on, openings))


def _put_day_hours(session: Session, change: DatedChange, now: datetime) -> None:
    _delete(session, rows_of(session, change))
    intervals = change.content["intervals"]
    if intervals is not None:
        why = change.why[:200]
        session.add(DayHours(branch_id=change.branch_id, day_on=change.from_on, intervals=intervals, why=why))


def _put_walking(session: Session, change: DatedChange, now: datetime) -> None:
    milliseconds = change.content["walking_ms"]
    session.add(BranchWalking(branch_id=change.branch_id, from_on=change.from_on, walking_ms=milliseconds))
    forget_walking(session)


def _put_calendar(session: Session, change: DatedChange, now: datetime) -> None:
    for row in rows_of(session, change):
        _write(row, {**change.content, "edited_at": now})


def _put_business_type(session: Session, change: DatedChange, now: datetime) -> None:
    channel = change.content["channel"]
    values = {**change.content, "channel": None if channel is None else Channel(channel)}
    rows = rows_of(session, change)
    for row in rows:
        _write(row, values)
    if not rows:
        last = session.exec(select(func.max(BusinessType.position))).one()
        session.add(BusinessType(id=change.subject, position=0 if last is None else last + 1, **values))


def _write(row: Base, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    # Whoever looks at a calendar's day that was put back finds it as it was, its mark included.
    if isinstance(row, CalendarDay) and "edited_at" not in values:
        row.edited_at = None


def _delete(session: Session, rows: Iterable[Base]) -> None:
    for row in rows:
        session.delete(row)
    session.flush()


_PUT: dict[ChangeKind, Callable[[Session, DatedChange, datetime], None]] = {
    ChangeKind.STANDARD: _put_standard,
    ChangeKind.HOURS: _put_hours,
    ChangeKind.DAY_HOURS: _put_day_hours,
    ChangeKind.WALKING: _put_walking,
    ChangeKind.CALENDAR: _put_calendar,
    ChangeKind.BUSINESS_TYPE: _put_business_type,
}
