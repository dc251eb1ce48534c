"""The counters as they stand at an instant of the simulation, in step with the visits that are under way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from actions.bulk import CounterNow
from seed.demand import HallDay
from seed.parts import Part, Row, instant
from seed.region import HallPlan
from seed.roster import Roster
from standards.vocabulary import CounterState, HoldKind, Outcome

_BUSY = frozenset({Outcome.CALLED, Outcome.SERVING, Outcome.HELD})
_OPEN = _BUSY | {Outcome.WAITING}
_AWAY = frozenset({HoldKind.AWAY_FOR_PAPERS, HoldKind.PAPERS_KEPT})


def counters_now(
    plan: HallPlan, day: HallDay, planned: Roster, parts: list[Part], rows: Iterable[Row], now: float
) -> list[CounterNow]:
    """Each counter: serving who is at it, resting, idle on its post, or closed."""
    last = _last_free(parts, now)
    inside = [row for row in rows if row["outcome"] in _OPEN]
    at = {row["counter_id"]: row for row in inside if row["outcome"] in _BUSY and row.get("hold_kind") not in _AWAY}
    states = [
        _serving(at[counter]) if counter in at else _unoccupied(counter, day, planned, last, bool(inside), now)
        for counter in range(1, plan.counters + 1)
    ]
    return [replace(state, mentor_id=plan.mentor_of(state.staff_id)) for state in states]


def _last_free(parts: Iterable[Part], now: float) -> dict[int, float]:
    last: dict[int, float] = {}
    for part in parts:
        if part.counter is not None and part.settled is not None and part.settled <= now:
            last[part.counter] = max(last.get(part.counter, 0.0), part.settled)
    return last


def _serving(row: Row) -> CounterNow:
    since = row["called_at"] or row["started_at"]
    return CounterNow(row["counter_id"], CounterState.SERVING, row["staff_id"], since)


def _unoccupied(
    counter: int, day: HallDay, planned: Roster, last: dict[int, float], inside: bool, now: float
) -> CounterNow:
    post, rest = planned.post(counter, now), planned.rest(counter, now)
    freed = last.get(counter, 0.0)
    if post is None and inside and day.intervals:  # after closing: whoever is inside is still served
        closes = day.intervals[-1][1]
        post = next((late for late in planned.posts if late.counter == counter and closes == late.ends <= now), None)
    if post is None:
        return CounterNow(counter, CounterState.CLOSED, None, instant(freed) if freed else None)
    if rest is not None:
        since = instant(max(rest.begins, freed))
        return CounterNow(counter, CounterState.PAUSED, post.staff_id, since, rest.reason, instant(rest.ends))
    return CounterNow(counter, CounterState.IDLE, post.staff_id, instant(max(post.begins, freed)))
