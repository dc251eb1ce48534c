"""The demo halls' days while the application runs: opened in the morning, closed after the last customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from actions.closing import close_hall, stop_tickets
from actions.duty import put_roster
from actions.opening import check, open_hall
from actions.press import Receipt, Stamp
from models.actor import Actor
from seed.commands import Command, Doing
from seed.demand import epoch
from seed.duties import duties
from seed.hall_days import AHEAD, MORNING, closes_at, looked_at, opens_at
from seed.hall_now import HallNow
from seed.past import hall_day
from standards.hall_day import OpeningCheck

AGAIN_AFTER = timedelta(minutes=1)
NEVER_AGAIN = datetime.max.replace(tzinfo=UTC)
_LOOK_ROUND = 240.0
_ROSTER = "roster"


class DayKeeping:
    """What is due for a hall's day, at most one command a step; the state is the database's.

    A hall where a person stands at a counter is theirs to close, and what a person has opened again stays open: each
    key does its work once.
    """

    def __init__(self) -> None:
        self._tried: dict[str, datetime] = {}
        self._day: date | None = None

    def due(self, hall: HallNow, rest_days: frozenset[date]) -> Command | None:
        """The next command that was neither done nor just tried."""
        if self._day != hall.day.day:
            self._day, self._tried = hall.day.day, {}
        for command in self._wanted(hall, rest_days):
            tried = self._tried.get(command.key)
            if tried is None or hall.now - tried >= AGAIN_AFTER:
                self._tried[command.key] = NEVER_AGAIN if _ROSTER in command.key else hall.now
                return command
        return None

    def done(self, command: Command) -> None:
        """A command was taken: it is not tried again."""
        self._tried[command.key] = NEVER_AGAIN

    def _wanted(self, hall: HallNow, rest_days: frozenset[date]) -> Iterator[Command]:
        yield from self._sign_yesterday(hall)
        if not hall.day.intervals:
            return
        if hall.record is None or hall.record.opened_at is None:
            yield from _opening(hall)
        elif not hall.day.never_closes:
            yield from _closing(hall)
        if hall.record is not None and hall.record.opened_at is not None:
            yield from _roster(hall, rest_days)

    def _sign_yesterday(self, hall: HallNow) -> Iterator[Command]:
        """In the morning, where nobody did in the evening."""
        before = hall.before
        if before is None or before.opened_at is None or before.closed_at is not None:
            return
        earlier = hall_day(hall.day.plan, hall.day.story, before.day_on, frozenset())
        if earlier.intervals and hall.at >= max(closes_at(earlier), _day_begins(hall)):
            of_day = before.day_on
            yield _of_day(hall, "sign", of_day, lambda s, a, stamp: close_hall(s, a, stamp, of_day))


def _day_begins(hall: HallNow) -> float:
    """When whoever runs the hall is there today; on a day that it stays closed, at the usual time."""
    return opens_at(hall.day) if hall.day.intervals else epoch(hall.day.day, MORNING)


def _of_day(hall: HallNow, name: str, of_day: date, do: Doing) -> Command:
    return Command(f"feed/{name}/{hall.day.plan.code}/{of_day.isoformat()}", None, do)


def _opening(hall: HallNow) -> Iterator[Command]:
    """One look at each item of the checklist, then the doors; nobody opens a hall after it should have closed."""
    today, begins = hall.day.day, opens_at(hall.day)
    if not begins - _LOOK_ROUND <= hall.at < hall.day.intervals[-1][1]:
        return
    found = {} if hall.record is None else hall.record.checklist
    missing = [item for item in looked_at(hall.day.plan) if item.value not in found]
    chance = hall.day.story.chance(hall.day.plan.code, today, "looks")
    skipped, wanting = chance.random() < 0.1, chance.random() < 0.1
    for item in missing[: -1 if skipped else None]:
        yield _looks(hall, item, not (wanting and item is OpeningCheck.PRINTERS))
    if hall.at >= begins:
        yield _of_day(hall, "open", today, lambda s, a, stamp: open_hall(s, a, stamp, today))


def _looks(hall: HallNow, item: OpeningCheck, fine: bool) -> Command:
    today = hall.day.day
    return _of_day(hall, f"check/{item.value}", today, lambda s, a, stamp: check(s, a, stamp, today, item, fine))


def _closing(hall: HallNow) -> Iterator[Command]:
    """No more tickets once the doors are shut; signed when everybody has gone and nobody is at a counter."""
    today, record = hall.day.day, hall.record
    if record is None or record.closed_at is not None or hall.at < hall.day.intervals[-1][1]:
        return
    if record.stopped_at is None:
        yield _of_day(hall, "stop", today, lambda s, a, stamp: stop_tickets(s, a, stamp, today))
    if hall.at >= closes_at(hall.day) and not hall.rows and not hall.people_at_counters:
        yield _of_day(hall, "close", today, lambda s, a, stamp: close_hall(s, a, stamp, today))


def _roster(hall: HallNow, rest_days: frozenset[date]) -> Iterator[Command]:
    """The roster of the same day next week, where there is none."""
    coming = hall_day(hall.day.plan, hall.day.story, hall.day.day + timedelta(days=AHEAD), rest_days)

    def put(session: Session, actor: Actor, stamp: Stamp) -> Receipt:
        return put_roster(session, actor, stamp, coming.day, duties(coming), instead_of=())

    if coming.intervals:
        yield _of_day(hall, _ROSTER, coming.day, put)
