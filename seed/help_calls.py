"""Calls for help from the demo clerks' counters, and who came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from random import Random

from models.tables import HelpCall
from seed.inspection import supervisor_account
from seed.parts import Part, identifier, instant
from seed.population import clerk_account, guide_account
from seed.region import HallPlan
from standards.vocabulary import Channel, Outcome

LONG_SERVICE = 420.0
_SHARE = 0.07
OCCASIONS = (
    ("客户对电费有异议", "负责人到场解释清楚"),
    ("过户材料不全", "告知补齐材料，客户接受"),
    ("系统报错，单子提交不了", "重新登录后办结"),
    ("客户情绪激动", "请到洽谈区，已安抚"),
    ("新装容量拿不准", "当场确认了方案"),
    ("老人不会签字板", "协助完成签字"),
)
"""What is asked at a counter, and what came of it."""


def help_calls(plan: HallPlan, parts: Iterable[Part], now: datetime) -> Iterator[HelpCall]:
    """Some of the long services at the people's counter, where a clerk with an account called for somebody."""
    for part in parts:
        served = part.outcome is Outcome.COMPLETED and part.channel is Channel.COUNTER and not part.pauses
        if not served or part.staff_id != plan.clerk_id or part.started is None or part.ended is None:
            continue
        chance = Random(part.id.int ^ 1)  # its own, so that nothing else depends on it
        length = part.ended - part.started
        if length < LONG_SERVICE or part.ended > now.timestamp() or chance.random() >= _SHARE:
            continue
        asked = part.started + length * chance.uniform(0.2, 0.5)
        note, outcome = chance.choice(OCCASIONS)
        yield HelpCall(
            branch_id=plan.code,
            id=identifier(asked, chance),
            counter_id=part.counter or 1,
            interaction_id=part.id,
            note=note,
            asked_by=clerk_account(plan),
            asked_at=instant(asked),
            answered_by=supervisor_account(plan) if chance.random() < 0.6 else guide_account(plan),
            answered_at=instant(asked + chance.uniform(15, 80)),
            outcome=outcome if chance.random() < 0.7 else "",
        )
