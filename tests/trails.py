"""Lines of the audit trail, written as the product writes them, and tampered with as it never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session

from models.audit_chain import write_line
from models.base import table_of
from models.tables import AuditEvent, AuditHead, new_id

EVENTS, HEADS = table_of(AuditEvent), table_of(AuditHead)
NOW = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)


def a_line(session: Session, hall: str = "H1", nth: int = 0, **said: Any) -> None:
    """Write one line, with something in every column."""
    identifier = new_id()
    event = {
        "branch_id": hall,
        "id": identifier,
        "key": str(identifier),
        "at": NOW + timedelta(seconds=nth),
        "actor": "keeper",
        "action": "call_next",
        "subject": f"visit {nth}",
        "counter_id": 3,
        "before": {"counter 3": {"state": "idle", "share": 0.1}},
        "after": {"counter 3": {"state": "serving", "名": ["一", None, True]}},
        "answer": {"counter_version": nth},
        "reason": "按规定",
        "undoes": new_id(),
        "origin": "10.0.0.7",
    }
    write_line(session, event | said)


def lines_of(session: Session, hall: str = "H1") -> list[Any]:
    """A hall's lines in their order."""
    wanted = select(EVENTS).where(EVENTS.c.branch_id == hall).order_by(EVENTS.c.chain, EVENTS.c.line)
    return list(session.connection().execute(wanted))


def tamper(session: Session, number: int, /, hall: str = "H1", **columns: Any) -> None:
    """Change columns of a line behind the product's back."""
    of_line = (EVENTS.c.branch_id == hall, EVENTS.c.line == number)
    session.connection().execute(update(EVENTS).where(*of_line).values(**columns))


def take_away(session: Session, *lines: int, hall: str = "H1") -> None:
    session.connection().execute(delete(EVENTS).where(EVENTS.c.branch_id == hall, EVENTS.c.line.in_(lines)))


def let_go(session: Session, until: int, hall: str = "H1") -> None:
    """Remove lines after their time, as retention does: the head says where the chain begins now."""
    gone = next(line for line in lines_of(session, hall) if line.line == until)
    take_away(session, *range(1, until + 1), hall=hall)
    moved = update(HEADS).where(HEADS.c.branch_id == hall).values(first=until + 1, before_first=gone.hash)
    session.connection().execute(moved)
