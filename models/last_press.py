"""The last press at a counter, which an undo may take back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.trail import AuditEvent

UNDO_WITHIN = timedelta(seconds=60)


def last_press(session: Session, branch_id: str, counter_id: int, *, now: datetime) -> AuditEvent | None:
    """The last command at a counter, at most a minute old, that no undo has taken back."""
    events = session.exec(
        select(AuditEvent)
        .where(
            AuditEvent.branch_id == branch_id,
            AuditEvent.counter_id == counter_id,
            col(AuditEvent.at) >= now - UNDO_WITHIN,
        )
        .order_by(col(AuditEvent.at).desc(), col(AuditEvent.id).desc())
    ).all()
    undone = {event.undoes for event in events}
    return next((event for event in events if event.undoes is None and event.id not in undone), None)
