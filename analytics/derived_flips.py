"""What other hours or another walking allowance would make of stored visits: their times, and verdicts on these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import Session

from analytics.facts import facts_of
from analytics.verdict_flips import STATES, Flips, Judging, added, standard_flips
from models.base import table_of
from models.standing import HallClock, catalogue, hall_clock, intervals_of, opening_weeks, walking_on
from models.tables import Branch, Interaction
from standards.derive import Opening, OpeningWeek
from standards.judge import judge
from standards.standard import Span, Standard, in_force, spans
from standards.vocabulary import NEVER_JUDGED, OPEN, Begun, ChangeKind, Measure

_TABLE = table_of(Interaction)
_TIMES = ("wait_ms", "transfer_wait_ms", "greeting_ms")
_MEASURES = {
    ChangeKind.HOURS: Measure.WAIT,
    ChangeKind.DAY_HOURS: Measure.WAIT,
    ChangeKind.WALKING: Measure.GREETING,
}

_TICKET = _TABLE.c.begun == Begun.TICKET
# What can follow from it at all: waits of tickets, and greetings that are counted from the call.
_FOLLOWING: dict[ChangeKind, ColumnElement[bool]] = {
    ChangeKind.HOURS: _TICKET,
    ChangeKind.DAY_HOURS: _TICKET,
    ChangeKind.WALKING: and_(_TABLE.c.greeting_ms.is_not(None), _TABLE.c.at_counter_at.is_(None)),
}


class Rederived(NamedTuple):
    """How many stored visits get other times, and what becomes of their verdicts."""

    visits: int
    flips: tuple[Flips, ...]


@dataclass(frozen=True, slots=True)
class NewClock:
    """The clock of a hall's day as it would be; `as_if` says that the change were in force on every day."""

    kind: ChangeKind
    content: Mapping[str, Any]
    from_on: date
    as_if: bool

    def on(self, session: Session, hall: Branch, day: date) -> HallClock:
        """The clock for arrivals of a day."""
        begins_on = day if self.as_if else self.from_on
        walking = walking_on(session, hall, day)
        if self.kind is ChangeKind.WALKING:
            own = timedelta(milliseconds=self.content["walking_ms"])
            return replace(hall_clock(session, hall, day), walking=own)
        if self.kind is ChangeKind.HOURS:
            week = OpeningWeek(begins_on, tuple(Opening(*each) for each in self.content["openings"]))
            return HallClock(hall.zone_info, walking, opening_weeks(session, hall, day, week=week))
        text = self.content["intervals"]
        own_hours = None if text is None else intervals_of(text)
        weeks = opening_weeks(session, hall, day, days={self.from_on: own_hours})
        return HallClock(hall.zone_info, walking, weeks)


def rederived(
    session: Session, hall: Branch, clock: NewClock, first_on: date, last_on: date, *, now: datetime
) -> Rederived:
    """Derive the visits of these days (both count) as they would be, a day at a time, without writing anything."""
    rows = catalogue(session)
    measure = _MEASURES[clock.kind]
    visits, found = 0, list[tuple[str, str, date, int, int]]()
    for day in _stored_days(session, hall, first_on, last_on):
        standards = [row for row in in_force(rows, hall.issuer, day) if row.measure is measure]
        wanted = _asks(hall, [row for row in standards if row.judges_interactions], now)
        for row, derived in _changes(session, hall, clock, day):
            visits += 1
            found += [(code, hall.id, day, was, becomes) for code, was, becomes in wanted(row, derived)]
    judged = [
        flips
        for span in spans(rows, hall.issuer, first_on, last_on)
        if span.standard.measure is measure and span.standard.judges_interactions
        for flips in _judged(session, hall, span, now)
    ]
    return Rederived(visits, added(found, judged))


def _stored_days(session: Session, hall: Branch, first_on: date, last_on: date) -> list[date]:
    day_on = _TABLE.c.day_on
    where = (_TABLE.c.branch_id == hall.id, day_on.between(first_on, last_on))
    return list(session.connection().scalars(select(day_on).where(*where).distinct().order_by(day_on)))


def _changes(session: Session, hall: Branch, clock: NewClock, day: date) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The rows of a day that are judged and whose times would change, each with what would be derived."""
    of_day = and_(_TABLE.c.branch_id == hall.id, _TABLE.c.day_on == day, _TABLE.c.excluded.is_(False))
    rows = session.connection().execute(select(_TABLE).where(of_day, _FOLLOWING[clock.kind])).all()
    if not rows:
        return
    hall_clock = clock.on(session, hall, day)
    for row in rows:
        derived = hall_clock.derived(row._asdict())
        if any(getattr(row, name) != derived[name] for name in _TIMES):
            yield row, derived


def _asks(hall: Branch, standards: list[Standard], now: datetime) -> Callable[..., Iterator[tuple[str, int, int]]]:
    """The verdicts, before and after, of a row that is over."""

    def states(row: Any, derived: Mapping[str, Any]) -> Iterator[tuple[str, int, int]]:
        if row.outcome in OPEN or row.outcome in NEVER_JUDGED:
            return
        was = facts_of(row, hall.hall_class)
        becomes = replace(was, **{name: derived[name] for name in ("wait_from_at", "wait_ms", "greeting_ms")})
        for standard in standards:
            before, after = (judge(facts, standard, now).kind for facts in (was, becomes))
            yield standard.code, STATES.get(before, 0), STATES.get(after, 0)

    return states


def _judged(session: Session, hall: Branch, span: Span, now: datetime) -> tuple[Flips, ...]:
    """How many verdicts a standard gives now, by day."""
    classes = span.standard.scope.hall_classes
    of_class = not classes or hall.hall_class in classes
    same = Judging(span.standard, frozenset({hall.id}) if of_class else frozenset())
    return standard_flips(session, same, same, span.first_on, span.last_on, now=now)
