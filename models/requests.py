"""What one level asks and the next decides: exclusions, and changes of what visits are judged by.

The distribution key of each is `branch_id` (`models.distribution`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field

from models.base import Base, closed_list, new_id
from standards.vocabulary import ChangeKind, Decision, ExclusionReason


class Exclusion(Base, table=True):
    """A period (`from_at` to `until_at`) or a visit (`visit_id`) that a hall asks to take out 剔除.

    It counts while it is approved and not reversed; nothing is ever removed.
    """

    __table_args__ = (
        Index("ix_exclusion_period", "branch_id", "from_at", "until_at"),
        Index("ix_exclusion_visit", "branch_id", "visit_id"),
    )

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    reason: ExclusionReason = Field(sa_type=closed_list(ExclusionReason))
    from_at: datetime | None = None
    until_at: datetime | None = None
    visit_id: UUID | None = None
    why: str = Field(max_length=500)
    asked_by: str = Field(max_length=64)
    asked_at: datetime
    decision: Decision | None = Field(default=None, sa_type=closed_list(Decision))
    decided_by: str | None = Field(default=None, max_length=64)
    decided_at: datetime | None = None
    decided_why: str = Field(default="", max_length=500)
    reversed_by: str | None = Field(default=None, max_length=64)
    reversed_at: datetime | None = None
    reversed_why: str = Field(default="", max_length=500)


class DatedChange(Base, table=True):
    """A change of a standard, calendar, or a hall's hours from a day on: who, when, why, and what it would change.

    `branch_id` is `*` for what every hall shares. One that begins in the future applies at once (`applied_at`); one
    that reaches back waits for a decision. `content` is what to put in, `preview` the days and verdicts it changes.
    One that was closed (`decided_at`) without a decision was withdrawn.
    """

    __tablename__ = "dated_change"
    __table_args__ = (Index("ix_dated_change_asked", "branch_id", "asked_at"),)

    branch_id: str = Field(primary_key=True, max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    kind: ChangeKind = Field(sa_type=closed_list(ChangeKind))
    subject: str = Field(max_length=80)
    from_on: date
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    was: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    preview: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    why: str = Field(max_length=500)
    asked_by: str = Field(max_length=64)
    asked_at: datetime
    decision: Decision | None = Field(default=None, sa_type=closed_list(Decision))
    decided_by: str | None = Field(default=None, max_length=64)
    decided_at: datetime | None = None
    decided_why: str = Field(default="", max_length=500)
    applied_at: datetime | None = None
