"""What a hall's machine can say: the kinds of its events, in the order in which a tie of times is read."""

from __future__ import annotations

from standards.message import Worded


class EventKind(Worded):
    """One kind of event of a queue machine, call pad or rating device."""

    TICKET_TAKEN = "ticket_taken", "Ticket taken"
    COUNTER_OPENED = "counter_opened", "Counter opened"
    COUNTER_RESUMED = "counter_resumed", "Counter resumed"
    BUSINESS_CHANGED = "business_changed", "Business changed"
    CALLED = "called", "Called"
    RECALLED = "recalled", "Called again"
    RESTORED = "restored", "Restored"
    AT_COUNTER = "at_counter", "At the counter"
    GREETED = "greeted", "Greeted"
    STARTED = "started", "Started"
    HELD = "held", "Put on hold"
    RESUMED = "resumed", "Resumed"
    ITEMS = "items", "Items counted"
    ASSISTED = "assisted", "Assisted"
    BUSINESS_ADDED = "business_added", "Business added"
    TRANSFERRED = "transferred", "Transferred"
    ENDED = "ended", "Ended"
    NO_SHOW = "no_show", "No-show"
    LEFT = "left", "Left"
    DIVERTED = "diverted", "Diverted"
    VOIDED = "voided", "Voided"
    TEST = "test", "Test"
    RATING_ASKED = "rating_asked", "Rating asked"
    RATED = "rated", "Rated"
    COUNTER_PAUSED = "counter_paused", "Counter paused"
    COUNTER_CLOSED = "counter_closed", "Counter closed"
    HEARTBEAT = "heartbeat", "Heartbeat"
    DAY_TOTAL = "day_total", "Day's total"


COUNTER_KINDS = frozenset(
    {EventKind.COUNTER_OPENED, EventKind.COUNTER_PAUSED, EventKind.COUNTER_RESUMED, EventKind.COUNTER_CLOSED}
)
RATING_KINDS = frozenset({EventKind.RATING_ASKED, EventKind.RATED})
TICKET_KINDS = frozenset(EventKind) - COUNTER_KINDS - RATING_KINDS - {EventKind.HEARTBEAT, EventKind.DAY_TOTAL}
