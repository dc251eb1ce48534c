"""What the demo halls asked for, told and wrote in the last days, given as the commands of those who did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel import Session, select

from actions import exclusions, notices
from actions.day_hours import set_day_hours
from actions.day_report import note_incidents, review, sign, write_report
from actions.hall_rules import set_rules
from actions.press import Receipt, Stamp
from actions.shift import hand_over
from analytics.day_figures import as_json, day_figures
from models.actor import Actor, actor_of
from models.stays import Taken
from models.tables import Account, AuditEvent, HallDay
from seed.inspection import supervisor_account
from seed.population import MANAGER, guide_account
from seed.region import ZONE, HallPlan
from seed.story import SHORT_AFTER, SHORT_UNTIL, Story
from standards.vocabulary import Decision, ExclusionReason, NoticeKind, RestoreRule

_PAPER = {False: 80, True: 58}


@dataclass(frozen=True, slots=True)
class Hall:
    """A demo hall in whose name its people give commands, `now` at the latest."""

    session: Session
    plan: HallPlan
    story: Story
    now: datetime

    def person(self, name: str) -> Actor:
        """The actor of an account."""
        return actor_of(self.session, self.session.exec(select(Account).where(Account.name == name)).one())

    @property
    def supervisor(self) -> Actor:
        return self.person(supervisor_account(self.plan))

    def stamp(self, what: str, at: datetime) -> Stamp:
        """Where, when and under which key."""
        return Stamp(self.plan.code, f"demo/{what}/{at.isoformat()}", at)

    def at(self, days_ago: int, hour: int, minute: int) -> datetime:
        """A local time of one of the last days."""
        day = self.now.astimezone(ZONE).date() - timedelta(days=days_ago)
        return datetime.combine(day, time(hour, minute), ZONE)

    def there(self, at: datetime) -> bool:
        """Whether the region has that day, and the time has come."""
        return at.date() >= self.story.first_on and at <= self.now

    def subject(self, receipt: Receipt) -> UUID:
        """What a command made."""
        return UUID(self.session.get_one(AuditEvent, (self.plan.code, receipt.event_id)).subject)


def put_occasions(session: Session, plan: HallPlan, story: Story, now: datetime) -> None:
    """Everything of a hall whose past is written."""
    hall = Hall(session, plan, story, now)
    _rules(hall)
    if plan.fails:
        _failure(hall)
        _reports(hall)
    if plan.short_day:
        _short_day(hall)
        _asked(hall)
    if plan.round_the_clock:
        _reversed(hall)
        _hand_over(hall)


def _rules(hall: Hall) -> None:
    restore = RestoreRule.AFTER_THREE if hall.plan.short_day else RestoreRule.NEXT
    if hall.plan.tiny or restore is not RestoreRule.NEXT:
        set_rules(
            hall.session,
            hall.supervisor,
            hall.plan.code,
            restore_rule=restore,
            tiny=hall.plan.tiny,
            slip_mm=_PAPER[hall.plan.tiny],
            now=hall.now,
        )


def _failure(hall: Hall) -> None:
    """The systems failed three days ago: the customers were told, and the period was taken out of the figures."""
    failure = hall.story.failure(hall.plan, hall.at(3, 0, 0).date())
    if failure is None:
        return
    session, guide = hall.session, hall.person(guide_account(hall.plan))
    told = notices.begin_notice(session, guide, hall.stamp("failure", failure[0]), NoticeKind.SYSTEM_FAILURE)
    notices.end_notice(session, guide, hall.stamp("failure_over", failure[1]), hall.subject(told))
    _decided(
        hall,
        Taken(*failure),
        ExclusionReason.SYSTEM_FAILURE,
        "营销系统故障，全厅无法办理，已张贴告示并登记回访",
        asked_at=hall.at(3, 11, 30),
        why="与信通故障单相符，同意剔除",
        decided_at=hall.at(3, 16, 5),
    )


def _decided(
    hall: Hall, taken: Taken, reason: ExclusionReason, asks: str, *, asked_at: datetime, why: str, decided_at: datetime
) -> UUID:
    asked = exclusions.ask_exclusion(
        hall.session, hall.supervisor, hall.stamp("exclusion", asked_at), taken, reason, asks
    )
    number, manager = hall.subject(asked), hall.person(MANAGER)
    stamp = hall.stamp("decision", decided_at)
    exclusions.decide_exclusion(hall.session, manager, stamp, number, Decision.APPROVED, why)
    return number


def _reversed(hall: Hall) -> None:
    """A drill whose customers were served all the same: approved first, then taken back."""
    begins, ends, back_at = hall.at(5, 15, 0), hall.at(5, 15, 20), hall.at(4, 14, 10)
    if not (hall.there(begins) and hall.there(back_at)):
        return
    number = _decided(
        hall,
        Taken(begins, ends),
        ExclusionReason.DRILL,
        "消防演练，客户引导至室外",
        asked_at=hall.at(5, 16, 0),
        why="演练计划已报备",
        decided_at=hall.at(4, 9, 20),
    )
    why = "监控显示演练期间照常叫号，撤销剔除"
    exclusions.reverse_exclusion(hall.session, hall.person(MANAGER), hall.stamp("reversal", back_at), number, why)


def _asked(hall: Hall) -> None:
    """A power cut of yesterday that nobody has decided about yet."""
    begins, ends, at = hall.at(1, 10, 5), hall.at(1, 10, 22), hall.at(1, 11, 40)
    if hall.there(begins):
        exclusions.ask_exclusion(
            hall.session,
            hall.supervisor,
            hall.stamp("exclusion", at),
            Taken(begins, ends),
            ExclusionReason.POWER_CUT,
            "市电闪断，叫号系统重启约一刻钟",
        )


def _short_day(hall: Hall) -> None:
    """A coming day on which the hall closes at noon, published the day before yesterday."""
    of_day = hall.story.line_lost_at.date() + SHORT_AFTER
    intervals = tuple((opens, min(closes, SHORT_UNTIL)) for opens, closes in hall.plan.hours if opens < SHORT_UNTIL)
    set_day_hours(
        hall.session,
        hall.supervisor,
        hall.plan.code,
        of_day,
        intervals,
        "配电室年度检修，下午停业",
        now=min(hall.now, hall.at(1, 9, 30)),
    )


def _reports(hall: Hall) -> None:
    """The reports of the last two days: written and signed at closing, the earlier one reviewed."""
    unusual = {2: "", 1: "下午叫号机缺纸约五分钟，人工发号，已补记"}
    for days_ago, incidents in unusual.items():
        closed = _closed_at(hall, hall.at(days_ago, 0, 0).date())
        if closed is not None:
            _report(hall, hall.at(days_ago, 0, 0).date(), closed, incidents)
            reviewed_at = hall.at(days_ago - 1, 9, 15)
            if days_ago == 2 and hall.there(reviewed_at):
                stamp = hall.stamp("review", reviewed_at)
                review(hall.session, hall.person(MANAGER), stamp, hall.at(2, 0, 0).date())


def _closed_at(hall: Hall, day: date) -> datetime | None:
    record = hall.session.get(HallDay, (hall.plan.code, day))
    return None if record is None else record.closed_at


def _report(hall: Hall, day: date, closed_at: datetime, incidents: str) -> None:
    supervisor, written_at = hall.supervisor, min(hall.now, closed_at + timedelta(minutes=3))
    figures = day_figures(hall.session, supervisor, hall.plan.code, day, now=written_at)
    steps: list[Callable[[Stamp], Receipt]] = [
        lambda stamp: write_report(hall.session, supervisor, stamp, day, as_json(figures or {})),
        *([lambda stamp: note_incidents(hall.session, supervisor, stamp, day, incidents)] if incidents else []),
        lambda stamp: sign(hall.session, supervisor, stamp, day),
    ]
    for number, step in enumerate(steps):
        step(hall.stamp(f"report/{number}", min(hall.now, written_at + number * timedelta(minutes=2))))


def _hand_over(hall: Hall) -> None:
    """What stands in the hall now, given by the supervisor; somebody of the hall is to take it."""
    note = "下一班注意：2号自助终端已报修，等维修人员上门"
    hand_over(hall.session, hall.supervisor, hall.stamp("hand_over", hall.now), note)
