"""The rows of interactions, made as fast as they are written: stamps and derived columns from the same milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from random import Random
from typing import Any

from bench.visit_chances import HOUR, SECOND, Chances
from bench.visit_legs import HallDay, Leg

WALKING = 20 * SECOND
"""The halls' walking allowance."""
OBSERVED = {"H02": 5, "H09": 1, "H10": 3, "H11": 1, "H13": 6}
"""The checks that are noted of a visit which somebody watched, by standard."""
_NAMES = (
    "branch_id id visit_id previous_id begun ticket channel business_type counter_id staff_id mentor_id items "
    "arrived_at queued_at wait_from_at door_greeted_at called_at last_called_at recalls at_counter_at greeted_at "
    "started_at ended_at left_at held_ms outcome left_reason priority excluded rating attention "
    "first_contact_resolved promised_at promise_kept_at source recorded_at "
    "wait_ms transfer_wait_ms greeting_ms handling_ms door_greeting_ms hour_at day_on"
)
COLUMNS = tuple(_NAMES.split())
CHECK_COLUMNS = ("branch_id", "id", "interaction_id", "standard_code", "item", "met", "observed_by", "observed_at")
DAY = 24 * HOUR
_CLOCK = [f" {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}." for second in range(DAY // SECOND)]
_FRACTION = [f"{millisecond:03d}000" for millisecond in range(SECOND)]
Row = tuple[Any, ...]


class DayRows:
    """The rows of one hall's day, as SQLite stores them, and those of the checks that were noted."""

    def __init__(self, hall_day: HallDay, chance: Random) -> None:
        self.hall_day = hall_day
        self.chance = chance
        self.day = hall_day.day.isoformat()
        self.began = int(datetime.combine(hall_day.day, time(), UTC).timestamp()) * SECOND
        self.checks: list[Row] = []

    def rows(self, chances: Chances) -> Iterator[Row]:
        """The interactions in the order of `COLUMNS`; `checks` fills while they are read."""
        previous: str | None = None
        visit = ""
        for leg in self.hall_day.legs(chances, self.chance):
            own = self._id(leg.queued)
            goes_on = leg.begun in ("transfer", "added")
            visit = visit if goes_on else own
            yield self._row(leg, own, visit, previous if goes_on else None)
            previous = own
            if leg.remark is not None and leg.remark.observed and leg.ended is not None:
                self._watch(own, leg.ended)

    def _id(self, at: int) -> str:
        """A UUIDv7 of an instant, as SQLite stores it."""
        lot = self.chance.getrandbits(74)
        return f"{self.began + at:012x}7{lot >> 62:03x}{lot & (1 << 62) - 1 | 1 << 63:016x}"

    def _at(self, at: int | None) -> str | None:
        if at is None:
            return None
        if at >= DAY:
            raise ValueError("a visit beyond the UTC day of its arrival")
        return self.day + _CLOCK[at // SECOND] + _FRACTION[at % SECOND]

    def _watch(self, interaction_id: str, at: int) -> None:
        """What a supervisor noted of one visit."""
        for code, items in OBSERVED.items():
            for item in range(1, items + 1):
                met = int(self.chance.random() < 0.93)
                check = (self.hall_day.branch_id, self._id(at), interaction_id, code, item, met, "bench", self._at(at))
                self.checks.append(check)

    def _row(self, leg: Leg, own: str, visit: str, previous: str | None) -> Row:
        at, server, remark, business = self._at, leg.server, leg.remark, leg.business
        first_out, last_out = self.hall_day.failed
        ended = leg.ended or 0
        return (
            self.hall_day.branch_id,
            own,
            visit,
            previous,
            leg.begun,
            leg.ticket,
            leg.channel,
            business.code,
            server.counter or None if server else None,
            server.staff if server else None,
            server.mentor if server else None,
            business.items,
            at(leg.arrived),
            at(leg.queued),
            at(leg.wait_from),
            at(leg.door_greeted),
            at(leg.called),
            at(leg.last_called),
            leg.recalls,
            at(leg.at_counter),
            at(leg.greeted),
            at(leg.started),
            at(leg.ended),
            at(leg.left),
            business.held if leg.ended is not None else 0,
            leg.outcome,
            "wait_too_long" if leg.left is not None else None,
            remark.priority if remark else None,
            int(first_out <= leg.arrived < last_out),
            remark.rating if remark else None,
            remark.attention if remark else 0,
            remark.resolved if remark else None,
            self._later(ended, remark.promised) if remark else None,
            self._later(ended, remark.kept) if remark else None,
            leg.source,
            at(leg.queued),
            *_derived(leg),
            self.day + _CLOCK[leg.arrived // HOUR * 3600] + _FRACTION[0],
            self.day,
        )

    def _later(self, ended: int, after: int | None) -> str | None:
        """An instant that may lie on another day."""
        if after is None:
            return None
        moment = datetime.fromtimestamp((self.began + ended + after) / SECOND, UTC)
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _derived(leg: Leg) -> tuple[int | None, ...]:
    """Wait, wait after a transfer, greeting, handling and greeting at the door, by the rules of `standards.derive`."""
    waited = leg.called if leg.called is not None else leg.left
    ticket = leg.begun == "ticket"
    return (
        max(0, waited - leg.wait_from) if ticket and waited is not None else None,
        max(0, waited - leg.queued) if leg.begun == "transfer" and waited is not None else None,
        _greeting(leg),
        None if leg.started is None or leg.ended is None else max(0, leg.ended - leg.started - leg.business.held),
        None if leg.door_greeted is None else leg.door_greeted - leg.arrived,
    )


def _greeting(leg: Leg) -> int | None:
    if leg.greeted is None:
        return None
    begin = leg.at_counter if leg.at_counter is not None else leg.last_called
    if begin is None:
        return None
    return max(0, leg.greeted - begin - (0 if leg.at_counter is not None else WALKING))
