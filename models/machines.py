"""The machines of a hall, and every event they sent: kept as it came, whatever became of it.

The distribution key of each is `branch_id` (`models.distribution`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, Index
from sqlmodel import Field

from models.base import MILLISECONDS, Base, closed_list
from standards.vocabulary import DeviceKind, EventState

MACHINES = (DeviceKind.QUEUE_MACHINE, DeviceKind.CALL_PAD, DeviceKind.RATING)
"""What sends events."""
STATIONS = (DeviceKind.STATION, DeviceKind.SCREEN)
"""What is a browser: it is paired, and sends nothing by itself."""


class Device(Base, table=True):
    """A queue machine, call pad, rating device, station or screen, by its code; its token is kept as a SHA-256 alone.

    `businesses` translates the machine's own names to business types. `difference_ms` is our clock minus its, as
    last measured; `doubted_ms` is a larger one since `doubted_at`, which a delay on the way may explain. `folder`
    names where it leaves files, for one that can do nothing else, and `mapping` how to read them. A station or screen
    is a browser: `pairing_digest` is that of a one-time code by which it is given its token, until `pairing_until`.
    """

    branch_id: str = Field(primary_key=True, foreign_key="branch.id", max_length=32)
    id: str = Field(primary_key=True, max_length=32)
    kind: DeviceKind = Field(sa_type=closed_list(DeviceKind))
    name: str = Field(max_length=120)
    token_digest: str = Field(max_length=64)
    counter_id: int | None = None
    businesses: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    folder: str | None = Field(default=None, max_length=255)
    mapping: str | None = Field(default=None, max_length=80)
    active: bool = True
    added_at: datetime
    last_seen_at: datetime | None = None
    difference_ms: int | None = Field(default=None, sa_type=MILLISECONDS)
    measured_at: datetime | None = None
    doubted_ms: int | None = Field(default=None, sa_type=MILLISECONDS)
    doubted_at: datetime | None = None
    pairing_digest: str | None = Field(default=None, max_length=64)
    pairing_until: datetime | None = None


class DeviceEvent(Base, table=True):
    """One event, by the device's own number for it: sent twice is there once.

    `at` is the time by the device's clock, `happened_at` the same by ours; `content` is what it said, word for word
    (with `understood`: our code for a business it named by a name of its own, as it was when it was applied).
    """

    __tablename__ = "device_event"
    __table_args__ = (
        ForeignKeyConstraint(["branch_id", "device_id"], ["device.branch_id", "device.id"]),
        Index("ix_device_event_ticket", "branch_id", "day_on", "ticket"),
        Index("ix_device_event_counter", "branch_id", "day_on", "counter_id", "kind"),
        Index("ix_device_event_visit", "branch_id", "visit_id"),
        Index("ix_device_event_state", "branch_id", "state", "day_on"),
    )

    branch_id: str = Field(primary_key=True, max_length=32)
    device_id: str = Field(primary_key=True, max_length=32)
    event_id: str = Field(primary_key=True, max_length=80)
    kind: str = Field(max_length=32)
    ticket: str | None = Field(default=None, max_length=32)
    counter_id: int | None = None
    at: datetime
    happened_at: datetime
    received_at: datetime
    day_on: date
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: EventState = Field(sa_type=closed_list(EventState))
    reason: str = Field(default="", max_length=80)
    visit_id: UUID | None = None
