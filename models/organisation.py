"""Reference tables and the people: regions, halls, counters, staff, accounts and what they may do.

What carries `branch_id` in its key is a hall's and distributed by it; the rest is shared (`models.distribution`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field

from models.base import Base, closed_list, new_id
from standards.vocabulary import Channel, CounterState, HallClass, Issuer, PauseReason, RestoreRule, Role


class Setting(Base, table=True):
    """A named value of the whole installation (such as the mark of a demo region)."""

    name: str = Field(primary_key=True, max_length=64)
    value: str


class Region(Base, table=True):
    """A node of the tree of regions."""

    id: str = Field(primary_key=True, max_length=32)
    parent_id: str | None = Field(default=None, foreign_key="region.id", max_length=32)
    name: str = Field(max_length=120)
    name_en: str = Field(default="", max_length=120)


class Branch(Base, table=True):
    """A business hall 营业厅; its id is its code, which never changes.

    `walking_ms` holds until the first dated `BranchWalking`. `tiny` is a hall without a queue: one press in, one press
    out. `slip_mm` is the width of its ticket printer's paper.
    """

    id: str = Field(primary_key=True, max_length=32)
    region_id: str | None = Field(default=None, foreign_key="region.id", max_length=32)
    name: str = Field(max_length=120)
    name_en: str = Field(default="", max_length=120)
    zone: str = Field(max_length=64)
    hall_class: HallClass = Field(default=HallClass.C, sa_type=closed_list(HallClass))
    issuer: Issuer = Field(default=Issuer.STATE_GRID, sa_type=closed_list(Issuer))
    walking_ms: int = 0
    restore_rule: RestoreRule = Field(default=RestoreRule.NEXT, sa_type=closed_list(RestoreRule))
    tiny: bool = False
    slip_mm: int = 80
    demo: bool = False

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def walking(self) -> timedelta:
        """The walking allowance from the seat to the counter."""
        return timedelta(milliseconds=self.walking_ms)


class BranchHours(Base, table=True):
    """One opening interval of a weekday (0 is Monday), minutes after local midnight, from a day on.

    The rows with the latest `from_on` not after a day are the ones in force on it.
    """

    __tablename__ = "branch_hours"

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    from_on: date = Field(primary_key=True)
    weekday: int = Field(primary_key=True)
    opens: int = Field(primary_key=True)
    closes: int


class BranchWalking(Base, table=True):
    """The hall's walking allowance from the seat to the counter, from a local day on."""

    __tablename__ = "branch_walking"

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    from_on: date = Field(primary_key=True)
    walking_ms: int


class DayHours(Base, table=True):
    """The published opening intervals of one day, instead of those of its weekday.

    `intervals` are minutes after local midnight such as `510-720 780-1050`; empty where the hall is closed that day.
    """

    __tablename__ = "day_hours"

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    day_on: date = Field(primary_key=True)
    intervals: str = Field(default="", max_length=200)
    why: str = Field(default="", max_length=200)


class BranchPulse(Base, table=True):
    """The hall's change counter: every write moves it, so that finished figures know when they are old."""

    __tablename__ = "branch_pulse"

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    changes: int = 0
    changed_at: datetime


class BusinessType(Base, table=True):
    """A kind of business 业务类型; `expected_ms` is what one item usually takes, for expected waits."""

    __tablename__ = "business_type"

    id: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    channel: Channel | None = Field(default=None, sa_type=closed_list(Channel))
    ticket_letter: str = Field(default="A", max_length=4)
    expected_ms: int = 600_000
    position: int = 0
    active: bool = True


class Staff(Base, table=True):
    """A person who serves in a hall, by staff number 工号."""

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    id: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=120)
    name_en: str = Field(default="", max_length=120)
    trainee: bool = False
    active: bool = True
    erased_at: datetime | None = None


class Counter(Base, table=True):
    """A counter 窗口 by its number, with its state now; every press moves its version.

    `business_types` lists the codes it serves, separated by spaces; empty means all. `mentor_id` is whoever guides a
    trainee there; `covering` says that somebody of another post stands in 顶岗.
    """

    __table_args__ = (ForeignKeyConstraint(["branch_id", "staff_id"], ["staff.branch_id", "staff.id"]),)

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    id: int = Field(primary_key=True)
    business_types: str = ""
    staff_id: str | None = Field(default=None, max_length=32)
    state: CounterState = Field(default=CounterState.CLOSED, sa_type=closed_list(CounterState))
    pause_reason: PauseReason | None = Field(default=None, sa_type=closed_list(PauseReason))
    back_at: datetime | None = None
    since_at: datetime | None = None
    mentor_id: str | None = Field(default=None, max_length=32)
    covering: bool = False
    version: int = 0


class CounterSpell(Base, table=True):
    """A stretch of time a counter spent in one state; the open one has no end."""

    __tablename__ = "counter_spell"
    __table_args__ = (
        ForeignKeyConstraint(["branch_id", "counter_id"], ["counter.branch_id", "counter.id"]),
        Index("ix_counter_spell_counter", "branch_id", "counter_id", "began_at"),
        Index(
            "ix_counter_spell_open",
            "branch_id",
            "counter_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    branch_id: str = Field(primary_key=True, max_length=32)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    counter_id: int
    staff_id: str | None = Field(default=None, max_length=32)
    state: CounterState = Field(sa_type=closed_list(CounterState))
    pause_reason: PauseReason | None = Field(default=None, sa_type=closed_list(PauseReason))
    covering: bool = False
    began_at: datetime
    ended_at: datetime | None = None


class Account(Base, table=True):
    """Someone who may use the product; `branch_id` and `staff_id` name the person at the counter, if any.

    From the local day after `leaving_on` nobody gets in by it. `external_name` is what the company's own sign-in
    calls the person. One whose person was erased is called by its id alone.
    """

    __table_args__ = (Index("uq_account_external_name", "external_name", unique=True),)

    id: UUID = Field(primary_key=True, default_factory=new_id)
    name: str = Field(unique=True, max_length=64)
    display_name: str = Field(default="", max_length=120)
    display_name_en: str = Field(default="", max_length=120)
    branch_id: str | None = Field(default=None, max_length=32)
    staff_id: str | None = Field(default=None, max_length=32)
    active: bool = True
    demo: bool = False
    post: str = Field(default="", max_length=64)
    leaving_on: date | None = None
    external_name: str | None = Field(default=None, max_length=200)
    erased_at: datetime | None = None


class RoleGrant(Base, table=True):
    """A role for an account in a scope: a hall's code, a region's id with its subtree, or everything (`*`)."""

    __tablename__ = "role_grant"

    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    role: Role = Field(primary_key=True, sa_type=closed_list(Role))
    scope: str = Field(primary_key=True, max_length=32)
