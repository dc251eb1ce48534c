"""What data is missing: opening hours in which nothing came, told from hours that are merely quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from analytics.directory import Hall, readable_halls
from analytics.opening_hours import OpenHour, OpeningWeeks, open_hours, opening_weeks
from models.actor import Actor
from models.tables import Interaction
from standards.vocabulary import Outcome

LOOK_BACK = timedelta(days=28)
"""How far before the period a hall's usual hours are learnt from."""
USUAL_ARRIVALS = 15.0
"""Where so many usually come, none comes by chance once in three million times (exp(-15)): a region has thousands of
hours, and busy and quiet days differ."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Opening hours in a row without any interaction, although customers usually come then.

    From the last arrival before it (or the opening) to the first after it (aware, the hall's zone); `usual` is how
    many interactions such hours bring. `lasting`: it runs to the end of what was asked about.
    """

    began_at: datetime
    ended_at: datetime
    hours: float
    usual: float
    lasting: bool


@dataclass(frozen=True, slots=True)
class HallCompleteness:
    """One hall's data in a period up to now.

    `opening_hours` counts the local clock hours with open time that have begun, None where no opening intervals are
    set; `empty_hours` those of them without any interaction, quiet ones included. `first_at` and `last_at` are the
    first and the last arrival in the period (the hall's zone).
    """

    hall: Hall
    interactions: int
    opening_hours: int | None
    empty_hours: int
    first_at: datetime | None
    last_at: datetime | None
    gaps: tuple[Gap, ...]

    @property
    def complete(self) -> bool:
        """Whether something came, and nothing is missing that usually comes; a hall that was closed lacks nothing."""
        return not self.gaps and (self.interactions > 0 or self.opening_hours == 0)

    @property
    def silent_since(self) -> datetime | None:
        """The last arrival before a gap that still lasts; None where data comes in, or none ever came."""
        return self.last_at if self.gaps and self.gaps[-1].lasting else None


class _Arrivals(NamedTuple):
    interactions: int
    first_at: datetime
    last_at: datetime


def completeness(
    session: Session, actor: Actor, first_on: date, last_on: date, *, now: datetime
) -> tuple[HallCompleteness, ...]:
    """Every hall the actor may see, by code: what came in its opening hours from day to day (inclusive)."""
    known = readable_halls(session, actor)
    branch_ids = [hall.id for hall in known]
    weeks = opening_weeks(session, branch_ids)
    arrivals = _arrivals(session, branch_ids, first_on - LOOK_BACK, last_on)
    return tuple(_of_hall(hall, weeks[hall.id], arrivals.get(hall.id, {}), first_on, last_on, now) for hall in known)


def _arrivals(
    session: Session, branch_ids: Iterable[str], first_on: date, last_on: date
) -> dict[str, dict[datetime, _Arrivals]]:
    """Interactions by hall and hour of arrival; tests and void tickets are no sign of life."""
    branch_id, hour_at = col(Interaction.branch_id), col(Interaction.hour_at)
    arrived_at = col(Interaction.arrived_at)
    rows = session.execute(
        select(branch_id, hour_at, func.count(), func.min(arrived_at), func.max(arrived_at))
        .where(
            branch_id.in_(branch_ids),
            col(Interaction.day_on).between(first_on, last_on),
            col(Interaction.outcome).not_in((Outcome.TEST, Outcome.VOID)),
        )
        .group_by(branch_id, hour_at)
    )
    found: dict[str, dict[datetime, _Arrivals]] = {}
    for of_hall, hour, *figures in rows:
        found.setdefault(of_hall, {})[hour] = _Arrivals(*figures)
    return found


def _of_hall(
    hall: Hall,
    weeks: OpeningWeeks,
    arrivals: Mapping[datetime, _Arrivals],
    first_on: date,
    last_on: date,
    now: datetime,
) -> HallCompleteness:
    zone = hall.zone
    hours = open_hours(hall, weeks, first_on - LOOK_BACK, last_on, now)
    asked = [hour for hour in hours if hour.start.astimezone(zone).date() >= first_on]
    seen = [arrivals[at] for at in sorted(arrivals) if at.astimezone(zone).date() >= first_on]
    return HallCompleteness(
        hall=hall,
        interactions=sum(hour.interactions for hour in seen),
        opening_hours=len(asked) if weeks.known else None,
        empty_hours=sum(hour.start not in arrivals for hour in asked) if weeks.known else 0,
        first_at=seen[0].first_at.astimezone(zone) if seen else None,
        last_at=seen[-1].last_at.astimezone(zone) if seen else None,
        gaps=_gaps(asked, arrivals, _usual(hours, arrivals, zone), zone),
    )


def _usual(hours: Iterable[OpenHour], arrivals: Mapping[datetime, _Arrivals], zone: ZoneInfo) -> dict[int, float]:
    """Interactions an open hour brings, by hour of the local day, while the hall was sending anything at all."""
    came: Counter[int] = Counter()
    open_for: dict[int, float] = {}
    first, last = min(arrivals, default=None), max(arrivals, default=None)
    for hour in hours:
        if first is not None and last is not None and first <= hour.start <= last:
            of_day = hour.start.astimezone(zone).hour
            came[of_day] += arrivals[hour.start].interactions if hour.start in arrivals else 0
            open_for[of_day] = open_for.get(of_day, 0.0) + hour.hours
    return {of_day: came[of_day] / open_for[of_day] for of_day in open_for}


def _gaps(
    hours: list[OpenHour], arrivals: Mapping[datetime, _Arrivals], usual: Mapping[int, float], zone: ZoneInfo
) -> tuple[Gap, ...]:
    found: list[Gap] = []
    before: datetime | None = None
    runs = [(empty, list(run)) for empty, run in groupby(hours, lambda hour: hour.start not in arrivals)]
    for number, (empty, run) in enumerate(runs):
        if not empty:
            before = arrivals[run[-1].start].last_at
            continue
        expected = sum(usual.get(hour.start.astimezone(zone).hour, 0.0) * hour.hours for hour in run)
        lasting = number == len(runs) - 1
        if expected >= USUAL_ARRIVALS:
            after = run[-1].closes_at if lasting else arrivals[runs[number + 1][1][0].start].first_at
            found.append(
                Gap(
                    began_at=(before or run[0].opens_at).astimezone(zone),
                    ended_at=after.astimezone(zone),
                    hours=sum(hour.hours for hour in run),
                    usual=expected,
                    lasting=lasting,
                )
            )
    return tuple(found)
