"""What a customer brings: business, items, priority, patience; and what the person at the counter makes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate
from random import Random

from seed.demand import BUSINESSES, HallDay, weights
from seed.parts import Part, identifier
from seed.region import HallPlan
from seed.story import Story
from standards.business import BUSINESS_TYPES
from standards.vocabulary import Begun, Outcome, Priority, Source

LETTERS = {business.code: business.ticket_letter for business in BUSINESS_TYPES}
_PRIORITIES = (Priority.ELDERLY,) * 5 + (Priority.PREGNANT, Priority.DISABLED, Priority.SOLDIER, Priority.APPOINTMENT)
_NOTES = ("等候较久", "对电费金额有疑问", "材料不齐,第二次来", "希望负责人答复")
PATIENCE_MINUTES = 38.0
MANY = 6
"""From so many items on somebody pays on behalf of others."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """How somebody works: factors on the hall's ways, and how warmly customers rate them."""

    pace: float
    prompt: float
    slips: float
    warmth: float


@lru_cache(maxsize=4096)
def clerk(story: Story, staff_id: str) -> Clerk:
    """The ways of a staff member, the same for the whole story."""
    chance = story.chance("clerk", staff_id)
    return Clerk(
        pace=min(1.3, max(0.78, chance.gauss(1.0, 0.11))),
        prompt=min(1.7, max(0.65, chance.gauss(1.0, 0.2))),
        slips=chance.choice((0.3, 0.6, 0.8, 1.0, 1.2, 2.2)),
        warmth=chance.gauss(0.0, 0.22),
    )


@dataclass(frozen=True)
class Ways:
    """A hall's ways on a day, after its turn for the worse where it has taken one."""

    plan: HallPlan
    codes: tuple[str, ...]
    cumulated: tuple[float, ...]
    pace: float
    prompt: float
    slips: float

    @classmethod
    @lru_cache(maxsize=1024)
    def on(cls, plan: HallPlan, story: Story, day: date) -> Ways:
        """The ways of a hall on a day."""
        worse = story.declined(plan, day)
        mix = weights(plan)
        return cls(
            plan,
            tuple(mix),
            tuple(accumulate(mix.values())),
            plan.pace * (1.08 if worse else 1.0),
            plan.prompt_seconds * (1.5 if worse else 1.0),
            plan.slips + (0.11 if worse else 0.0),
        )


def customer(ways: Ways, day: HallDay, at: float, ticket: int, chance: Random) -> Part:
    """Somebody who comes at an instant; most take a ticket, and a few tickets are never served at all."""
    code = chance.choices(ways.codes, cum_weights=ways.cumulated)[0]
    number = identifier(at, chance)
    part = Part(number, number, Begun.TICKET, code, at, at, items=_items(code, chance))
    part.bulk = part.items >= MANY
    if chance.random() < ways.plan.walk_ins:
        part.begun, part.source = Begun.WALK_IN, Source.STAFF
        return part
    part.ticket = f"{LETTERS[code]}{ticket:04d}"
    if chance.random() < 0.045:
        part.priority = chance.choice(_PRIORITIES)
        part.assisted = part.priority in {Priority.ELDERLY, Priority.DISABLED} and chance.random() < 0.5
    part.patience = chance.weibullvariate(PATIENCE_MINUTES * 60, 1.7) * (2.0 if part.priority else 1.0)
    part.tells = chance.random() < 0.45
    part.absent = chance.random() < 0.008
    if chance.random() < ways.plan.door_greetings:
        part.door = at + chance.lognormvariate(math.log(7.5), 0.55)
    _out_of_the_queue(part, chance)
    return part


def _items(code: str, chance: Random) -> int:
    """Village electricians and property offices pay for many households at once."""
    if code == "payment" and chance.random() < 0.035:
        return 2 + int(chance.expovariate(0.2))
    return 1


def _out_of_the_queue(part: Part, chance: Random) -> None:
    """The guide sends some to the machines and the app; some tickets were taken twice."""
    lot = chance.random()
    if lot < 0.028 and part.business in {"payment", "invoice", "enquiry"}:
        part.outcome, part.settled = Outcome.DIVERTED, part.arrived + chance.uniform(20, 110)
    elif lot > 0.996:
        part.outcome, part.settled = Outcome.VOID, part.arrived + chance.uniform(10, 60)


def service_seconds(part: Part, ways: Ways, person: Clerk, chance: Random) -> float:
    """How long the business takes at the counter."""
    _, median, spread = BUSINESSES[part.business]
    seconds = chance.lognormvariate(math.log(median * ways.pace * person.pace), spread)
    return seconds + (part.items - 1) * chance.uniform(35, 75)


def rating(part: Part, ways: Ways, person: Clerk, chance: Random) -> int | None:
    """One to five, or the silence of most."""
    if chance.random() > (0.42 if ways.plan.rating_devices else 0.12):
        return None
    waited = ((part.called or part.arrived) - part.arrived) / 60
    slow = part.greeted is not None and part.last_called is not None and part.greeted - part.last_called > 50
    mood = 4.95 + person.warmth - 0.03 * max(0.0, waited - 8) - (0.5 if slow else 0.0) + chance.gauss(0, 0.6)
    if chance.random() < 0.02:
        mood -= chance.uniform(1.0, 4.0)  # what the bill says is not the counter's doing
    return max(1, min(5, round(mood)))


def attention(part: Part, chance: Random) -> str | None:
    """A neutral note where a visit is marked for attention: seldom, and more often after a long wait."""
    waited = (part.called or part.arrived) - part.arrived
    likely = 0.003 + (0.012 if waited > 900 else 0.0) + (0.12 if part.business == "complaint" else 0.0)
    likely += 0.05 if part.rating is not None and part.rating <= 2 else 0.0
    if chance.random() >= likely:
        return None
    return _NOTES[0] if waited > 900 and chance.random() < 0.6 else chance.choice(_NOTES[1:])
