"""The story of one visit: its parts in order, with their stamps, holds, observed checks and corrections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from analytics.notices import NoticeNow, notices_of
from models.actor import Actor, Right
from models.standing import walking_on
from models.tables import Branch, BusinessType, Correction, Hold, Interaction, Observation, Staff
from standards.rating import Tag
from standards.vocabulary import (
    OPEN,
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
    part is their own; the customer's `rating` and its reasons are never for whoever was rated. `may_correct` says
    whether the actor may correct it.
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

    def at(self, stage: Stage) -> datetime | None:
        """When a stage was reached, or None."""
        return next((stamped.at for stamped in self.stamps if stamped.stage is stage), None)


@dataclass(frozen=True, slots=True)
class VisitStory:
    """A visit of a hall; `parts` in the order in which they began, `notices` the failures that its stay overlapped."""

    branch_id: str
    hall_name: str
    hall_name_en: str
    zone_name: str
    visit_id: UUID
    walking: timedelta
    parts: tuple[Part, ...]
    notices: tuple[NoticeNow, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    def part(self, interaction_id: UUID) -> Part:
        """The part of that id. Raises KeyError where it is none of this visit's."""
        return {part.id: part for part in self.parts}[interaction_id]


def visit_story(session: Session, actor: Actor, branch_id: str, interaction_id: UUID) -> VisitStory | None:
    """The visit that an interaction belongs to, or None where there is no such interaction in the hall."""
    actor.require(Right.READ_HALL, branch_id)
    hall, chosen = session.get(Branch, branch_id), session.get(Interaction, (branch_id, interaction_id))
    if hall is None or chosen is None:
        return None
    rows = session.exec(
        select(Interaction)
        .where(Interaction.branch_id == branch_id, Interaction.visit_id == chosen.visit_id)
        .order_by(col(Interaction.queued_at), col(Interaction.id))
    ).all()
    parts = _parts(session, actor, branch_id, rows)
    walking = walking_on(session, hall, chosen.day_on)
    notices = notices_of(session, branch_id, chosen.visit_id)
    return VisitStory(branch_id, hall.name, hall.name_en, hall.zone, chosen.visit_id, walking, parts, notices)


_BY_PERSON = {"staff_id", "attention_note", "rating"}
_TOLD = tuple(
    field.name for field in fields(Part) if field.name in Interaction.model_fields and field.name not in _BY_PERSON
)
"""The columns that every reader is told as they stand."""


def _parts(session: Session, actor: Actor, branch_id: str, rows: Sequence[Interaction]) -> tuple[Part, ...]:
    ids = [row.id for row in rows]
    holds = _kept(session, Hold, branch_id, ids, col(Hold.began_at))
    checks = _kept(session, Observation, branch_id, ids, col(Observation.observed_at))
    corrections = _kept(session, Correction, branch_id, ids, col(Correction.at))
    return tuple(_part(session, actor, row, holds[row.id], checks[row.id], corrections[row.id]) for row in rows)


def _kept(
    session: Session, table: type[Kept], branch_id: str, ids: Sequence[UUID], order: Any
) -> dict[UUID, list[Kept]]:
    found: dict[UUID, list[Kept]] = {interaction_id: [] for interaction_id in ids}
    of_visit = select(table).where(col(table.branch_id) == branch_id, col(table.interaction_id).in_(ids))
    for row in session.exec(of_visit.order_by(order, col(table.id))):
        found[row.interaction_id].append(row)
    return found


def _part(
    session: Session,
    actor: Actor,
    row: Interaction,
    holds: Iterable[Hold],
    checks: Iterable[Observation],
    corrections: Iterable[Correction],
) -> Part:
    own = row.staff_id is not None and row.staff_id == actor.staff_id and row.branch_id == actor.branch_id
    by_person = own or actor.may(Right.READ_STAFF, row.branch_id)
    sees_ratings = actor.may(Right.READ_STAFF, row.branch_id)
    told: dict[str, Any] = {name: getattr(row, name) for name in _TOLD}
    return Part(
        **told,
        **_names(session, row, by_person),
        attention_note=row.attention_note if by_person else None,
        rating=row.rating if sees_ratings else None,
        rating_reasons=tuple(Tag(tag) for tag in row.rating_tags.split() if tag in set(Tag)) if sees_ratings else (),
        stamps=_stamps(row),
        wait=_duration(row.wait_ms),
        transfer_wait=_duration(row.transfer_wait_ms),
        greeting=_duration(row.greeting_ms),
        handling=_duration(row.handling_ms),
        held=timedelta(milliseconds=row.held_ms),
        holds=tuple(HoldSpell(hold.kind, hold.began_at, hold.ended_at) for hold in holds),
        checks=tuple(_check(seen, by_person) for seen in checks),
        corrections=tuple(_corrected(made, by_person) for made in corrections),
        may_correct=by_person and actor.may(Right.CORRECT, row.branch_id),
        may_void=row.outcome not in OPEN and actor.may(Right.READ_STAFF, row.branch_id),
    )


def _names(session: Session, row: Interaction, by_person: bool) -> dict[str, Any]:
    kind = session.get(BusinessType, row.business_type)
    person = session.get(Staff, (row.branch_id, row.staff_id)) if by_person and row.staff_id is not None else None
    return {
        "business_name": kind.name if kind else row.business_type,
        "business_name_en": kind.name_en if kind else row.business_type,
        "staff_id": row.staff_id if by_person else None,
        "staff_name": person.name if person else "",
        "staff_name_en": person.name_en if person else "",
    }


def _stamps(row: Interaction) -> tuple[Stamped, ...]:
    inaccurate, elsewhere = row.inaccurate.split(), dict(told.split("=") for told in row.stamp_sources.split())
    stamped = ((stage, getattr(row, stage.value)) for stage in Stage)
    return tuple(
        Stamped(stage, at, stage not in inaccurate, Source(elsewhere.get(stage, row.source)))
        for stage, at in stamped
        if at is not None
    )


def _check(seen: Observation, by_person: bool) -> ObservedCheck:
    by = seen.observed_by if by_person else ""
    return ObservedCheck(seen.standard_code, seen.item, seen.met, seen.basis, by, seen.observed_at)


def _corrected(made: Correction, by_person: bool) -> Corrected:
    by = made.by if by_person else ""
    return Corrected(made.at, by, made.field, made.was, made.became, made.kind, made.why)


def _duration(milliseconds: int | None) -> timedelta | None:
    return None if milliseconds is None else timedelta(milliseconds=milliseconds)
