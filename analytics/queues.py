"""The queues of a hall by business type: how many wait in each, and what a new ticket may expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.tables import BusinessType, Counter, Interaction
from standards.queueing import forgotten, in_line, serves, waits_since
from standards.vocabulary import Channel, CounterState, Outcome

_OPEN = {CounterState.IDLE, CounterState.SERVING}


@dataclass(frozen=True, slots=True)
class Queue:
    """A business type's queue: how many wait, since when the longest, and what a new ticket may expect.

    `expected` is an estimate: what is waiting for the counters that serve this business, by the usual time of each
    business, shared among those open; None where none of them is open.
    """

    business_type: str
    name: str
    name_en: str
    waiting: int
    longest_since_at: datetime | None
    expected: timedelta | None


@dataclass(frozen=True)
class Lines:
    """Who waits in a hall and who could serve them, as they stand; `left_over` are forgotten tickets."""

    waiting: list[Interaction]
    left_over: list[Interaction]
    counters: list[Counter]
    kinds: dict[str, BusinessType]

    @property
    def open_counters(self) -> list[Counter]:
        """Manned and neither paused nor closed."""
        return [counter for counter in self.counters if counter.state in _OPEN]

    def queues(self) -> tuple[Queue, ...]:
        """The queues at the counters, one for each business type in use, in their order."""
        active = [kind for kind in self.kinds.values() if kind.active and kind.channel is not Channel.TELEPHONE]
        return tuple(self._queue(kind) for kind in sorted(active, key=lambda kind: (kind.position, kind.id)))

    def _queue(self, kind: BusinessType) -> Queue:
        mine = [row for row in self.waiting if queue_of(row) == kind.id]
        return Queue(
            business_type=kind.id,
            name=kind.name,
            name_en=kind.name_en,
            waiting=len(mine),
            longest_since_at=min((waits_since(row) for row in mine), default=None),
            expected=self.expected(kind.id, self.waiting),
        )

    def expected(self, business_type: str, ahead: Iterable[Interaction]) -> timedelta | None:
        """How long somebody in a business's queue may wait who has these before them; None with no counter open."""
        serving = [row for row in self.open_counters if not row.business_types or business_type in _codes(row)]
        if not serving:
            return None
        served = {code for row in serving for code in (_codes(row) or self.kinds)}
        work = sum(self.kinds[row.business_type].expected_ms for row in ahead if queue_of(row) in served)
        return timedelta(milliseconds=work // len(serving))

    def before(self, row: Interaction) -> list[Interaction]:
        """Who is called before somebody that waits, by the same counters."""
        together = self.together()
        at = next((place for place, one in enumerate(self.waiting) if one.id == row.id), 0)
        return [one for one in self.waiting[:at] if together(row, one)]

    def together(self) -> Callable[[Interaction, Interaction], bool]:
        """Whether two of those who wait may be called by the same counter."""
        return _together(self.counters)


def lines(session: Session, branch_id: str, now: datetime) -> Lines:
    """A hall's queues now, everybody in the order in which they will be called."""
    counters = list(session.exec(select(Counter).where(Counter.branch_id == branch_id).order_by(col(Counter.id))))
    rows = session.exec(
        select(Interaction).where(Interaction.branch_id == branch_id, col(Interaction.outcome) == Outcome.WAITING)
    ).all()
    return Lines(
        waiting=in_line((row for row in rows if not forgotten(row, now)), _together(counters)),
        left_over=in_line(row for row in rows if forgotten(row, now)),
        counters=counters,
        kinds={row.id: row for row in session.exec(select(BusinessType))},
    )


def queue_of(row: Interaction) -> str:
    """The business in whose queue a ticket stands."""
    return row.queued_as or row.business_type


def _codes(counter: Counter) -> list[str]:
    return counter.business_types.split()


def _together(counters: Sequence[Counter]) -> Callable[[Interaction, Interaction], bool]:
    def may(one: Interaction, other: Interaction) -> bool:
        return any(
            serves(counter.id, counter.business_types, one) and serves(counter.id, counter.business_types, other)
            for counter in counters
        )

    return may
