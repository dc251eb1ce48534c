"""What supervisors saw when they stood by: a sample of visits, each check with its observer."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from seed.customers import clerk
from seed.parts import Part, Row, identifier, instant
from seed.region import HallPlan
from seed.story import Story
from standards.vocabulary import Channel, Outcome

# Code, its checks, and how often a check is found wanting.
_AT_COUNTER = (("H02", 5, 0.018), ("H09", 1, 0.05), ("H10", 3, 0.015), ("H11", 1, 0.006), ("H13", 6, 0.02))
_ON_THE_PHONE = (("T04", 3, 0.03),)
_OF_VISITS, _OF_CALLS = 0.011, 0.05


def supervisor_account(plan: HallPlan) -> str:
    """The name of the account of a demo hall's supervisor."""
    return f"demo-supervisor-{plan.code}"


def observations(plan: HallPlan, story: Story, parts: Iterable[Part], now: float) -> list[Row]:
    """The observed checks of a hall's visits that have ended by an instant, as rows."""
    rows: list[Row] = []
    chance = story.chance(plan.code, "inspection", int(now // 86400))
    for part in parts:
        if part.outcome is not Outcome.COMPLETED or part.settled is None or part.settled > now:
            continue
        by_phone = part.channel is Channel.TELEPHONE
        if chance.random() < (_OF_CALLS if by_phone else _OF_VISITS):
            rows += _seen(plan, story, part, _ON_THE_PHONE if by_phone else _AT_COUNTER, chance)
    return rows


def _seen(
    plan: HallPlan, story: Story, part: Part, checks: tuple[tuple[str, int, float], ...], chance: Random
) -> list[Row]:
    person = clerk(story, part.staff_id or "")
    worse = 2.5 if story.declined(plan, instant(part.arrived).date()) else 1.0
    ended = part.settled or part.arrived
    return [
        {
            "branch_id": plan.code,
            "id": identifier(ended, chance),
            "interaction_id": part.id,
            "standard_code": code,
            "item": item,
            "met": chance.random() >= wanting * worse * person.slips,
            "observed_by": supervisor_account(plan),
            "observed_at": instant(ended),
        }
        for code, items, wanting in checks
        for item in range(1, items + 1)
    ]
