"""Calls for help that stand: nobody has answered them, and they are not so old that they were only forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.hall_day import HelpCall

STANDS_FOR = timedelta(hours=2)


def open_calls(session: Session, branch_id: str, *, now: datetime) -> tuple[HelpCall, ...]:
    """The hall's unanswered calls of the last two hours, the oldest first."""
    return tuple(
        session.exec(
            select(HelpCall)
            .where(
                HelpCall.branch_id == branch_id,
                col(HelpCall.asked_at) >= now - STANDS_FOR,
                col(HelpCall.answered_at).is_(None),
            )
            .order_by(col(HelpCall.asked_at), col(HelpCall.id))
        )
    )
