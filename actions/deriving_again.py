"""Stored visits derived anew where the hours or the walking allowance of their days changed afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, select, update
from sqlmodel import Session

from models.base import table_of
from models.dirty import mark_days
from models.standing import STAMPS, forget_walking, hall_clock
from models.tables import Branch, Interaction

AT_ONCE = 2000
_TABLE = table_of(Interaction)
DERIVED = (
    "wait_from_at",
    "hour_at",
    "day_on",
    "wait_ms",
    "transfer_wait_ms",
    "greeting_ms",
    "handling_ms",
    "door_greeting_ms",
)
_READ = tuple(dict.fromkeys(("id", *STAMPS, "inaccurate", *DERIVED)))
_WRITE = (
    update(_TABLE)
    .where(_TABLE.c.branch_id == bindparam("of_branch"), _TABLE.c.id == bindparam("of_id"))
    .values({name: bindparam(f"new_{name}") for name in DERIVED})
)


def derive_days(session: Session, branch: Branch, first_on: date, last_on: date | None = None) -> int:
    """Derive the visits of a hall from day to day (both count; None: to the last) and return how many rows changed.

    They come out as if the hours and the walking allowance had been as they are now from the start; stamps stay.
    """
    session.flush()
    forget_walking(session)
    day_on = _TABLE.c.day_on
    concerned = and_(_TABLE.c.branch_id == branch.id, day_on.between(first_on, last_on or date.max))
    written = 0
    for day in session.connection().scalars(select(day_on).where(concerned).distinct().order_by(day_on)).all():
        changes = _changes(session, branch, day)
        if changes:
            mark_days(session, branch.id, {day, *(change["new_day_on"] for change in changes)})
        for first in range(0, len(changes), AT_ONCE):
            session.connection().execute(_WRITE, changes[first : first + AT_ONCE])
        written += len(changes)
    if written:
        for row in [row for row in session.identity_map.values() if isinstance(row, Interaction)]:
            session.expire(row)
    return written


def _changes(session: Session, branch: Branch, day: date) -> list[dict[str, Any]]:
    """What the rows of one day become, of those alone that become something else."""
    clock = hall_clock(session, branch, day)
    rows = session.connection().execute(
        select(*(_TABLE.c[name] for name in _READ)).where(_TABLE.c.branch_id == branch.id, _TABLE.c.day_on == day)
    )
    changes: list[dict[str, Any]] = []
    for row in rows.mappings():
        derived = clock.derived(dict(row))
        if any(row[name] != derived[name] for name in DERIVED):
            changes.append(
                {"of_branch": branch.id, "of_id": row["id"]} | {f"new_{name}": derived[name] for name in DERIVED}
            )
    return changes
