"""Keeping `Interaction.excluded` true to the exclusions in force, whenever a row or an exclusion changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select, update

from models.stays import LONGEST_STAY, Taken, counting, stays, taken_by
from models.tables import Exclusion, Interaction

_AT_ONCE = 500
"""Visits asked for in one statement; stores limit how many values one may hold."""


def mark_excluded(session: Session, branch_id: str, rows: Iterable[Interaction | Mapping[str, Any]]) -> None:
    """Bring `excluded` up to date for the visits of rows that were just written: in the session, or inserted in bulk.

    Every interaction of such a visit is marked anew: a part that came later stretches its stay. A hall without
    exclusions costs one small question.
    """
    written = [
        (row.visit_id, row.arrived_at, row.excluded) if isinstance(row, Interaction) else _told(row) for row in rows
    ]
    if not written:
        return
    visit_ids = list(dict.fromkeys(visit_id for visit_id, _, _ in written))
    with session.no_autoflush:
        taking = _in_force(session, branch_id, visit_ids, min(arrived_at for _, arrived_at, _ in written))
    if taking or any(excluded for *_, excluded in written):
        _mark(session, branch_id, visit_ids, taking)


def mark_taken(session: Session, exclusion: Exclusion) -> None:
    """Bring `excluded` up to date for every visit that an exclusion takes, after it was approved or reversed."""
    session.flush()
    taken = taken_by(exclusion)
    visit_ids = list(dict.fromkeys(session.execute(taken.visit_ids([exclusion.branch_id])).scalars()))
    if visit_ids:
        begun_at = exclusion.from_at or min(stay.begins_at for stay in stays(session, exclusion.branch_id, visit_ids))
        earliest_at = begun_at - LONGEST_STAY
        _mark(session, exclusion.branch_id, visit_ids, _in_force(session, exclusion.branch_id, visit_ids, earliest_at))


def _told(row: Mapping[str, Any]) -> tuple[UUID, datetime, bool]:
    return row["visit_id"], row["arrived_at"], bool(row.get("excluded"))


def _in_force(session: Session, branch_id: str, visit_ids: Sequence[UUID], arrived_at: datetime) -> list[Taken]:
    """The exclusions in force that may take one of these visits, the first of which a row came at `arrived_at`."""
    lately = col(Exclusion.until_at) > arrived_at - LONGEST_STAY
    few = len(visit_ids) <= _AT_ONCE
    own = col(Exclusion.visit_id).in_(visit_ids) if few else col(Exclusion.visit_id).is_not(None)
    found = session.exec(select(Exclusion).where(Exclusion.branch_id == branch_id, counting(), or_(lately, own)))
    return [taken_by(exclusion) for exclusion in found]


def _mark(session: Session, branch_id: str, visit_ids: Sequence[UUID], taking: Sequence[Taken]) -> None:
    session.flush()
    for first in range(0, len(visit_ids), _AT_ONCE):
        some = visit_ids[first : first + _AT_ONCE]
        excluded = [stay.visit_id for stay in stays(session, branch_id, some) if any(one.takes(stay) for one in taking)]
        for visits, value in ((excluded, True), (sorted(set(some) - set(excluded)), False)):
            if visits:
                session.exec(
                    update(Interaction)
                    .where(
                        col(Interaction.branch_id) == branch_id,
                        col(Interaction.visit_id).in_(visits),
                        col(Interaction.excluded).is_not(value),
                    )
                    .values(excluded=value)
                )
