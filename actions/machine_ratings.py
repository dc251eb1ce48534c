"""Ratings that name a counter alone: they belong to whoever was finished there last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from actions.kept_events import at_counters
from actions.machine_hall import KeptEvent, MachineHall, tags_of
from models.tables import Interaction
from standards.event_kind import RATING_KINDS, EventKind
from standards.vocabulary import EventState, Outcome

_SECOND = "rated"
RATED_WITHIN = timedelta(minutes=10)
"""How long after the end a rating at a counter is taken for the customer who was finished there."""


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


def _finished(hall: MachineHall, day: date, counter: int) -> list[Interaction]:
    """Who was finished at a counter on a day, in order."""
    hall.session.flush()
    found = select(Interaction).where(
        Interaction.branch_id == hall.branch.id,
        Interaction.day_on == day,
        Interaction.counter_id == counter,
        Interaction.outcome == Outcome.COMPLETED,
        col(Interaction.ended_at).is_not(None),
    )
    return sorted(hall.session.exec(found), key=lambda row: (row.ended_at or row.arrived_at, str(row.id)))


def _give(hall: MachineHall, events: Sequence[KeptEvent], finished: Sequence[Interaction]) -> None:
    """Give a counter's ratings of one day to the visits that ended there."""
    given: dict[UUID, list[KeptEvent]] = defaultdict(list)
    for event in events:
        row = _last_before(finished, event)
        if row is None:
            event.settle(EventState.WAITING, "not_finished")
        else:
            given[row.id].append(event)
    times = {event.happened_at for event in events}
    for row in finished:
        ours = row.rated_at in times or row.rating_asked_at in times
        if ours or row.id in given:
            _bring_up(row, given[row.id], times)


def _last_before(finished: Sequence[Interaction], event: KeptEvent) -> Interaction | None:
    within = (
        row
        for row in reversed(finished)
        if row.ended_at is not None and row.ended_at <= event.happened_at <= row.ended_at + RATED_WITHIN
    )
    return next(within, None)


def _bring_up(row: Interaction, events: Sequence[KeptEvent], times: set[datetime]) -> None:
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
    changed = {name: value for name, value in new.items() if value != getattr(row, name)}
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += bool(changed)
    for event in events:
        stands = event.kind is EventKind.RATING_ASKED or row.rated_at == event.happened_at
        event.settle(EventState.APPLIED if stands else EventState.REFUSED, "" if stands else _SECOND, row.visit_id)
