"""Whether a hall has been closed 闭厅 for the day in hand; a hall that nobody opens and closes never is."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.hall_day import HallDay
from models.organisation import Branch
from standards.derive import day_on


def closed_since(session: Session, hall: Branch, *, now: datetime) -> datetime | None:
    """When the hall's local today was closed and signed; None while it is in hand or nothing of it is recorded."""
    day = session.get(HallDay, (hall.id, day_on(now, hall.zone_info)))
    return None if day is None else day.closed_at
