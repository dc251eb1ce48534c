"""Keeping `Interaction.excluded` true to the exclusions in force, whenever a row or an exclusion changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, or_
from sqlmodel import Session, col, select, update

from models.base import table_of
from models.dirty import mark_visits
from models.stays import LONGEST_STAY, Taken, counting, stays, taken_by
from models.tables import Exclusion, Interaction

_AT_ONCE = 500
"""Visits asked for in one statement; stores limit how many values one may hold."""


def _takings(own: Any) -> Any:
    """What counts against visits of lately, or against some of its own; built once, for every press asks it."""
    lately = col(Exclusion.until_at) > bindparam("since", type_=_PERIOD_END)
    taken: Any = select(col(Exclusion.from_at), col(Exclusion.until_at), col(Exclusion.visit_id))
    return taken.where(col(Exclusion.branch_id) == bindparam("hall"), counting(), or_(lately, own))


_PERIOD_END = table_of(Exclusion).c.until_at.type
_OF_ONE = _takings(col(Exclusion.visit_id) == bindparam("visit"))
_OF_THESE = _takings(col(Exclusion.visit_id).in_(bindparam("visits", expanding=True)))
_OF_ANY = _takings(col(Exclusion.visit_id).is_not(None))


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
    asked = {"hall": branch_id, "since": arrived_at - LONGEST_STAY}
    if len(visit_ids) == 1:  # nearly every press: without a list, which would be put into the statement each time
        found = session.connection().execute(_OF_ONE, asked | {"visit": visit_ids[0]})
    elif len(visit_ids) <= _AT_ONCE:
        found = session.connection().execute(_OF_THESE, asked | {"visits": list(visit_ids)})
    else:
        found = session.connection().execute(_OF_ANY, asked)
    return [Taken(*row) for row in found]


def _mark(session: Session, branch_id: str, visit_ids: Sequence[UUID], taking: Sequence[Taken]) -> None:
    session.flush()
    for first in range(0, len(visit_ids), _AT_ONCE):
        some = visit_ids[first : first + _AT_ONCE]
        excluded = [stay.visit_id for stay in stays(session, branch_id, some) if any(one.takes(stay) for one in taking)]
        for visits, value in ((excluded, True), (sorted(set(some) - set(excluded)), False)):
            if visits:
                changed = and_(col(Interaction.visit_id).in_(visits), col(Interaction.excluded).is_not(value))
                mark_visits(session, branch_id, changed)
                session.exec(
                    update(Interaction).where(col(Interaction.branch_id) == branch_id, changed).values(excluded=value)
                )
