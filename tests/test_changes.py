"""Dated changes: at once for days to come, decided above for days that have begun, and with their whole trail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from actions.changes import ask_change, decide_change, withdraw_change
from actions.day_hours import set_day_hours
from actions.deriving_again import DERIVED
from actions.hours import openings_of, set_hours
from actions.reference import put_calendar
from actions.refusal import Refused
from actions.setup import add_branch
from models.actor import EVERYWHERE, Actor, Grant, NotAllowed
from models.check import check
from models.standing import catalogue
from models.store import Store
from models.tables import (
    AuditEvent,
    BranchHours,
    BranchPulse,
    BranchWalking,
    BusinessType,
    CalendarDay,
    DatedChange,
    DayHours,
    Interaction,
    ServiceStandard,
)
from standards.standard import in_force
from standards.vocabulary import ChangeKind, Decision, Grade, Issuer, Role
from tests.factories import DAY, MACHINE, an_interaction, at, minutes, seconds

NOW = at(12)
TOMORROW, YESTERDAY = DAY + timedelta(days=1), DAY - timedelta(days=1)
OWNER = Actor("o", "owner", (Grant(Role.ADMINISTRATOR, None),))
MANAGER = Actor("m", "manager", (Grant(Role.REGIONAL_MANAGER, frozenset({"A"})),))
BOTH = Actor("b", "both", (Grant(Role.ADMINISTRATOR, None), Grant(Role.REGIONAL_MANAGER, None)))
GREETING = "H01 training"


@pytest.fixture
def hall(store: Store) -> Store:
    with store.writing() as session:
        opened = openings_of("08:30-12:00,13:30-17:30")
        add_branch(session, MACHINE, "A", zone="Asia/Shanghai", openings=opened, walking=seconds(20), now=NOW)
    return store


def ask(
    session: Session,
    kind: ChangeKind,
    content: dict[str, Any],
    from_on: date,
    *,
    subject: str = "",
    actor: Actor = OWNER,
    why: str = "The notice of this spring",
    branch_id: str = "A",
    now: datetime = NOW,
) -> UUID:
    shared = kind in {ChangeKind.STANDARD, ChangeKind.CALENDAR, ChangeKind.BUSINESS_TYPE}
    of = EVERYWHERE if shared else branch_id
    return ask_change(session, actor, kind, subject, content, from_on, why, {"n": 1}, branch_id=of, now=now)


def refused(reason: str, session: Session, *arguments: Any, **named: Any) -> None:
    with pytest.raises(Refused) as caught:
        ask(session, *arguments, **named)
    assert caught.value.reason == reason


def limits(session: Session, *days: date) -> list[int]:
    rows = catalogue(session)
    return [next(row.limit for row in in_force(rows, Issuer.STATE_GRID, day) if row.code == "H01") for day in days]


def test_a_limit_of_days_to_come_adds_a_row_at_once_and_leaves_the_old_one(hall: Store) -> None:
    with hall.writing() as session:
        rows = len(session.exec(select(ServiceStandard)).all())
        change = ask(session, ChangeKind.STANDARD, {"limit": 20_000, "edition": "2027"}, TOMORROW, subject=GREETING)
        assert len(session.exec(select(ServiceStandard)).all()) == rows + 1
        assert limits(session, DAY, TOMORROW) == [15_000, 20_000]
        kept = session.get_one(DatedChange, (EVERYWHERE, change))
        assert (kept.was["limit"], kept.content["limit"], kept.applied_at, kept.asked_by) == (
            15_000,
            20_000,
            NOW,
            "owner",
        )
        row = session.get_one(ServiceStandard, ("H01", Issuer.TRAINING, TOMORROW))
        assert (row.grade, row.edition, row.target) == (Grade.I, "2027", 0.9)


def test_a_change_of_today_waits_until_somebody_above_approves_it(hall: Store) -> None:
    with hall.writing() as session:
        change = ask(session, ChangeKind.STANDARD, {"limit": 20_000}, DAY, subject=GREETING)
        assert limits(session, DAY) == [15_000]
        decide_change(session, MANAGER, change, branch_id=EVERYWHERE, approve=True, why="", now=NOW)
        assert limits(session, YESTERDAY, DAY) == [15_000, 20_000]
        before = session.get_one(BranchPulse, "A").changes
        decide_change(session, MANAGER, change, branch_id=EVERYWHERE, approve=True, why="", now=NOW)
        assert session.get_one(BranchPulse, "A").changes == before
        with pytest.raises(Refused):
            decide_change(session, MANAGER, change, branch_id=EVERYWHERE, approve=False, why="no", now=NOW)


def test_a_refused_change_stays_listed_and_changes_nothing(hall: Store) -> None:
    with hall.writing() as session:
        change = ask(session, ChangeKind.WALKING, {"walking_ms": 30_000}, YESTERDAY)
        with pytest.raises(Refused):
            decide_change(session, MANAGER, change, branch_id="A", approve=False, why=" ", now=NOW)
        decide_change(session, MANAGER, change, branch_id="A", approve=False, why="Measure it first.", now=NOW)
        kept = session.get_one(DatedChange, ("A", change))
        assert (kept.decision, kept.decided_by, kept.decided_why) == (
            Decision.REFUSED,
            "manager",
            "Measure it first.",
        )
        assert not session.exec(select(BranchWalking)).all()


def test_who_asks_never_decides_and_who_decides_answers_for_every_hall(hall: Store) -> None:
    with hall.writing() as session:
        own = ask(session, ChangeKind.STANDARD, {"limit": 20_000}, DAY, subject=GREETING, actor=BOTH)
        with pytest.raises(NotAllowed):
            decide_change(session, BOTH, own, branch_id=EVERYWHERE, approve=True, why="", now=NOW)
        with pytest.raises(NotAllowed):
            decide_change(session, OWNER, own, branch_id=EVERYWHERE, approve=True, why="", now=NOW)
        add_branch(session, MACHINE, "B", zone="Asia/Shanghai", now=NOW)
        with pytest.raises(NotAllowed):
            decide_change(session, MANAGER, own, branch_id=EVERYWHERE, approve=True, why="", now=NOW)
        with pytest.raises(NotAllowed):
            ask(session, ChangeKind.WALKING, {"walking_ms": 30_000}, TOMORROW, actor=MANAGER)


def test_for_what_all_halls_share_a_day_has_begun_where_it_has_begun_in_any(hall: Store) -> None:
    evening = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai, already the third in Auckland
    with hall.writing() as session:
        first = ask(session, ChangeKind.STANDARD, {"limit": 20_000}, TOMORROW, subject=GREETING, now=evening)
        assert session.get_one(DatedChange, (EVERYWHERE, first)).applied_at is not None
        add_branch(session, MACHINE, "B", zone="Pacific/Auckland", now=NOW)
        second = ask(session, ChangeKind.STANDARD, {"limit": 90_000}, TOMORROW, subject="H01D training", now=evening)
        assert session.get_one(DatedChange, (EVERYWHERE, second)).applied_at is None
        own = ask(session, ChangeKind.WALKING, {"walking_ms": 5_000}, TOMORROW, now=evening)
        assert session.get_one(DatedChange, ("A", own)).applied_at is not None


@pytest.mark.parametrize(
    ("reason", "content"),
    [
        ("no_change", {"limit": 15_000}),
        ("limit", {"limit": 0}),
        ("limit", {"limit": 12.5}),
        ("target", {"target": 0}),
        ("target", {"target": 1.2}),
        ("weight", {"weight": -1}),
        ("content", {"measure": "wait"}),
        ("content", {"channels": ["post"]}),
        ("text", {"edition": ""}),
        ("unknown_business", {"business_types": ["no-such"]}),
    ],
)
def test_what_no_standard_can_be_is_refused(hall: Store, reason: str, content: dict[str, Any]) -> None:
    with hall.writing() as session:
        refused(reason, session, ChangeKind.STANDARD, content, TOMORROW, subject=GREETING)


def test_what_lacks_a_reason_a_day_or_a_subject_is_refused(hall: Store) -> None:
    with hall.writing() as session:
        limit = {"limit": 20_000}
        refused("no_reason", session, ChangeKind.STANDARD, limit, TOMORROW, subject=GREETING, why="  ")
        refused("unknown_standard", session, ChangeKind.STANDARD, limit, TOMORROW, subject="X99 training")
        refused("unknown_standard", session, ChangeKind.STANDARD, limit, TOMORROW, subject="H01 nobody")
        refused("day", session, ChangeKind.STANDARD, limit, date(1900, 1, 1), subject=GREETING)
        refused("unknown_hall", session, ChangeKind.WALKING, {"walking_ms": 1_000}, TOMORROW, branch_id="Z")
        refused("walking", session, ChangeKind.WALKING, {"walking_ms": 600_000}, TOMORROW)
        refused("hours", session, ChangeKind.HOURS, {"openings": []}, TOMORROW)
        refused("scope", session, ChangeKind.WALKING, {"walking_ms": 1_000}, TOMORROW, branch_id=EVERYWHERE)


def test_two_changes_of_one_thing_never_begin_on_one_day(hall: Store) -> None:
    hours = {"openings": [[weekday, 540, 1020] for weekday in range(5)]}
    with hall.writing() as session:
        for kind, content, subject in (
            (ChangeKind.STANDARD, {"limit": 20_000}, GREETING),
            (ChangeKind.WALKING, {"walking_ms": 30_000}, ""),
            (ChangeKind.HOURS, hours, ""),
        ):
            ask(session, kind, content, TOMORROW, subject=subject)
            refused("same_day", session, kind, content, TOMORROW, subject=subject)
            ask(session, kind, content, YESTERDAY, subject=subject)
            refused("waiting", session, kind, content, YESTERDAY, subject=subject)


def test_what_has_not_begun_can_be_withdrawn_and_stays_in_the_trail(hall: Store) -> None:
    with hall.writing() as session:
        evening = an_interaction(session, "A", arrived_at=at(20), waited=minutes(800))
        rows = len(session.exec(select(ServiceStandard)).all())
        limit = ask(session, ChangeKind.STANDARD, {"limit": 20_000}, TOMORROW, subject=GREETING)
        hours = ask(session, ChangeKind.HOURS, {"openings": [[d, 420, 1020] for d in range(7)]}, TOMORROW)
        closed = ask(session, ChangeKind.DAY_HOURS, {"intervals": []}, TOMORROW + timedelta(days=3))
        row = session.get_one(Interaction, ("A", evening))
        assert row.wait_from_at == at(7, day=TOMORROW)
        for change, of in ((limit, EVERYWHERE), (hours, "A"), (closed, "A")):
            withdraw_change(session, OWNER, change, branch_id=of, why="A mistake", now=NOW)
            withdraw_change(session, OWNER, change, branch_id=of, why="A mistake", now=NOW)
            kept = session.get_one(DatedChange, (of, change))
            assert (kept.applied_at, kept.decision, kept.decided_by) == (None, None, "owner")
        assert len(session.exec(select(ServiceStandard)).all()) == rows
        assert {found.from_on for found in session.exec(select(BranchHours))} == {date(1, 1, 1)}
        assert not session.exec(select(DayHours)).all()
        assert row.wait_from_at == at(8, 30, day=TOMORROW)
        actions = [event.action for event in session.exec(select(AuditEvent)) if str(limit) == event.subject]
        assert sorted(actions) == ["apply_change", "ask_change", "take_out_change", "withdraw_change"]


def test_a_days_hours_are_given_back_in_the_order_in_which_they_were_put_in(hall: Store) -> None:
    on = TOMORROW + timedelta(days=3)
    with hall.writing() as session:
        first, second, third = (
            ask(session, ChangeKind.DAY_HOURS, {"intervals": [[opens, 900]]}, on) for opens in (540, 600, 540)
        )
        for overtaken in (first, second):
            with pytest.raises(Refused) as caught:
                withdraw_change(session, OWNER, overtaken, branch_id="A", why="A mistake", now=NOW)
            assert caught.value.reason == "changed_again"
        for last, left in ((third, ["600-900"]), (second, ["540-900"]), (first, [])):
            withdraw_change(session, OWNER, last, branch_id="A", why="A mistake", now=NOW)
            assert [row.intervals for row in session.exec(select(DayHours))] == left


def test_what_the_hall_published_since_is_not_withdrawn_with_the_change_before(hall: Store) -> None:
    on = TOMORROW + timedelta(days=3)
    with hall.writing() as session:
        change = ask(session, ChangeKind.DAY_HOURS, {"intervals": [[540, 900]]}, on)
        set_day_hours(session, MACHINE, "A", on, ((600, 1000),), "A fair", now=NOW)
        with pytest.raises(Refused) as caught:
            withdraw_change(session, OWNER, change, branch_id="A", why="A mistake", now=NOW)
        assert caught.value.reason == "changed_again"
        assert [row.intervals for row in session.exec(select(DayHours))] == ["600-1000"]


def test_a_calendars_day_that_was_changed_twice_goes_back_step_by_step(hall: Store) -> None:
    with hall.writing() as session:
        guessed = session.exec(select(CalendarDay).where(col(CalendarDay.provisional)).limit(1)).one()
        key, working = (guessed.calendar, guessed.day_on), guessed.working
        content = {"working": not working, "holiday": "Founding day", "made_up": False}
        first, second = (
            ask(session, ChangeKind.CALENDAR, content | {"holiday": name}, key[1], subject=key[0])
            for name in ("Founding day", "The day of the founding")
        )
        with pytest.raises(Refused) as caught:
            withdraw_change(session, OWNER, first, branch_id=EVERYWHERE, why="A mistake", now=NOW)
        assert caught.value.reason == "changed_again"
        for change in (second, first):
            withdraw_change(session, OWNER, change, branch_id=EVERYWHERE, why="A mistake", now=NOW)
        assert session.get_one(CalendarDay, key).working is working


def test_what_has_begun_is_not_withdrawn(hall: Store) -> None:
    with hall.writing() as session:
        change = ask(session, ChangeKind.WALKING, {"walking_ms": 30_000}, TOMORROW)
        with pytest.raises(Refused) as caught:
            withdraw_change(session, OWNER, change, branch_id="A", why="Too late", now=NOW + timedelta(days=2))
        assert caught.value.reason == "begun"


def test_hours_of_a_past_day_count_its_visits_anew_once_they_are_approved(hall: Store) -> None:
    with hall.writing() as session:
        early = an_interaction(session, "A", arrived_at=at(8), waited=minutes(45))
        row = session.get_one(Interaction, ("A", early))
        assert row.wait_ms == 15 * 60_000
        change = ask(session, ChangeKind.DAY_HOURS, {"intervals": [[480, 720]]}, DAY)
        assert row.wait_ms == 15 * 60_000
        decide_change(session, MANAGER, change, branch_id="A", approve=True, why="Opened early", now=NOW)
        assert (row.wait_ms, row.version) == (45 * 60_000, 1)
    assert check(hall).whole


def test_a_calendar_day_that_was_edited_is_not_overwritten_when_its_year_is_published(hall: Store) -> None:
    with hall.writing() as session:
        guessed = session.exec(select(CalendarDay).where(col(CalendarDay.provisional)).limit(1)).one()
        key = (guessed.calendar, guessed.day_on)
        free = {"working": False, "holiday": "Founding day", "made_up": False}
        ask(session, ChangeKind.CALENDAR, free, guessed.day_on, subject=guessed.calendar)
        published = CalendarDay(calendar=key[0], day_on=key[1], working=True)
        assert put_calendar(session, MACHINE, [published], now=NOW) == 0
        kept = session.get_one(CalendarDay, key)
        assert (kept.working, kept.holiday, kept.provisional, kept.edited_at) == (False, "Founding day", False, NOW)
        refused("made_up", session, ChangeKind.CALENDAR, free | {"made_up": True}, key[1], subject=key[0])


def test_a_business_type_is_added_changed_and_retired_but_never_deleted(hall: Store) -> None:
    meter: dict[str, Any] = {
        "name": "电表校验",
        "name_en": "Meter test",
        "channel": None,
        "ticket_letter": "T",
        "expected_ms": 900_000,
        "active": True,
    }
    kind = ChangeKind.BUSINESS_TYPE
    with hall.writing() as session:
        ask(session, kind, meter, DAY, subject="meter-test")
        an_interaction(session, "A", business_type="meter-test")
        ask(session, kind, meter | {"active": False, "ticket_letter": "V"}, DAY, subject="meter-test")
        kept = session.get_one(BusinessType, "meter-test")
        assert (kept.active, kept.ticket_letter, kept.name_en) == (False, "V", "Meter test")
        refused("known_business", session, kind, meter, DAY, subject="Meter-Test")
        refused("ticket_letter", session, kind, meter | {"ticket_letter": "t"}, DAY, subject="meter-test")
        refused("expected", session, kind, meter | {"expected_ms": 0}, DAY, subject="meter-test")


weeks = st.dictionaries(st.integers(0, 6), st.tuples(st.integers(0, 14), st.integers(1, 8)), min_size=1)
visits = st.lists(st.tuples(st.integers(-17, 6), st.integers(0, 1439), st.integers(0, 900)), min_size=1, max_size=6)
LATER = at(12, day=DAY + timedelta(days=30))
CHIEF = Actor("c", "chief", (Grant(Role.REGIONAL_MANAGER, None),))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(week=weeks, came=visits, walking=st.integers(1, 60), later=st.integers(1, 5), closed=st.booleans())
def test_visits_derived_anew_are_as_if_they_were_imported_under_the_new_hours(
    hall: Store,
    week: dict[int, tuple[int, int]],
    came: list[tuple[int, int, int]],
    walking: int,
    later: int,
    closed: bool,
) -> None:
    openings = [[weekday, 60 * opens, 60 * (opens + lasts)] for weekday, (opens, lasts) in week.items()]
    changes: list[tuple[ChangeKind, dict[str, Any], date]] = [
        (ChangeKind.HOURS, {"openings": openings}, DAY),
        (ChangeKind.WALKING, {"walking_ms": walking * 1000}, DAY),
    ]
    if closed:
        changes.append((ChangeKind.DAY_HOURS, {"intervals": []}, TOMORROW))
    with hall.writing() as session:
        for code in ("X", "Y"):
            add_branch(session, MACHINE, code, zone="Asia/Shanghai", openings=openings_of("08:30-17:30"), now=NOW)
            set_hours(session, MACHINE, code, openings_of("09:00-16:00"), from_on=DAY + timedelta(days=later), now=NOW)
        _put(session, "X", came)
        for code in ("X", "Y"):
            for kind, content, from_on in changes:
                change = ask(session, kind, content, from_on, branch_id=code, now=LATER)
                decide_change(session, CHIEF, change, branch_id=code, approve=True, why="", now=LATER)
        _put(session, "Y", came)
        assert _times(session, "X") == _times(session, "Y")
        session.rollback()


def _put(session: Session, branch_id: str, came: list[tuple[int, int, int]]) -> None:
    for number, (day, minute, waited) in enumerate(came):
        arrived_at = at(0, day=DAY + timedelta(days=day)) + minutes(minute)
        ticket = f"A{number:03d}"
        an_interaction(session, branch_id, ticket=ticket, arrived_at=arrived_at, waited=minutes(waited))


def _times(session: Session, branch_id: str) -> list[dict[str, Any]]:
    rows = session.exec(select(Interaction).where(Interaction.branch_id == branch_id).order_by(col(Interaction.ticket)))
    return [{name: getattr(row, name) for name in ("ticket", *DERIVED)} for row in rows]
