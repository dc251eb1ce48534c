"""What happened: the trail of commands, and the imports with what they refused.

The distribution key of each is `branch_id` (`models.distribution`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from models.base import Base, closed_list, new_id
from standards.message import Worded

SIGNED = "action IN ('sign_on', 'sign_off')"
"""Who stood where: the few presses that are looked for among all others."""


class AuditEvent(Base, table=True):
    """One command, append-only: who, when, what, before and after. Its key makes a repeated command harmless.

    `branch_id` is `*` for what belongs to no hall. `before` and `after` are the rows it changed, by table and key.
    `answer` is what the first call returned, so that a repetition returns it again; `undoes` names the event that an
    undo took back. `origin` says from where it came: an address, a station, the command line.

    The lines of a hall that one installation (`chain`) wrote are numbered and linked: `hash` is made of the line and
    of the hash before it (`models.audit_chain`), so that an edited or removed line shows.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("uq_audit_event_key", "branch_id", "key", unique=True),
        Index("uq_audit_event_line", "branch_id", "chain", "line", unique=True),
        Index("ix_audit_event_at", "branch_id", "at"),
        Index("ix_audit_event_subject", "branch_id", "subject", "at"),
        Index("ix_audit_event_counter", "branch_id", "counter_id", "at"),
        Index(
            "ix_audit_event_signed",
            "branch_id",
            "counter_id",
            "at",
            sqlite_where=text(SIGNED),
            postgresql_where=text(SIGNED),
        ),
    )

    branch_id: str = Field(primary_key=True, max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    key: str = Field(max_length=80)
    at: datetime
    actor: str = Field(max_length=64)
    action: str = Field(max_length=40)
    subject: str = Field(default="", max_length=80)
    counter_id: int | None = None
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    reason: str | None = Field(default=None, max_length=500)
    undoes: UUID | None = None
    origin: str = Field(default="", max_length=80)
    chain: str = Field(default="", max_length=32)
    line: int = 0
    hash: str = Field(default="", max_length=64)


class AuditHead(Base, table=True):
    """Where a hall's chain of one installation ends: its last line and hash; `first` is the oldest line still kept.

    `before_first` is the hash that the oldest line was linked to, once older ones were let go after their time.
    """

    __tablename__ = "audit_head"

    branch_id: str = Field(primary_key=True, max_length=32)
    chain: str = Field(primary_key=True, max_length=32)
    line: int
    hash: str = Field(max_length=64)
    first: int = 1
    before_first: str = Field(default="", max_length=64)


class ImportState(Worded):
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    UNDONE = "undone", "Undone"


class ImportRun(Base, table=True):
    """One import of a file into a hall, with its counts; `digest` is the file's SHA-256.

    It comes in part by part: the counts are of the rows that are in, `of_rows` is how many the file has, `reached` the
    last line that is in, since `reached_at`. One that was stopped is running until the same file comes again.
    """

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_digest", "branch_id", "digest"),)

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    file_name: str = Field(max_length=255)
    digest: str = Field(max_length=64)
    mapping: str = Field(max_length=80)
    state: ImportState = Field(default=ImportState.RUNNING, sa_type=closed_list(ImportState))
    by: str = Field(max_length=64)
    began_at: datetime
    ended_at: datetime | None = None
    rows: int = 0
    accepted: int = 0
    skipped: int = 0
    rejected: int = 0
    adjusted: int = 0
    duplicates: int = 0
    of_rows: int = 0
    reached: int = 0
    reached_at: datetime | None = None
    undone_at: datetime | None = None
    undone_by: str | None = Field(default=None, max_length=64)


class ImportMapping(Base, table=True):
    """A mapping that somebody made on the screen: what a file's columns mean; a saved change counts its version up.

    `branch_id` is `*` for one that every hall may use. `content` is the mapping as its file would say it (TOML).
    """

    __tablename__ = "import_mapping"

    branch_id: str = Field(primary_key=True, max_length=32)
    name: str = Field(primary_key=True, max_length=64)
    version: int = Field(primary_key=True)
    content: str
    by: str = Field(max_length=64)
    at: datetime


class ImportReject(Base, table=True):
    """A line that was not accepted: where it stood, why, and what it said."""

    __tablename__ = "import_reject"
    __table_args__ = (ForeignKeyConstraint(["branch_id", "import_id"], ["import_run.branch_id", "import_run.id"]),)

    branch_id: str = Field(primary_key=True, max_length=32)
    import_id: UUID = Field(primary_key=True)
    line: int = Field(primary_key=True)
    reason: str = Field(max_length=80)
    detail: str = Field(default="", max_length=500)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    mended_by_import_id: UUID | None = None
