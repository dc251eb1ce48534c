"""How the demo halls' days were opened, staffed and closed: recorded with the past, and brought up with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from actions.bulk import add_records, put_hall_day
from models.actor import Actor
from models.tables import Duty
from models.tables import HallDay as DayRecord
from seed.demand import HallDay, epoch
from seed.duties import duties
from seed.help_calls import help_calls
from seed.inspection import supervisor_account
from seed.parts import Part, instant
from seed.past import Period, hall_day
from seed.region import ZONE, HallPlan
from seed.story import Story
from standards.hall_day import Look, OpeningCheck

KEPT_DAYS, AHEAD = 14, 7
MORNING = 8 * 60
"""Where the doors never close, a day is opened and the one before signed in the morning: minutes after midnight."""
_WANTING = {
    OpeningCheck.QUEUE_MACHINE: "叫号机缺纸，已补",
    OpeningCheck.TERMINALS: "2号自助终端不读卡，已报修",
    OpeningCheck.PRINTERS: "发票打印机卡纸，已排除",
    OpeningCheck.NETWORK: "网络时断时续，已联系信通",
    OpeningCheck.NOTICES: "公示栏电价表已换新版",
}


def put_days(
    session: Session, actor: Actor, plan: HallPlan, story: Story, period: Period, parts: Iterable[Part]
) -> None:
    """Record the last two weeks of a hall as far as the period reaches, and the roster of the week ahead."""
    today = period.now.astimezone(ZONE).date()
    first_on = max(story.first_on, today - timedelta(days=KEPT_DAYS - 1))
    ended = _last_settled(parts)
    for day in _days(plan, story, period, first_on, today):
        put_hall_day(session, actor, _record(day, ended.get(day.day, 0.0), period.now))
    _put_rosters(session, actor, plan, story, period, first_on)
    asked = [call for call in help_calls(plan, parts, period.now) if call.asked_at.astimezone(ZONE).date() >= first_on]
    add_records(session, actor, plan.code, asked)


def _days(plan: HallPlan, story: Story, period: Period, first_on: date, today: date) -> Iterator[HallDay]:
    begins_on = max(first_on, period.since.astimezone(ZONE).date())
    for number in range((today - begins_on).days + 1):
        day = hall_day(plan, story, begins_on + timedelta(days=number), period.holidays)
        if day.intervals:
            yield day


def _last_settled(parts: Iterable[Part]) -> dict[date, float]:
    """When the last visit of each day was over."""
    last: dict[date, float] = {}
    for part in parts:
        if part.settled is not None:
            day = instant(part.arrived).astimezone(ZONE).date()
            last[day] = max(last.get(day, 0.0), part.settled)
    return last


def looked_at(plan: HallPlan) -> tuple[OpeningCheck, ...]:
    """What there is to look at in a hall before it opens."""
    absent = {
        *([OpeningCheck.QUEUE_MACHINE] if plan.tiny else []),
        *([] if plan.rating_devices else [OpeningCheck.RATING_DEVICES]),
    }
    return tuple(item for item in OpeningCheck if item not in absent)


def opens_at(day: HallDay) -> float:
    """When the day is opened by whoever runs the hall, some minutes before the doors."""
    chance = day.story.chance(day.plan.code, day.day, "opening")
    begins = epoch(day.day, MORNING) if day.never_closes else day.intervals[0][0] - 1200
    return begins + 600 * chance.random()


def closes_at(day: HallDay, ended: float = 0.0) -> float:
    """When the day is signed: after the last customer, or in the morning after where the doors never close."""
    chance = day.story.chance(day.plan.code, day.day, "closing")
    over = epoch(day.day + timedelta(days=1), MORNING) if day.never_closes else max(day.intervals[-1][1], ended)
    return over + 240 + 420 * chance.random()


def _record(day: HallDay, ended: float, now: datetime) -> DayRecord:
    """The day as it is known at an instant; what was lost with the line is missing."""
    record = DayRecord(branch_id=day.plan.code, day_on=day.day)
    by = supervisor_account(day.plan)
    opened, closed = instant(opens_at(day)), instant(closes_at(day, ended))
    if opened <= now and not day.story.offline(day.plan, opened):
        record.checklist = _checklist(day)
        record.opened_at, record.opened_by = opened, by
        stopped = closed if day.never_closes else instant(day.intervals[-1][1])
        record.stopped_at = stopped if stopped <= now and not day.story.offline(day.plan, stopped) else None
    if record.opened_at and closed <= now and not day.story.offline(day.plan, closed):
        record.closed_at, record.closed_by = closed, by
    return record


def _checklist(day: HallDay) -> dict[str, Any]:
    """Mostly all in order; now and then something is found wanting, or nobody looked."""
    chance = day.story.chance(day.plan.code, day.day, "checklist")
    items = looked_at(day.plan)
    found: dict[str, Any] = {item.value: True for item in items}
    lot, wanting = chance.random(), chance.choice([item for item in items if item in _WANTING])
    if lot < 0.12:
        found[wanting.value] = Look(False, _WANTING[wanting]).stored
    elif lot < 0.22:
        del found[chance.choice(items).value]
    return found


def _put_rosters(session: Session, actor: Actor, plan: HallPlan, story: Story, period: Period, first_on: date) -> None:
    """The rosters from a day on that are not there yet, to a week ahead."""
    there = set(
        session.exec(
            select(col(Duty.day_on)).where(Duty.branch_id == plan.code, col(Duty.day_on) >= first_on).distinct()
        ).all()
    )
    today = period.now.astimezone(ZONE).date()
    last_on = today + timedelta(days=AHEAD)
    missing = [first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1)]
    add_records(
        session,
        actor,
        plan.code,
        [
            Duty(
                branch_id=plan.code,
                day_on=local,
                staff_id=line.staff_id,
                post=line.post,
                counter_id=line.counter_id,
                begins=line.begins,
                ends=line.ends,
            )
            for local in missing
            if local not in there
            for line in duties(hall_day(plan, story, local, period.holidays), local > today or period.for_people(local))
        ],
    )
