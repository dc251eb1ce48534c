"""What customers press at the rating devices: asked at the end, answered soon or never, some with reasons."""

from __future__ import annotations

import math
from random import Random

from seed.parts import Part
from seed.region import HallPlan
from standards.rating import ANSWER_WITHIN, Tag, tags_for

_SCREEN_TURNS = 0.8
_GIVE_REASONS = 0.4
_TWO_REASONS = 0.3
_SOONEST = 2.5


def answered_after(chance: Random) -> float:
    """Seconds from the question to the answer."""
    return _SOONEST + (ANSWER_WITHIN.total_seconds() - _SOONEST - 1) * math.pow(chance.random(), 1.6)


def reasons(points: int, business: str, chance: Random) -> tuple[Tag, ...]:
    """The reasons that go with a rating: none, one or two of those that are offered."""
    if chance.random() >= _GIVE_REASONS:
        return ()
    return tuple(chance.sample(tags_for(points, business), 2 if chance.random() < _TWO_REASONS else 1))


def ask(part: Part, plan: HallPlan) -> None:
    """Ask the customer of a visit that has ended, where the hall has rating devices."""
    if not plan.rating_devices or part.ended is None:
        return
    part.asked = part.ended + _SCREEN_TURNS
    if part.rating is not None:
        chance = Random(part.id.int)  # its own, so that nothing else depends on it
        part.rated = part.asked + answered_after(chance)
        part.tags = " ".join(reasons(part.rating, part.business, chance))
