"""The reference data of the domain: standards, business types, the working calendar."""

from __future__ import annotations

import getpass
from datetime import datetime

from sqlmodel import Session, col, func, select

from actions.reference import put_calendar, put_reference
from models.actor import machine_actor
from models.store import Store
from models.tables import BusinessType, CalendarDay, ServiceStandard
from seed.calendar import CHINA, LAST_PUBLISHED_YEAR, chinese_days
from standards.business import BUSINESS_TYPES
from standards.catalogue import CATALOGUE

# A deadline of the longest standard, received today, ends well within the year after the next.
YEARS_AHEAD = 2


def ensure(store: Store, *, now: datetime) -> int:
    """Put in what is missing and return how many rows were; what is there is never overwritten.

    Provisional days give way once their year is published, unless somebody edited them. Needs a migrated database;
    takes no write lock when nothing is missing.
    """
    with store.reading() as session:
        if _complete(session, now):
            return 0
    actor = machine_actor(getpass.getuser())
    with store.writing() as session:
        return put_reference(session, actor, now=now) + put_calendar(
            session, actor, chinese_days(_last_year(now)), now=now
        )


def _last_year(now: datetime) -> int:
    return max(now.year, LAST_PUBLISHED_YEAR) + YEARS_AHEAD


def _complete(session: Session, now: datetime) -> bool:
    """Whether nothing is missing, judged by counts and the calendar's last days."""
    standards = session.exec(select(func.count()).select_from(ServiceStandard)).one()
    types = session.exec(select(func.count()).select_from(BusinessType)).one()
    china = CalendarDay.calendar == CHINA
    last_on = session.exec(select(func.max(CalendarDay.day_on)).where(china)).one()
    settled_on = session.exec(
        select(func.max(CalendarDay.day_on)).where(china, col(CalendarDay.provisional).is_(False))
    ).one()
    return (
        standards >= len(CATALOGUE)
        and types >= len(BUSINESS_TYPES)
        and last_on is not None
        and last_on.year >= _last_year(now)
        and settled_on is not None
        and settled_on.year >= LAST_PUBLISHED_YEAR
    )
