"""A visit in legs: what a person began or stamped stands among a machine's events, and splits them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from actions.stamp_sources import told
from models.tables import Hold, Interaction
from standards.event_kind import EventKind
from standards.ticket_part import Happening, Part
from standards.vocabulary import Begun, Outcome, Settlement, Source

_STAMPED = (
    ("called_at", EventKind.CALLED),
    ("last_called_at", EventKind.RECALLED),
    ("at_counter_at", EventKind.AT_COUNTER),
    ("greeted_at", EventKind.GREETED),
    ("started_at", EventKind.STARTED),
    ("ended_at", EventKind.ENDED),
    ("left_at", EventKind.LEFT),
)
_SAME_PRESS = {"last_called_at": "called_at", "started_at": "greeted_at"}


@dataclass(slots=True)
class Leg:
    """The rows from one that a person began (or a machine's ticket) to the next such; `first` is what they began."""

    rows: list[Interaction]
    first: Part | None
    happenings: list[Happening] = field(default_factory=list)


def chain(rows: Iterable[Interaction]) -> list[Interaction]:
    """The interactions of the ticket's last visit, each after the one it follows."""
    found = list(rows)
    by_id = {row.id: row for row in found}
    # A first part may name an earlier visit that it goes on from.
    roots = [row for row in found if row.previous_id is None or row.previous_id not in by_id]
    if not roots:
        return []
    root = max(roots, key=lambda row: (row.arrived_at, str(row.id)))
    after = {row.previous_id: row for row in found if row.visit_id == root.visit_id}
    linked = [root]
    while (following := after.get(linked[-1].id)) is not None:
        linked.append(following)
    return linked


def legs(rows: Sequence[Interaction], happenings: Iterable[Happening], holds: Iterable[Hold]) -> list[Leg]:
    """The legs of a visit, each with the events that fall into it and what people stamped on its rows."""
    happened = list(happenings)
    made = [Leg([], None)]
    for place, row in enumerate(rows):
        by_machine = row.source is Source.DEVICE
        if place == 0:
            made[0].first = None if by_machine else _begun(row)
        elif not by_machine:
            made.append(Leg([], _begun(row)))
        made[-1].rows.append(row)
    for happening in happened:
        _leg_at(made, happening.at).happenings.append(happening)
    held_at = {happening.at for happening in happened if happening.kind is EventKind.HELD}
    by_people = [hold for hold in holds if hold.began_at not in held_at]
    for leg in made:
        for row in leg.rows:
            leg.happenings += stamped_by_people(row, [hold for hold in by_people if hold.interaction_id == row.id])
    return made


def _leg_at(made: Sequence[Leg], at: datetime) -> Leg:
    return next((leg for leg in reversed(made[1:]) if leg.first is not None and leg.first.queued_at <= at), made[0])


def _begun(row: Interaction) -> Part:
    """What a person began, before anything was stamped on it."""
    part = Part(
        begun=row.begun,
        business_type=row.business_type,
        queued_at=row.queued_at,
        to_counter_id=row.to_counter_id,
        priority=row.priority,
        assisted=row.assisted,
        items=row.items,
    )
    if row.begun in {Begun.ADDED, Begun.WALK_IN}:
        part.outcome, part.started_at = Outcome.SERVING, row.started_at
        part.counter_id, part.staff_id = row.counter_id, row.staff_id
    return part


def ruled(row: Interaction) -> tuple[str, ...]:
    """The columns that the rule for forgotten visits wrote: nobody's word, so facts that come later replace them."""
    return ("outcome", "left_at", "left_reason") if row.settlement is Settlement.BY_RULE else ()


def stamped_by_people(row: Interaction, holds: Iterable[Hold]) -> Iterator[Happening]:
    """What people stamped on a row, as happenings; their keys name no device."""
    sources = told(row) | dict.fromkeys(ruled(row), Source.DEVICE)
    for name, kind in _STAMPED:
        at = getattr(row, name)
        again = name in _SAME_PRESS and at == getattr(row, _SAME_PRESS[name])
        begun = name == "started_at" and row.begun in {Begun.ADDED, Begun.WALK_IN}
        if at is not None and sources.get(name, row.source) is not Source.DEVICE and not again and not begun:
            yield _stamped(row, kind, at)
    if row.outcome is Outcome.NO_SHOW and sources.get("outcome", row.source) is not Source.DEVICE:
        yield _stamped(row, EventKind.NO_SHOW, row.last_called_at or row.queued_at)
    for hold in holds:
        yield _stamped(row, EventKind.HELD, hold.began_at, hold)
        if hold.ended_at is not None and not (ruled(row) and hold.ended_at == hold.began_at):
            yield _stamped(row, EventKind.RESUMED, hold.ended_at, hold)


def _stamped(row: Interaction, kind: EventKind, at: datetime, hold: Hold | None = None) -> Happening:
    key = ("", f"{row.id} {kind.value} {at.isoformat()}")
    return Happening(
        key=key,
        kind=kind,
        at=at,
        counter=row.counter_id,
        staff=row.staff_id,
        hold=None if hold is None else hold.kind,
    )
