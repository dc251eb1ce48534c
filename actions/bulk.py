"""Many interactions at once: for imports and the demo region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col, select

from actions.excluding import mark_excluded
from actions.hall import branch_of, move_pulse
from actions.hall_times import DERIVED, HallTimes, hall_times
from models.actor import Actor, Right
from models.base import table_of
from models.bulk_rows import insert_rows
from models.dirty import mark_days, mark_visits
from models.tables import Counter, CounterSpell, Duty, HallDay, HelpCall, Hold, Interaction, Observation, new_id
from standards.vocabulary import CounterState, PauseReason

BATCH = 2000
_AT_ONCE = 500
"""Interactions asked for in one statement; stores limit how many values one may hold."""
_TABLE = table_of(Interaction)


def _defaults() -> dict[str, Any]:
    fields = Interaction.model_fields
    return {
        column.name: None
        if fields[column.name].is_required() or fields[column.name].default_factory
        else fields[column.name].default
        for column in _TABLE.columns
    }


_DEFAULTS = _defaults()
_MADE = ("id", "visit_id", "queued_at", "recorded_at", *DERIVED)
"""Columns that every row is given here."""


def add_interactions(
    session: Session,
    actor: Actor,
    branch_id: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    now: datetime,
    import_id: UUID | None = None,
) -> int:
    """Insert interactions into a hall and return how many; derived columns are made here, not given.

    A row holds columns of `Interaction` (stamps aware, `begun`, `channel`, `business_type`, `outcome`,
    `arrived_at` at least); what is missing takes the table's default, `id` and `visit_id` new ones, `queued_at` the
    arrival. Rows of an import come without its `import_id`. Raises NotAllowed without the right to import.
    """
    actor.require(Right.IMPORT, branch_id)
    same = {"branch_id": branch_id} if import_id is None else {"branch_id": branch_id, "import_id": import_id}
    times = hall_times(session, branch_of(session, branch_id))
    added = 0
    for batch in _batches(iter(rows)):
        said = {*set().union(*batch), *_MADE}
        default = {name: value for name, value in _DEFAULTS.items() if name in said} | {"recorded_at": now}
        unsaid = {name: value for name, value in _DEFAULTS.items() if name not in said}
        whole = [_whole(times, default, row) for row in batch]
        mark_days(session, branch_id, {row["day_on"] for row in whole})
        insert_rows(session, _TABLE, whole, unsaid | same)
        mark_excluded(session, branch_id, whole)
        added += len(whole)
    move_pulse(session, branch_id, now)
    return added


def _whole(times: HallTimes, default: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with all that is said of any, identifiers of its own, and what is derived."""
    whole = {**default, "queued_at": row["arrived_at"], **row}
    whole.pop("branch_id", None)
    own_id = whole["id"] = whole["id"] or new_id()
    if whole["visit_id"] is None:
        whole["visit_id"] = own_id
    whole |= times.derived(whole)
    return whole


def add_details(
    session: Session, actor: Actor, branch_id: str, table: type[Hold | Observation], rows: Iterable[Mapping[str, Any]]
) -> int:
    """Insert holds or observations of a hall's interactions, ids given, and return how many."""
    actor.require(Right.IMPORT, branch_id)
    whole = [{**row, "branch_id": branch_id} for row in rows]
    if whole:
        session.execute(insert(table), whole)
    if table is Observation:
        observed = sorted({row["interaction_id"] for row in whole})
        for first in range(0, len(observed), _AT_ONCE):
            mark_visits(session, branch_id, col(Interaction.id).in_(observed[first : first + _AT_ONCE]))
    return len(whole)


def add_records(session: Session, actor: Actor, branch_id: str, rows: Iterable[Duty | HelpCall]) -> int:
    """Insert rosters and calls for help of a hall's days as they were, and return how many."""
    actor.require(Right.IMPORT, branch_id)
    listed = list(rows)
    if any(row.branch_id != branch_id for row in listed):
        raise ValueError("a record of another hall")
    session.add_all(listed)
    session.flush()
    return len(listed)


def put_hall_day(session: Session, actor: Actor, day: HallDay) -> None:
    """Record how a day was opened and closed; what is recorded of it already stands."""
    actor.require(Right.IMPORT, day.branch_id)
    kept = session.get(HallDay, (day.branch_id, day.day_on))
    if kept is None:
        session.add(day)
        return
    blank = [name for name in HallDay.model_fields if not getattr(kept, name) and getattr(day, name)]
    for name in blank:
        setattr(kept, name, getattr(day, name))
    kept.version += bool(blank)


@dataclass(frozen=True, slots=True)
class CounterNow:
    """A counter's state as it is found, with whoever stands there."""

    counter_id: int
    state: CounterState
    staff_id: str | None
    since_at: datetime | None
    pause_reason: PauseReason | None = None
    back_at: datetime | None = None
    mentor_id: str | None = None


def put_counters(
    session: Session, actor: Actor, branch_id: str, counters: Iterable[CounterNow], *, now: datetime
) -> None:
    """Set the counters' states to match visits that were added in bulk; an open one begins its spell."""
    actor.require(Right.IMPORT, branch_id)
    for found in counters:
        counter = session.get_one(Counter, (branch_id, found.counter_id))
        _end_spells(session, counter, now)
        for name in ("state", "staff_id", "since_at", "pause_reason", "back_at", "mentor_id"):
            setattr(counter, name, getattr(found, name))
        counter.version += 1
        if found.state is not CounterState.CLOSED:
            session.add(
                CounterSpell(
                    branch_id=branch_id,
                    counter_id=found.counter_id,
                    staff_id=found.staff_id,
                    state=found.state,
                    pause_reason=found.pause_reason,
                    began_at=found.since_at or now,
                )
            )
    move_pulse(session, branch_id, now)


def _end_spells(session: Session, counter: Counter, now: datetime) -> None:
    for spell in session.exec(
        select(CounterSpell).where(
            CounterSpell.branch_id == counter.branch_id,
            CounterSpell.counter_id == counter.id,
            col(CounterSpell.ended_at).is_(None),
        )
    ):
        spell.ended_at = now


def _batches(rows: Iterator[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
