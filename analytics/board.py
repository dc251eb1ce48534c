"""The live board of a hall: who waits, each counter, who is near a limit, and the day so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from analytics.counters_now import CounterNow, counters_now
from analytics.hall_hours import HallHours, hall_hours
from analytics.help_now import HelpNow, help_now
from analytics.limit_clock import Limit, LimitsInForce, Nearness
from analytics.queue_now import AwayNow, Growth, PromiseNow, WaitingNow, away_now, growth, promises_now, waiting_now
from analytics.selection import Selection
from analytics.shares import StandardShare, shares
from analytics.suggestion import Suggestion, suggestion
from analytics.today_hours import HourNow, today_hours
from analytics.traffic import Traffic, traffic
from models.actor import Actor, NotAllowed, Right
from models.standing import catalogue, opening_weeks, walking_on
from models.tables import Branch, BranchPulse, Interaction
from standards.derive import OpeningWeek, day_on
from standards.message import message
from standards.standard import Standard, in_force
from standards.vocabulary import OPEN, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """The local day up to now: what is in force on it, and what its presses have come to.

    It moves with the hall's change counter, where the rest of a board moves with every second.
    """

    day: date
    standards: tuple[Standard, ...]
    weeks: tuple[OpeningWeek, ...]
    walking: timedelta
    shares: tuple[StandardShare, ...]
    traffic: Traffic
    hours: tuple[HourNow, ...]
    promises: tuple[PromiseNow, ...]
    growth: Growth


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What a hall's live board shows, as of one moment.

    `waiting` has the least time left first. `wait_limit` is the limit for a single wait in force, else that of the
    mean, as orientation. `shares` are the headline standards of the local day, `hours` its arrivals and waits.
    """

    branch_id: str
    name: str
    name_en: str
    zone_name: str
    tiny: bool = False
    as_of: datetime
    hours_of_hall: HallHours
    counters: tuple[CounterNow, ...]
    help: tuple[HelpNow, ...] = ()
    waiting: tuple[WaitingNow, ...]
    away: tuple[AwayNow, ...]
    promises: tuple[PromiseNow, ...]
    growth: Growth
    wait_limit: Limit | None
    suggestion: Suggestion | None
    shares: tuple[StandardShare, ...]
    traffic: Traffic
    hours: tuple[HourNow, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    @property
    def queueless(self) -> bool:
        """A hall without a queue 小厅, and nobody waits in one all the same."""
        return self.tiny and not self.waiting

    @property
    def open_counters(self) -> int:
        """Manned and neither paused nor closed."""
        return sum(counter.open for counter in self.counters)

    @property
    def longest(self) -> WaitingNow | None:
        """Who has waited longest, with or without a limit."""
        return max(self.waiting, key=lambda one: one.clock.taken(self.as_of), default=None)

    @property
    def over(self) -> int:
        """How many have waited longer than a limit for single waits."""
        return self._standing(Nearness.OVER)

    @property
    def past_mean(self) -> int:
        """How many have waited longer than the mean should be."""
        return self._standing(Nearness.PAST_MEAN)

    @property
    def soon(self) -> int:
        """How many will be over their limit within three minutes, unless they are called."""
        return self._standing(Nearness.SOON)

    @property
    def quiet(self) -> bool:
        """Closed, with nobody waiting and nobody at a counter."""
        busy = self.waiting or any(counter.open or counter.visit for counter in self.counters)
        return not self.hours_of_hall.open and not busy and not self.help

    def _standing(self, nearness: Nearness) -> int:
        return Counter(one.clock.nearness(self.as_of) for one in self.waiting)[nearness]


def changes(session: Session, actor: Actor, branch_id: str) -> int:
    """The hall's change counter, 0 before the first write; NotAllowed where the actor may not see the hall."""
    actor.require(Right.READ_HALL, branch_id)
    return session.exec(select(BranchPulse.changes).where(BranchPulse.branch_id == branch_id)).first() or 0


def so_far(session: Session, actor: Actor, branch_id: str, *, now: datetime) -> SoFar:
    """The hall's local day up to `now`. Needs the right to see the hall; it is the same for everyone who has it."""
    hall = _hall(session, actor, branch_id)
    today = day_on(now, hall.zone_info)
    standards = in_force(catalogue(session), hall.issuer, today)
    headline = tuple(one.code for one in standards if one.headline and one.subject is Subject.INTERACTION)
    selection = Selection(branch_ids=(branch_id,), first_on=today, last_on=today)
    return SoFar(
        day=today,
        standards=standards,
        weeks=opening_weeks(session, hall, today),
        walking=walking_on(session, hall, today),
        shares=shares(session, actor, selection, codes=headline, now=now),
        traffic=traffic(session, actor, selection),
        hours=today_hours(session, branch_id, today, hall.zone_info),
        promises=promises_now(session, branch_id, now),
        growth=growth(session, branch_id, now),
    )


def board(session: Session, actor: Actor, branch_id: str, *, now: datetime, known: SoFar | None = None) -> Board:
    """The hall's board at `now`. Needs the right to see the hall; it is the same for everyone who has it.

    `known` is the day so far, where the hall has not moved since it was asked for; another day's is asked for again.
    """
    hall = _hall(session, actor, branch_id)
    stands = known is not None and known.day == day_on(now, hall.zone_info)
    day = known if known is not None and stands else so_far(session, actor, branch_id, now=now)
    limits = LimitsInForce(day.standards, hall.hall_class)
    rows = _open_rows(session, branch_id)
    counters = counters_now(session, branch_id, rows, limits, day.walking)
    waiting = waiting_now(rows, limits, now)
    return Board(
        branch_id=branch_id,
        name=hall.name,
        name_en=hall.name_en,
        zone_name=hall.zone,
        tiny=hall.tiny,
        as_of=now,
        hours_of_hall=hall_hours(day.weeks, hall.zone_info, now),
        counters=counters,
        help=help_now(session, branch_id, now),
        waiting=waiting,
        away=away_now(rows),
        promises=day.promises,
        growth=day.growth,
        wait_limit=limits.hall_wait(),
        suggestion=suggestion(waiting, counters, day.growth, now),
        shares=day.shares,
        traffic=day.traffic,
        hours=day.hours,
    )


def _hall(session: Session, actor: Actor, branch_id: str) -> Branch:
    actor.require(Right.READ_HALL, branch_id)
    hall = session.get(Branch, branch_id)
    if hall is None:
        raise NotAllowed(message("There is no hall with the code {code}.", code=branch_id))
    return hall


def _open_rows(session: Session, branch_id: str) -> list[Interaction]:
    """Everybody who is in the hall: waiting, called, served, on hold."""
    return list(
        session.exec(
            select(Interaction).where(Interaction.branch_id == branch_id, col(Interaction.outcome).in_(OPEN))
        ).all()
    )
