"""The days of the demo halls: opened, staffed, told and closed, and all of it in step with the visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from sqlmodel import Session, col, select

from analytics.day_figures import day_figures
from models.actor import machine_actor
from models.stays import Taken
from models.store import Store
from models.tables import (
    Branch,
    Counter,
    DatedChange,
    DayHours,
    DayReport,
    Duty,
    Exclusion,
    HallDay,
    HallNotice,
    HelpCall,
    Interaction,
    ShiftChange,
    Staff,
)
from seed import demo
from seed.demo import Size
from seed.floor import Floor
from seed.region import ZONE, plans
from seed.story import kept_story
from standards.day_report import Column
from standards.hall_day import OpeningCheck, look_of
from standards.rating import ANSWER_WITHIN, Level, Tag, tags_for
from standards.vocabulary import OPEN, Channel, Decision, DutyPost, NoticeKind, Outcome, RestoreRule
from tests.demo_halls import NOW, new_store

TODAY = NOW.astimezone(ZONE).date()
YESTERDAY = TODAY - timedelta(days=1)
ROUND_THE_CLOCK, FAILING, OFFLINE, TINY = (plan.code for plan in plans(4))
READER = machine_actor("test")


@pytest.fixture(scope="module")
def region(reference_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = new_store(reference_file, tmp_path_factory.mktemp("days"))
    demo.build(made, Size(halls=4, days=8, seed=7), now=NOW)
    yield made
    made.close()


@pytest.fixture
def session(region: Store) -> Iterator[Session]:
    with region.reading() as reading:
        yield reading


def test_every_past_day_with_visits_was_opened_and_signed(session: Session) -> None:
    days = {(day.branch_id, day.day_on): day for day in session.exec(select(HallDay))}
    for branch_id, day_on in session.exec(select(col(Interaction.branch_id), col(Interaction.day_on)).distinct()):
        day = days[branch_id, day_on]
        assert day.opened_at is not None
        assert day.opened_by == f"demo-supervisor-{branch_id}"
        assert (day.closed_at is not None) == (day_on < TODAY and (branch_id, day_on) != (OFFLINE, YESTERDAY))
        assert set(day.checklist) <= {item.value for item in OpeningCheck}
        last = session.exec(
            select(Interaction.ended_at)
            .where(Interaction.branch_id == branch_id, Interaction.day_on == day_on)
            .order_by(col(Interaction.ended_at).desc())
        ).first()
        assert day.closed_at is None or last is None or last < day.closed_at <= NOW
    left = session.exec(select(Interaction).where(col(Interaction.outcome).in_(OPEN), Interaction.day_on < TODAY))
    assert left.all() == []
    looks = [look_of(day.checklist, item) for day in days.values() for item in OpeningCheck]
    assert any(look.note for look in looks)
    assert all(look.found is False for look in looks if look.note)


def test_whoever_served_stands_on_the_roster_of_that_day(session: Session) -> None:
    listed: dict[tuple[str, date], list[Duty]] = defaultdict(list)
    for duty in session.exec(select(Duty)):
        listed[duty.branch_id, duty.day_on].append(duty)
    rows = session.exec(select(Interaction).where(Interaction.channel == Channel.COUNTER)).all()
    served = {(row.branch_id, row.day_on, row.counter_id, row.staff_id) for row in rows if row.staff_id}
    for branch_id, day_on, counter_id, staff_id in served:
        posts = {(duty.counter_id, duty.staff_id) for duty in listed[branch_id, day_on]}
        assert (counter_id, staff_id) in posts or branch_id == ROUND_THE_CLOCK
    assert max(day_on for _, day_on in listed) == TODAY + timedelta(days=7)
    for duties in listed.values():
        assert {duty.post for duty in duties} == set(DutyPost)
        for one, other in combinations([duty for duty in duties if duty.post is DutyPost.COUNTER], 2):
            apart = (one.ends or 0) <= (other.begins or 0) or (other.ends or 0) <= (one.begins or 0)
            assert one.counter_id != other.counter_id or apart


def test_the_failure_was_told_and_taken_out_of_the_figures(session: Session) -> None:
    notice = session.exec(select(HallNotice)).one()
    assert (notice.branch_id, notice.kind) == (FAILING, NoticeKind.SYSTEM_FAILURE)
    assert notice.until_at is not None
    called = session.exec(
        select(Interaction).where(
            Interaction.branch_id == FAILING, col(Interaction.called_at).between(notice.from_at, notice.until_at)
        )
    ).all()
    assert [row for row in called if row.called_at and row.called_at > notice.from_at + timedelta(seconds=30)] == []
    excluded = session.exec(select(Interaction).where(col(Interaction.excluded))).all()
    taken = set(session.execute(Taken(notice.from_at, notice.until_at).visit_ids([FAILING])).scalars())
    assert {row.visit_id for row in excluded} == taken
    assert len(taken) >= 5


def test_the_requests_stand_at_every_stage(session: Session) -> None:
    found = {asked.branch_id: asked for asked in session.exec(select(Exclusion))}
    assert found[FAILING].decision is Decision.APPROVED
    assert found[OFFLINE].decision is None
    assert found[ROUND_THE_CLOCK].reversed_at is not None
    ahead, back = sorted(session.exec(select(DatedChange)), key=lambda change: change.from_on, reverse=True)
    assert ahead.from_on > TODAY
    assert ahead.applied_at is not None
    assert (back.from_on < TODAY, back.applied_at, back.decided_at) == (True, None, None)
    special = session.exec(select(DayHours)).one()
    assert special.day_on > TODAY
    rules = {hall.id: (hall.restore_rule, hall.tiny) for hall in session.exec(select(Branch))}
    assert rules[OFFLINE] == (RestoreRule.AFTER_THREE, False)
    assert rules[TINY] == (RestoreRule.NEXT, True)


def test_the_reports_recount(session: Session) -> None:
    reports = {report.day_on: report for report in session.exec(select(DayReport))}
    assert set(reports) == {YESTERDAY, YESTERDAY - timedelta(days=1)}
    for day_on, report in reports.items():
        assert report.signed_at is not None
        figures = day_figures(session, READER, FAILING, day_on, now=report.written_at)
        assert figures is not None
        assert {column.value: figure.as_json() for column, figure in figures.items()} == report.figures
        assert report.figures[Column.UNFINISHED.value]["value"] is not None
    assert [day for day, report in reports.items() if report.reviewed_at] == [YESTERDAY - timedelta(days=1)]


def test_ratings_were_asked_for_where_there_are_devices(session: Session) -> None:
    done = session.exec(
        select(Interaction).where(Interaction.outcome == Outcome.COMPLETED, Interaction.channel == Channel.COUNTER)
    ).all()
    assert not any(row.rating_asked_at for row in done if row.branch_id == TINY)
    rated = [row for row in done if row.rating is not None and row.branch_id != TINY]
    for row in rated:
        assert row.ended_at is not None
        assert row.rating_asked_at is not None
        assert row.rated_at is not None
        assert row.ended_at <= row.rating_asked_at < row.rated_at <= min(NOW, row.rating_asked_at + ANSWER_WITHIN)
        assert {Tag(tag) for tag in row.rating_tags.split()} <= set(tags_for(row.rating or 0, row.business_type))
    assert 0.2 < sum(bool(row.rating_tags) for row in rated) / len(rated) < 0.6
    assert any(row.bulk for row in done)
    assert all(row.items > 1 for row in done if row.bulk)


def test_a_trainees_visits_name_the_mentor(session: Session) -> None:
    trainee = session.exec(select(Staff).where(col(Staff.trainee))).one()
    rows = session.exec(select(Interaction).where(Interaction.staff_id == trainee.id)).all()
    assert rows
    assert {row.mentor_id for row in rows} == {"H01-11"}
    others = select(Interaction.id).where(Interaction.staff_id != trainee.id, col(Interaction.mentor_id).is_not(None))
    assert session.exec(others).all() == []
    counters = session.exec(select(Counter).where(Counter.staff_id == trainee.id)).all()
    assert all(counter.mentor_id == "H01-11" for counter in counters)


def test_help_came_while_the_customer_was_there(session: Session) -> None:
    calls = session.exec(select(HelpCall)).all()
    assert calls
    for call in calls:
        row = session.get_one(Interaction, (call.branch_id, call.interaction_id))
        assert row.started_at is not None
        assert row.ended_at is not None
        assert row.started_at < call.asked_at < row.ended_at
        assert call.answered_at is not None
        assert call.asked_by == f"demo-clerk-{call.branch_id}"


def test_shifts_were_handed_over(session: Session) -> None:
    changes = session.exec(select(ShiftChange)).all()
    waiting = [change for change in changes if change.taken_at is None]
    assert [change.branch_id for change in waiting] == [ROUND_THE_CLOCK]
    assert waiting[0].content["open"]
    assert len(changes) > len(waiting)


def through(store: Store, since: datetime, lasting: timedelta, code: str) -> Floor:
    with store.reading() as session:
        story = kept_story(session)
    assert story is not None
    floor = Floor(store, story, Random(1), halls=tuple(plan for plan in plans(4) if plan.code == code))
    at = since
    while at < since + lasting:
        at += timedelta(seconds=8)
        floor.step(at)
    return floor


def test_the_feed_closes_the_day_and_opens_the_next(reference_file: Path, tmp_path: Path) -> None:
    store = new_store(reference_file, tmp_path)
    evening = NOW + timedelta(hours=6, minutes=45)  # 17:25: the doors shut at 17:30
    demo.build(store, Size(halls=2, days=1, seed=5), now=evening)
    first = through(store, evening, timedelta(minutes=75), FAILING)
    morning = NOW + timedelta(hours=21, minutes=20)  # 8:00
    second = through(store, morning, timedelta(minutes=50), FAILING)
    with store.reading() as session:
        closed = session.get_one(HallDay, (FAILING, TODAY))
        opened = session.get_one(HallDay, (FAILING, TODAY + timedelta(days=1)))
        asked = session.exec(select(Interaction.rating).where(col(Interaction.rating_asked_at) > evening)).all()
        ahead = session.exec(select(Duty).where(Duty.day_on == TODAY + timedelta(days=8))).all()
        session.expunge_all()
    assert closed.stopped_at is not None
    assert closed.closed_at is not None
    assert closed.stopped_at <= closed.closed_at
    assert opened.opened_at is not None
    assert len(opened.checklist) >= len(OpeningCheck) - 1
    assert asked
    assert {points for points in asked if points} <= {level.points for level in Level}
    assert ahead
    assert first.errors == second.errors == 0
    store.close()


def test_the_hall_round_the_clock_signs_its_day_in_the_morning(reference_file: Path, tmp_path: Path) -> None:
    store = new_store(reference_file, tmp_path)
    before = NOW - timedelta(hours=2, minutes=42)  # 7:58
    demo.build(store, Size(halls=1, days=2, seed=5), now=before)
    floor = through(store, before, timedelta(minutes=20), ROUND_THE_CLOCK)
    with store.reading() as session:
        yesterday = session.get_one(HallDay, (ROUND_THE_CLOCK, YESTERDAY))
        today = session.get_one(HallDay, (ROUND_THE_CLOCK, TODAY))
        inside = session.exec(select(Interaction).where(col(Interaction.outcome).in_(OPEN))).all()
        session.expunge_all()
    assert yesterday.closed_at is not None
    assert today.opened_at is not None
    assert (today.stopped_at, today.closed_at) == (None, None)
    assert inside
    assert floor.errors == 0
    store.close()


def test_the_days_of_a_gap_are_signed_and_staffed(reference_file: Path, tmp_path: Path) -> None:
    store = new_store(reference_file, tmp_path)
    demo.build(store, Size(halls=2, days=1, seed=5), now=NOW)
    demo.ensure(store, Size(), now=NOW + timedelta(hours=26))
    with store.reading() as session:
        days = {(day.branch_id, day.day_on): day for day in session.exec(select(HallDay))}
        rosters = set(session.exec(select(col(Duty.branch_id), col(Duty.day_on)).distinct()).all())
        session.expunge_all()
    for branch_id in (ROUND_THE_CLOCK, FAILING):
        assert days[branch_id, TODAY].closed_at is not None
        assert days[branch_id, TODAY + timedelta(days=1)].opened_at is not None
        assert days[branch_id, TODAY + timedelta(days=1)].closed_at is None
        assert {(branch_id, TODAY + timedelta(days=ahead)) for ahead in range(9)} <= rosters
    store.close()
