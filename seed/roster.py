"""Who stands at which counter when: planned from the demand that is foreseen, thinner at lunch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from seed.demand import SLICE, HallDay, epoch, mean_service
from seed.region import PEOPLES_COUNTER, HallPlan
from standards.vocabulary import PauseReason

LUNCH = (705, 810)
_SHIFT = 8 * 3600.0
_TURN = 1200.0  # where the doors never close, one counter after the other rests, the next before the last is back
_REST = 1560.0
_REASONS = (PauseReason.FETCH, PauseReason.MEETING, PauseReason.DEVICE, PauseReason.FETCH, PauseReason.HAND_OVER)


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody's time at a counter, in seconds since the epoch."""

    counter: int
    staff_id: str
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause of a counter with its reason."""

    counter: int
    begins: float
    ends: float
    reason: PauseReason


@dataclass(frozen=True, slots=True)
class Roster:
    """The posts and pauses of a hall's day."""

    posts: tuple[Post, ...]
    rests: tuple[Rest, ...]

    def manned(self, at: float) -> int:
        """How many counters are meant to serve at an instant."""
        resting = {rest.counter for rest in self.rests if rest.begins <= at < rest.ends}
        return sum(post.begins <= at < post.ends and post.counter not in resting for post in self.posts)

    def post(self, counter: int, at: float) -> Post | None:
        """Who is meant to stand at a counter at an instant."""
        return next((post for post in self.posts if post.counter == counter and post.begins <= at < post.ends), None)

    def rest(self, counter: int, at: float) -> Rest | None:
        """The pause of a counter at an instant."""
        return next((rest for rest in self.rests if rest.counter == counter and rest.begins <= at < rest.ends), None)


@lru_cache(maxsize=256)
def roster(day: HallDay, for_people: bool) -> Roster:
    """The day's roster; `for_people` leaves the demo clerk's counter to whoever signs on there."""
    if day.never_closes:
        return _round_the_clock(day, for_people)
    counters = _order(day.plan)
    if for_people:
        counters.remove(PEOPLES_COUNTER)
    posts: list[Post] = []
    rests: list[Rest] = []
    for opens, closes in day.intervals:
        blocks = [(begin, end, _wanted(day, begin, end)) for begin, end in _blocks(day, opens, closes)]
        for place, counter in enumerate(counters):
            manned = [(begin, end) for begin, end, wanted in blocks if place < wanted]
            if manned:
                posts.append(Post(counter, _person(day, counter), manned[0][0], manned[-1][1]))
                rests += _gaps(counter, manned)
    return Roster(tuple(posts), _around_a_failure(day, posts, tuple(rests) + _short_rests(day, posts)))


def express(plan: HallPlan) -> frozenset[int]:
    """The counters that take payments and invoices alone: the last ones."""
    return frozenset(range(plan.counters - plan.payments_only + 1, plan.counters + 1))


def _order(plan: HallPlan) -> list[int]:
    """The counters as they are manned: one for everything, one for payments, then the rest."""
    quick = sorted(express(plan))
    plain = [counter for counter in range(1, plan.counters + 1) if counter not in quick]
    return plain[:2] + quick + plain[2:]


def _blocks(day: HallDay, opens: float, closes: float) -> list[tuple[float, float]]:
    marks = {opens, closes, *(epoch(day.day, minute) for minute in LUNCH)}
    marks |= {opens + 3600.0, closes - 3600.0}
    inside = sorted(mark for mark in marks if opens <= mark <= closes)
    return list(pairwise(inside))


def _wanted(day: HallDay, begin: float, end: float) -> int:
    slices = day.planned_rate(begin - SLICE / 2, end)
    wanted = math.ceil(slices * mean_service(day.plan) / day.plan.crowding)
    at_lunch = begin >= epoch(day.day, LUNCH[0]) and end <= epoch(day.day, LUNCH[1])
    if at_lunch:
        wanted = math.ceil(wanted * 0.6)
    if day.story.declined(day.plan, day.day):
        wanted = math.floor(wanted * 0.8)
    return max(1, min(day.plan.counters, wanted))


def _person(day: HallDay, counter: int) -> str:
    """The clerk keeps their counter; the others change places by the week."""
    if counter == PEOPLES_COUNTER:
        return day.plan.clerk_id
    others = day.plan.staff_ids[1:]
    return others[(counter - 2 + day.day.isocalendar().week) % len(others)]


def _gaps(counter: int, manned: list[tuple[float, float]]) -> list[Rest]:
    return [Rest(counter, end, begin, PauseReason.LUNCH) for (_, end), (begin, _) in pairwise(manned) if begin > end]


def _short_rests(day: HallDay, posts: list[Post]) -> tuple[Rest, ...]:
    """Now and then somebody fetches something or is called away, never the only one."""
    chance = day.story.chance(day.plan.code, day.day, "rests")
    rests = []
    for post in posts[1:]:
        if post.ends - post.begins > 2 * 3600 and chance.random() < 0.3:
            begins = post.begins + 1800 + chance.random() * (post.ends - post.begins - 5400)
            rests.append(Rest(post.counter, begins, begins + chance.uniform(480, 1500), chance.choice(_REASONS)))
    return tuple(rests)


def _around_a_failure(day: HallDay, posts: list[Post], rests: tuple[Rest, ...]) -> tuple[Rest, ...]:
    """While the systems fail nobody new is served; other pauses of that time give way."""
    failure = day.story.failure(day.plan, day.day)
    if failure is None:
        return rests
    begins, ends = (at.timestamp() for at in failure)
    failing = (Rest(post.counter, begins, ends, PauseReason.DEVICE) for post in posts if post.begins < begins)
    return (*(rest for rest in rests if rest.ends <= begins or ends <= rest.begins), *failing)


def _round_the_clock(day: HallDay, for_people: bool) -> Roster:
    begin = epoch(day.day)
    counters = range(2, day.plan.counters + 1)
    others = day.plan.staff_ids[1:]
    posts = [
        Post(
            counter,
            others[(counter - 2 + shift * len(counters)) % len(others)],
            begin + shift * _SHIFT,
            begin + (shift + 1) * _SHIFT,
        )
        for shift in range(3)
        for counter in counters
        if shift != 0 or counter != counters[1]  # one fewer at night
    ]
    if not for_people:
        posts.append(Post(PEOPLES_COUNTER, day.plan.clerk_id, begin + _SHIFT, begin + 2 * _SHIFT))
    turns = round(24 * 3600 / _TURN)
    rests = tuple(
        Rest(
            counters[turn % len(counters)],
            begin + turn * _TURN,
            begin + turn * _TURN + _REST,
            _REASONS[(turn // len(counters) + turn) % len(_REASONS)],
        )
        for turn in range(turns)
    )
    return Roster(tuple(posts), rests)
