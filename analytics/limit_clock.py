"""A time that runs against its limit, and which standard in force sets that limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.tables import Interaction
from standards.message import Worded
from standards.standard import Standard
from standards.vocabulary import Aggregation, Begun, Channel, HallClass, Measure

SOON = {
    Measure.WAIT: timedelta(minutes=3),
    Measure.GREETING: timedelta(seconds=5),
    Measure.HANDLING: timedelta(minutes=2),
}
"""How long before a limit its end is called near."""


class Nearness(Worded):
    """Where a running time stands against its limit."""

    NO_LIMIT = "no_limit", "No limit"
    WITHIN = "within", "Within the limit"
    SOON = "soon", "Due soon"
    OVER = "over", "Overdue"
    PAST_MEAN = "past_mean", "Past the mean limit"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit in force: `time` for this very case, from a standard that judges cases or (`of_mean`) means alone."""

    code: str
    measure: Measure
    time: timedelta
    of_mean: bool = False

    @property
    def soon(self) -> timedelta:
        """How long before its end it is called near, half of a short limit at the most."""
        return min(SOON[self.measure], self.time / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitClock:
    """A time since `runs_from` (holds already taken out); it stands still where `stopped_at` is set."""

    runs_from: datetime
    stopped_at: datetime | None = None
    limit: Limit | None = None

    def taken(self, now: datetime) -> timedelta:
        """The time so far, never below 0."""
        return max(timedelta(), (self.stopped_at or now) - self.runs_from)

    def left(self, now: datetime) -> timedelta | None:
        """What is left of the limit (below 0: over it), or None without one."""
        return None if self.limit is None else self.limit.time - self.taken(now)

    def nearness(self, now: datetime) -> Nearness:
        """The limit includes its own value: at exactly 0 left it is still kept."""
        left = self.left(now)
        if self.limit is None or left is None:
            return Nearness.NO_LIMIT
        if left < timedelta():
            return Nearness.PAST_MEAN if self.limit.of_mean else Nearness.OVER
        return Nearness.SOON if left <= self.limit.soon else Nearness.WITHIN


@dataclass(frozen=True, slots=True)
class LimitsInForce:
    """The clock standards of a hall on a day: which of them governs a case."""

    standards: tuple[Standard, ...]
    hall_class: HallClass

    def wait(self, row: Interaction) -> Limit | None:
        """Of a ticket's wait; a transfer's second wait has none."""
        return self._of(Measure.WAIT, row.channel, row.business_type) if row.begun is Begun.TICKET else None

    def greeting(self, row: Interaction) -> Limit | None:
        """Of the greeting of whoever was called."""
        return self._of(Measure.GREETING, row.channel, row.business_type)

    def handling(self, row: Interaction) -> Limit | None:
        """Of the handling, for the items entered so far."""
        return self._of(Measure.HANDLING, row.channel, row.business_type, max(1, row.items))

    def hall_wait(self) -> Limit | None:
        """Of a wait for a counter of this hall, whatever the business."""
        return self._shortest(
            standard
            for standard in self._measuring(Measure.WAIT)
            if Channel.COUNTER in (standard.scope.channels or tuple(Channel)) and not standard.scope.business_types
        )

    def _of(self, measure: Measure, channel: Channel, business_type: str, items: int = 1) -> Limit | None:
        covering = (
            standard
            for standard in self._measuring(measure)
            if standard.scope.covers(channel, business_type, self.hall_class)
        )
        return self._shortest(covering, items)

    def _measuring(self, measure: Measure) -> Iterable[Standard]:
        timed = (Aggregation.WITHIN, Aggregation.MEAN)
        return (one for one in self.standards if one.measure is measure and one.aggregation in timed)

    def _shortest(self, standards: Iterable[Standard], items: int = 1) -> Limit | None:
        """The shortest limit for single cases; where there is none, that of a mean, as orientation."""
        limits = [
            Limit(
                one.code,
                one.measure,
                one.limit_time * (items if one.per_item else 1),
                of_mean=one.aggregation is Aggregation.MEAN,
            )
            for one in standards
        ]
        return min(limits, key=lambda limit: (limit.of_mean, limit.time), default=None)
