"""What the judge is told of an interaction, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from standards.message import Message
from standards.standard import Standard
from standards.vocabulary import Begun, Channel, ExclusionReason, HallClass, Outcome, Source, VerdictKind

QUEUED = frozenset({Begun.TICKET, Begun.TRANSFER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one interaction; None means nobody measured it. Times are milliseconds.

    `checks` holds the observed checks by standard code: how many were met, of how many observed. What is `excluded` is
    not judged, whatever was measured; `excluded_for` is why, where that was asked.
    """

    channel: Channel
    business_type: str
    hall_class: HallClass
    day_on: date
    begun: Begun
    outcome: Outcome
    source: Source
    wait_from_at: datetime
    called: bool
    greeted: bool
    at_counter: bool
    started_at: datetime | None = None
    held_ms: int = 0
    held_since_at: datetime | None = None
    items: int = 1
    wait_ms: int | None = None
    greeting_ms: int | None = None
    handling_ms: int | None = None
    door_greeting_ms: int | None = None
    rating: int | None = None
    promised_at: datetime | None = None
    promise_kept_at: datetime | None = None
    checks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    excluded: bool = False
    excluded_for: ExclusionReason | None = None

    @property
    def abandoned(self) -> bool:
        """Left before the call, or a no-show. Who was never queued (walk-in, added business) can't have been either."""
        unserved = not self.called and self.started_at is None
        return self.begun in QUEUED and (self.outcome is Outcome.NO_SHOW or (self.outcome is Outcome.LEFT and unserved))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Met, missed, pending, not judged or not applicable, by which row of the catalogue, and why."""

    kind: VerdictKind
    standard: Standard
    reason: Message

    @property
    def edition(self) -> str:
        return self.standard.edition
