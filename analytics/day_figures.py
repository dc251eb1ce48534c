"""The figures of a hall's day as its report has them, counted from the rows of the day at the counters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, select

from analytics.day_events import (
    counters_opened,
    counters_rostered,
    faults,
    help_calls,
    in_charge,
    notices,
    promises,
)
from analytics.question import question
from analytics.ratings import ratings
from analytics.selection import Selection
from analytics.shares import StandardShare, shares
from analytics.statistics import nearest_rank
from analytics.traffic import traffic
from models.actor import Actor, Right
from models.tables import Branch, Interaction
from standards.day_report import Column, Figure, Figures
from standards.standard import Standard
from standards.vocabulary import NEVER_JUDGED, OPEN, Begun, Channel, LeftReason, Measure, Outcome, Settlement

_BUSINESS = (Column.PAYMENT, Column.NEW_CONNECTION, Column.CHANGE, Column.ENQUIRY, Column.INVOICE)
_NO_DATA = Figure(None)


def day_figures(session: Session, actor: Actor, branch_id: str, day_on: date, *, now: datetime) -> Figures | None:
    """Every column of the report as of `now`; None for a hall that does not exist. Needs the right to see the hall.

    Columns that nobody measures yet (complaints, opinions, praise) have no data, and so has the number of counters due
    where no roster is kept. Excluded interactions are left out of times and shares and counted by themselves.
    """
    actor.require(Right.READ_HALL, branch_id)
    branch = session.get(Branch, branch_id)
    if branch is None:
        return None
    selection = Selection(branch_ids=(branch_id,), first_on=day_on, last_on=day_on, channel=Channel.COUNTER)
    asked = question(session, actor, selection)
    rows = session.exec(select(Interaction).where(asked.where())).all()
    begins, ends = _day(branch, day_on)
    return {
        **dict.fromkeys((Column.COMPLAINTS, Column.OPINIONS, Column.PRAISE), _NO_DATA),
        Column.LEAD: Figure(in_charge(session, branch_id, day_on)),
        Column.COUNTERS_DUE: Figure(counters_rostered(session, branch_id, day_on)),
        Column.COUNTERS_OPEN: Figure(len(counters_opened(session, branch_id, begins, ends, now) | _served_at(rows))),
        Column.FAULTS: Figure(faults(session, branch_id, day_on)),
        Column.NOTICES: Figure(notices(session, branch, begins, ends)),
        Column.HELP_CALLS: Figure(help_calls(session, branch_id, begins, ends)),
        **_counts(rows),
        **_abandoned(session, actor, selection),
        **_waits(rows, branch),
        **_handling(rows),
        **_shares(session, actor, selection, now),
        **_rated(session, actor, selection),
        **_promised(session, branch_id, begins, ends),
    }


def _day(branch: Branch, day_on: date) -> tuple[datetime, datetime]:
    """When a local day begins and ends."""
    midnight = datetime.combine(day_on, time(), branch.zone_info)
    return midnight, datetime.combine(day_on + timedelta(days=1), time(), branch.zone_info)


def _counts(rows: Sequence[Interaction]) -> Figures:
    done = [row for row in rows if row.outcome is Outcome.COMPLETED]
    by_business = Counter(row.business_type for row in done)
    named = {column: by_business[column.value] for column in _BUSINESS}
    tickets = (row for row in rows if row.begun is Begun.TICKET and row.outcome not in {Outcome.VOID, Outcome.TEST})
    counts = {
        Column.TICKETS: sum(1 for _ in tickets),
        Column.COMPLETED: len(done),
        **named,
        Column.OTHER: len(done) - sum(named.values()),
        Column.DIVERTED: sum(row.outcome is Outcome.DIVERTED for row in rows),
        Column.NO_SHOWS: sum(row.outcome is Outcome.NO_SHOW for row in rows),
        Column.UNFINISHED: sum(map(_unfinished, rows)),
        Column.SETTLED: sum(row.settlement in {Settlement.AT_CLOSING, Settlement.CARRIED_OVER} for row in rows),
        Column.FORGOTTEN: sum(row.settlement is Settlement.BY_RULE for row in rows),
        Column.EXCLUDED: sum(row.excluded for row in rows),
    }
    return {column: Figure(count) for column, count in counts.items()}


def _served_at(rows: Sequence[Interaction]) -> set[int]:
    """The counters where somebody was served: imported days have no other trace of an open counter."""
    return {row.counter_id for row in rows if row.counter_id is not None and row.started_at is not None}


def _unfinished(row: Interaction) -> bool:
    """未办结: still open, carried over, or away for papers and not back."""
    away = row.outcome is Outcome.LEFT and row.left_reason is LeftReason.PAPERS_MISSING
    return row.outcome in OPEN or row.settlement is Settlement.CARRIED_OVER or away


def _abandoned(session: Session, actor: Actor, selection: Selection) -> Figures:
    counted = traffic(session, actor, selection)
    interval = counted.abandoned_interval
    low, high = (interval.low, interval.high) if interval else (None, None)
    was = counted.before
    before, n_before = (None, None) if was is None else (was.abandoned_share, was.tickets)
    return {
        Column.ABANDONED: Figure(counted.abandoned, before=None if was is None else was.abandoned, n_before=n_before),
        Column.ABANDONED_SHARE: Figure(
            counted.abandoned_share, counted.tickets, low, high, before=before, n_before=n_before
        ),
    }


def _judged(rows: Iterable[Interaction]) -> list[Interaction]:
    return [row for row in rows if row.outcome not in NEVER_JUDGED]


def _waits(rows: Sequence[Interaction], branch: Branch) -> Figures:
    """Every wait that ended: called, left, or a no-show at its first call."""
    found = [row for row in _judged(rows) if row.wait_ms is not None]
    untimed = sum(row.begun is Begun.TICKET and row.wait_ms is None and row.settlement is not None for row in rows)
    names = (Column.MEAN_WAIT, Column.MEDIAN_WAIT, Column.P90_WAIT)
    kept = [row for row in found if not row.excluded]
    longest = max(kept, key=lambda row: row.wait_ms or 0, default=None)
    hour = None if longest is None else _hour(longest.arrived_at.astimezone(branch.zone_info))
    return {
        **_times(names, found, lambda row: row.wait_ms or 0, untimed),
        Column.LONGEST_WAIT: Figure(
            None if longest is None else longest.wait_ms,
            len(kept),
            before=max((row.wait_ms or 0 for row in found), default=None) if len(kept) != len(found) else None,
            n_before=len(found) if len(kept) != len(found) else None,
            untimed=untimed or None,
        ),
        Column.LONGEST_WAIT_AT: Figure(hour),
    }


def _hour(local: datetime) -> str:
    return f"{local:%H}:00–{(local.hour + 1) % 24:02d}:00"


def _handling(rows: Sequence[Interaction]) -> Figures:
    found = [row for row in rows if row.outcome is Outcome.COMPLETED and row.handling_ms is not None]
    names = (Column.MEAN_HANDLING, Column.MEDIAN_HANDLING, Column.P90_HANDLING)
    untimed = sum(row.outcome is Outcome.COMPLETED and row.ended_at is None for row in rows)
    return _times(names, found, lambda row: row.handling_ms or 0, untimed)


def _times(
    names: tuple[Column, Column, Column],
    rows: Sequence[Interaction],
    value: Callable[[Interaction], int],
    untimed: int,
) -> Figures:
    """Mean, median and 90th percentile (nearest rank), in milliseconds, with and without what is excluded."""
    everything = sorted(map(value, rows))
    kept = sorted(value(row) for row in rows if not row.excluded)
    changed = len(kept) != len(everything)
    after, before = _three(kept), _three(everything)
    return {
        name: Figure(
            now,
            len(kept),
            before=was if changed else None,
            n_before=len(everything) if changed else None,
            untimed=untimed or None,
        )
        for name, now, was in zip(names, after, before, strict=True)
    }


def _three(values: list[int]) -> tuple[float | None, ...]:
    if not values:
        return (None, None, None)
    return sum(values) / len(values), nearest_rank(values, 50), nearest_rank(values, 90)


def _shares(session: Session, actor: Actor, selection: Selection, now: datetime) -> Figures:
    """The shares of single waits, payment, business and greetings, each by the standard in force on the day."""
    found = [share for share in shares(session, actor, selection, now=now) if _at_counters(share.standard)]
    waits = [share for share in found if share.standard.measure is Measure.WAIT]
    handled = [share for share in found if share.standard.measure is Measure.HANDLING]
    payment = [share for share in handled if share.standard.scope.business_types == ("payment",)]
    business = [share for share in handled if share not in payment]
    greeted = [share for share in found if share.standard.measure is Measure.GREETING]
    columns = {
        Column.WAIT_SHARE: waits,
        Column.PAYMENT_SHARE: payment,
        Column.BUSINESS_SHARE: business,
        Column.GREETING_SHARE: greeted,
    }
    return {column: _share(listed[0]) if listed else _NO_DATA for column, listed in columns.items()}


def _at_counters(standard: Standard) -> bool:
    """Whether it judges what happens at a counter: the telephone has limits of its own."""
    return standard.judges_interactions and Channel.COUNTER in (standard.scope.channels or tuple(Channel))


def _share(share: StandardShare) -> Figure:
    before = share.before
    return Figure(
        share.share,
        share.n,
        share.low,
        share.high,
        before=None if before is None else before.share,
        n_before=None if before is None else before.n,
        source=" ".join(source.value for source in share.sources),
        limit_ms=share.standard.limit,
    )


def _rated(session: Session, actor: Actor, selection: Selection) -> Figures:
    found = ratings(session, actor, selection)
    was = ratings(session, actor, replace(selection, before_exclusion=True))
    interval = found.satisfied_interval
    low, high = (interval.low, interval.high) if interval else (None, None)
    figures = {
        Column.ASKED: Figure(found.asked),
        Column.RATED: Figure(found.rated),
        Column.RESPONSE_SHARE: Figure(found.response_share, found.completed),
        Column.SATISFIED_SHARE: Figure(found.satisfied_share, found.rated, low, high),
    }
    if was == found:
        return figures
    response, satisfied = figures[Column.RESPONSE_SHARE], figures[Column.SATISFIED_SHARE]
    return figures | {
        Column.RESPONSE_SHARE: replace(response, before=was.response_share, n_before=was.completed),
        Column.SATISFIED_SHARE: replace(satisfied, before=was.satisfied_share, n_before=was.rated),
    }


def _promised(session: Session, branch_id: str, begins: datetime, ends: datetime) -> Figures:
    due, unkept = promises(session, branch_id, begins, ends)
    return {Column.PROMISES_DUE: Figure(due), Column.PROMISES_UNKEPT: Figure(unkept)}


def as_json(figures: Figures) -> dict[str, Any]:
    """The figures as they are stored with the report."""
    return {column.value: figure.as_json() for column, figure in figures.items()}
