"""How long what tells of people is kept: periods as settings, each with its usual and its least value, and the days
they reach back to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from models.settings import setting
from standards.message import Worded

MOST_DAYS = 3_650


class Kept(Worded):
    """What is let go after its time; the stored word is a part of the setting's name."""

    AUDIT = "audit", "Audit trail"
    SESSIONS = "sessions", "Sign-ins that are over"
    REJECTS = "rejects", "What rejected rows of imports said"
    EVENTS = "events", "What machines sent, beyond the codes that are needed"
    NOTES = "notes", "Notes of calls for help and hand-overs"
    LEAVERS = "leavers", "Names of people who left"


USUAL_DAYS: Mapping[Kept, int] = {
    Kept.AUDIT: 730,
    Kept.SESSIONS: 90,
    Kept.REJECTS: 90,
    Kept.EVENTS: 180,
    Kept.NOTES: 365,
    Kept.LEAVERS: 730,
}
LEAST_DAYS: Mapping[Kept, int] = {
    Kept.AUDIT: 183,
    Kept.SESSIONS: 7,
    Kept.REJECTS: 7,
    Kept.EVENTS: 30,
    Kept.NOTES: 30,
    Kept.LEAVERS: 30,
}
"""The trail must outlast what is looked into half a year later, the rest the work that it is needed for."""


def setting_name(kept: Kept) -> str:
    """Under which name the period is set."""
    return f"keep_days_{kept.value}"


def days_kept(session: Session, kept: Kept) -> int:
    """The days that were set, else the usual ones; never fewer than the least."""
    said = setting(session, setting_name(kept))
    days = int(said) if said is not None and said.isascii() and said.isdigit() else USUAL_DAYS[kept]
    return max(LEAST_DAYS[kept], days)


def before_of(session: Session, kept: Kept, *, now: datetime, days: int | None = None) -> datetime:
    """What is older than this goes (by the period that is set, or by so many days)."""
    return now - timedelta(days=days_kept(session, kept) if days is None else days)
