"""The visits that a hall's machines tell of: each ticket's events folded anew, its rows brought up to the story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from actions.kept_events import of_tickets
from actions.machine_hall import KeptEvent, MachineHall
from actions.machine_rows import Telling, bring_up_holds, bring_up_leg, take_back
from actions.machine_staff import Openings, name_staff, openings
from actions.rule_yields import as_the_rule_has_it
from actions.ticket_legs import Leg, chain, legs
from actions.ticket_past import refuse_past
from models.tables import Hold, Interaction
from standards.event_kind import RATING_KINDS, EventKind
from standards.ticket_part import Part
from standards.ticket_story import Verdict, told
from standards.vocabulary import EventState

Ticket = tuple[date, str]
"""A ticket by the hall's local day and its number."""
_OF_TICKETS = select(Interaction).where(
    col(Interaction.branch_id) == bindparam("hall"),
    col(Interaction.ticket).in_(bindparam("tickets", expanding=True)),
    col(Interaction.day_on).in_(bindparam("days", expanding=True)),
)
_TIMED = RATING_KINDS | {EventKind.HELD}


def bring_up_tickets(
    hall: MachineHall, tickets: Collection[Ticket], fresh: Sequence[KeptEvent]
) -> tuple[list[Interaction], list[KeptEvent]]:
    """Fold the tickets anew with what came just now; the rows they tell of, and every event that was read."""
    events: dict[Ticket, list[KeptEvent]] = defaultdict(list)
    for event in (*of_tickets(hall.session, hall.branch.id, tickets), *fresh):
        if event.ticket is not None:
            events[event.day_on, event.ticket].append(event)
    opened = openings(hall, [event for of_one in events.values() for event in of_one], fresh)
    rows = _rows(hall, tickets)
    holds = _holds(hall, events, rows)
    told_of: list[Interaction] = []
    for ticket in sorted(tickets):
        told_of += _tell(hall, ticket[1], events[ticket], chain(rows[ticket]), holds, opened)
    return told_of, [event for of_one in events.values() for event in of_one]


def _rows(hall: MachineHall, tickets: Collection[Ticket]) -> dict[Ticket, list[Interaction]]:
    found: dict[Ticket, list[Interaction]] = defaultdict(list)
    if tickets:
        asked = {
            "hall": hall.branch.id,
            "tickets": sorted({ticket for _, ticket in tickets}),
            "days": sorted({day for day, _ in tickets}),
        }
        for row in hall.session.execute(_OF_TICKETS, asked).scalars():
            found[row.day_on, row.ticket or ""].append(row)
    return found


def _holds(
    hall: MachineHall, events: dict[Ticket, list[KeptEvent]], rows: dict[Ticket, list[Interaction]]
) -> dict[UUID, list[Hold]]:
    """The holds of the visits that may have any."""
    ids = [
        row.id
        for ticket, of_one in rows.items()
        for row in of_one
        if row.held_ms
        or row.phone_held_ms
        or row.held_since_at
        or any(e.kind is EventKind.HELD for e in events[ticket])
    ]
    found: dict[UUID, list[Hold]] = defaultdict(list)
    if ids:
        at_home = Hold.branch_id == hall.branch.id
        for hold in hall.session.exec(select(Hold).where(at_home, col(Hold.interaction_id).in_(ids))):
            found[hold.interaction_id].append(hold)
    return found


def _tell(
    hall: MachineHall,
    ticket: str,
    events: Sequence[KeptEvent],
    rows: Sequence[Interaction],
    holds: dict[UUID, list[Hold]],
    opened: Openings,
) -> list[Interaction]:
    readable = [event for event in events if not (objection := hall.objection(event)) or _refuse(event, objection)]
    happenings = [opened.named(hall.happening(event)) for event in readable]
    stored = [hold for row in rows for hold in holds[row.id]]
    told_of: list[tuple[Interaction, Part]] = []
    for leg in legs(rows, happenings, stored):
        told_of += _tell_leg(hall, ticket, leg, readable, stored, told_of[-1][0] if told_of else None)
    return [row for row, _ in told_of]


def _refuse(event: KeptEvent, objection: str) -> bool:
    event.settle(EventState.REFUSED, objection)
    return False


def _tell_leg(
    hall: MachineHall,
    ticket: str,
    leg: Leg,
    events: Sequence[KeptEvent],
    holds: Sequence[Hold],
    before: Interaction | None,
) -> list[tuple[Interaction, Part]]:
    past = refuse_past(leg, events)
    story = told((happening for happening in leg.happenings if happening.key not in past), leg.first)
    own = [event for event in events if event.key in story.verdicts]
    applied = [event for event in own if story.verdicts[event.key].state is EventState.APPLIED]
    telling = Telling(
        hall,
        ticket,
        frozenset(event.kind for event in applied if event.fresh or event.state is not EventState.APPLIED),
        frozenset(event.happened_at for event in own if event.kind in _TIMED),
    )
    parts = as_the_rule_has_it(leg.rows, story.parts)
    written = bring_up_leg(telling, leg, parts, before)
    told_of = list(zip(written, parts, strict=True))
    here = {row.id for row in leg.rows}
    bring_up_holds(telling, told_of, [hold for hold in holds if hold.interaction_id in here])
    for row in leg.rows[len(written) :]:
        take_back(telling, row)
    for row, part in told_of:
        name_staff(hall, row, part)
    visit_id = written[0].visit_id if written else None
    for event in own:
        _settle(hall, event, story.verdicts[event.key], visit_id)
    return told_of


def _settle(hall: MachineHall, event: KeptEvent, verdict: Verdict, visit_id: UUID | None) -> None:
    applied = verdict.state is EventState.APPLIED
    if applied:
        hall.understand(event)
    event.settle(verdict.state, hall.applied_reason(event) if applied else verdict.reason, visit_id)
