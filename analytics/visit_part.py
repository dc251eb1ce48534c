"""What a visit tells of itself: its parts, their stamps, holds, checks and corrections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.notices import NoticeNow
from models.tables import Correction, Hold, Observation
from standards.rating import Tag
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
    Stage,
)

Kept = TypeVar("Kept", Hold, Observation, Correction)


@dataclass(frozen=True, slots=True)
class Stamped:
    """When a stage was reached (UTC), whether that time is marked inaccurate, and who delivered it."""

    stage: Stage
    at: datetime
    accurate: bool
    source: Source


@dataclass(frozen=True, slots=True)
class HoldSpell:
    """A stretch on hold; one without an end is still open."""

    kind: HoldKind
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ObservedCheck:
    """One check somebody observed; `standard_code` says of which standard, `item` which of its checks."""

    standard_code: str
    item: int
    met: bool
    basis: Basis
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Corrected:
    """A change of one column, as text before and after; the earliest of a column holds the first record."""

    at: datetime
    by: str
    field: str
    was: str | None
    became: str | None
    kind: CorrectionKind
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of business of the visit. Durations are None where nobody measured them.

    `staff_id`, `staff_name` and `attention_note` are empty for a reader who may not see results by person, unless the
    part is their own; `masked` says that a customer's numbers are hidden in a text. The customer's `rating` and its
    reasons are never for whoever was rated. `may_correct` says whether the actor may correct it.
    """

    id: UUID
    begun: Begun
    ticket: str | None
    channel: Channel
    business_type: str
    business_name: str
    business_name_en: str
    counter_id: int | None
    to_counter_id: int | None
    staff_id: str | None
    staff_name: str
    staff_name_en: str
    items: int
    outcome: Outcome
    left_reason: LeftReason | None
    priority: Priority | None
    assisted: bool
    bulk: bool
    settlement: Settlement | None
    attention: bool
    attention_note: str | None
    rating: int | None
    rating_reasons: tuple[Tag, ...]
    promised_at: datetime | None
    promise_kept_at: datetime | None
    inaccurate_why: str | None
    source: Source
    day_on: date
    recorded_at: datetime
    version: int
    stamps: tuple[Stamped, ...]
    queued_at: datetime
    wait_from_at: datetime
    wait: timedelta | None
    transfer_wait: timedelta | None
    greeting: timedelta | None
    handling: timedelta | None
    held: timedelta
    holds: tuple[HoldSpell, ...]
    checks: tuple[ObservedCheck, ...]
    corrections: tuple[Corrected, ...]
    may_correct: bool
    may_void: bool
    masked: bool = False

    def at(self, stage: Stage) -> datetime | None:
        """When a stage was reached, or None."""
        return next((stamped.at for stamped in self.stamps if stamped.stage is stage), None)


@dataclass(frozen=True, slots=True)
class VisitStory:
    """A visit of a hall; `parts` in the order in which they began, `notices` the failures that its stay overlapped.

    `plain` says that the reader gave a reason and nothing in it is masked.
    """

    branch_id: str
    hall_name: str
    hall_name_en: str
    zone_name: str
    visit_id: UUID
    walking: timedelta
    parts: tuple[Part, ...]
    notices: tuple[NoticeNow, ...]
    plain: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    def part(self, interaction_id: UUID) -> Part:
        """The part of that id. Raises KeyError where it is none of this visit's."""
        return {part.id: part for part in self.parts}[interaction_id]
