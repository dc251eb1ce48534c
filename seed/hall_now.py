"""A demo hall as it stands, and what of it is left to the simulation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from models.tables import Counter, Interaction
from models.tables import HallDay as DayRecord
from seed.course import back_at
from seed.demand import HallDay
from seed.region import PEOPLES_COUNTER
from seed.roster import Post, Roster
from standards.queueing import FREES_COUNTER, in_line, serves
from standards.vocabulary import HoldKind, Outcome


@dataclass
class HallNow:
    """A demo hall as it stands: its counters and its open visits; `known_staff` are the simulated people.

    `record` is what is known of its opening and closing today, `before` the same of yesterday.
    """

    day: HallDay
    roster: Roster
    counters: list[Counter]
    rows: list[Interaction]
    known_staff: frozenset[str]
    now: datetime
    record: DayRecord | None = None
    before: DayRecord | None = None
    _in_hand: set[object] = field(default_factory=set)

    @property
    def at(self) -> float:
        return self.now.timestamp()

    @property
    def waiting(self) -> list[Interaction]:
        return [row for row in self.rows if row.outcome is Outcome.WAITING and row.id not in self._in_hand]

    @property
    def stopped(self) -> bool:
        """Whether somebody has stopped its tickets for the day."""
        return self.record is not None and self.record.stopped_at is not None

    @property
    def shut(self) -> bool:
        """Whether somebody has closed it for the day."""
        return self.record is not None and self.record.closed_at is not None

    @property
    def people_at_counters(self) -> bool:
        """Whether a person, none of the simulated ones, is signed on somewhere."""
        return any(
            counter.staff_id is not None and counter.staff_id not in self.known_staff for counter in self.counters
        )

    def ours(self, counter: Counter) -> bool:
        """Whether a counter is left to the simulation: never the people's, nor where a person has signed on."""
        if counter.id == PEOPLES_COUNTER:
            return False
        return counter.staff_id in self.known_staff or (counter.staff_id is None and not self._somebody_at(counter))

    def _somebody_at(self, counter: Counter) -> bool:
        return self.at_counter(counter) is not None

    def at_counter(self, counter: Counter) -> Interaction | None:
        """Who occupies a counter."""
        return next(
            (
                row
                for row in self.rows
                if row.counter_id == counter.id
                and row.outcome is not Outcome.WAITING
                and row.hold_kind not in FREES_COUNTER
            ),
            None,
        )

    def post(self, counter: Counter) -> Post | None:
        """Whose post a counter is now; after closing it is kept until everybody inside has been served."""
        post = self.roster.post(counter.id, self.at)
        closed_at = self.closed_at
        if post is None and closed_at is not None and any(map(self._awaited, self.rows)):
            mine = (late for late in self.roster.posts if late.counter == counter.id)
            post = next((late for late in mine if late.ends == closed_at.timestamp()), None)
        return post

    def _awaited(self, row: Interaction) -> bool:
        """Somebody whom the simulated counters still have to serve."""
        return row.counter_id != PEOPLES_COUNTER and row.to_counter_id != PEOPLES_COUNTER

    @property
    def closed_at(self) -> datetime | None:
        """When the doors closed last today, while they are closed: nobody new comes."""
        past = [closes for _, closes in self.day.intervals if closes <= self.at]
        if not past or any(opens <= self.at < closes for opens, closes in self.day.intervals):
            return None
        return datetime.fromtimestamp(max(past), self.now.tzinfo)

    def settled(self, row: Interaction) -> None:
        """Something happens to a visit in this step; the rest of the step leaves it alone."""
        self._in_hand.add(row.id)

    def take(self, counter: Counter) -> Interaction | None:
        """Who is next for a counter, taken out of this step's queue."""
        queue = [row for row in self.waiting if serves(counter.id, counter.business_types, row)]
        if not queue:
            return None
        first = in_line(queue)[0]
        self._in_hand.add(first.id)
        return first

    def back(self) -> Interaction | None:
        """Somebody who is back with papers and goes on where a counter is free."""
        for row in self.rows:
            away = row.outcome is Outcome.HELD and row.hold_kind is HoldKind.AWAY_FOR_PAPERS
            if away and row.staff_id in self.known_staff and row.id not in self._in_hand and back_at(row) <= self.now:
                self._in_hand.add(row.id)
                return row
        return None
