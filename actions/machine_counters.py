"""The counters of a hall, moved by what its machines tell: their state now, and the spells behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from actions.counter_moves import Moving, in_turn, moves
from actions.kept_events import at_counters, of_tickets
from actions.machine_hall import KeptEvent, MachineHall
from models.tables import AuditEvent, Counter, CounterSpell, Interaction
from standards.counter_story import BEGINNING, MOVING, Move, Standing, moved
from standards.derive import day_on
from standards.event_kind import COUNTER_KINDS
from standards.vocabulary import CounterState, EventState, HoldKind, PauseReason

_OPEN_SPELLS = (
    select(CounterSpell)
    .where(
        col(CounterSpell.branch_id) == bindparam("hall"),
        col(CounterSpell.counter_id).in_(bindparam("counters", expanding=True)),
        col(CounterSpell.ended_at).is_(None),
    )
    .order_by(col(CounterSpell.began_at))
)


def settle_counter_events(hall: MachineHall, fresh: Iterable[KeptEvent]) -> None:
    """Say what becomes of the events that are about a counter alone."""
    for event in fresh:
        if event.kind in COUNTER_KINDS:
            objection = hall.objection(event)
            state = EventState.REFUSED if objection else EventState.APPLIED
            event.settle(state, objection or hall.applied_reason(event))


def move_counters(hall: MachineHall, events: Sequence[KeptEvent], rows: Iterable[Interaction]) -> None:
    """Move the counters on by the events that were applied just now, however long they had waited.

    In their order they move the counter as it stands. One that comes late changes what followed it: the counter's day
    is told anew, where no person has pressed anything there since.
    """
    at_counter = {row.visit_id: row.counter_id for row in rows}
    by_counter = {
        number: of_one for number, of_one in moves(events, at_counter, touched=True).items() if number in hall.counters
    }
    open_spells, served = _open_spells(hall, by_counter), _served(hall, by_counter)
    for number, of_one in sorted(by_counter.items()):
        counter = hall.counters[number]
        behind = counter.since_at is not None and of_one[0][0].happened_at <= counter.since_at
        late = behind or any(event.withdrawn for event, _ in of_one)
        before = (_standing(counter), counter.since_at)
        if late:
            _tell_anew(hall, counter, of_one, events, at_counter)
        else:
            _move_on(hall, counter, of_one, open_spells.get(number), served.get(number))
        if late or before != (_standing(counter), counter.since_at):
            counter.version += 1


def _standing(counter: Counter, ticket: str | None = None) -> Standing:
    return Standing(counter.state, counter.staff_id, counter.pause_reason, ticket)


def _move(hall: MachineHall, event: KeptEvent, here: bool) -> Move:
    said = event.content
    hold = HoldKind(said["hold"]) if "hold" in said else None
    pause = PauseReason(said["pause"]) if "pause" in said else None
    return Move(event.kind, event.happened_at, event.ticket, hall.staff_of(event), hold, pause, here)


def _move_on(
    hall: MachineHall,
    counter: Counter,
    events: Sequence[Moving],
    open_spell: CounterSpell | None,
    ticket: str | None = None,
) -> None:
    """Move a counter on from where it stands; what is older than that changes nothing now."""
    standing = _standing(counter, ticket)
    for event, here in events:
        if counter.since_at is not None and event.happened_at < counter.since_at:
            continue
        if (after := moved(standing, _move(hall, event, here))) == standing:
            continue
        if open_spell is not None:
            open_spell.ended_at = event.happened_at
        standing, open_spell = after, _spell(counter, after, event.happened_at)
        hall.session.add(open_spell)
        _stand(counter, after, event.happened_at)


def _served(hall: MachineHall, numbers: Iterable[int]) -> dict[int, str]:
    """The tickets that machines called to counters where nothing has happened since."""
    since = {number: hall.counters[number].since_at for number in numbers}
    zone = hall.branch.zone_info
    places = {(day_on(at, zone), number) for number, at in since.items() if at is not None}
    moments = {at for at in since.values() if at is not None}
    calls = sorted(at_counters(hall.session, hall.branch.id, places, BEGINNING, moments), key=in_turn)
    return {
        call.counter_id: call.ticket
        for call in calls
        if call.counter_id is not None and call.ticket is not None and call.happened_at == since[call.counter_id]
    }


def _stand(counter: Counter, standing: Standing, since_at: datetime) -> None:
    if standing.staff_id != counter.staff_id:
        counter.mentor_id, counter.covering = None, False
    counter.state, counter.staff_id, counter.pause_reason = standing.state, standing.staff_id, standing.pause_reason
    counter.since_at, counter.back_at = since_at, None


def _spell(counter: Counter, standing: Standing, began_at: datetime) -> CounterSpell:
    return CounterSpell(
        branch_id=counter.branch_id,
        counter_id=counter.id,
        staff_id=standing.staff_id,
        state=standing.state,
        pause_reason=standing.pause_reason,
        covering=counter.covering and standing.staff_id == counter.staff_id,
        began_at=began_at,
    )


def _of_counter(counter: Counter) -> tuple[bool, bool]:
    return CounterSpell.branch_id == counter.branch_id, CounterSpell.counter_id == counter.id


def _open_spells(hall: MachineHall, numbers: Iterable[int]) -> dict[int, CounterSpell]:
    """The spells that last, by counter."""
    asked = {"hall": hall.branch.id, "counters": sorted(numbers)}
    return {spell.counter_id: spell for spell in hall.session.execute(_OPEN_SPELLS, asked).scalars()}


def _tell_anew(
    hall: MachineHall,
    counter: Counter,
    late: Sequence[Moving],
    events: Iterable[KeptEvent],
    at_counter: Mapping[UUID, int | None],
) -> None:
    """Fold the machines' events at a counter anew from the last thing a person did there, and lay their spells anew.

    What a person's press (or the closing, or the rule) made of the counter stands, and so does all before it.
    """
    every = _of_days(hall, counter, [event for event, _ in late], events)
    since = min(event.happened_at for event in every)
    pressed_at = _pressed_at(hall, counter, since, {event.happened_at for event in every})
    told = moves(every, at_counter, touched=False).get(counter.id, [])
    if pressed_at is not None:
        if all(event.happened_at <= pressed_at for event, _ in late):
            return
        told = [(event, here) for event, here in told if event.happened_at > pressed_at]
    began_at = col(CounterSpell.began_at)
    own = began_at >= since if pressed_at is None else began_at > pressed_at
    for spell in hall.session.exec(select(CounterSpell).where(*_of_counter(counter), own)):
        hall.session.delete(spell)
    before = hall.session.exec(
        select(CounterSpell).where(*_of_counter(counter), ~own).order_by(began_at.desc(), col(CounterSpell.id).desc())
    ).first()
    if before is not None:
        before.ended_at = None
    standing = Standing(CounterState.CLOSED) if before is None else _told_by(before)
    first = since if before is None else before.began_at
    if (_standing(counter), counter.since_at) != (standing, first):
        _stand(counter, standing, first)
    _move_on(hall, counter, [(event, here) for event, here in told if not event.withdrawn], before)


def _of_days(
    hall: MachineHall, counter: Counter, late: Sequence[KeptEvent], events: Iterable[KeptEvent]
) -> list[KeptEvent]:
    """What may have moved a counter since the day of the first late event: all that its tickets' machines told."""
    first_on = min(event.day_on for event in late)
    until = day_on(hall.now, hall.branch.zone_info)
    days = [first_on + timedelta(days=n) for n in range((until - first_on).days + 1)] or [first_on]
    stored = at_counters(hall.session, hall.branch.id, {(day, counter.id) for day in days}, MOVING)
    tickets = {(event.day_on, event.ticket) for event in (*stored, *late) if event.ticket is not None}
    told = {event.key: event for event in (*stored, *of_tickets(hall.session, hall.branch.id, tickets))}
    told |= {
        event.key: event
        for event in events
        if (event.day_on, event.ticket) in tickets or event.counter_id == counter.id
    }
    return [event for event in told.values() if event.kind in MOVING]


def _pressed_at(hall: MachineHall, counter: Counter, since: datetime, by_machines: set[datetime]) -> datetime | None:
    """When a person last did anything at a counter: by the trail, and by the spells that no machine's event began."""
    hall.session.flush()
    pressed = select(AuditEvent.at).where(
        AuditEvent.branch_id == counter.branch_id, AuditEvent.counter_id == counter.id, col(AuditEvent.at) >= since
    )
    spells = select(CounterSpell.began_at).where(*_of_counter(counter), CounterSpell.began_at >= since)
    at = {
        *hall.session.exec(pressed),
        *(began_at for began_at in hall.session.exec(spells) if began_at not in by_machines),
    }
    return max(at, default=None)


def _told_by(spell: CounterSpell) -> Standing:
    return Standing(spell.state, spell.staff_id, spell.pause_reason)
