"""The screens' one clock: what lies below is told the time."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def day_in(zone: tzinfo, at: datetime) -> date:
    """The local day of a moment."""
    return at.astimezone(zone).date()
