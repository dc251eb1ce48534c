"""How one customer is served in a simulated hall: each situation of a real day as the machines tell it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from bench.machine_hall import COUNTERS, NAMES, QUEUE_MACHINE, pad, rater
from bench.machine_truth import Day, Visit
from standards.vocabulary import Begun, HoldKind, LeftReason, Outcome


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


class Service:
    """Serves visits at counters; `serve` gives the time the counter is free again."""

    def __init__(self, day: Day, chance: Random) -> None:
        self.day, self.chance = day, chance
        self.reasons = cycle(LeftReason)
        self.waiting: list[Visit] = []

    def span(self, least: int, most: int) -> timedelta:
        return seconds(self.chance.randint(least, most))

    def serve(self, visit: Visit, counter: int, at: datetime) -> datetime:
        """From the call (or the return) to the counter's being free."""
        if visit.back:
            return self._goes_on(visit, counter, at)
        self.day.call(visit, counter, at)
        if visit.situation in {"no_show", "restored", "restored_to_queue"} and visit.now.recalls < 2:
            return self._nobody_comes(visit, counter, at)
        if visit.situation == "recalled":
            at += seconds(25)
            self.day.call(visit, counter, at, "recalled")
        return self._greeted(visit, counter, at)

    def _nobody_comes(self, visit: Visit, counter: int, at: datetime) -> datetime:
        for _ in range(2):
            at += seconds(30)
            self.day.call(visit, counter, at, "recalled")
        at += seconds(20)
        self.day.say(pad(counter), "no_show", at, ticket=visit.ticket, counter=counter)
        visit.now.outcome = Outcome.NO_SHOW
        if visit.situation != "no_show":
            self._comes_back(visit, at + self.span(240, 600))
            visit.back = visit.situation == "restored"
            if visit.situation == "restored_to_queue":
                self.day.say(QUEUE_MACHINE, "restored", visit.ready_at, ticket=visit.ticket)
                visit.now.outcome = Outcome.WAITING
        return at

    def _comes_back(self, visit: Visit, at: datetime, only_counter: int | None = None) -> None:
        visit.ready_at, visit.only_counter, visit.back = at, only_counter, True
        self.waiting.append(visit)

    def _goes_on(self, visit: Visit, counter: int, at: datetime) -> datetime:
        visit.back = False
        if visit.now.outcome is Outcome.NO_SHOW:
            self.day.call(visit, counter, at, "restored")
            return self._greeted(visit, counter, at)
        self.day.resume(visit, counter, at)
        return self._ended(visit, counter, at + self.span(60, 240))

    def _greeted(self, visit: Visit, counter: int, at: datetime) -> datetime:
        told, here = visit.now, {"ticket": visit.ticket, "counter": counter}
        at += self.span(4, 20)
        if self.chance.random() < 0.4:
            self.day.say(pad(counter), "at_counter", at, **here)
            told.at_counter_at = at
        if visit.situation == "phone_before_greeting":
            at += seconds(2)
            self.day.hold(visit, counter, HoldKind.PHONE, at, at + seconds(20))
            at += seconds(20)
        at += self.span(1, 12)
        self.day.say(pad(counter), "greeted", at, **here)
        told.greeted_at = told.started_at = at
        told.outcome = Outcome.SERVING
        if self.chance.random() < 0.25:
            at += seconds(3)
            self.day.say(pad(counter), "started", at, **here)
            told.started_at = at
        return self._served(visit, counter, at + self.span(120, 420))

    def _served(self, visit: Visit, counter: int, at: datetime) -> datetime:
        """What happens in the middle of a service."""
        here = {"ticket": visit.ticket, "counter": counter}
        match visit.situation:
            case "phone" | "held_waiting":
                kind = HoldKind.PHONE if visit.situation == "phone" else HoldKind.WAITING
                until = at + self.span(30, 180)
                self.day.hold(visit, counter, kind, at, until)
                at = until
            case "away" | "away_for_good" | "papers_kept":
                return self._without_papers(visit, counter, at)
            case "added" | "added_twice":
                for _ in range(2 if visit.situation == "added_twice" else 1):
                    self._adds(visit, counter, at)
                    at += self.span(60, 200)
            case "bulk":
                self.day.say(pad(counter), "items", at, items=40, **here)
                visit.now.items = 40
                at += self.span(300, 600)
            case "assisted":
                self.day.say(pad(counter), "assisted", at, **here)
                visit.now.assisted = True
            case "changed_at_counter":
                self.day.say(pad(counter), "business_changed", at, business="过户变更", **here)
                visit.now.business_type = NAMES["过户变更"]
            case "transferred" | "to_counter":
                if len(visit.parts) == 1:
                    return self._passed_on(visit, counter, at)
            case "left_in_service":
                return self._leaves(visit, counter, at)
        return self._ended(visit, counter, at + self.span(30, 120))

    def _without_papers(self, visit: Visit, counter: int, at: datetime) -> datetime:
        kept = visit.situation == "papers_kept"
        self.day.hold(visit, counter, HoldKind.PAPERS_KEPT if kept else HoldKind.AWAY_FOR_PAPERS, at, None)
        if visit.situation != "away_for_good":
            self._comes_back(visit, at + self.span(300, 1500), counter if kept else None)
        return at

    def _adds(self, visit: Visit, counter: int, at: datetime) -> None:
        before = visit.now
        self.day.say(pad(counter), "business_added", at, ticket=visit.ticket, counter=counter, business="发票打印")
        before.outcome, before.ended_at = Outcome.COMPLETED, at
        self.day.further(visit, Begun.ADDED, "发票打印", started_at=at, outcome=Outcome.SERVING)
        visit.now.counter_id, visit.now.staff_id = counter, before.staff_id

    def _passed_on(self, visit: Visit, counter: int, at: datetime) -> datetime:
        visit.now.outcome, visit.now.ended_at = Outcome.TRANSFERRED, at
        here = {"ticket": visit.ticket, "counter": counter}
        if visit.situation == "to_counter":
            other = counter % len(COUNTERS) + 1
            self.day.say(pad(counter), "transferred", at, to_counter=other, **here)
            self.day.further(visit, Begun.TRANSFER, visit.machine_business, to_counter_id=other)
            visit.only_counter = other
        else:
            self.day.say(pad(counter), "transferred", at, business="过户变更", **here)
            self.day.further(visit, Begun.TRANSFER, "过户变更")
        visit.ready_at = at + seconds(5)
        self.waiting.append(visit)
        return at

    def _leaves(self, visit: Visit, counter: int, at: datetime) -> datetime:
        reason = next(self.reasons)
        self.day.say(pad(counter), "left", at, ticket=visit.ticket, counter=counter, reason=reason)
        visit.now.outcome, visit.now.left_at, visit.now.left_reason = Outcome.LEFT, at, reason
        return at

    def _ended(self, visit: Visit, counter: int, at: datetime) -> datetime:
        self.day.say(pad(counter), "ended", at, ticket=visit.ticket, counter=counter)
        visit.now.outcome, visit.now.ended_at = Outcome.COMPLETED, at
        if self.chance.random() < 0.7:
            self._rated(visit, counter, at + seconds(1))
        return at

    def _rated(self, visit: Visit, counter: int, at: datetime) -> None:
        """Asked by the ticket; some devices know the counter alone when the customer answers."""
        self.day.say(rater(counter), "rating_asked", at, ticket=visit.ticket, counter=counter)
        visit.now.rating_asked_at = at
        if self.chance.random() < 0.6:
            at += self.span(3, 18)
            named = {} if self.chance.random() < 0.3 else {"ticket": visit.ticket}
            rating = self.chance.choice((5, 5, 5, 4, 4, 3, 2, 1))
            self.day.say(rater(counter), "rated", at, counter=counter, rating=rating, tags=("quick",), **named)
            visit.now.rating, visit.now.rated_at = rating, at
