"""What a person finished is past: a machine's events neither reopen it nor add to it."""

from __future__ import annotations

from collections.abc import Iterable

from actions.machine_hall import KeptEvent, Key
from actions.machine_rows import FINISHED
from actions.stamp_sources import told
from actions.ticket_legs import Leg
from models.tables import Interaction
from standards.event_kind import EventKind
from standards.vocabulary import EventState, Outcome, Settlement, Source

_CHANGING = frozenset(
    {
        *(EventKind.BUSINESS_ADDED, EventKind.BUSINESS_CHANGED, EventKind.TRANSFERRED),
        *(EventKind.NO_SHOW, EventKind.LEFT, EventKind.DIVERTED, EventKind.VOIDED, EventKind.TEST),
    }
)
_NEVER_JUDGED = frozenset({Outcome.VOID, Outcome.TEST, Outcome.DIVERTED})


def refuse_past(leg: Leg, events: Iterable[KeptEvent]) -> set[Key]:
    """Refuse the events that would change what a person finished; their keys.

    A finished visit still takes the stamps that nobody pressed, and its rating; one that a person voided takes nothing.
    What was applied before the person's press stays.
    """
    if not leg.rows or not _finished_by_a_person(leg.rows[-1]):
        return set()
    nothing = leg.rows[-1].outcome in _NEVER_JUDGED
    here = {happening.key for happening in leg.happenings}
    past: set[Key] = set()
    for event in events:
        new = event.key in here and event.state is not EventState.APPLIED
        if new and (nothing or event.kind in _CHANGING):
            event.settle(EventState.REFUSED, "finished", leg.rows[-1].visit_id)
            past.add(event.key)
    return past


def _finished_by_a_person(row: Interaction) -> bool:
    if row.outcome not in FINISHED or row.settlement is Settlement.BY_RULE:
        return False
    return told(row).get("outcome", row.source) is not Source.DEVICE
