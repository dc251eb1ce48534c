"""The story of one visit: its parts in order, with their stamps, holds, observed checks and corrections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from analytics.notices import notices_of
from analytics.visit_part import Corrected, HoldSpell, ObservedCheck, Part, Stamped, VisitStory
from models.actor import Actor, Right
from models.revealed import is_revealed
from models.standing import walking_on
from models.tables import Branch, BusinessType, Correction, Hold, Interaction, Observation, Staff
from standards.masking import masked
from standards.rating import Tag
from standards.vocabulary import (
    OPEN,
    Source,
    Stage,
)

Kept = TypeVar("Kept", Hold, Observation, Correction)


def visit_story(session: Session, actor: Actor, branch_id: str, interaction_id: UUID) -> VisitStory | None:
    """The visit that an interaction belongs to, or None where there is no such interaction in the hall.

    Numbers of customers in what was typed are masked, unless the reader gave a reason in this session
    (`actions.revealing`).
    """
    actor.require(Right.READ_HALL, branch_id)
    hall, chosen = session.get(Branch, branch_id), session.get(Interaction, (branch_id, interaction_id))
    if hall is None or chosen is None:
        return None
    rows = session.exec(
        select(Interaction)
        .where(Interaction.branch_id == branch_id, Interaction.visit_id == chosen.visit_id)
        .order_by(col(Interaction.queued_at), col(Interaction.id))
    ).all()
    plain = is_revealed(session, actor, branch_id, chosen.visit_id)
    parts = tuple(part if plain else _masked(part) for part in _parts(session, actor, branch_id, rows))
    walking = walking_on(session, hall, chosen.day_on)
    notices = notices_of(session, branch_id, chosen.visit_id)
    return VisitStory(branch_id, hall.name, hall.name_en, hall.zone, chosen.visit_id, walking, parts, notices, plain)


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


def _masked(part: Part) -> Part:
    """Without the telephone numbers and the like in what somebody typed; `masked` where there were any."""
    hidden = replace(
        part,
        attention_note=_hidden(part.attention_note),
        inaccurate_why=_hidden(part.inaccurate_why),
        corrections=tuple(
            replace(one, was=_hidden(one.was), became=_hidden(one.became), why=masked(one.why))
            for one in part.corrections
        ),
    )
    return hidden if hidden == part else replace(hidden, masked=True)


def _hidden(text: str | None) -> str | None:
    return None if text is None else masked(text)


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
