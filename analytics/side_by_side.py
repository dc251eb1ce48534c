"""Halls side by side for one standard and one period: raw figures, the period before, and how it went over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product

from sqlmodel import Session

from analytics.directory import Hall, readable_halls
from analytics.durations import Durations, grouped_durations
from analytics.selection import By, Selection
from analytics.shares import grouped_shares
from analytics.spread import Values, mean_values
from analytics.standard_share import StandardShare, together
from analytics.tally import speaks_of_interactions
from analytics.traffic import Traffic, grouped_traffic
from models.actor import Actor
from models.standing import catalogue
from standards.standard import Standard, spans

MOST_SINGLE_DAYS = 31
WEEK = 7

DayShares = dict[str, dict[date, StandardShare]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A day or seven days of a hall's course, both ends counted; None where nothing was in scope."""

    first_on: date
    last_on: date
    share: StandardShare | None


@dataclass(frozen=True, slots=True)
class Daily:
    """The shares of each hall's days, and the values behind a mean in the period that is shown."""

    days: DayShares
    values: Values

    def figure(self, branch_ids: Sequence[str], first_on: date, last_on: date) -> StandardShare | None:
        """One figure of some halls from day to day; a mean with the percentiles of its own values."""
        listed = [
            share
            for branch_id in branch_ids
            for day, share in self.days[branch_id].items()
            if first_on <= day <= last_on
        ]
        if not listed:
            return None
        whole = together(listed)
        if not whole.values:
            return whole
        dates = [first_on + timedelta(days=ahead) for ahead in range((last_on - first_on).days + 1)]
        return replace(whole, spread=self.values.spread(product(branch_ids, dates)))


@dataclass(frozen=True, slots=True)
class HallFigures:
    """One hall's figures; `before` is of the period of the same length just before."""

    hall: Hall
    share: StandardShare | None
    before: StandardShare | None
    traffic: Traffic | None
    durations: Durations | None
    course: tuple[Stretch, ...]

    @property
    def has_data(self) -> bool:
        return self.share is not None and self.share.has_data

    @property
    def change(self) -> float | None:
        """Share less the share before (0 to 1), where both are of enough cases."""
        now, before = self.share, self.before
        if now is None or before is None or now.few or before.few or now.share is None or before.share is None:
            return None
        return now.share - before.share


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Every hall the actor may see, by code; `region` is all of them together, None where nothing was in scope."""

    halls: tuple[HallFigures, ...]
    region: StandardShare | None
    course: tuple[Stretch, ...]
    before_first_on: date
    before_last_on: date
    as_of: datetime


def comparable_standards(session: Session, actor: Actor, first_on: date, last_on: date) -> tuple[Standard, ...]:
    """The standards by which interactions of the actor's halls are judged in the period, the newest row of a code."""
    issuers = sorted({hall.issuer for hall in readable_halls(session, actor)})
    rows = catalogue(session)
    newest: dict[str, Standard] = {}
    for issuer in issuers:
        for span in spans(rows, issuer, first_on, last_on):
            if speaks_of_interactions(span.standard):
                newest[span.standard.code] = span.standard
    return tuple(newest[code] for code in sorted(newest))


def side_by_side(
    session: Session, actor: Actor, standard: Standard, first_on: date, last_on: date, *, now: datetime
) -> SideBySide:
    """All halls by the rows of the standard's code, each by the row of the day; days inclusive."""
    known = readable_halls(session, actor)
    branch_ids = tuple(hall.id for hall in known)
    length = last_on - first_on + timedelta(days=1)
    asked = Selection(branch_ids=branch_ids, first_on=first_on, last_on=last_on)
    both = Selection(branch_ids=branch_ids, first_on=first_on - length, last_on=last_on)
    days: DayShares = {hall.id: {} for hall in known}
    for group in grouped_shares(session, actor, both, standard.code, (By.HALL, By.DAY), now=now, spread=False):
        days[group.key[0]][group.key[1]] = group.share
    cases = sum(day.values for of_hall in days.values() for on, day in of_hall.items() if on >= first_on)
    values = mean_values(session, actor, asked, standard.code, (By.HALL, By.DAY), cases)
    daily = Daily(days, values)
    traffics = {group.key[0]: group.traffic for group in grouped_traffic(session, actor, asked, (By.HALL,))}
    timed = grouped_durations(session, actor, _in_scope(asked, standard), (By.HALL,))
    durations = {group.key[0]: group.durations for group in timed}
    step = _step(days, first_on, last_on)
    figures = tuple(
        HallFigures(
            hall=hall,
            share=daily.figure([hall.id], first_on, last_on),
            before=daily.figure([hall.id], first_on - length, first_on - timedelta(days=1)),
            traffic=traffics.get(hall.id),
            durations=durations.get(hall.id),
            course=_course(daily, [hall.id], first_on, last_on, step),
        )
        for hall in known
    )
    return SideBySide(
        halls=figures,
        region=daily.figure(branch_ids, first_on, last_on),
        course=_course(daily, branch_ids, first_on, last_on, step),
        before_first_on=first_on - length,
        before_last_on=first_on - timedelta(days=1),
        as_of=now,
    )


def _in_scope(asked: Selection, standard: Standard) -> Selection:
    """Narrowed to the standard's channel and business type where it has one; a selection can't leave a type out."""
    scope = standard.scope
    return Selection(
        branch_ids=asked.branch_ids,
        first_on=asked.first_on,
        last_on=asked.last_on,
        channel=scope.channels[0] if len(scope.channels) == 1 else None,
        business_type=scope.business_types[0] if len(scope.business_types) == 1 else None,
    )


def _step(days: DayShares, first_on: date, last_on: date) -> int:
    """One day where the period is short and most days of the halls have enough cases, else seven."""
    if (last_on - first_on).days >= MOST_SINGLE_DAYS:
        return WEEK
    single = [
        share for of_hall in days.values() for day, share in of_hall.items() if day >= first_on and share.has_data
    ]
    enough = sum(not share.few for share in single)
    return 1 if enough * 2 >= len(single) or last_on - first_on < timedelta(days=WEEK) else WEEK


def _course(daily: Daily, branch_ids: Sequence[str], first_on: date, last_on: date, step: int) -> tuple[Stretch, ...]:
    """Stretches of `step` days counted back from the last day, so that the newest is whole; the first may be cut."""
    stretches: list[Stretch] = []
    ends_on = last_on
    while ends_on >= first_on:
        begins_on = max(first_on, ends_on - timedelta(days=step - 1))
        stretches.append(Stretch(begins_on, ends_on, daily.figure(branch_ids, begins_on, ends_on)))
        ends_on = begins_on - timedelta(days=1)
    return tuple(reversed(stretches))
