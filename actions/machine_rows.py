"""A visit's rows brought up to its story: a machine fills what is missing, and what a person stamped stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from actions.machine_hall import MachineHall
from actions.rule_yields import keep_first_record
from actions.stamp_sources import NOTED, note, told
from actions.ticket_legs import Leg, ruled
from models.standing import STAMPS
from models.tables import Correction, Hold, Interaction, Observation, new_id
from standards.derive import day_on
from standards.event_kind import EventKind
from standards.ticket_part import Part, Spell
from standards.vocabulary import Channel, Outcome, Source, Stage

FINISHED = frozenset(
    {Outcome.COMPLETED, Outcome.TRANSFERRED, Outcome.LEFT, Outcome.DIVERTED, Outcome.VOID, Outcome.TEST}
)
_OWN = {"begun", "queued_at", "holds", "started_by_greeting", "by_rule"}
_COLUMNS = tuple(field.name for field in fields(Part) if field.name not in _OWN)
_STAMP_NAMES = frozenset(stage.value for stage in Stage)
_RATING = frozenset({"rating", "rating_tags", "rating_asked_at", "rated_at"})
_SAID_BY = {
    EventKind.ITEMS: {"items"},
    EventKind.ASSISTED: {"assisted"},
    EventKind.BUSINESS_CHANGED: {"business_type"},
}
_PLACE = frozenset({"counter_id", "staff_id"})
_CALLS = frozenset({EventKind.CALLED, EventKind.RECALLED, EventKind.RESTORED, EventKind.RESUMED})
_ASIDE = frozenset({EventKind.ITEMS, EventKind.ASSISTED, EventKind.RATING_ASKED, EventKind.RATED})


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of one ticket: `fresh` are the kinds applied just now, `own_at` when its machines held or rated."""

    hall: MachineHall
    ticket: str
    fresh: frozenset[EventKind]
    own_at: frozenset[datetime]


def bring_up_leg(telling: Telling, leg: Leg, parts: Sequence[Part], before: Interaction | None) -> list[Interaction]:
    """Write a leg's parts into its rows, making what is missing; `before` is the row that the first one follows.

    The rows of the parts, changed or not.
    """
    written: list[Interaction] = []
    for place, part in enumerate(parts):
        follows = written[-1] if written else before
        if place < len(leg.rows):
            written.append(_bring_up(telling, leg.rows[place], part, follows))
        else:
            written.append(_made(telling, part, follows))
    return written


def _made(telling: Telling, part: Part, follows: Interaction | None) -> Interaction:
    """A new row of a part, told by machines alone."""
    hall, identifier = telling.hall, new_id()
    arrived_at = part.queued_at if follows is None else follows.arrived_at
    row = Interaction(
        branch_id=hall.branch.id,
        id=identifier,
        visit_id=identifier if follows is None else follows.visit_id,
        previous_id=None if follows is None else follows.id,
        begun=part.begun,
        ticket=telling.ticket,
        channel=Channel.COUNTER,
        arrived_at=arrived_at,
        queued_at=part.queued_at,
        source=Source.DEVICE,
        recorded_at=hall.now,
        **_begins(hall, arrived_at),
        **{name: getattr(part, name) for name in _COLUMNS},
    )
    _derive(hall, row)
    hall.session.add(row)
    return row


def _begins(hall: MachineHall, arrived_at: datetime) -> dict[str, Any]:
    return hall.clock(day_on(arrived_at, hall.branch.zone_info)).begin(arrived_at, Channel.COUNTER)


def _bring_up(telling: Telling, row: Interaction, part: Part, follows: Interaction | None) -> Interaction:
    """Write what the part tells and the row may take; the version counts up where anything changed."""
    sources = told(row)
    new: dict[str, Any] = {
        name: value
        for name in _COLUMNS
        if (value := getattr(part, name)) != getattr(row, name) and _takes(telling, row, name, value, sources)
    }
    if row.source is Source.DEVICE:
        arrived_at = part.queued_at if follows is None else follows.arrived_at
        own = {"begun": part.begun, "queued_at": part.queued_at, "arrived_at": arrived_at}
        new |= {name: value for name, value in own.items() if value != getattr(row, name)}
        if "arrived_at" in new:
            new |= _begins(telling.hall, arrived_at)
    if facts := ruled(row) and not part.by_rule:
        keep_first_record(telling.hall, row, part)
        new |= {"settlement": None}
    if row.gone_by_at is not None and (facts or new.get("ended_at") or new.get("left_at")):
        new |= {"gone_by_at": None}
    if new:
        for name, value in new.items():
            setattr(row, name, value)
        note(row, {*new, "outcome"} if facts else new, Source.DEVICE)
        row.version += 1
        _derive(telling.hall, row)
    return row


def take_back(telling: Telling, row: Interaction) -> None:
    """A part that an earlier event has made impossible; where a person has worked on it, it stays, and counts not."""
    if row.source is not Source.DEVICE:
        return
    telling.hall.session.flush()  # its holds are gone before it
    if row.stamp_sources or _worked_on(telling.hall.session, row):
        row.outcome = Outcome.VOID
        row.version += 1
    else:
        telling.hall.session.delete(row)


def _worked_on(session: Session, row: Interaction) -> bool:
    """Whether somebody corrected the row or observed something of it."""
    return any(
        session.exec(select(table.id).where(table.branch_id == row.branch_id, table.interaction_id == row.id)).first()
        for table in (Correction, Observation)
    )


def _takes(telling: Telling, row: Interaction, name: str, value: Any, sources: dict[str, Source]) -> bool:
    """Whether a row takes the machines' word for a column."""
    if name in _RATING:
        return _takes_rating(telling, row, name)
    if name in ruled(row):
        return True
    if name in {"outcome", "left_reason"}:
        return _takes_outcome(telling, row, sources)
    mixed = bool(sources) or row.source is not Source.DEVICE
    if name == "recalls":
        return not mixed or value > row.recalls
    if name == "last_called_at":
        return not mixed or row.last_called_at is None or (value is not None and value > row.last_called_at)
    if name == "to_counter_id":
        return not mixed
    if name not in NOTED:  # what people held stands among the events
        return True
    if sources.get(name, row.source) is Source.DEVICE:
        return True
    if name in _PLACE and value is not None and not _CALLS.isdisjoint(telling.fresh):
        return row.outcome not in FINISHED  # whoever calls last has the customer
    return name not in sources and value is not None and _fills(row, name, telling.fresh)


def _fills(row: Interaction, name: str, fresh: Collection[EventKind]) -> bool:
    """Whether a column of a person's row is still to be filled."""
    if name in _STAMP_NAMES or name in _PLACE:
        return getattr(row, name) is None
    return any(name in _SAID_BY.get(kind, ()) for kind in fresh)


def _takes_outcome(telling: Telling, row: Interaction, sources: dict[str, Source]) -> bool:
    """A machine moves on what a person left open, and never what a person finished."""
    if sources.get("outcome", row.source) is Source.DEVICE:
        return True
    return row.outcome not in FINISHED and any(kind not in _ASIDE for kind in telling.fresh)


def _takes_rating(telling: Telling, row: Interaction, name: str) -> bool:
    """The customer's first answer stands; one that these machines gave follows their events."""
    given_at = row.rating_asked_at if name == "rating_asked_at" else row.rated_at
    unknown = row.rating_asked_at is None if name == "rating_asked_at" else row.rating is None
    return unknown or given_at in telling.own_at


def _derive(hall: MachineHall, row: Interaction) -> None:
    stamped = {name: getattr(row, name) for name in STAMPS} | {"inaccurate": row.inaccurate}
    for name, milliseconds in hall.clock(row.day_on).times(stamped).items():
        if getattr(row, name) != milliseconds:
            setattr(row, name, milliseconds)


def bring_up_holds(telling: Telling, told_of: Iterable[tuple[Interaction, Part]], stored: Iterable[Hold]) -> None:
    """Keep the hold rows as the parts tell them; the open one has no end. What people held is never taken away."""
    session = telling.hall.session
    by_start = {(hold.interaction_id, hold.began_at): hold for hold in stored}
    for row, part in told_of:
        for spell in _spells(part):
            hold = by_start.pop((row.id, spell.began_at), None)
            if hold is None:
                session.flush()  # the row stands before what belongs to it
                columns: dict[str, Any] = {"branch_id": row.branch_id, "interaction_id": row.id}
                session.add(Hold(**columns, kind=spell.kind, began_at=spell.began_at, ended_at=spell.ended_at))
            elif (hold.kind, hold.ended_at) != (spell.kind, spell.ended_at):
                hold.kind, hold.ended_at = spell.kind, spell.ended_at
    for hold in by_start.values():
        if hold.began_at in telling.own_at:
            session.delete(hold)


def _spells(part: Part) -> list[Spell]:
    if part.held_since_at is None or part.hold_kind is None:
        return part.holds
    return [*part.holds, Spell(part.hold_kind, part.held_since_at)]
