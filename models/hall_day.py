"""A hall's day: how it was opened and closed, who was on duty, hand-overs, notices, calls for help, its report.

The distribution key of each is `branch_id` (`models.distribution`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, Index
from sqlmodel import Field

from models.base import Base, closed_list, new_id
from standards.vocabulary import DutyPost, NoticeKind


class HallDay(Base, table=True):
    """One business day of a hall: opened 开厅 with a checklist, its tickets stopped, closed 闭厅 and signed.

    `checklist` holds what was checked by name: true, false, {"found": false, "note": "…"} where somebody said what is
    wrong, or absent where nobody looked.
    """

    __tablename__ = "hall_day"

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    day_on: date = Field(primary_key=True)
    checklist: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    opened_at: datetime | None = None
    opened_by: str | None = Field(default=None, max_length=64)
    stopped_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = Field(default=None, max_length=64)
    note: str = Field(default="", max_length=1000)
    version: int = 1


class ShiftChange(Base, table=True):
    """A hand-over 交接班: what was held, promised and open, given by one and taken by another."""

    __tablename__ = "shift_change"
    __table_args__ = (Index("ix_shift_change_day", "branch_id", "day_on"),)

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    day_on: date
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    note: str = Field(default="", max_length=1000)
    given_by: str = Field(max_length=64)
    given_at: datetime
    taken_by: str | None = Field(default=None, max_length=64)
    taken_at: datetime | None = None


class Duty(Base, table=True):
    """Who is on duty on a day, and for what; minutes after local midnight where the shift is not the whole day."""

    __table_args__ = (ForeignKeyConstraint(["branch_id", "staff_id"], ["staff.branch_id", "staff.id"]),)

    branch_id: str = Field(primary_key=True, max_length=32)
    day_on: date = Field(primary_key=True)
    staff_id: str = Field(primary_key=True, max_length=32)
    post: DutyPost = Field(primary_key=True, sa_type=closed_list(DutyPost))
    counter_id: int | None = None
    begins: int | None = None
    ends: int | None = None


class HallNotice(Base, table=True):
    """What the customers' screen says for a while; without an end it stands until somebody ends it."""

    __tablename__ = "hall_notice"
    __table_args__ = (Index("ix_hall_notice_from", "branch_id", "from_at"),)

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    kind: NoticeKind = Field(sa_type=closed_list(NoticeKind))
    words: str = Field(default="", max_length=200)
    words_en: str = Field(default="", max_length=200)
    from_at: datetime
    until_at: datetime | None = None
    by: str = Field(max_length=64)
    ended_by: str | None = Field(default=None, max_length=64)


class HelpCall(Base, table=True):
    """A call for help 求助 from a counter, and who answered it."""

    __tablename__ = "help_call"
    __table_args__ = (Index("ix_help_call_asked", "branch_id", "asked_at"),)

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    counter_id: int
    interaction_id: UUID | None = None
    note: str = Field(default="", max_length=200)
    asked_by: str = Field(max_length=64)
    asked_at: datetime
    answered_by: str | None = Field(default=None, max_length=64)
    answered_at: datetime | None = None
    outcome: str = Field(default="", max_length=200)


class DayReport(Base, table=True):
    """The day's report 营业厅日报: the figures as they were when it was written, and what a person wrote beside them.

    `edits` are figures amended by hand, by column; the computed ones stay in `figures`.
    """

    __tablename__ = "day_report"

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    day_on: date = Field(primary_key=True)
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    edits: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    incidents: str = Field(default="", max_length=2000)
    written_at: datetime
    written_by: str = Field(max_length=64)
    signed_at: datetime | None = None
    signed_by: str | None = Field(default=None, max_length=64)
    reviewed_at: datetime | None = None
    reviewed_by: str | None = Field(default=None, max_length=64)
    version: int = 1
