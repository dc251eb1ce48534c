"""Who calls for help now: where and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from models.open_help import open_calls
from standards.masking import masked


@dataclass(frozen=True, slots=True)
class HelpNow:
    """A call for help that nobody has answered yet."""

    id: UUID
    counter_id: int
    asked_at: datetime
    note: str


def help_now(session: Session, branch_id: str, now: datetime) -> tuple[HelpNow, ...]:
    """The calls of a hall that stand, the oldest first."""
    return tuple(
        HelpNow(call.id, call.counter_id, call.asked_at, masked(call.note))
        for call in open_calls(session, branch_id, now=now)
    )
