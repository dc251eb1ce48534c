"""Hand-overs of the last evenings, before the visits are written: of days on which nothing was left to hand over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from actions.press import Stamp
from actions.shift import hand_over, take_over
from models.actor import actor_of
from models.tables import Account, ShiftChange
from seed.inspection import supervisor_account
from seed.parts import Part, instant
from seed.past import Period, hall_day
from seed.population import clerk_account
from seed.region import ZONE, HallPlan
from seed.story import Story

_LAST_DAYS = 4
_NOTES = ("钥匙、印章、备用金已清点", "发票余 3 本，明早领新", "便民药箱已补齐", "备用金清点无误")


def put_hand_overs(session: Session, plan: HallPlan, story: Story, period: Period, parts: Iterable[Part]) -> None:
    """The clerk gives the keys in the evening, the supervisor takes them; with no visit held, open or promised."""
    everything = list(parts)
    today = period.now.astimezone(ZONE).date()
    for days_ago in range(1, _LAST_DAYS + 1):
        day = hall_day(plan, story, today - timedelta(days=days_ago), period.holidays)
        if not day.intervals or day.never_closes or day.day < story.first_on:
            continue
        at = day.intervals[-1][1] + 180 + 60 * days_ago
        if not story.offline(plan, instant(at)) and not any(_stands(part, at) for part in everything):
            _evening(session, plan, instant(at), _NOTES[days_ago % len(_NOTES)])


def _stands(part: Part, at: float) -> bool:
    """Whether a visit is inside or awaits its answer at an instant."""
    if part.queued > at:
        return False
    awaited = part.promised is not None and (part.kept is None or part.kept > at)
    return part.settled is None or part.settled > at or awaited


def _evening(session: Session, plan: HallPlan, at: datetime, note: str) -> None:
    clerk, supervisor = (
        actor_of(session, session.exec(select(Account).where(Account.name == name)).one())
        for name in (clerk_account(plan), supervisor_account(plan))
    )
    hand_over(session, clerk, Stamp(plan.code, f"demo/give/{at.isoformat()}", at), note)
    given: UUID = session.exec(
        select(ShiftChange.id).where(ShiftChange.branch_id == plan.code, col(ShiftChange.given_at) == at)
    ).one()
    later = at + timedelta(minutes=1)
    take_over(session, supervisor, Stamp(plan.code, f"demo/take/{at.isoformat()}", later), given)
