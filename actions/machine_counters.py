"""The counters of a hall, moved by what its machines tell: their state now, and the spells behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from actions.kept_events import at_counters
from actions.machine_hall import KeptEvent, MachineHall
from models.tables import AuditEvent, Counter, CounterSpell, Interaction
from standards.counter_story import BEGINNING, MOVING, Move, Standing, moved, turn
from standards.derive import day_on
from standards.event_kind import COUNTER_KINDS
from standards.vocabulary import CounterState, EventState, HoldKind, PauseReason


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
    by_counter: dict[int, list[KeptEvent]] = defaultdict(list)
    for event in events:
        number = _number(event, at_counter)
        if (event.newly or event.withdrawn) and event.kind in MOVING and number in hall.counters:
            by_counter[number].append(event)
    open_spells, served = _open_spells(hall, by_counter), _served(hall, by_counter)
    for number, of_one in sorted(by_counter.items()):
        of_one.sort(key=_order)
        counter = hall.counters[number]
        behind = counter.since_at is not None and of_one[0].happened_at <= counter.since_at
        late = behind or any(event.withdrawn for event in of_one)
        before = (_standing(counter), counter.since_at)
        if late and not _pressed_since(hall, counter, of_one[0].happened_at):
            _tell_day_anew(hall, counter, of_one)
        else:
            applied = [event for event in of_one if not event.withdrawn]
            _move_on(hall, counter, applied, open_spells.get(number), served.get(number))
        if late or before != (_standing(counter), counter.since_at):
            counter.version += 1


def _number(event: KeptEvent, at_counter: dict[UUID, int | None]) -> int:
    number = event.counter_id
    if number is None and event.visit_id is not None:
        number = at_counter.get(event.visit_id)
    return -1 if number is None else number


def _order(event: KeptEvent) -> tuple[datetime, int, tuple[str, str]]:
    return event.happened_at, turn(event.kind), event.key


def _standing(counter: Counter, ticket: str | None = None) -> Standing:
    return Standing(counter.state, counter.staff_id, counter.pause_reason, ticket)


def _move(hall: MachineHall, event: KeptEvent) -> Move:
    said = event.content
    hold = HoldKind(said["hold"]) if "hold" in said else None
    pause = PauseReason(said["pause"]) if "pause" in said else None
    return Move(event.kind, event.happened_at, event.ticket, hall.staff_of(event), hold, pause)


def _move_on(
    hall: MachineHall,
    counter: Counter,
    events: Sequence[KeptEvent],
    open_spell: CounterSpell | None,
    ticket: str | None = None,
) -> None:
    """Move a counter on from where it stands; what is older than that changes nothing now."""
    standing = _standing(counter, ticket)
    for event in events:
        if counter.since_at is not None and event.happened_at < counter.since_at:
            continue
        if (after := moved(standing, _move(hall, event))) == standing:
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
    calls = sorted(at_counters(hall.session, hall.branch.id, places, BEGINNING, moments), key=_order)
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
    found = select(CounterSpell).where(
        CounterSpell.branch_id == hall.branch.id,
        col(CounterSpell.counter_id).in_(sorted(numbers)),
        col(CounterSpell.ended_at).is_(None),
    )
    return {spell.counter_id: spell for spell in hall.session.exec(found.order_by(col(CounterSpell.began_at)))}


def _pressed_since(hall: MachineHall, counter: Counter, at: datetime) -> bool:
    pressed = select(AuditEvent.id).where(
        AuditEvent.branch_id == counter.branch_id, AuditEvent.counter_id == counter.id, col(AuditEvent.at) >= at
    )
    return hall.session.exec(pressed).first() is not None


def _tell_day_anew(hall: MachineHall, counter: Counter, events: Sequence[KeptEvent]) -> None:
    """Fold the machines' events at a counter from the first late one's day on, and lay its spells anew."""
    days = {event.day_on for event in events}
    stored = at_counters(hall.session, hall.branch.id, {(day, counter.id) for day in days}, MOVING)
    every = {event.key: event for event in (*stored, *events)}.values()
    told = sorted((event for event in every if event.state is EventState.APPLIED), key=_order)
    since = min(event.happened_at for event in every)
    for spell in hall.session.exec(select(CounterSpell).where(*_of_counter(counter), CounterSpell.began_at >= since)):
        hall.session.delete(spell)
    before = hall.session.exec(
        select(CounterSpell)
        .where(*_of_counter(counter), CounterSpell.began_at < since)
        .order_by(col(CounterSpell.began_at).desc())
    ).first()
    if before is not None:
        before.ended_at = None
    standing = Standing(CounterState.CLOSED) if before is None else _told_by(before)
    _stand(counter, standing, since if before is None else before.began_at)
    _move_on(hall, counter, told, before)


def _told_by(spell: CounterSpell) -> Standing:
    return Standing(spell.state, spell.staff_id, spell.pause_reason)
