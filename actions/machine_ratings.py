"""Ratings that name a counter alone: they belong to whoever was finished there last."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from actions.kept_events import at_counters
from actions.machine_hall import KeptEvent, MachineHall, tags_of
from models.by_key import row_by_key
from models.tables import Interaction
from standards.event_kind import RATING_KINDS, EventKind
from standards.vocabulary import EventState, Outcome

_SECOND = "rated"
RATED_WITHIN = timedelta(minutes=10)
"""How long after the end a rating at a counter is taken for the customer who was finished there."""


@dataclass(frozen=True, slots=True)
class _Finished:
    """What a rating asks of a visit that ended at a counter; the names are its columns."""

    id: UUID
    visit_id: UUID
    ended_at: datetime
    rating_asked_at: datetime | None
    rating: int | None
    rated_at: datetime | None
    rating_tags: str


_COLUMNS: list[Any] = [col(getattr(Interaction, field.name)) for field in fields(_Finished)]
# Columns alone: every rating and every end looks through its counter's whole day.
_OF_COUNTER = select(*_COLUMNS).where(
    col(Interaction.branch_id) == bindparam("hall"),
    col(Interaction.day_on) == bindparam("day"),
    col(Interaction.counter_id) == bindparam("counter"),
    col(Interaction.outcome) == Outcome.COMPLETED,
    col(Interaction.ended_at).is_not(None),
)


def bring_up_ratings(hall: MachineHall, fresh: Iterable[KeptEvent], rows: Iterable[Interaction]) -> list[KeptEvent]:
    """Give the ratings by counter to their visits, and again where an end came late; every event that was read."""
    new = [event for event in fresh if event.kind in RATING_KINDS and event.ticket is None]
    readable = [event for event in new if not _refused(hall, event)]
    ended = [row for row in rows if row.ended_at is not None and row.counter_id is not None]
    places = {(event.day_on, event.counter_id) for event in readable if event.counter_id is not None}
    places |= {(row.day_on, row.counter_id) for row in ended if row.counter_id is not None}
    stored = at_counters(hall.session, hall.branch.id, places, RATING_KINDS)
    by_place: dict[tuple[date, int], list[KeptEvent]] = defaultdict(list)
    for event in (*stored, *readable):
        open_still = event.state is not EventState.REFUSED or event.reason == _SECOND
        if event.ticket is None and event.counter_id is not None and open_still:
            by_place[event.day_on, event.counter_id].append(event)
    for (day, counter), events in by_place.items():
        _give(hall, sorted(events, key=lambda event: (event.happened_at, event.key)), _finished(hall, day, counter))
    return [*stored, *new]


def _refused(hall: MachineHall, event: KeptEvent) -> bool:
    if objection := hall.objection(event):
        event.settle(EventState.REFUSED, objection)
    return bool(objection)


def _finished(hall: MachineHall, day: date, counter: int) -> list[_Finished]:
    """Who was finished at a counter on a day, in order."""
    hall.session.flush()
    found = hall.session.execute(_OF_COUNTER, {"hall": hall.branch.id, "day": day, "counter": counter})
    return sorted((_Finished(*row) for row in found), key=lambda row: (row.ended_at, str(row.id)))


def _give(hall: MachineHall, events: Sequence[KeptEvent], finished: Sequence[_Finished]) -> None:
    """Give a counter's ratings of one day to the visits that ended there."""
    given: dict[UUID, list[KeptEvent]] = defaultdict(list)
    ends = [row.ended_at for row in finished]
    for event in events:
        row = _last_before(finished, ends, event)
        if row is None:
            event.settle(EventState.WAITING, "not_finished")
        else:
            given[row.id].append(event)
    times = {event.happened_at for event in events}
    for row in finished:
        ours = row.rated_at in times or row.rating_asked_at in times
        if ours or row.id in given:
            _bring_up(hall, row, given[row.id], times)


def _last_before(finished: Sequence[_Finished], ends: Sequence[datetime], event: KeptEvent) -> _Finished | None:
    """The last who was finished before an event, and not too long before it; `ends` are their ends, in order."""
    place = bisect_right(ends, event.happened_at) - 1
    return finished[place] if place >= 0 and event.happened_at <= ends[place] + RATED_WITHIN else None


def _bring_up(hall: MachineHall, row: _Finished, events: Sequence[KeptEvent], times: set[datetime]) -> None:
    """The first answer stands, and one that the customer gave by another way stands before it."""
    asked = next((event.happened_at for event in events if event.kind is EventKind.RATING_ASKED), None)
    rated = next((event for event in events if event.kind is EventKind.RATED), None)
    new: dict[str, object] = {}
    if row.rating_asked_at is None or row.rating_asked_at in times:
        new["rating_asked_at"] = asked
    if row.rating is None or row.rated_at in times:
        new["rating"] = None if rated is None else rated.content["rating"]
        new["rated_at"] = None if rated is None else rated.happened_at
        new["rating_tags"] = "" if rated is None else tags_of(rated.content)
    _write(hall, row.id, {name: value for name, value in new.items() if value != getattr(row, name)})
    rated_at = new.get("rated_at", row.rated_at)
    for event in events:
        stands = event.kind is EventKind.RATING_ASKED or rated_at == event.happened_at
        event.settle(EventState.APPLIED if stands else EventState.REFUSED, "" if stands else _SECOND, row.visit_id)


def _write(hall: MachineHall, interaction_id: UUID, changed: dict[str, object]) -> None:
    row = row_by_key(hall.session, Interaction, hall.branch.id, interaction_id) if changed else None
    if row is None:
        return
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
