"""What is asked about: halls, days and filters as one value, and what answers may be grouped by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.stays import Taken
from standards.message import Worded
from standards.vocabulary import Channel, Source

Key = tuple[Any, ...]
"""What a group is about: one value per `By`, in the order asked."""


class By(Worded):
    """What answers may be grouped by."""

    HALL = "hall", "Hall"
    DAY = "day", "Day"
    HOUR = "hour", "Hour of the day"
    WEEKDAY = "weekday", "Day of the week"
    CHANNEL = "channel", "Channel"
    BUSINESS_TYPE = "business_type", "Business type"
    COUNTER = "counter", "Counter"
    STAFF = "staff", "Counter staff"
    SOURCE = "source", "Source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Interactions of some halls from day to day (inclusive, the halls' local days), narrowed by what is not None.

    `hour` is of the local day (0 to 23), `weekday` counts from Monday (0). Counters and staff are numbered within a
    hall: asking for one needs a single hall. What is excluded is not judged and counts in no share, mean or time, but
    with `before_exclusion` as if nothing were; `also_excluded` asks what would be if that were taken out too. A
    trainee's visits are in no personal figure: they are left out where one person is asked for. `from_rows` counts
    every row, however many there are, where the answer would come from the rollups: to hold one against the other.
    """

    branch_ids: tuple[str, ...]
    first_on: date
    last_on: date
    channel: Channel | None = None
    business_type: str | None = None
    counter_id: int | None = None
    staff_id: str | None = None
    hour: int | None = None
    weekday: int | None = None
    source: Source | None = None
    before_exclusion: bool = False
    also_excluded: Taken | None = None
    from_rows: bool = False

    def __post_init__(self) -> None:
        if len(self.branch_ids) > 1 and (self.counter_id is not None or self.staff_id is not None):
            raise ValueError("counters and staff are numbered within a hall: ask for one hall")

    @property
    def of_one_clerk(self) -> bool:
        """Whether it is about the work of a counter or a person, to whom no wait is charged."""
        return self.counter_id is not None or self.staff_id is not None

    @property
    def nearly_personal(self) -> bool:
        """Whether it is so narrow that one answer of a customer could be told to be about one clerk."""
        return self.of_one_clerk or self.hour is not None or self.business_type is not None

    @property
    def days(self) -> Iterator[date]:
        """Its days, those of its weekday alone where one is asked."""
        for ahead in range((self.last_on - self.first_on).days + 1):
            day = self.first_on + timedelta(days=ahead)
            if self.weekday is None or day.weekday() == self.weekday:
                yield day
