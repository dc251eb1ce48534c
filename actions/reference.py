"""Commands for what every hall shares: the catalogue of standards, the business types, the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, select

from actions.audit import record, write_event
from models.actor import Actor, Right
from models.standing import row_of
from models.tables import BusinessType, CalendarDay, ServiceStandard
from standards.business import BUSINESS_TYPES, Business
from standards.catalogue import CATALOGUE
from standards.standard import Standard


def put_reference(session: Session, actor: Actor, *, now: datetime) -> int:
    """Add the shipped catalogue and business types where they are missing; the number of rows that were."""
    return add_standards(session, actor, CATALOGUE, now=now) + add_business_types(
        session, actor, BUSINESS_TYPES, now=now
    )


def add_standards(session: Session, actor: Actor, standards: Iterable[Standard], *, now: datetime) -> int:
    """Add dated rows to the catalogue and return how many were new; what is there is left as it is."""
    actor.require(Right.SET_UP)
    known = {(row.code, row.issuer, row.in_force_from) for row in session.exec(select(ServiceStandard))}
    rows = [row for row in map(row_of, standards) if (row.code, row.issuer, row.in_force_from) not in known]
    if rows:
        session.add_all(rows)
        session.flush()
        record(session, actor, "add_standards", rows, now=now)
    return len(rows)


def add_business_types(session: Session, actor: Actor, businesses: Iterable[Business], *, now: datetime) -> int:
    """Add business types in this order and return how many were new; what is there is left as it is."""
    actor.require(Right.SET_UP)
    known = set(session.exec(select(BusinessType.id)).all())
    missing = (business for business in businesses if business.code not in known)
    rows = [_business_row(business, position) for position, business in enumerate(missing, len(known))]
    if rows:
        session.add_all(rows)
        session.flush()
        record(session, actor, "add_business_types", rows, now=now)
    return len(rows)


def _business_row(business: Business, position: int) -> BusinessType:
    return BusinessType(
        id=business.code,
        name=business.name_zh,
        name_en=business.name_en,
        channel=business.channel,
        ticket_letter=business.ticket_letter,
        expected_ms=int(business.expected.total_seconds() * 1000),
        position=position,
    )


def put_calendar(session: Session, actor: Actor, days: Iterable[CalendarDay], *, now: datetime) -> int:
    """Add days of a working calendar and return how many rows that wrote.

    A day that is there is left as it is, unless it was provisional, nobody edited it, and it is published now.
    """
    actor.require(Right.SET_UP)
    kept = {(row.calendar, row.day_on): row for row in session.exec(select(CalendarDay))}
    changed: list[CalendarDay] = []
    for day in days:
        row = kept.get((day.calendar, day.day_on))
        if row is None or (row.provisional and row.edited_at is None and not day.provisional):
            changed.append(day)
    new = [day.model_dump() for day in changed if (day.calendar, day.day_on) not in kept]
    for day in changed:
        if (day.calendar, day.day_on) in kept:
            session.merge(day)
    if new:
        session.execute(insert(CalendarDay), new)
    if changed:
        session.flush()
        _record_years(session, actor, changed, now)
    return len(changed)


def _record_years(session: Session, actor: Actor, days: list[CalendarDay], now: datetime) -> None:
    """The trail names the years, not each of their days: those stand in the table."""
    years = sorted({(day.calendar, day.day_on.year, day.provisional) for day in days})
    write_event(
        session,
        actor,
        "put_calendar",
        now=now,
        subject=" ".join(sorted({calendar for calendar, _, _ in years})),
        after={f"{calendar} {year}": {"provisional": provisional} for calendar, year, provisional in years},
    )
    session.flush()
