"""The demo halls' floors, moved on step by step through the commands that people use."""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlmodel import Session, col, select

from actions import calling, tickets
from actions.bulk import add_interactions
from actions.press import Receipt, Stamp
from actions.refusal import Refused
from models.actor import BY_ITSELF, Actor, machine_actor
from models.store import Store
from models.tables import Account, Counter, HallDay, Interaction
from seed.afterwards import Afterwards
from seed.commands import Command, commands
from seed.customers import Ways, customer
from seed.day_keeping import DayKeeping
from seed.demand import turns_away
from seed.hall_now import HallNow
from seed.parts import Part, row_at
from seed.past import ended_calls, hall_day
from seed.record import holidays
from seed.region import PEOPLES_COUNTER, ZONE, HallPlan, plans
from seed.roster import express, roster
from seed.story import Story
from standards.vocabulary import OPEN, Begun, CounterState, Source

LONGEST_STEP = timedelta(seconds=10)
REST_AFTER_ERROR = timedelta(minutes=1)
PEOPLE_KNOWN_FOR = timedelta(minutes=1)
_LOG = logging.getLogger(__name__)


class Floor:
    """Moves the demo halls on; `step` reads all halls at once and gives each hall's commands on its own."""

    def __init__(
        self, store: Store, story: Story, chance: Random | None = None, halls: tuple[HallPlan, ...] | None = None
    ) -> None:
        self.store, self.story = store, story
        self.chance = chance or Random()
        self.plans = plans(story.halls) if halls is None else halls
        self.actor = machine_actor("demo", BY_ITSELF)
        self.errors = 0
        self._before: datetime | None = None
        self._holidays: frozenset[date] | None = None
        self._people: tuple[datetime, frozenset[str]] | None = None
        self._resting: dict[str, datetime] = {}
        self._afterwards: defaultdict[str, Afterwards] = defaultdict(Afterwards)
        self._days: defaultdict[str, DayKeeping] = defaultdict(DayKeeping)
        self._calls: dict[str, tuple[date, list[Part]]] = {}

    def step(self, now: datetime, *, customers: bool = True) -> int:
        """Move every hall on to `now`; without `customers` nobody new comes. How many are left inside."""
        before, self._before = self._before or now, now
        halls = self.halls(now)
        for plan in self.plans:
            hall = halls.get(plan.code)
            if hall is None or self.story.offline(plan, now) or self._resting.get(plan.code, now) > now:
                continue
            try:
                if customers:
                    self._log_calls(plan, hall, before)
                if not hall.shut:
                    self._move(plan, hall, before, customers)
            except Exception:  # one hall's error never stops the others
                self.errors += 1
                self._resting[plan.code] = now + REST_AFTER_ERROR
                _LOG.exception("Demo hall %s rests for a minute", plan.code)
        return sum(row.counter_id != PEOPLES_COUNTER for hall in halls.values() for row in hall.rows)

    def halls(self, now: datetime) -> dict[str, HallNow]:
        """All demo halls as they stand, in four reads."""
        codes = [plan.code for plan in self.plans]
        with self.store.reading() as session:
            people = self._with_accounts(session, now)
            rest_days = self._days_of_rest(session)
            counters = _by_hall(session.exec(select(Counter).where(col(Counter.branch_id).in_(codes))).all())
            rows = _by_hall(
                session.exec(
                    select(Interaction).where(
                        col(Interaction.branch_id).in_(codes), col(Interaction.outcome).in_(sorted(OPEN))
                    )
                ).all()
            )
            today = now.astimezone(ZONE).date()
            yesterday = today - timedelta(days=1)
            lately = col(HallDay.day_on).between(yesterday, today)
            signed = session.exec(select(HallDay).where(col(HallDay.branch_id).in_(codes), lately)).all()
            session.expunge_all()
        days = {(row.branch_id, row.day_on): row for row in signed}
        found: dict[str, HallNow] = {}
        for plan in self.plans:
            if plan.code in counters:
                day = hall_day(plan, self.story, today, rest_days)
                simulated = frozenset(plan.staff_ids) - people - {plan.clerk_id}
                standing = sorted(counters[plan.code], key=lambda counter: counter.id)
                found[plan.code] = HallNow(
                    day,
                    roster(day, True),
                    standing,
                    rows[plan.code],
                    simulated,
                    now,
                    record=days.get((plan.code, today)),
                    before=days.get((plan.code, yesterday)),
                )
        return found

    def _with_accounts(self, session: Session, now: datetime) -> frozenset[str]:
        """The staff numbers of everybody who has an account: people, whom the simulation never plays."""
        if self._people is None or now - self._people[0] > PEOPLE_KNOWN_FOR:
            found = session.exec(select(Account.staff_id).where(col(Account.staff_id).is_not(None))).all()
            self._people = now, frozenset(staff_id for staff_id in found if staff_id)
        return self._people[1]

    def _days_of_rest(self, session: Session) -> frozenset[date]:
        if self._holidays is None:
            self._holidays = holidays(session)
        return self._holidays

    def _move(self, plan: HallPlan, hall: HallNow, before: datetime, customers: bool) -> None:
        rows, after = {row.id: row for row in hall.rows}, self._afterwards[plan.code]
        for command in commands(hall):
            receipt = self.give(plan, command, hall.now)
            row = None if receipt is None or receipt.interaction_id is None else rows.get(receipt.interaction_id)
            if customers and receipt is not None and row is not None:
                after.follow(receipt, row, hall.day)
        for command in after.due(hall.now):
            self.give(plan, command, hall.now)
        if customers:
            self._keep_the_day(plan, hall)
        if customers and not hall.stopped:
            seconds = min(hall.now - before, LONGEST_STEP).total_seconds()
            rate = hall.day.rate(hall.at, hall.roster.manned(hall.at))
            if self.chance.random() < rate * seconds:
                self._somebody_comes(plan, hall)

    def _keep_the_day(self, plan: HallPlan, hall: HallNow) -> None:
        keeping = self._days[plan.code]
        command = keeping.due(hall, self._holidays or frozenset())
        if command is not None and self.give(plan, command, hall.now) is not None:
            keeping.done(command)

    def give(self, plan: HallPlan, command: Command, now: datetime) -> Receipt | None:
        """Give one command in a transaction of its own; a refusal is no error."""
        try:
            with self.store.writing() as session:
                return command.do(session, self.actor, Stamp(plan.code, command.key, now, command.seen))
        except Refused as refused:  # somebody was quicker: the next step sees what has become of it
            _LOG.debug("Demo hall %s: %s", plan.code, refused)
            return None

    def _somebody_comes(self, plan: HallPlan, hall: HallNow) -> None:
        ways = Ways.on(plan, self.story, hall.day.day)
        part = customer(ways, hall.day, hall.at, 0, self.chance)
        if turns_away(len(hall.waiting), hall.roster.manned(hall.at), hall.day.never_closes, self.chance):
            return
        free = self._free_counter(plan, hall) if part.begun is Begun.WALK_IN else None
        if plan.tiny and free is None:
            return

        def comes(session: Session, actor: Actor, stamp: Stamp) -> Receipt:
            if free is not None:
                return calling.walk_in(session, actor, stamp, free.id, part.business)
            return tickets.take_ticket(
                session,
                actor,
                stamp,
                part.business,
                priority=part.priority,
                assisted=part.assisted,
                source=Source.DEVICE,
            )

        self.give(plan, Command(f"feed/comes/{part.id}", free.version if free else None, comes), hall.now)

    def _free_counter(self, plan: HallPlan, hall: HallNow) -> Counter | None:
        if hall.waiting:
            return None
        return next(
            (
                counter
                for counter in hall.counters
                if counter.state is CounterState.IDLE and hall.ours(counter) and counter.id not in express(plan)
            ),
            None,
        )

    def _log_calls(self, plan: HallPlan, hall: HallNow, before: datetime) -> None:
        """The telephone records of calls that have just ended."""
        kept = self._calls.get(plan.code)
        if kept is None or kept[0] != hall.day.day:
            kept = self._calls[plan.code] = (hall.day.day, ended_calls(hall.day, before.timestamp(), math.inf))
        ended = [call for call in kept[1] if call.settled is not None and before.timestamp() < call.settled <= hall.at]
        if ended:
            rows = [row for row in (row_at(call, hall.at) for call in ended) if row is not None]
            with self.store.writing() as session:
                add_interactions(session, self.actor, plan.code, rows, now=hall.now)


def _by_hall(rows: Iterable[Counter] | Iterable[Interaction]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.branch_id].append(row)
    return found
