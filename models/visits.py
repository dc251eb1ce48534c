"""Branch tables of the visits: the interactions, their holds, observations and corrections.

The distribution key of each is `branch_id` (`models.distribution`).
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field

from models.base import MILLISECONDS, Base, closed_list, new_id
from standards.vocabulary import (
    Basis,
    Begun,
    Channel,
    CorrectionKind,
    HoldKind,
    LeftReason,
    Outcome,
    Priority,
    Settlement,
    Source,
)


def _of_interaction() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["branch_id", "interaction_id"], ["interaction.branch_id", "interaction.id"])


class Interaction(Base, table=True):
    """One piece of business at one counter or line: the row that is stored and judged (product.md: definitions).

    All durations are integer milliseconds. The columns from `wait_ms` on are derived by `standards.derive` whenever
    the row is written; `wait_from_at` is the instant from which the wait counts.

    `source` says where the row comes from; `stamp_sources` names the stamps that came from elsewhere (such as
    `called_at=device greeted_at=staff`), and `served_source` who delivered greeting, start and end where that was not
    `source`. `let_pass` is how many others a restored ticket lets go first; `queued_as` the business whose queue a
    ticket was moved to, while its own stays. `merged_into_id` is the ticket that took the place of a duplicate, or of a
    no-show. `mentor_id` makes it a trainee's visit; `owner_id` is who answers for what is still held or promised, where
    that is no longer whoever served. `excluded` follows from the approved exclusions that take the visit.
    `gone_by_at` is the latest that a customer can have been there, where nobody knows when they went.
    """

    __table_args__ = (
        # With the times in it: medians of a period are read from the index alone.
        Index(
            "ix_interaction_day",
            "branch_id",
            "day_on",
            "channel",
            "business_type",
            "outcome",
            "excluded",
            "wait_ms",
            "greeting_ms",
            "handling_ms",
        ),
        Index("ix_interaction_outcome", "branch_id", "outcome", "day_on"),
        Index("ix_interaction_visit", "branch_id", "visit_id"),
        Index("ix_interaction_ticket", "branch_id", "ticket", "day_on"),
        Index(
            "ix_interaction_promise",
            "branch_id",
            "staff_id",
            "promised_at",
            sqlite_where=text("promised_at IS NOT NULL AND promise_kept_at IS NULL"),
            postgresql_where=text("promised_at IS NOT NULL AND promise_kept_at IS NULL"),
        ),
        Index(
            "ix_interaction_import",
            "branch_id",
            "import_id",
            sqlite_where=text("import_id IS NOT NULL"),
            postgresql_where=text("import_id IS NOT NULL"),
        ),
        Index("uq_interaction_external_ref", "branch_id", "external_ref", unique=True),
    )

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    visit_id: UUID
    previous_id: UUID | None = None
    begun: Begun = Field(sa_type=closed_list(Begun))
    ticket: str | None = Field(default=None, max_length=32)
    channel: Channel = Field(sa_type=closed_list(Channel))
    business_type: str = Field(max_length=32)
    queued_as: str | None = Field(default=None, max_length=32)
    counter_id: int | None = None
    to_counter_id: int | None = None
    staff_id: str | None = Field(default=None, max_length=32)
    mentor_id: str | None = Field(default=None, max_length=32)
    owner_id: str | None = Field(default=None, max_length=32)
    items: int = 1
    let_pass: int = 0
    merged_into_id: UUID | None = None

    arrived_at: datetime
    queued_at: datetime
    wait_from_at: datetime
    door_greeted_at: datetime | None = None
    called_at: datetime | None = None
    last_called_at: datetime | None = None
    recalls: int = 0
    at_counter_at: datetime | None = None
    greeted_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    left_at: datetime | None = None
    gone_by_at: datetime | None = None
    held_ms: int = Field(default=0, sa_type=MILLISECONDS)
    phone_held_ms: int = Field(default=0, sa_type=MILLISECONDS)
    held_since_at: datetime | None = None
    hold_kind: HoldKind | None = Field(default=None, sa_type=closed_list(HoldKind))

    outcome: Outcome = Field(sa_type=closed_list(Outcome))
    left_reason: LeftReason | None = Field(default=None, sa_type=closed_list(LeftReason))
    priority: Priority | None = Field(default=None, sa_type=closed_list(Priority))
    assisted: bool = False
    bulk: bool = False
    settlement: Settlement | None = Field(default=None, sa_type=closed_list(Settlement))
    excluded: bool = False
    rating: int | None = None
    rating_tags: str = Field(default="", max_length=200)
    rating_asked_at: datetime | None = None
    rated_at: datetime | None = None
    attention: bool = False
    attention_note: str | None = Field(default=None, max_length=500)
    first_contact_resolved: bool | None = None
    promised_at: datetime | None = None
    promise_kept_at: datetime | None = None
    inaccurate: str = Field(default="", max_length=200)
    inaccurate_why: str | None = Field(default=None, max_length=500)
    source: Source = Field(default=Source.STAFF, sa_type=closed_list(Source))
    served_source: Source | None = Field(default=None, sa_type=closed_list(Source))
    stamp_sources: str = Field(default="", max_length=400)
    external_ref: str | None = Field(default=None, max_length=64)
    import_id: UUID | None = None
    recorded_at: datetime
    version: int = 1

    wait_ms: int | None = Field(default=None, sa_type=MILLISECONDS)
    transfer_wait_ms: int | None = Field(default=None, sa_type=MILLISECONDS)
    greeting_ms: int | None = Field(default=None, sa_type=MILLISECONDS)
    handling_ms: int | None = Field(default=None, sa_type=MILLISECONDS)
    door_greeting_ms: int | None = Field(default=None, sa_type=MILLISECONDS)
    hour_at: datetime
    day_on: date


class Hold(Base, table=True):
    """A stretch in which an interaction was on hold, with its kind; the open one has no end."""

    __table_args__ = (_of_interaction(),)

    branch_id: str = Field(primary_key=True, max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    interaction_id: UUID = Field(index=True)
    kind: HoldKind = Field(sa_type=closed_list(HoldKind))
    began_at: datetime
    ended_at: datetime | None = None


class Observation(Base, table=True):
    """One observed check of a standard on an interaction, with who observed it; absent is not false."""

    __table_args__ = (_of_interaction(), Index("ix_observation_interaction", "branch_id", "interaction_id"))

    branch_id: str = Field(primary_key=True, max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    interaction_id: UUID
    standard_code: str = Field(max_length=32)
    item: int = 1
    met: bool
    basis: Basis = Field(default=Basis.OBSERVED, sa_type=closed_list(Basis))
    observed_by: str = Field(max_length=64)
    observed_at: datetime


class Correction(Base, table=True):
    """A change to a stored fact, append-only: the first record is kept here and shown."""

    __table_args__ = (_of_interaction(), Index("ix_correction_interaction", "branch_id", "interaction_id"))

    branch_id: str = Field(primary_key=True, max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    interaction_id: UUID
    at: datetime
    by: str = Field(max_length=64)
    kind: CorrectionKind = Field(default=CorrectionKind.CORRECT, sa_type=closed_list(CorrectionKind))
    field: str = Field(max_length=32)
    was: str | None = None
    became: str | None = None
    why: str = Field(default="", max_length=500)
